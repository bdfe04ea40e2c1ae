#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "topic/topic_config.h"

namespace estream::topic {

// One setting of a topic: the only place that knows its name, its kind and its limits.
struct SettingType {
  enum class Kind { time_ms, bytes, share, cleanup_policy, null_keys };
  using Field = std::variant<std::int64_t TopicConfig::*, double TopicConfig::*,
                             CleanupPolicy TopicConfig::*, log::NullKeys TopicConfig::*>;

  std::string_view name;  // Kafka's.
  Kind kind;
  Field field;
  // Of numbers; a minimum of -1 says that -1 is no limit.
  std::int64_t min = 0;
  std::int64_t max = INT64_MAX;

  bool may_be_none() const { return min == -1; }
};

// In the order in which they are written.
std::span<const SettingType> setting_types();

// The words that settings of this kind may have; none where they are numbers.
std::span<const std::string_view> setting_words(SettingType::Kind kind);

}  // namespace estream::topic
