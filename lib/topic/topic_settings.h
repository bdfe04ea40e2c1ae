#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "topic/topic_config.h"

namespace estream::topic {

// A setting of a topic. Only its row in this table has its name, its kind and its limits.
struct SettingType {
  enum class Kind { time_ms, bytes, share, cleanup_policy, null_keys };
  using Field = std::variant<std::int64_t TopicConfig::*, double TopicConfig::*,
                             CleanupPolicy TopicConfig::*, log::NullKeys TopicConfig::*>;

  std::string_view name;  // Kafka's.
  Kind kind;
  Field field;
  // For numbers. A minimum of -1 means that -1 stands for no limit.
  std::int64_t min = 0;
  std::int64_t max = INT64_MAX;

  bool may_be_none() const { return min == -1; }
};

// In the order in which they are written.
std::span<const SettingType> setting_types();

// The words that settings of this kind may have; empty for numbers.
std::span<const std::string_view> setting_words(SettingType::Kind kind);

}  // namespace estream::topic
