#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "log/maintenance/inventory.h"
#include "log/maintenance/maintenance.h"
#include "log/maintenance/segment_rewriter.h"

namespace estream::log {

// What becomes of events without a key.
enum class NullKeys {
  refuse,  // The compaction is an error, and nothing is changed.
  drop,    // As Kafka does.
  keep,
};

struct KeyCompaction {
  Timestamp now;
  std::int64_t keep_tombstones_ms = 24LL * 60 * 60 * 1000;  // Kafka's delete.retention.ms.
  NullKeys null_keys = NullKeys::refuse;
  // Nothing is done when less than this share of the records would go.
  double min_dirty = 0;
  std::optional<int> zstd_level = {};
  std::int64_t segment_bytes = 1 << 30;  // Segments are merged up to this size.
  std::size_t key_map_bytes_max = 64 << 20;
};

// Neighbours that together have at most `segment_bytes`, as many as possible; each at least one.
std::vector<SegmentGroup> plan_groups(std::span<const SegmentSummary> sealed,
                                      std::int64_t segment_bytes);

// Key compaction by Kafka's rules: of each key the last record in the sealed segments stays, and
// keeps its offset. A tombstone stays, too; the first compaction that sees it stamps its batch with
// the time from which on it may go, and one after that time removes it.
//
// Memory is bounded by the key map. When there are more keys, the log is compacted in rounds, each
// with the keys of the part behind the one before, over everything up to there.
Result<RewriteReport> compact_keys(Maintenance& maintenance, std::span<const SegmentSummary> sealed,
                                   const KeyCompaction& options, Effect effect);

}  // namespace estream::log
