#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace estream::topic {

// A topic's settings, kept in its `topic.json` under Kafka's names. doc/format.md has an example.
struct TopicConfig {
  std::int32_t partition_count = 1;
  // Counts the changes of partition_count: keys stay in place only within one epoch.
  std::int32_t partition_epoch = 0;
  std::string cleanup_policy = "delete";  // cleanup.policy: delete, compact or both.
  std::int64_t retention_ms = -1;         // retention.ms; -1 keeps for ever.
  std::int64_t retention_bytes = -1;      // retention.bytes of a partition; -1 is no limit.
  std::int64_t segment_bytes = 1 << 30;   // segment.bytes
  std::int64_t segment_ms = 7LL * 24 * 60 * 60 * 1000;  // segment.ms, of event time.
};

inline constexpr const char* config_file_name = "topic.json";

inline constexpr std::int32_t partition_count_max = 10'000;
// A position in a segment has to fit the index; Kafka has the same limit.
inline constexpr std::int64_t segment_bytes_max = INT32_MAX;
inline constexpr std::int64_t segment_bytes_min = 1024;

// Errors are Error::Code::corrupt without the file's name; the caller has it.
Result<TopicConfig> parse_topic_config(std::string_view json);
std::string to_json(const TopicConfig& config);

}  // namespace estream::topic
