#include "topic/topic_settings.h"

#include <array>

namespace estream::topic {

namespace {

using Kind = SettingType::Kind;

constexpr std::array<SettingType, 10> types = {{
    {"cleanup.policy", Kind::cleanup_policy, &TopicConfig::cleanup_policy},
    {"retention.ms", Kind::time_ms, &TopicConfig::retention_ms, -1},
    {"retention.bytes", Kind::bytes, &TopicConfig::retention_bytes, -1},
    {"segment.bytes", Kind::bytes, &TopicConfig::segment_bytes, segment_bytes_min,
     segment_bytes_max},
    {"segment.ms", Kind::time_ms, &TopicConfig::segment_ms, 1},
    {"delete.retention.ms", Kind::time_ms, &TopicConfig::delete_retention_ms},
    {"min.cleanable.dirty.ratio", Kind::share, &TopicConfig::min_cleanable_dirty_ratio},
    {"min.compaction.lag.ms", Kind::time_ms, &TopicConfig::min_compaction_lag_ms},
    {"max.compaction.lag.ms", Kind::time_ms, &TopicConfig::max_compaction_lag_ms, -1},
    {"null.keys", Kind::null_keys, &TopicConfig::null_keys},
}};

constexpr std::array<std::string_view, 4> policy_words = {"delete", "compact", "compact,delete",
                                                          "delete,compact"};
constexpr std::array<std::string_view, 3> null_key_words = {"refuse", "drop", "keep"};

}  // namespace

std::span<const SettingType> setting_types() { return types; }

std::span<const std::string_view> setting_words(Kind kind) {
  switch (kind) {
    case Kind::cleanup_policy:
      return policy_words;
    case Kind::null_keys:
      return null_key_words;
    case Kind::time_ms:
    case Kind::bytes:
    case Kind::share:
      break;
  }
  return {};
}

}  // namespace estream::topic
