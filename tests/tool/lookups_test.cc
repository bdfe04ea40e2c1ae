#include "tool/lookup/lookups.h"

#include <doctest/doctest.h>

#include <initializer_list>
#include <optional>
#include <random>
#include <string>

#include "support/read_topics.h"
#include "support/seed.h"

using namespace estream;
using namespace estream::tool;
using namespace estream::read;

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

// Lookups in topics of the root "log".
class Machine {
 public:
  Machine() : end_(system, std::nullopt) { options.temporary_directory = "tmp"; }

  Lookups& open(std::initializer_list<const char*> texts, bool is_followed = false) {
    for (const char* text : texts) options.specs.push_back(*parse_lookup(text));
    SourceRequest request;
    request.data_root = "log";
    const auto is_open = lookups_.emplace(system, options, end_)
                             .open(request, std::nullopt, is_followed, MissingTopic::is_error);
    if (!is_open) FAIL(is_open.error().message);
    REQUIRE(lookups_->refresh());
    return *lookups_;
  }

  std::string enriched(const std::string& value, std::int64_t time_ms,
                       std::optional<std::string_view> key = {}) {
    const RecordView record = {{0}, {time_ms}, key, value, {}};
    std::string out = "|";
    const auto held = lookups_->hold();
    const auto outcome = lookups_->enrich(record, parser_, out);
    if (!outcome) return outcome.error().message;
    if (*outcome != Enrichment::Outcome::enriched) CHECK(out == "|");
    return *outcome == Enrichment::Outcome::enriched ? out.substr(1) : "as it is";
  }

  io::MemorySystem system;
  LookupOptions options;

 private:
  EndCondition end_;
  std::optional<Lookups> lookups_;
  json::EventParser parser_;
};

}  // namespace

TEST_CASE("an event gets the value of its key, or that of a field") {
  Machine machine;
  TestTopic users(machine.system, "users", 1);
  users.append(0, {{1, R"({"n":1})", "ann"}, {2, "text", "bob"}, {3, std::nullopt, "ann"}});
  machine.open({"u=users", "v=users[.by]"});
  CHECK(machine.enriched(R"({"by":"bob"})", 2, "ann") == R"({"by":"bob","u":{"n":1},"v":"text"})");
  CHECK(machine.enriched(R"({"by":"bob"})", 3, "ann") == R"({"by":"bob","u":null,"v":"text"})");
  CHECK(machine.enriched("{}", 0, "ann") == R"({"u":null,"v":null})");
  CHECK(machine.enriched("{}", 9) == R"({"u":null,"v":null})");
  for (const char* other : {"", "[]", "1", "\"x\"", "{", "{} {}", "{\"a\":1,}"}) {
    CHECK(machine.enriched(other, 9) == "as it is");
  }
}

TEST_CASE("all other bytes of an event stay, whatever it looks like") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const auto any = [&random](std::initializer_list<const char*> texts) {
    return std::string(texts.begin()[random() % texts.size()]);
  };
  const auto space = [&any] { return any({"", "", " ", "\t\n", "\r\n  "}); };
  Machine machine;
  TestTopic users(machine.system, "users", 1);
  users.append(0, {{1, "[\"new\"]", "ann"}});
  machine.open({"u=users"});
  for (int round = 0; round < 3000; round++) {
    std::string before = space() + "{" + space();
    std::string old;
    std::string after;
    const std::uint64_t count = random() % 5;
    const std::uint64_t place = random() % 10;
    for (std::uint64_t i = 0; i < count; i++) {
      std::string& text = old.empty() ? before : after;
      if (i > 0) text += "," + space();
      const std::string name =
          i == place ? any({"u", "\\u0075"}) : any({"v", "U", "", "\\\"u", "{"});
      text += "\"" + name + "\"" + space() + ":" + space();
      const std::string value = any({"1", "-0.50e+1", "null", "\"}\"", "\"\\\"]\"", "[ ]",
                                     "{\"u\":{}}", "[{\"u\" : 1},\"\\\\\"]", "true"});
      if (i == place) {
        old = value;
        after += space();
      } else {
        text += value + space();
      }
    }
    const std::string end = "}" + space();
    const std::string added = count > 0 ? R"(,"u":["new"])" : R"("u":["new"])";
    const std::string event = before + old + after + end;
    CAPTURE(event);
    CHECK(machine.enriched(event, 1, "ann") ==
          before + (old.empty() ? added : R"(["new"])") + after + end);
  }
}

TEST_CASE("a lookup sees what the one before it has added") {
  Machine machine;
  TestTopic users(machine.system, "users", 2);
  users.append(0, {{1, R"({"boss":"bob"})", "ann"}});
  users.append(1, {{1, R"({"boss":7})", "bob"}});
  machine.open({"a=users[.by]", "b=users[.a.boss]", "a=users[.b.boss]"});
  CHECK(machine.enriched(R"({"by":"ann"} )", 5) == R"({"by":"ann","a":null,"b":{"boss":7}} )");
}

TEST_CASE("what comes to a table is there after the next refresh") {
  Machine machine;
  TestTopic users(machine.system, "users", 1);
  Lookups& lookups = machine.open({"u=users"}, true);
  CHECK(machine.enriched("{}", 5, "k") == R"({"u":null})");
  users.append(0, {{1, "1", "k"}});
  users.append(0, {{7, "7", "k"}, {3, "3", "k"}});
  CHECK(machine.enriched("{}", 5, "k") == R"({"u":null})");
  REQUIRE(lookups.refresh());
  CHECK(machine.enriched("{}", 2, "k") == R"({"u":1})");
  CHECK(machine.enriched("{}", 5, "k") == R"({"u":3})");
  CHECK(machine.enriched("{}", 9, "k") == R"({"u":7})");
}

TEST_CASE("an event waits until the tables have come to its time, but not too long") {
  Machine machine;
  machine.options.wait_ns = 10 * second_ns;
  TestTopic users(machine.system, "users", 3);
  const std::int64_t now_ms = machine.system.wall_clock_ms();
  users.append(0, {{now_ms + 5, "1", "k"}});
  users.append(1, {{now_ms - 5, "1", "l"}});
  Lookups& lookups = machine.open({"u=users"}, true);
  // The partition that is behind counts; an empty one does not.
  std::optional<std::int64_t> old;
  std::optional<std::int64_t> young;
  CHECK(lookups.is_time_for({now_ms - 5}, old));
  CHECK(!lookups.is_time_for({now_ms}, young));
  REQUIRE(lookups.waiting_until_ns());
  CHECK(*lookups.waiting_until_ns() <= machine.system.monotonic_ns() + 10 * second_ns);
  users.append(1, {{now_ms, "2", "l"}});
  REQUIRE(lookups.refresh());
  CHECK(!lookups.waiting_until_ns());
  CHECK(lookups.is_time_for({now_ms}, young));
  // No table comes: the time does it, for an old event at once, for one of the future as well.
  std::optional<std::int64_t> future;
  CHECK(lookups.is_time_for({now_ms - 60'000}, old));
  CHECK(!lookups.is_time_for({now_ms + 60'000}, future));
  machine.system.sleep_ns(9 * second_ns);
  REQUIRE(lookups.refresh());
  CHECK(!lookups.is_time_for({now_ms + 60'000}, future));
  machine.system.sleep_ns(2 * second_ns);
  CHECK(!lookups.is_time_for({now_ms + 60'000}, future));
  REQUIRE(lookups.refresh());
  CHECK(lookups.is_time_for({now_ms + 60'000}, future));
}

TEST_CASE("a table is not written by the run that reads it") {
  Machine machine;
  const TestTopic users(machine.system, "users", 1);
  const TestTopic others(machine.system, "others", 1);
  const Lookups& lookups = machine.open({"u=users"});
  const auto refused = lookups.check_written("--into", {"log", "users", ""});
  REQUIRE(!refused);
  CHECK(refused.error().code == Error::Code::usage);
  CHECK(lookups.check_written("--into", {"log", "others", ""}));
  CHECK(lookups.check_written("--into", {"log", "not-there", ""}));
}
