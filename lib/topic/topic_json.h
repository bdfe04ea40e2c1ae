#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "topic/topic_config.h"

namespace estream::topic {

// Errors are Error::Code::corrupt without the file's name; the caller has it.
Result<TopicConfig> parse_topic_config(std::string_view json);

// Keeps what else the source has. A setting with Kafka's preset that the source does not have is
// only written where the topic is new.
std::string to_json(const TopicConfig& config);

// Fields of the source that this estream does not know.
std::vector<std::string> unknown_fields(const TopicConfig& config);

// All settings as one JSON object, those that have their presets and those that we do not know
// included.
std::string settings_json(const TopicConfig& config);

// A new value for a setting, as JSON.
struct TopicSetting {
  std::string name;
  std::string json;

  friend bool operator==(const TopicSetting&, const TopicSetting&) = default;
};

struct SettingChange {
  std::string name;
  std::string before;  // JSON.
  std::string after;
};

// Gives the settings their new values. What no reader would take is an Error::Code::usage.
Result<std::vector<SettingChange>> change_settings(TopicConfig& config,
                                                   std::span<const TopicSetting> settings);

}  // namespace estream::topic
