#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "log/maintenance/inventory.h"
#include "tool/compact/options.h"
#include "tool/read/partition_source.h"

namespace estream::tool {

// The size of a partition, the active segment included.
struct PartitionSize {
  std::int64_t segments = 0;
  std::int64_t records = 0;
  std::int64_t bytes = 0;
  Offset first_offset;
};

// What was, or would be, done to one partition.
struct PartitionReport {
  std::string topic;
  std::int32_t partition = 0;
  PartitionSize before;
  PartitionSize after;
  std::int64_t deleted_segments = 0;
  std::int64_t rewritten_segments = 0;
  // Records that --drop selects, and that are in the active segment.
  std::int64_t left_records = 0;
  bool is_lower_bound = false;  // Less is known than the real run would do.
};

// Retention, then one rewrite, of one partition of ours. May move the source's reader.
Result<PartitionReport> compact_partition(PartitionSource& source, const CompactPlan& plan);

}  // namespace estream::tool
