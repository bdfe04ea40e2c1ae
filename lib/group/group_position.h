#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "group/group_directory.h"
#include "group/position_state.h"
#include "io/directory.h"
#include "topic/topic_id.h"

namespace estream::group {

// Where a group is in one partition, for somebody who is no member and only looks. Takes no lock.
// Nothing when there is no such group, or when it has no position there. Error::Code::corrupt when
// the position file is damaged or is that of something else.
Result<std::optional<SourcePosition>> look_at_position(const io::Directory& root,
                                                       const std::string& group,
                                                       const PartitionName& name);

// The same, and Error::Code::corrupt also when the position is one in another topic of this name:
// `id` is that of the topic now.
Result<std::optional<SourcePosition>> find_position(const io::Directory& root,
                                                    const std::string& group,
                                                    const PartitionName& name,
                                                    const topic::TopicId& id);

}  // namespace estream::group
