#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "base/result.h"
#include "log/maintenance/inventory.h"
#include "read/partition_source.h"
#include "tool/compact/compact_options.h"
#include "topic/segment_names.h"

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
  // Segments that stay as they are because a group has not read all of them, and that group.
  std::int64_t held_segments = 0;
  std::string held_by;
  // Records that --drop selects, and that are in the active segment.
  std::int64_t left_records = 0;
  // Segments that --drop rewrote, and that have other names: there all of their events still are.
  std::int64_t shared_segments = 0;
  std::set<topic::FileId> shared_files;
  std::int64_t other_names = 0;
  // Files in quarantine, when something is dropped: whether they hold such events is not known.
  std::int64_t quarantined_files = 0;
  bool is_lower_bound = false;  // Less is known than the real run would do.
};

// Retention, then one rewrite, of one partition of ours.
Result<PartitionReport> compact_partition(const read::PartitionPlace& place,
                                          const CompactPlan& plan);

}  // namespace estream::tool
