#include "tool/arguments/setting_values.h"

#include <doctest/doctest.h>

using namespace estream;
using namespace estream::tool;

namespace {

std::string parsed(std::string_view text) {
  const auto setting = parse_topic_setting(text);
  return setting ? setting->name + " " + setting->json : "error: " + setting.error().message;
}

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
        "error: retention: 30 has no unit; write a duration such as 30d, 5m or 10s, or "
        "retention.ms=30 for milliseconds");
  CHECK(parsed("max-age=30").starts_with("error: max-age: 30 has no unit; write"));
  CHECK(parsed("keep-tombstones=1").starts_with("error: keep-tombstones: 1 has no unit; write"));
  CHECK(parsed("max-size=5") ==
        "error: max-size: 5 has no unit; write a size such as 10G or 64M, or retention.bytes=5 for "
        "bytes");
  CHECK(parsed("retention.ms=30") == "retention.ms 30");
  CHECK(parsed("delete.retention.ms=30") == "delete.retention.ms 30");
  CHECK(parsed("retention.bytes=5") == "retention.bytes 5");
  CHECK(parsed("segment.bytes=65536") == "segment.bytes 65536");
  CHECK(parsed("keep-tombstones=0") == "delete.retention.ms 0");
}

TEST_CASE("what is no setting, or no value for it, is refused") {
  CHECK(parsed("retentoin=1d").starts_with("error: retentoin is not a setting; the settings are"));
  for (const char* text :
       {"retention", "retention=", "retention=1x", "segment.bytes=none", "policy=both",
        "min-dirty=1.5", "min-dirty=nan", "null-keys=yes", "=1"}) {
    CAPTURE(text);
    CHECK(parsed(text).starts_with("error: "));
  }
}
