#include "tool/topic_settings.h"

#include <doctest/doctest.h>

using namespace estream;
using namespace estream::tool;

namespace {

std::string parsed(std::string_view text) {
  const auto setting = parse_topic_setting(text);
  return setting ? setting->name + " " + setting->json : "error: " + setting.error().message;
}

constexpr const char* topic_json =
    R"({"version":1,"partitions":2,"note":[1,2.50,{}],"config":{"retention.ms":-1,"x":"y"}})";

}  // namespace

TEST_CASE("settings have Kafka's names and short ones") {
  CHECK(parsed("retention=30d") == "retention.ms 2592000000");
  CHECK(parsed("retention.ms=1500") == "retention.ms 1500");
  CHECK(parsed("max-age=none") == "retention.ms -1");
  CHECK(parsed("retention.bytes=10G") == "retention.bytes 10737418240");
  CHECK(parsed("max-size=-1") == "retention.bytes -1");
  CHECK(parsed("segment.bytes=64M") == "segment.bytes 67108864");
  CHECK(parsed("segment.ms=7d") == "segment.ms 604800000");
  CHECK(parsed("keep-tombstones=1h") == "delete.retention.ms 3600000");
  CHECK(parsed("min-dirty=0.25") == "min.cleanable.dirty.ratio 0.25");
  CHECK(parsed("policy=compact,delete") == "cleanup.policy \"compact,delete\"");
  CHECK(parsed("null-keys=drop") == "null.keys \"drop\"");
}

TEST_CASE("a number without a unit is taken under Kafka's names alone") {
  CHECK(parsed("retention=30") ==
        "error: retention: write 30d, 30m or 30s; plain milliseconds go with Kafka's name: "
        "retention.ms=30");
  CHECK(parsed("max-age=30").starts_with("error: max-age: write 30d, 30m or 30s"));
  CHECK(parsed("keep-tombstones=1").starts_with("error: keep-tombstones: write 1d, 1m or 1s"));
  CHECK(parsed("max-size=5") ==
        "error: max-size: write 5G, 5M or 5B; plain bytes go with Kafka's name: retention.bytes=5");
  CHECK(parsed("retention.ms=30") == "retention.ms 30");
  CHECK(parsed("delete.retention.ms=30") == "delete.retention.ms 30");
  CHECK(parsed("retention.bytes=5") == "retention.bytes 5");
  CHECK(parsed("segment.bytes=65536") == "segment.bytes 65536");
  CHECK(parsed("keep-tombstones=0") == "delete.retention.ms 0");
}

TEST_CASE("what is no setting, or no value for it, is refused") {
  CHECK(parsed("retentoin=1d").starts_with("error: retentoin is no setting; there are"));
  for (const char* text :
       {"retention", "retention=", "retention=1x", "segment.bytes=none", "policy=both",
        "min-dirty=1.5", "min-dirty=nan", "null-keys=yes", "=1"}) {
    CAPTURE(text);
    CHECK(parsed(text).starts_with("error: "));
  }
}

TEST_CASE("changing settings keeps all else that the file has") {
  const auto changed =
      change_settings(topic_json, {{"retention.ms", "5"}, {"cleanup.policy", "\"compact\""}});
  REQUIRE(changed);
  CHECK(changed->json.find(R"("note": [)") != std::string::npos);
  CHECK(changed->json.find("2.5") != std::string::npos);
  CHECK(changed->json.find(R"("x": "y")") != std::string::npos);
  CHECK(changed->json.find(R"("retention.ms": 5)") != std::string::npos);
  REQUIRE(changed->changes.size() == 2);
  CHECK(changed->changes[0].before == "-1");
  CHECK(changed->changes[1].before == "null");
  CHECK(changed->changes[1].after == "\"compact\"");
}

TEST_CASE("a value that no reader would take is refused") {
  const auto changed = change_settings(topic_json, {{"segment.bytes", "1"}});
  REQUIRE(!changed);
  CHECK(changed.error().code == Error::Code::usage);
  CHECK(!change_settings("[]", {}));
  CHECK(!change_settings(R"({"config":3})", {}));
}

TEST_CASE("the policy of compaction has Kafka's defaults") {
  const auto policy = parse_compaction_policy(topic_json);
  REQUIRE(policy);
  CHECK(policy->delete_retention_ms == 86'400'000);
  CHECK(policy->min_cleanable_dirty_ratio == 0.5);
  CHECK(policy->null_keys == log::NullKeys::refuse);
}

TEST_CASE("the policy of compaction is read from the settings, or refused") {
  const auto policy = parse_compaction_policy(
      R"({"config":{"delete.retention.ms":7,"min.cleanable.dirty.ratio":0,"null.keys":"keep"}})");
  REQUIRE(policy);
  CHECK(policy->delete_retention_ms == 7);
  CHECK(policy->min_cleanable_dirty_ratio == 0);
  CHECK(policy->null_keys == log::NullKeys::keep);
  for (const char* text :
       {R"({"config":{"delete.retention.ms":-7}})",
        R"({"config":{"min.cleanable.dirty.ratio":"1"}})", R"({"config":{"null.keys":3}})"}) {
    CAPTURE(text);
    CHECK(!parse_compaction_policy(text));
  }
}
