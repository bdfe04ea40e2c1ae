#pragma once

#include <cstdint>
#include <string>

#include "log/maintenance/compaction.h"
#include "topic/topic_id.h"

namespace estream::topic {

// Kafka's cleanup.policy.
struct CleanupPolicy {
  bool deletes = true;
  bool compacts = false;

  friend bool operator==(const CleanupPolicy&, const CleanupPolicy&) = default;
};

// The content of a topic's settings file. doc/format.md has an example.
struct TopicConfig {
  TopicId id = {};
  std::int32_t partition_count = 1;
  // Counts the changes of partition_count. A key keeps its partition only within one epoch.
  std::int32_t partition_epoch = 0;

  // The settings, with Kafka's names; topic_settings.h has their limits.
  CleanupPolicy cleanup_policy = {};                         // cleanup.policy
  std::int64_t retention_ms = -1;                            // retention.ms; -1 keeps for ever.
  std::int64_t retention_bytes = -1;                         // retention.bytes of a partition.
  std::int64_t segment_bytes = 1 << 30;                      // segment.bytes
  std::int64_t segment_ms = 7LL * 24 * 60 * 60 * 1000;       // segment.ms, of event time.
  std::int64_t delete_retention_ms = 24LL * 60 * 60 * 1000;  // delete.retention.ms
  double min_cleanable_dirty_ratio = 0.5;                    // min.cleanable.dirty.ratio
  std::int64_t min_compaction_lag_ms = 0;                    // min.compaction.lag.ms
  std::int64_t max_compaction_lag_ms = -1;                   // max.compaction.lag.ms; -1 is none.
  log::NullKeys null_keys = log::NullKeys::refuse;           // null.keys, not one of Kafka's.

  // The text of the file, for its unknown fields: they are written again with the settings. Empty
  // for a new topic.
  std::string source = {};
};

inline constexpr std::int32_t partition_count_max = 10'000;
// A position in a segment has to fit the index; Kafka has the same limit.
inline constexpr std::int64_t segment_bytes_max = INT32_MAX;
inline constexpr std::int64_t segment_bytes_min = 1024;

}  // namespace estream::topic
