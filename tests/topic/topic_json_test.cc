#include "topic/topic_json.h"

#include <doctest/doctest.h>

using namespace estream;
using namespace estream::topic;

TEST_CASE("settings come back as they were stored") {
  TopicConfig config;
  config.partition_count = 12;
  config.partition_epoch = 3;
  config.cleanup_policy = {.deletes = false, .compacts = true};
  config.retention_ms = 86'400'000;
  config.retention_bytes = 1'000'000;
  config.segment_bytes = 1024;
  config.segment_ms = 1;
  const auto parsed = parse_topic_config(to_json(config));
  REQUIRE(parsed);
  CHECK(to_json(*parsed) == to_json(config));
  CHECK(parsed->partition_count == 12);
  CHECK(parsed->partition_epoch == 3);
  CHECK(parsed->cleanup_policy == config.cleanup_policy);
  CHECK(parsed->retention_ms == 86'400'000);
  CHECK(parsed->retention_bytes == 1'000'000);
  CHECK(parsed->segment_bytes == 1024);
  CHECK(parsed->segment_ms == 1);
}

TEST_CASE("what is not said has Kafka's preset") {
  const auto config = parse_topic_config(R"({"version": 1, "partitions": 2})");
  REQUIRE(config);
  CHECK(config->partition_count == 2);
  CHECK(config->cleanup_policy == CleanupPolicy{.deletes = true, .compacts = false});
  CHECK(config->retention_ms == -1);
  CHECK(config->retention_bytes == -1);
  CHECK(config->segment_bytes == 1073741824);
  CHECK(config->segment_ms == 604'800'000);
}

TEST_CASE("settings that nobody knows do no harm") {
  CHECK(parse_topic_config(
      R"({"version": 1, "partitions": 1, "x": [], "config": {"min.insync.replicas": 1}})"));
}

TEST_CASE("malformed settings are corrupt, never taken half") {
  for (const std::string json :
       {"",
        "{",
        "[]",
        "1",
        "null",
        "\"x\"",
        "{}",
        R"({"version": 1})",
        R"({"partitions": 1})",
        R"({"version": 2, "partitions": 1})",
        R"({"version": "1", "partitions": 1})",
        R"({"version": 1, "partitions": 0})",
        R"({"version": 1, "partitions": -1})",
        R"({"version": 1, "partitions": 10001})",
        R"({"version": 1, "partitions": 1.5})",
        R"({"version": 1, "partitions": "1"})",
        R"({"version": 1, "partitions": null})",
        R"({"version": 1, "partitions": 1, "partition_epoch": -1})",
        R"({"version": 1, "partitions": 1, "id": 1})",
        R"({"version": 1, "partitions": 1, "id": ""})",
        R"({"version": 1, "partitions": 1, "id": "00000000000000000000000000000000"})",
        R"({"version": 1, "partitions": 1, "config": []})",
        R"({"version": 1, "partitions": 1, "config": null})",
        R"({"version": 1, "partitions": 1, "config": {"cleanup.policy": 1}})",
        R"({"version": 1, "partitions": 1, "config": {"cleanup.policy": "keep"}})",
        R"({"version": 1, "partitions": 1, "config": {"retention.ms": -2}})",
        R"({"version": 1, "partitions": 1, "config": {"retention.ms": 18446744073709551615}})",
        R"({"version": 1, "partitions": 1, "config": {"retention.ms": 1e30}})",
        R"({"version": 1, "partitions": 1, "config": {"segment.bytes": 1023}})",
        R"({"version": 1, "partitions": 1, "config": {"segment.bytes": 2147483648}})",
        R"({"version": 1, "partitions": 1, "config": {"segment.ms": 0}})",
        R"({"version": 1, "partitions": 1} x)",
        "{\"version\": 1, \"partitions\": 1, \"\xff\": 1}"}) {
    CAPTURE(json);
    const auto config = parse_topic_config(json);
    REQUIRE(!config);
    CHECK(config.error().code == Error::Code::corrupt);
  }
}

TEST_CASE("settings cut at any byte are corrupt") {
  const std::string json = to_json({});
  for (std::size_t size = 0; size + 2 < json.size(); size++) {
    CAPTURE(size);
    REQUIRE(!parse_topic_config(json.substr(0, size)));
  }
}

TEST_CASE("nesting without end is refused and does not overflow the stack") {
  CHECK(!parse_topic_config(std::string(100'000, '[')));
}
