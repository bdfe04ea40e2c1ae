#pragma once

#include <vector>

#include "base/result.h"
#include "io/system.h"
#include "read/end_condition.h"
#include "read/partition_source.h"

namespace estream::read {

enum class MissingTopic { is_error, is_waited_for };

// Opens the partitions asked for, and where a topic is missing looks again until it is there. For
// those that had to be waited for, `latest` is the end at the start of the waiting: what came later
// is news. Nothing when the time was over, or a signal came, before the topic.
Result<std::vector<PartitionSource>> wait_for_sources(io::System& system,
                                                      const SourceRequest& request,
                                                      MissingTopic missing,
                                                      const EndCondition& end);

}  // namespace estream::read
