#include "tool/arguments/setting_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "text/parsing.h"
#include "text/values.h"
#include "topic/topic_settings.h"

namespace estream::tool {

namespace {

using Json = nlohmann::ordered_json;
using topic::SettingType;

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> aliases = {{
    {"retention", "retention.ms"},
    {"max-age", "retention.ms"},
    {"max-size", "retention.bytes"},
    {"keep-tombstones", "delete.retention.ms"},
    {"min-dirty", "min.cleanable.dirty.ratio"},
    {"min-compaction-lag", "min.compaction.lag.ms"},
    {"max-compaction-lag", "max.compaction.lag.ms"},
    {"policy", "cleanup.policy"},
    {"null-keys", "null.keys"},
}};

const SettingType* find_type(std::string_view key) {
  for (const auto& [alias, name] : aliases) {
    if (key == alias) key = name;
  }
  const auto types = topic::setting_types();
  const auto found = std::ranges::find(types, key, &SettingType::name);
  return found == types.end() ? nullptr : &*found;
}

Error no_such_setting(const std::string& key) {
  std::string names;
  for (const SettingType& type : topic::setting_types()) {
    names += (names.empty() ? "" : ", ") + std::string(type.name);
  }
  return text::refused(key, "is not a setting; the settings are " + names);
}

Result<Json> word_of(std::string_view text, const SettingType& type) {
  const auto words = topic::setting_words(type.kind);
  if (std::ranges::find(words, text) != words.end()) return Json(text);
  std::string advice = "write ";
  for (const std::string_view word : words) {
    advice += std::string(word) + (word == words.back() ? "" : " or ");
  }
  return text::unclear(text, advice);
}

Error unit_is_missing(std::string_view key, const SettingType& type, std::string_view text) {
  const bool is_time = type.kind == SettingType::Kind::time_ms;
  return {Error::Code::usage,
          fmt::format("{}: {} has no unit; write {}, or {}={} for {}", key, text,
                      is_time ? "a duration such as 30d, 5m or 10s" : "a size such as 10G or 64M",
                      type.name, text, is_time ? "milliseconds" : "bytes")};
}

// `key` is the name that was written, Kafka's own or a short one.
Result<Json> value_of(const SettingType& type, std::string_view key, std::string_view text) {
  if (text == "none" || text == "-1") {
    if (!type.may_be_none()) return text::refused(text, "is not a value of this setting");
    return Json(-1);
  }
  const bool is_plain = text::parse_whole(text).value_or(0) != 0;
  const bool has_unit =
      type.kind == SettingType::Kind::time_ms || type.kind == SettingType::Kind::bytes;
  if (has_unit && is_plain && key != type.name) return unit_is_missing(key, type, text);
  switch (type.kind) {
    case SettingType::Kind::time_ms: {
      // Kafka's settings are plain milliseconds.
      if (const auto ms = text::parse_whole(text)) return Json(*ms);
      const text::Duration duration = TRY(text::parse_duration(text));
      return Json(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
    }
    case SettingType::Kind::bytes:
      return Json(TRY(text::parse_kafka_size(text)));
    case SettingType::Kind::share:
      return Json(TRY(parse_share(text)));
    case SettingType::Kind::cleanup_policy:
    case SettingType::Kind::null_keys:
      return word_of(text, type);
  }
  ASSERT(false);
}

}  // namespace

Result<double> parse_share(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  if (failure == std::errc() && stop == end && value >= 0 && value <= 1) return value;
  return text::unclear(text, "write a share from 0 to 1, such as 0.5");
}

Result<topic::TopicSetting> parse_topic_setting(std::string_view text) {
  const text::KeyValue pair = TRY(text::parse_key_value(text));
  const SettingType* type = find_type(pair.key);
  if (type == nullptr) return no_such_setting(pair.key);
  const Json value = TRY(value_of(*type, pair.key, pair.value));
  return topic::TopicSetting{std::string(type->name), value.dump()};
}

}  // namespace estream::tool
