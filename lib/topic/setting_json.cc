#include "topic/setting_json.h"

#include <algorithm>
#include <array>
#include <variant>

namespace estream::topic {

namespace {

using Json = nlohmann::ordered_json;

// In the order of the words.
constexpr std::array<CleanupPolicy, 4> policies = {
    {{true, false}, {false, true}, {true, true}, {true, true}}};
constexpr std::array<log::NullKeys, 3> null_keys = {log::NullKeys::refuse, log::NullKeys::drop,
                                                    log::NullKeys::keep};

Error malformed(std::string_view name, const std::string& what) {
  return {Error::Code::corrupt, std::string(name) + " is " + what};
}

// Which of the setting's words it is.
Result<std::size_t> take_word(const SettingType& type, const Json& value) {
  const auto words = setting_words(type.kind);
  std::string choice;
  for (const std::string_view word : words) {
    if (!choice.empty()) choice += word == words.back() ? " or " : ", ";
    choice += word;
  }
  if (!value.is_string()) return malformed(type.name, "not a string: " + choice);
  const auto& text = value.get_ref<const std::string&>();
  const auto found = std::ranges::find(words, text);
  if (found == words.end()) return malformed(type.name, "'" + text + "', not " + choice);
  return static_cast<std::size_t>(found - words.begin());
}

template <class Value, std::size_t count>
std::size_t place_of(const std::array<Value, count>& values, const Value& value) {
  return static_cast<std::size_t>(std::ranges::find(values, value) - values.begin());
}

Result<void> take(const SettingType& type, const Json& value, std::int64_t& field) {
  field = TRY(take_whole(type.name, value, type.min, type.max));
  return {};
}

Result<void> take(const SettingType& type, const Json& value, double& field) {
  const double share = value.is_number() ? value.get<double>() : -1;
  if (!(share >= 0 && share <= 1)) return malformed(type.name, "not a number from 0 to 1");
  field = share;
  return {};
}

Result<void> take(const SettingType& type, const Json& value, CleanupPolicy& field) {
  field = policies[TRY(take_word(type, value))];
  return {};
}

Result<void> take(const SettingType& type, const Json& value, log::NullKeys& field) {
  field = null_keys[TRY(take_word(type, value))];
  return {};
}

Json json_of(std::int64_t value) { return value; }
Json json_of(double value) { return value; }
Json json_of(const CleanupPolicy& value) {
  return setting_words(SettingType::Kind::cleanup_policy)[place_of(policies, value)];
}
Json json_of(log::NullKeys value) {
  return setting_words(SettingType::Kind::null_keys)[place_of(null_keys, value)];
}

}  // namespace

Result<std::int64_t> take_whole(std::string_view name, const Json& value, std::int64_t min,
                                std::int64_t max) {
  if (!value.is_number_integer()) return malformed(name, "not a whole number");
  // What is beyond the signed numbers would wrap around.
  const bool is_huge = value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX;
  const auto number = is_huge ? INT64_MAX : value.get<std::int64_t>();
  if (is_huge || number < min || number > max) {
    return malformed(name, value.dump() + ", not between " + std::to_string(min) + " and " +
                               std::to_string(max));
  }
  return number;
}

Result<void> take_setting(const SettingType& type, const Json& value, TopicConfig& config) {
  return std::visit([&](auto field) { return take(type, value, config.*field); }, type.field);
}

Json setting_value(const SettingType& type, const TopicConfig& config) {
  return std::visit([&](auto field) { return json_of(config.*field); }, type.field);
}

}  // namespace estream::topic
