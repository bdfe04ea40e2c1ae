#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "topic/topic_config.h"

namespace estream::topic {

// Errors are Error::Code::corrupt; the caller adds the name of the file.
Result<TopicConfig> parse_topic_config(std::string_view json);

// Keeps the other fields of the source. A setting that has its default and is not in the source is
// written only for a new topic.
std::string to_json(const TopicConfig& config);

// Fields of the source that this estream does not know.
std::vector<std::string> unknown_fields(const TopicConfig& config);

// All settings as one JSON object, including unknown ones and those that have their defaults.
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

// Gives the settings their new values. Error::Code::usage for a value that a reader would refuse.
Result<std::vector<SettingChange>> change_settings(TopicConfig& config,
                                                   std::span<const TopicSetting> settings);

}  // namespace estream::topic
