#pragma once

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "topic/topic_settings.h"

namespace estream::topic {

// Settings as JSON values, for the code that reads and writes them.

// Gives `config` the value. Error::Code::corrupt when the value is of another kind or beyond the
// limits; the message begins with the setting's name.
Result<void> take_setting(const SettingType& type, const nlohmann::ordered_json& value,
                          TopicConfig& config);
nlohmann::ordered_json setting_value(const SettingType& type, const TopicConfig& config);

// The whole number, if it is within the limits. The error begins with `name`.
Result<std::int64_t> take_whole(std::string_view name, const nlohmann::ordered_json& value,
                                std::int64_t min, std::int64_t max);

}  // namespace estream::topic
