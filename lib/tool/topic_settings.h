#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "io/directory.h"
#include "log/maintenance/compaction.h"

namespace estream::tool {

// One `--set KEY=VALUE`, checked: the name that Kafka has for it, and the value as JSON.
struct TopicSetting {
  std::string name;
  std::string json;

  friend bool operator==(const TopicSetting&, const TopicSetting&) = default;
};

// KEY is Kafka's name or a short one; times are written as 30d and sizes as 10G, or under Kafka's
// names as plain milliseconds and bytes; none is no limit:
//
//   retention.ms    retention, max-age        delete.retention.ms        keep-tombstones
//   retention.bytes max-size                  min.cleanable.dirty.ratio  min-dirty
//   segment.bytes                             cleanup.policy             policy
//   segment.ms                                null.keys                  null-keys
//
// null.keys is ours: refuse, drop or keep events without a key when keys are compacted.
Result<TopicSetting> parse_topic_setting(std::string_view text);

// A number from 0 to 1.
Result<double> parse_share(std::string_view text);

struct SettingChange {
  std::string name;
  std::string before;  // JSON; null when it was not set.
  std::string after;
};

// The text of a topic.json with the settings in it; what else it has stays.
struct ChangedSettings {
  std::string json;
  std::vector<SettingChange> changes;
};
Result<ChangedSettings> change_settings(std::string_view json,
                                        const std::vector<TopicSetting>& settings);

// What --policy takes from a topic.json beside topic::TopicConfig.
struct CompactionPolicy {
  std::int64_t delete_retention_ms = 24LL * 60 * 60 * 1000;
  double min_cleanable_dirty_ratio = 0.5;
  log::NullKeys null_keys = log::NullKeys::refuse;
};
Result<CompactionPolicy> parse_compaction_policy(std::string_view json);

// topic.json in the topic's directory, with its name in errors.
Result<std::string> read_topic_json(const io::Directory& topic);
// Replaces it, and removes what a replacement that was killed has left.
Result<void> write_topic_json(const io::Directory& topic, std::string_view json);
inline constexpr const char* topic_json_name = "topic.json";

}  // namespace estream::tool
