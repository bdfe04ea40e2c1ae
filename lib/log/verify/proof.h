#pragma once

#include <cstdint>
#include <vector>

#include "log/verify/findings.h"

namespace estream::log {

// The content of a partition, and everything that is wrong with it.
struct PartitionProof {
  std::vector<Finding> findings;
  std::int64_t segments = 0;
  std::int64_t batches = 0;
  std::int64_t records = 0;
  std::uint64_t bytes = 0;  // Of the logs.

  std::int64_t count(Finding::Kind kind) const;
};

}  // namespace estream::log
