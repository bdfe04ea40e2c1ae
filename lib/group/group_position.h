#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "group/group_directory.h"
#include "group/position_file.h"
#include "group/position_state.h"
#include "io/directory.h"
#include "topic/topic_id.h"

namespace estream::group {

// What the position file of a group in one partition says, for somebody who only looks. Takes no
// lock. Nothing when there is no such group, or when it has no position there.
Result<std::optional<PositionContent>> look_at_position(const io::Directory& root,
                                                        const std::string& group,
                                                        const PartitionName& name);

// Where a group is in one partition, for somebody who is no member and only looks. Takes no lock.
// Nothing when there is no such group, or when it has no position there. Error::Code::corrupt when
// the position file is damaged, or when the position is one in another topic of this name: `id` is
// that of the topic now.
Result<std::optional<SourcePosition>> find_position(const io::Directory& root,
                                                    const std::string& group,
                                                    const PartitionName& name,
                                                    const topic::TopicId& id);

}  // namespace estream::group
