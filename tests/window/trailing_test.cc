#include <doctest/doctest.h>

#include <map>

#include "support/seed.h"
#include "window/task_rig.h"

namespace estream::window {

static Settings trailing(std::int64_t size_ms, std::size_t sources = 1, std::int64_t grace_ms = 0) {
  Settings settings;
  settings.op = Operator::trailing;
  settings.size_ms = size_ms;
  settings.sources = sources;
  settings.grace_ms = grace_ms;
  settings.is_sorted = sources > 1 || grace_ms > 0;
  return settings;
}

static std::string line_of(std::int64_t time, const std::string& key, std::int64_t count,
                           std::int64_t sum, const std::string& value) {
  const std::string at = std::to_string(time);
  return "final " + at + " " + at + " " + at + " {\"key\":\"" + key + "\",\"at\":\"" +
         test_time(time) + "\",\"n\":" + std::to_string(count) + ",\"s\":" + std::to_string(sum) +
         ",\"event\":" + value + "}";
}

TEST_CASE("a line counts the events of its key in (t - D, t]") {
  TaskRig rig(trailing(60), "n=count,s=sum(.x)");
  rig.put({.time = 0, .key = "a", .number = 1});
  rig.put({.time = 59, .key = "a", .number = 2});
  rig.put({.time = 59, .key = "b", .number = 5});
  rig.put({.time = 60, .key = "a", .number = 3});
  rig.put({.time = 119, .key = "a", .number = 4});
  CHECK(rig.take_lines() ==
        std::vector<std::string>{line_of(0, "a", 1, 1, "1"), line_of(59, "a", 2, 3, "1"),
                                 line_of(59, "b", 1, 5, "1"), line_of(60, "a", 2, 5, "1"),
                                 line_of(119, "a", 2, 7, "1")});
}

TEST_CASE("the event stands in the line as it came") {
  TaskRig rig(trailing(60));
  const auto line_for = [&](std::optional<std::string> value) {
    rig.put({.time = 0, .key = "a", .value = std::move(value)});
    return rig.take_lines().at(0).substr(std::string_view("final 0 0 0 ").size());
  };
  const std::string begin = R"({"key":"a","at":"1970-01-01T00:00:00.000Z",)";
  CHECK(line_for(R"({"x": 1.50})") == begin + R"("event":{"x": 1.50}})");
  CHECK(line_for(std::nullopt) == begin + R"("event":null})");
  CHECK(line_for("hello") == begin + R"("event_text":"hello"})");
  CHECK(line_for("\xFF") == begin + R"("event_b64":"/w=="})");
}

TEST_CASE("a sorted task counts events of the same time together, as RANGE does") {
  TaskRig rig(trailing(60, 1, 10), "n=count,s=sum(.x)");
  rig.put({.time = 20, .key = "a", .value = "1", .number = 1});
  rig.put({.time = 25, .key = "a", .value = "2", .number = 2});
  rig.put({.time = 20, .key = "a", .value = "3", .number = 3});
  rig.put({.time = 30, .key = "b"});
  CHECK(rig.take_lines().empty());  // Another event at 20 is not late yet.
  rig.put({.time = 31, .key = "b"});
  CHECK(rig.take_lines() ==
        std::vector<std::string>{line_of(20, "a", 2, 4, "1"), line_of(20, "a", 2, 4, "3")});
  rig.put({.time = 20, .key = "a"});
  CHECK(rig.sorted_late() == std::vector<std::string>{"0:5"});
  rig.end();
  CHECK(rig.take_lines() == std::vector<std::string>{line_of(25, "a", 3, 6, "2"),
                                                     line_of(30, "b", 1, 1, "1"),
                                                     line_of(31, "b", 2, 2, "1")});
}

TEST_CASE("in log order, an event out of order counts what is not older than D before the clock") {
  TaskRig rig(trailing(60), "n=count,s=sum(.x)");
  rig.put({.time = 50, .key = "a", .number = 1});
  rig.put({.time = 100, .key = "a", .number = 2});
  rig.put({.time = 60, .key = "a", .number = 4});
  rig.put({.time = 110, .key = "b", .number = 9});
  rig.take_lines();
  rig.put({.time = 100, .key = "a", .number = 8});  // Without the event at 50.
  rig.put({.time = 99, .key = "a", .number = 16});  // Without those at 100.
  rig.put({.time = 50, .key = "a", .number = 32});  // Alone.
  rig.put({.time = 49, .key = "a", .number = 64});  // Alone, too.
  rig.put({.time = 110, .key = "a", .number = 128});
  CHECK(rig.take_lines() ==
        std::vector<std::string>{line_of(100, "a", 3, 14, "1"), line_of(99, "a", 2, 20, "1"),
                                 line_of(50, "a", 1, 32, "1"), line_of(49, "a", 1, 64, "1"),
                                 line_of(110, "a", 5, 158, "1")});
  CHECK(rig.sorted_late().empty());
}

TEST_CASE("a key without events is forgotten, and one key too many is an error") {
  Settings settings = trailing(60);
  settings.max_keys = 2;
  TaskRig rig(settings);
  rig.put({.time = 0, .key = "a"});
  rig.put({.time = 1, .key = "b"});
  CHECK(rig.task().counts().open == 2);
  const auto refused = rig.try_put({.time = 59, .key = "c"});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Error::Code::usage);
  CHECK(refused.error().message.find("--max-keys") != std::string::npos);
  rig.put({.time = 60, .key = "c"});
  CHECK(rig.task().counts().open == 2);
  CHECK(rig.raise(120));
  CHECK(rig.task().counts().open == 0);
  CHECK_FALSE(rig.raise(500));
}

TEST_CASE("a restart needs no event that nothing counts any more") {
  TaskRig rig(trailing(60));
  for (std::int64_t i = 0; i < 5000; i++) rig.put({.time = i, .key = "a"});
  const RestartPoint point = rig.task().restart_point(0, {5000});
  CHECK(point.offset.value <= 4940);
  CHECK(point.offset.value > 3500);  // Offsets are kept in runs of about a thousand.
}

// Written anew, the slow way.
static std::vector<std::string> expected_sorted(const Settings& settings,
                                                const Accepted& accepted) {
  std::vector<std::string> lines;
  for (const SomeEvent& event : accepted.events) {
    std::int64_t count = 0;
    std::int64_t sum = 0;
    for (const SomeEvent& other : accepted.events) {
      const bool is_counted = other.key == event.key && other.time <= event.time &&
                              other.time > event.time - settings.size_ms;
      count += is_counted ? 1 : 0;
      sum += is_counted ? other.number : 0;
    }
    lines.push_back(line_of(event.time, event.key, count, sum, *event.value));
  }
  lines.insert(lines.end(), accepted.late.begin(), accepted.late.end());
  return lines;
}

TEST_CASE("a sorted task says what SQL says, however its partitions are interleaved") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 100; round++) {
    const auto sources = static_cast<std::size_t>(1 + random_below(random, 3));
    const Settings settings =
        trailing(1 + random_below(random, 40), sources, sources == 1 ? 4 : random_below(random, 8));
    const SomeLogs logs = random_logs(random, sources, 40, 6, {"a", "b", "c"});
    const SomeMarks marks = random_marks(logs, random);
    const auto expected = expected_sorted(settings, accepted_sorted(settings, logs, marks));
    for (int i = 0; i < 3; i++) {
      const auto order = random_order(logs, random);
      CHECK(all_lines(settings, "n=count,s=sum(.x)", logs, marks, order) == expected);
    }
  }
}

TEST_CASE("in log order, lines are those of a slow count") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 100; round++) {
    const Settings settings = trailing(1 + random_below(random, 60));
    const SomeLogs logs = random_logs(random, 1, 150, 20, {"a", "b"});
    std::vector<std::string> expected;
    std::int64_t clock = 0;
    for (std::size_t i = 0; i < logs[0].size(); i++) {
      const SomeEvent& event = logs[0][i];
      clock = std::max(clock, event.time);
      std::int64_t count = 1;
      std::int64_t sum = event.number;
      for (std::size_t before = 0; before < i; before++) {
        const SomeEvent& other = logs[0][before];
        const bool is_counted = other.key == event.key && other.time <= event.time &&
                                other.time > clock - settings.size_ms;
        count += is_counted ? 1 : 0;
        sum += is_counted ? other.number : 0;
      }
      expected.push_back(line_of(event.time, event.key, count, sum, *event.value));
    }
    CHECK(all_lines(settings, "n=count,s=sum(.x)", logs, {}, random_order(logs, random)) ==
          expected);
  }
}

// These cannot be taken out again one by one.
TEST_CASE("all aggregates are right over a long time and many events") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  TaskRig rig(trailing(300), "lo=min(.x),hi=max(.x)");
  std::vector<SomeEvent> past;
  for (std::int64_t i = 0; i < 3000; i++) {
    SomeEvent event{
        .time = i - random_below(random, 40), .key = "a", .number = random_below(random, 100000)};
    past.push_back(event);
    rig.put(event);
    std::int64_t low = event.number;
    std::int64_t high = event.number;
    std::int64_t clock = 0;
    for (const SomeEvent& other : past) clock = std::max(clock, other.time);
    for (const SomeEvent& other : past) {
      if (other.time > event.time || other.time <= clock - 300) continue;
      low = std::min(low, other.number);
      high = std::max(high, other.number);
    }
    const std::string fields = "\"lo\":" + std::to_string(low) + ",\"hi\":" + std::to_string(high);
    const std::string line = rig.take_lines().at(0);
    CHECK_MESSAGE(line.find(fields) != std::string::npos, line << " has not " << fields);
  }
}

TEST_CASE("a trailing task goes on from a checkpoint as if nothing had happened") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 100; round++) {
    const auto sources = static_cast<std::size_t>(1 + random_below(random, 2));
    const Settings settings = trailing(1 + random_below(random, 40), sources, sources == 1 ? 0 : 3);
    const SomeLogs logs = random_logs(random, sources, 40, 6, {"a", "b", ""});
    check_checkpoint(settings, "n=count,m=max(.x),l=last(.x)", logs, random_marks(logs, random),
                     random);
  }
}

TEST_CASE("a trailing task that is restarted goes on exactly") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 100; round++) {
    const auto sources = static_cast<std::size_t>(1 + random_below(random, 2));
    const Settings settings = trailing(1 + random_below(random, 40), sources, sources == 1 ? 0 : 3);
    const SomeLogs logs = random_logs(random, sources, 40, 6, {"a", "b", ""});
    check_restart(settings, "n=count,s=sum(.x)", logs, random_marks(logs, random), random);
  }
}

}  // namespace estream::window
