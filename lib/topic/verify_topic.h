#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "base/result.h"
#include "io/directory.h"
#include "log/verify/findings.h"

namespace estream::topic {

// What is wrong with a topic's own file, and with what is in its directory beside the partitions.
struct TopicProof {
  // Those that the file speaks of and that are there; all that are there when it is damaged.
  std::set<std::int32_t> partitions;
  std::vector<log::Finding> findings;
};

// Trusts nothing in the directory. An error when it cannot be listed.
Result<TopicProof> verify_topic_files(const io::Directory& topic);

}  // namespace estream::topic
