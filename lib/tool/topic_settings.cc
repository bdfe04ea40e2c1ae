#include "tool/topic_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "cli/number.h"
#include "cli/values.h"
#include "topic/topic_config.h"

namespace estream::tool {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t topic_json_bytes_max = 1 << 20;

enum class Kind { time, size, share, policy, null_keys };

struct Known {
  std::string_view name;
  std::string_view alias;
  Kind kind;
  bool may_be_none;
};

constexpr std::array<Known, 8> known_settings = {{
    {"retention.ms", "retention", Kind::time, true},
    {"retention.bytes", "", Kind::size, true},
    {"segment.bytes", "", Kind::size, false},
    {"segment.ms", "", Kind::time, false},
    {"delete.retention.ms", "keep-tombstones", Kind::time, false},
    {"min.cleanable.dirty.ratio", "min-dirty", Kind::share, false},
    {"cleanup.policy", "policy", Kind::policy, false},
    {"null.keys", "null-keys", Kind::null_keys, false},
}};
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> more_aliases = {
    {{"max-age", "retention.ms"}, {"max-size", "retention.bytes"}}};

Error misuse(std::string message) { return {Error::Code::usage, std::move(message)}; }

const Known* find_known(std::string_view key) {
  for (const auto& [alias, name] : more_aliases) {
    if (key == alias) key = name;
  }
  const auto known = std::ranges::find_if(known_settings, [&](const Known& one) {
    return one.name == key || (!one.alias.empty() && one.alias == key);
  });
  return known == known_settings.end() ? nullptr : &*known;
}

Result<Json> word_of(std::string_view text, std::initializer_list<std::string_view> words) {
  std::string advice = "write ";
  for (const std::string_view word : words) {
    if (text == word) return Json(text);
    advice += std::string(word) + (word == *(words.end() - 1) ? "" : " or ");
  }
  return cli::unclear(text, advice);
}

Error unit_is_missing(std::string_view key, const Known& known, std::string_view text) {
  const bool is_time = known.kind == Kind::time;
  return misuse(
      fmt::format("{0}: write {1}{2}, {1}{3} or {1}{4}; plain {5} go with Kafka's name: "
                  "{6}={1}",
                  key, text, is_time ? "d" : "G", is_time ? "m" : "M", is_time ? "s" : "B",
                  is_time ? "milliseconds" : "bytes", known.name));
}

// `key` is the name that was written, Kafka's own or a short one.
Result<Json> value_of(const Known& known, std::string_view key, std::string_view text) {
  if (text == "none" || text == "-1") {
    if (!known.may_be_none) return cli::refused(text, "is no value of this setting; write one");
    return Json(-1);
  }
  const bool is_plain = cli::parse_whole(text).value_or(0) != 0;
  const bool has_unit = known.kind == Kind::time || known.kind == Kind::size;
  if (has_unit && is_plain && key != known.name) return unit_is_missing(key, known, text);
  switch (known.kind) {
    case Kind::time: {
      // Kafka's settings are plain milliseconds.
      if (const auto ms = cli::parse_whole(text)) return Json(*ms);
      const cli::Duration duration = TRY(cli::parse_duration(text));
      return Json(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
    }
    case Kind::size:
      return Json(TRY(cli::parse_kafka_size(text)));
    case Kind::share:
      return Json(TRY(parse_share(text)));
    case Kind::policy:
      return word_of(text, {"delete", "compact", "compact,delete"});
    case Kind::null_keys:
      return word_of(text, {"refuse", "drop", "keep"});
  }
  ASSERT(false);
}

Result<Json> parse_object(std::string_view json) {
  Json object = Json::parse(json, nullptr, false);
  const bool is_good =
      object.is_object() && (!object.contains("config") || object["config"].is_object());
  if (!is_good) return Error{Error::Code::corrupt, "is not a JSON object with settings"};
  return object;
}

}  // namespace

Result<double> parse_share(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  if (failure == std::errc() && stop == end && value >= 0 && value <= 1) return value;
  return cli::unclear(text, "write a share from 0 to 1, such as 0.5");
}

Result<TopicSetting> parse_topic_setting(std::string_view text) {
  const cli::KeyValue pair = TRY(cli::parse_key_value(text));
  const Known* known = find_known(pair.key);
  if (known == nullptr) {
    std::string names;
    for (const Known& one : known_settings)
      names += (names.empty() ? "" : ", ") + std::string(one.name);
    return cli::refused(pair.key, "is no setting; there are " + names);
  }
  const Json value = TRY(value_of(*known, pair.key, pair.value));
  return TopicSetting{std::string(known->name), value.dump()};
}

Result<ChangedSettings> change_settings(std::string_view json,
                                        const std::vector<TopicSetting>& settings) {
  Json object = TRY(parse_object(json));
  ChangedSettings changed;
  Json& config = object["config"];
  for (const TopicSetting& setting : settings) {
    const Json before = config.contains(setting.name) ? config[setting.name] : Json();
    config[setting.name] = Json::parse(setting.json);
    changed.changes.push_back({setting.name, before.dump(), setting.json});
  }
  changed.json = object.dump(2) + "\n";
  // The readers' own limits.
  if (const auto valid = topic::parse_topic_config(changed.json); !valid) {
    return misuse("option --set: " + valid.error().message);
  }
  return changed;
}

Result<CompactionPolicy> parse_compaction_policy(std::string_view json) {
  const Json object = TRY(parse_object(json));
  const Json config = object.value("config", Json::object());
  CompactionPolicy policy;
  if (const auto found = config.find("delete.retention.ms"); found != config.end()) {
    const bool is_good =
        found->is_number_unsigned() && found->get<std::uint64_t>() <= INT64_MAX / 2;
    if (!is_good) return Error{Error::Code::corrupt, "delete.retention.ms is not a time"};
    policy.delete_retention_ms = found->get<std::int64_t>();
  }
  if (const auto found = config.find("min.cleanable.dirty.ratio"); found != config.end()) {
    const double ratio = found->is_number() ? found->get<double>() : -1;
    if (ratio < 0 || ratio > 1) {
      return Error{Error::Code::corrupt, "min.cleanable.dirty.ratio is not between 0 and 1"};
    }
    policy.min_cleanable_dirty_ratio = ratio;
  }
  if (const auto found = config.find("null.keys"); found != config.end()) {
    if (*found == "drop") {
      policy.null_keys = log::NullKeys::drop;
    } else if (*found == "keep") {
      policy.null_keys = log::NullKeys::keep;
    } else if (*found != "refuse") {
      return Error{Error::Code::corrupt, "null.keys is not refuse, drop or keep"};
    }
  }
  return policy;
}

Result<std::string> read_topic_json(const io::Directory& topic) {
  return topic.read_file(topic_json_name, topic_json_bytes_max);
}

Result<void> write_topic_json(const io::Directory& topic, std::string_view json) {
  TRY(topic.replace_file(topic_json_name, json));
  return topic.remove_dead_temporaries(topic_json_name);
}

}  // namespace estream::tool
