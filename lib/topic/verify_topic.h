#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "base/result.h"
#include "io/directory.h"
#include "log/verify/findings.h"

namespace estream::topic {

// The faults of a topic's own file, and of the names in its directory beside the partitions.
struct TopicProof {
  // The existing partitions that the file names; all existing partitions when the file is damaged.
  std::set<std::int32_t> partitions;
  std::vector<log::Finding> findings;
};

// Checks everything in the directory. Fails only when the directory cannot be listed.
Result<TopicProof> verify_topic_files(const io::Directory& topic);

}  // namespace estream::topic
