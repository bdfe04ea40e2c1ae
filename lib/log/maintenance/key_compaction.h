#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/types.h"

namespace estream::log {

// What a compaction does with events without a key.
enum class NullKeys {
  refuse,  // The compaction is an error, and nothing is changed.
  drop,    // As Kafka does.
  keep,
};

struct KeyCompaction {
  Timestamp now;
  std::int64_t keep_tombstones_ms = 24LL * 60 * 60 * 1000;  // Kafka's delete.retention.ms.
  NullKeys null_keys = NullKeys::refuse;
  // Nothing is done if less than this share of the records would be removed, unless one of them is
  // older than max_lag_ms, or a tombstone's time is over.
  double min_dirty = 0;
  // Kafka's min.compaction.lag.ms: a segment with a younger record, and all behind it, stay.
  std::int64_t min_lag_ms = 0;
  std::optional<std::int64_t> max_lag_ms = {};  // Kafka's max.compaction.lag.ms.
  // A segment with this offset or a later one, and all behind it, stay.
  std::optional<Offset> keep_from = {};
  std::optional<int> zstd_level = {};
  std::int64_t segment_bytes = 1 << 30;  // Segments are merged up to this size.
  std::size_t key_map_bytes_max = 64 << 20;
};

}  // namespace estream::log
