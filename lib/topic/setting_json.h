#pragma once

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "topic/topic_settings.h"

namespace estream::topic {

// Settings as values of JSON: for the sources that read and write them.

// Gives `config` the value. Error::Code::corrupt, which begins with the setting's name, when it is
// of another kind or beyond the limits.
Result<void> take_setting(const SettingType& type, const nlohmann::ordered_json& value,
                          TopicConfig& config);
nlohmann::ordered_json setting_value(const SettingType& type, const TopicConfig& config);

// A whole number within limits. The error begins with `name`.
Result<std::int64_t> take_whole(std::string_view name, const nlohmann::ordered_json& value,
                                std::int64_t min, std::int64_t max);

}  // namespace estream::topic
