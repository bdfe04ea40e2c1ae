#include "topic/topic_json.h"

#include <algorithm>
#include <array>
#include <utility>

#include "topic/setting_json.h"
#include "topic/topic_settings.h"

namespace estream::topic {

namespace {

using Json = nlohmann::ordered_json;

constexpr int format_version = 1;
constexpr const char* version_field = "version";
constexpr const char* id_field = "id";
constexpr const char* partitions_field = "partitions";
constexpr const char* partition_epoch_field = "partition_epoch";
constexpr const char* settings_field = "config";
constexpr std::array<std::string_view, 5> known_fields = {version_field, id_field, partitions_field,
                                                          partition_epoch_field, settings_field};

Error malformed(const std::string& what) { return {Error::Code::corrupt, what}; }

// The preset when the field is not there.
Result<std::int32_t> take_int32(const Json& object, const char* name, std::int32_t min,
                                std::int32_t max, std::int32_t preset) {
  const auto found = object.find(name);
  if (found == object.end()) return preset;
  return static_cast<std::int32_t>(TRY(take_whole(name, *found, min, max)));
}

Result<TopicId> take_id(const Json& object) {
  const auto found = object.find(id_field);
  if (found == object.end()) return TopicId();
  const auto id =
      found->is_string() ? TopicId::parse(found->get_ref<const std::string&>()) : std::nullopt;
  if (!id) return malformed("id is not 32 hexadecimal digits");
  return *id;
}

bool is_known_setting(const std::string& name) {
  return std::ranges::find(setting_types(), name, &SettingType::name) != setting_types().end();
}

// An object, always.
Json source_of(const TopicConfig& config) {
  return config.source.empty() ? Json::object() : Json::parse(config.source, nullptr, false);
}

}  // namespace

Result<TopicConfig> parse_topic_config(std::string_view json) {
  const Json object = Json::parse(json, nullptr, false);
  if (!object.is_object()) return malformed("is not a JSON object");
  const std::int32_t version = TRY(take_int32(object, version_field, 1, INT32_MAX, 0));
  if (version != format_version) {
    return malformed("has version " + std::to_string(version) + ", and this estream knows 1");
  }
  TopicConfig config;
  config.id = TRY(take_id(object));
  config.partition_count = TRY(take_int32(object, partitions_field, 1, partition_count_max, 0));
  if (config.partition_count == 0) return malformed("partitions is missing");
  config.partition_epoch = TRY(take_int32(object, partition_epoch_field, 0, INT32_MAX, 0));
  if (const auto settings = object.find(settings_field); settings != object.end()) {
    if (!settings->is_object()) return malformed("config is not an object");
    for (const SettingType& type : setting_types()) {
      const auto value = settings->find(type.name);
      if (value != settings->end()) TRY(take_setting(type, *value, config));
    }
  }
  config.source = json;
  return config;
}

std::string to_json(const TopicConfig& config) {
  Json object = source_of(config);
  object[version_field] = format_version;
  if (!config.id.is_none()) object[id_field] = config.id.to_text();
  object[partitions_field] = config.partition_count;
  object[partition_epoch_field] = config.partition_epoch;
  Json& settings = object[settings_field];
  if (settings.is_null()) settings = Json::object();
  for (const SettingType& type : setting_types()) {
    const Json value = setting_value(type, config);
    const auto written = settings.find(type.name);
    TopicConfig before;
    // Two spellings may mean the same; the user's stays.
    if (written != settings.end() && take_setting(type, *written, before) &&
        setting_value(type, before) == value) {
      continue;
    }
    const bool is_preset = value == setting_value(type, TopicConfig());
    if (written != settings.end() || !is_preset || config.source.empty()) {
      settings[std::string(type.name)] = value;
    }
  }
  return object.dump(2) + "\n";
}

std::vector<std::string> unknown_fields(const TopicConfig& config) {
  std::vector<std::string> names;
  const Json object = source_of(config);
  for (const auto& [name, value] : object.items()) {
    if (std::ranges::find(known_fields, name) == known_fields.end()) names.push_back(name);
  }
  const Json settings = object.value(settings_field, Json::object());
  for (const auto& [name, value] : settings.items()) {
    if (!is_known_setting(name)) names.push_back(name);
  }
  return names;
}

std::string settings_json(const TopicConfig& config) {
  Json all = Json::object();
  for (const SettingType& type : setting_types()) {
    all[std::string(type.name)] = setting_value(type, config);
  }
  const Json settings = source_of(config).value(settings_field, Json::object());
  for (const auto& [name, value] : settings.items()) {
    if (!is_known_setting(name)) all[name] = value;
  }
  return all.dump();
}

Result<std::vector<SettingChange>> change_settings(TopicConfig& config,
                                                   std::span<const TopicSetting> settings) {
  std::vector<SettingChange> changes;
  for (const TopicSetting& setting : settings) {
    const auto type = std::ranges::find(setting_types(), setting.name, &SettingType::name);
    ASSERT(type != setting_types().end());
    const std::string before = setting_value(*type, config).dump();
    const auto taken = take_setting(*type, Json::parse(setting.json, nullptr, false), config);
    if (!taken) return Error{Error::Code::usage, taken.error().message};
    changes.push_back({setting.name, before, setting_value(*type, config).dump()});
  }
  return changes;
}

}  // namespace estream::topic
