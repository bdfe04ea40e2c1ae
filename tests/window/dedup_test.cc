#include <doctest/doctest.h>

#include <map>

#include "support/seed.h"
#include "window/task_rig.h"

namespace estream::window {

static Settings dedup(std::int64_t size_ms, std::size_t sources = 1, std::int64_t grace_ms = 0) {
  Settings settings;
  settings.op = Operator::dedup;
  settings.size_ms = size_ms;
  settings.sources = sources;
  settings.grace_ms = grace_ms;
  settings.is_sorted = sources > 1 || grace_ms > 0;
  return settings;
}

// Which of the events of one partition pass: 1 or 0 for each.
static std::string passes(const Settings& settings, const std::vector<SomeEvent>& events) {
  TaskRig rig(settings);
  std::string passed;
  for (const SomeEvent& event : events) {
    rig.put(event);
    passed += rig.take_lines().empty() ? '0' : '1';
  }
  CHECK(rig.sorted_late().empty());
  return passed;
}

TEST_CASE("an event is dropped iff one that has passed is within D, before or after") {
  const Settings settings = dedup(100);
  CHECK(passes(settings, {{0, "k"}, {50, "k"}}) == "10");
  CHECK(passes(settings, {{0, "k"}, {100, "k"}}) == "10");
  CHECK(passes(settings, {{0, "k"}, {101, "k"}}) == "11");
  CHECK(passes(settings, {{50, "k"}, {30, "k"}}) == "10");
  CHECK(passes(settings, {{200, "k"}, {50, "k"}}) == "11");
  CHECK(passes(settings, {{200, "k"}, {100, "k"}}) == "10");
  CHECK(passes(settings, {{200, "k"}, {99, "k"}}) == "11");
  CHECK(passes(settings, {{0, "a"}, {0, "b"}, {50, "a"}, {50, "b"}}) == "1100");
  // What was dropped does not count: 101 is not within 100 of 0.
  CHECK(passes(settings, {{0, "k"}, {60, "k"}, {101, "k"}, {160, "k"}, {201, "k"}, {202, "k"}}) ==
        "101001");
}

TEST_CASE("an event without a key passes") {
  CHECK(passes(dedup(100), {{0, ""}, {0, ""}, {50, ""}}) == "111");
}

TEST_CASE("what is more than D behind the clock passes and is forgotten at once") {
  const Settings settings = dedup(100);
  CHECK(passes(settings, {{150, "k"}, {200, "other"}, {60, "k"}}) == "110");
  CHECK(passes(settings, {{200, "other"}, {50, "k"}, {10, "k"}, {50, "k"}}) == "1111");
  CHECK(passes(settings, {{200, "other"}, {100, "k"}, {90, "k"}}) == "110");
  CHECK(passes(settings, {{0, "k"}, {101, "other"}, {0, "k"}}) == "111");
}

TEST_CASE("a key is forgotten when the clock is more than D behind it") {
  Settings settings = dedup(100);
  settings.max_keys = 2;
  TaskRig rig(settings);
  rig.put({.time = 0, .key = "a"});
  rig.put({.time = 1, .key = "b"});
  const auto refused = rig.try_put({.time = 100, .key = "c"});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Error::Code::usage);
  CHECK(refused.error().message.find("--max-keys") != std::string::npos);
  rig.take_lines();
  rig.put({.time = 100, .key = "a"});
  CHECK(rig.take_lines().empty());  // It is still there.
  rig.put({.time = 101, .key = "c"});
  CHECK(rig.task().counts().open == 2);
  CHECK(rig.raise(500));
  CHECK(rig.task().counts().open == 0);
}

TEST_CASE("events pass in the order of their times in a sorted task") {
  TaskRig rig(dedup(100, 2, 10));
  rig.put({.time = 20, .key = "k", .source = 0});
  rig.put({.time = 15, .key = "k", .source = 0});
  rig.put({.time = 15, .key = "k", .source = 1});
  rig.put({.time = 140, .key = "k", .source = 1});
  CHECK(rig.take_lines().empty());
  rig.put({.time = 140, .key = "k", .source = 0});
  CHECK(rig.take_lines() == std::vector<std::string>{"pass 0:1"});
  rig.end();
  CHECK(rig.take_lines() == std::vector<std::string>{"pass 0:2"});
}

// Written anew, the slow way.
static std::vector<std::string> expected(const std::vector<SomeEvent>& events,
                                         const Settings& settings) {
  std::vector<std::string> lines;
  std::vector<SomeEvent> passed;
  std::int64_t clock = 0;
  for (const SomeEvent& event : events) {
    clock = std::max(clock, event.time);
    const bool is_double = std::ranges::any_of(passed, [&](const SomeEvent& other) {
      return other.key == event.key && other.time >= clock - settings.size_ms &&
             std::abs(other.time - event.time) <= settings.size_ms;
    });
    if (is_double && !event.key.empty()) continue;
    passed.push_back(event);
    lines.push_back("pass " + std::to_string(event.source) + ":" + std::to_string(event.offset));
  }
  return lines;
}

TEST_CASE("a sorted task drops the same events however its partitions are interleaved") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; round++) {
    const auto sources = static_cast<std::size_t>(1 + random_below(random, 3));
    const Settings settings =
        dedup(1 + random_below(random, 40), sources, sources == 1 ? 4 : random_below(random, 8));
    const SomeLogs logs = random_logs(random, sources, 40, 6, {"a", "b", ""});
    const SomeMarks marks = random_marks(logs, random);
    const Accepted accepted = accepted_sorted(settings, logs, marks);
    auto lines = expected(accepted.events, settings);
    lines.insert(lines.end(), accepted.late.begin(), accepted.late.end());
    for (int i = 0; i < 3; i++) {
      CHECK(all_lines(settings, "", logs, marks, random_order(logs, random)) == lines);
    }
  }
}

TEST_CASE("in log order, the events that pass are those of a slow search") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; round++) {
    const Settings settings = dedup(random_below(random, 40));
    SomeLogs logs = random_logs(random, 1, 100, 50, {"a", "b", ""});
    const auto lines = all_lines(settings, "", logs, {}, random_order(logs, random));
    for (std::size_t i = 0; i < logs[0].size(); i++) {
      logs[0][i].offset = static_cast<std::int64_t>(i);
    }
    CHECK(lines == expected(logs[0], settings));
  }
}

TEST_CASE("a dedup task goes on from a checkpoint as if nothing had happened") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  CHECK(TaskRig(dedup(1)).task().needs_checkpoint());
  for (int round = 0; round < 200; round++) {
    const auto sources = static_cast<std::size_t>(1 + random_below(random, 2));
    const Settings settings = dedup(1 + random_below(random, 40), sources, sources == 1 ? 0 : 3);
    const SomeLogs logs = random_logs(random, sources, 40, 6, {"a", "b", ""});
    check_checkpoint(settings, "", logs, random_marks(logs, random), random);
  }
}

}  // namespace estream::window
