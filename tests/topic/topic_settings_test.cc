#include "topic/topic_settings.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "topic/topic_json.h"

using namespace estream;
using namespace estream::topic;
using Json = nlohmann::ordered_json;

namespace {

constexpr const char* text =
    R"({"version":1,"partitions":2,"note":[1,2.50,{}],"config":{"retention.ms":-1,"x":"y"}})";

TopicConfig config() {
  auto parsed = parse_topic_config(text);
  REQUIRE(parsed);
  return *std::move(parsed);
}

Result<std::vector<SettingChange>> change(TopicConfig& config, const char* name, const char* json) {
  const TopicSetting setting = {name, json};
  return change_settings(config, {&setting, 1});
}

// A value of each setting that is not its preset.
constexpr const char* values = R"({"cleanup.policy":"compact,delete","retention.ms":7,
    "retention.bytes":8,"segment.bytes":4096,"segment.ms":9,"delete.retention.ms":10,
    "min.cleanable.dirty.ratio":0.25,"min.compaction.lag.ms":11,"max.compaction.lag.ms":12,
    "null.keys":"drop"})";

}  // namespace

TEST_CASE("every setting can be changed, is written, and is read again") {
  const Json others = Json::parse(values);
  CHECK(others.size() == setting_types().size());
  for (const SettingType& type : setting_types()) {
    CAPTURE(type.name);
    TopicConfig changed = config();
    const std::string name(type.name);
    const std::string value = others[name].dump();
    const auto changes = change(changed, name.c_str(), value.c_str());
    REQUIRE(changes);
    CHECK(changes->front().after == value);
    CHECK(changes->front().before == Json::parse(settings_json(config()))[name].dump());
    const auto again = parse_topic_config(to_json(changed));
    REQUIRE(again);
    CHECK(Json::parse(settings_json(*again))[name] == others[name]);
  }
}

TEST_CASE("what is written again keeps all else that the file has, and adds no presets") {
  TopicConfig changed = config();
  REQUIRE(change(changed, "null.keys", "\"keep\""));
  CHECK(Json::parse(to_json(changed)) ==
        Json::parse(R"({"version":1,"partitions":2,"note":[1,2.50,{}],
            "config":{"retention.ms":-1,"x":"y","null.keys":"keep"},"partition_epoch":0})"));
  CHECK(unknown_fields(changed) == std::vector<std::string>{"note", "x"});
  // Also when it is given to another topic: a branch.
  changed.id = *TopicId::parse("000102030405060708090a0b0c0d0e0f");
  CHECK(to_json(changed).find(R"("note")") != std::string::npos);
  CHECK(Json::parse(settings_json(changed))["x"] == "y");
}

TEST_CASE("a word of two spellings stays as it was written") {
  const auto parsed = parse_topic_config(
      R"({"version":1,"partitions":1,"config":{"cleanup.policy":"delete,compact"}})");
  REQUIRE(parsed);
  CHECK(parsed->cleanup_policy == CleanupPolicy{true, true});
  CHECK(to_json(*parsed).find("delete,compact") != std::string::npos);
}

TEST_CASE("a value that no reader would take is refused") {
  const std::pair<const char*, const char*> bad[] = {{"segment.bytes", "1"},
                                                     {"segment.bytes", "2147483648"},
                                                     {"segment.ms", "0"},
                                                     {"retention.ms", "-2"},
                                                     {"retention.bytes", "1.5"},
                                                     {"delete.retention.ms", "-1"},
                                                     {"delete.retention.ms", "1e30"},
                                                     {"min.cleanable.dirty.ratio", "1.1"},
                                                     {"null.keys", "\"no\""},
                                                     {"cleanup.policy", "\"\""}};
  for (const auto& setting : bad) {
    const auto& [name, json] = setting;
    CAPTURE(setting.first);
    TopicConfig changed = config();
    const auto outcome = change(changed, name, json);
    REQUIRE(!outcome);
    CHECK(outcome.error().code == Error::Code::usage);
    const std::string file =
        std::string(R"({"version":1,"partitions":1,"config":{")") + name + "\":" + json + "}}";
    const auto read = parse_topic_config(file);
    REQUIRE(!read);
    CHECK(read.error().code == Error::Code::corrupt);
    CHECK(read.error().message == outcome.error().message);
  }
}
