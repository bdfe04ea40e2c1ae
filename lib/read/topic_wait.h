#pragma once

#include <vector>

#include "base/result.h"
#include "io/system.h"
#include "read/end_condition.h"
#include "read/partition_source.h"

namespace estream::read {

enum class MissingTopic { is_error, is_waited_for };

// Opens the partitions that were asked for, and waits for topics that do not exist yet. After a
// wait, `latest` is the end at the start of the wait, so that all later records are new. Returns
// nothing when the time was over, or a signal came, before the topics existed.
Result<std::vector<PartitionSource>> wait_for_sources(io::System& system,
                                                      const SourceRequest& request,
                                                      MissingTopic missing,
                                                      const EndCondition& end);

}  // namespace estream::read
