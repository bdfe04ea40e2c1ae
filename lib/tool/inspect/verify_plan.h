#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/directory.h"
#include "log/partition_reader.h"
#include "log/verify/findings.h"
#include "tool/inspect/inspect_options.h"

namespace estream::tool {

// A partition's directory, found without any trust in what is inside. It is opened when its turn
// comes, for there can be more of them than files may be open.
struct VerifyTarget {
  std::string topic;
  std::int32_t partition = 0;
  io::Directory parent;
  std::string name;  // In `parent`.
  log::Layout layout = log::Layout::estream;
  std::optional<Offset> log_start_offset;
};

struct VerifyPlan {
  std::vector<VerifyTarget> targets;
  std::vector<log::Finding> findings;  // Of the topics' own files.
};

// The partitions to verify of a topic argument. topic.json is proved on the way, and need not be
// sound. Error::Code::not_found when there is no such topic.
Result<VerifyPlan> plan_topic(io::System& system, const InspectOptions& options,
                              const std::string& argument);

}  // namespace estream::tool
