#include "tool/inspect/verify_plan.h"

#include <doctest/doctest.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <string>

#include "support/mixed_partition.h"
#include "support/read_topics.h"

using namespace estream;
using namespace estream::tool;
using Json = nlohmann::ordered_json;

namespace {

constexpr const char* config_path = "log/orders/topic.json";

Result<VerifyPlan> plan(io::System& system, const std::string& argument = "orders") {
  InspectOptions options;
  options.request.sources.data_root = "log";
  return plan_topic(system, options, argument);
}

// Whether two topic.json have the same fields and differ in nothing but a setting's value.
bool differ_in_a_setting(const std::string& a, const std::string& b) {
  Json first = Json::parse(a, nullptr, false);
  Json second = Json::parse(b, nullptr, false);
  for (Json* json : {&first, &second}) {
    json->erase("partition_epoch");
    json->erase("id");
    for (auto& [name, value] : (*json)["config"].items()) value = nullptr;
  }
  return first == second;
}

}  // namespace

TEST_CASE("a topic that is whole has all of its partitions and no finding") {
  io::MemorySystem system;
  const TestTopic topic(system, "orders", 2);
  const auto found = plan(system);
  REQUIRE(found);
  CHECK(found->findings.empty());
  REQUIRE(found->targets.size() == 2);
  CHECK(found->targets[1].partition == 1);
}

TEST_CASE("a flipped bit of topic.json is found, or it is another value of a setting") {
  io::MemorySystem system;
  const TestTopic topic(system, "orders", 1);
  const std::string content = system.content(config_path);
  int found = 0, settings = 0;
  for (std::size_t bit = 0; bit < content.size() * 8; bit++) {
    const std::string damaged = log::flipped(content, bit);
    system.set_content(config_path, damaged);
    const auto now = plan(system);
    REQUIRE(now);
    CHECK(now->targets.size() == 1);
    if (!now->findings.empty()) {
      CHECK(now->findings[0].kind == log::Finding::Kind::fault);
      found++;
    } else {
      CHECK_MESSAGE(differ_in_a_setting(content, damaged), damaged);
      settings++;
    }
  }
  const std::size_t flips = content.size() * 8;
  MESSAGE(flips << " flips, found " << found << ", another setting " << settings);
  CHECK(found > 5 * settings);
}

TEST_CASE("topic.json that the system refuses to open is no damage") {
  io::MemorySystem system;
  const TestTopic topic(system, "orders", 2);
  system.fail(io::MemorySystem::Call::open, 1, ENFILE, io::MemorySystem::forever, "topic.json");
  const auto now = plan(system);
  REQUIRE(now);
  REQUIRE(now->findings.size() == 1);
  CHECK(now->findings[0].kind == log::Finding::Kind::unreadable);
  CHECK(now->findings[0].what.starts_with("cannot open"));
  CHECK(now->targets.size() == 2);
}

TEST_CASE(
    "topic.json that is cut or missing is found, and the partitions are looked at all the same") {
  io::MemorySystem system;
  const TestTopic topic(system, "orders", 2);
  const std::string content = system.content(config_path);
  const std::size_t end = content.find_last_of('}');
  for (std::size_t size = 0; size <= end; size++) {
    system.set_content(config_path, content.substr(0, size));
    const auto now = plan(system);
    REQUIRE(now);
    CHECK(now->findings.size() == 1);
    CHECK(now->targets.size() == 2);
  }
  system.remove(config_path);
  const auto now = plan(system);
  REQUIRE(now);
  CHECK(now->findings.size() == 1);
  CHECK(now->targets.size() == 2);
}
