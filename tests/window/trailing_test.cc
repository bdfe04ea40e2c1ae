#include <doctest/doctest.h>

#include <algorithm>

#include "support/events_in_order.h"
#include "support/seed.h"

using namespace estream;
using namespace estream::window;

using Lines = std::vector<std::string>;

static Settings trailing(std::int64_t size_ms, std::int64_t grace_ms = 0) {
  Settings settings;
  settings.op = Operator::trailing;
  settings.size_ms = size_ms;
  settings.grace_ms = grace_ms;
  settings.is_sorted = grace_ms > 0;
  return settings;
}

static const Aggregation& count_and_sum() {
  static const Aggregation aggregation = parsed_aggregation("n=count,s=sum(.x)");
  return aggregation;
}

static std::string line_of(const TestEvent& event, std::int64_t count, std::int64_t sum) {
  return "f {\"key\":\"" + event.key + "\",\"at\":\"" + rfc3339(event.ms) +
         "\",\"n\":" + std::to_string(count) + ",\"s\":" + std::to_string(sum) +
         ",\"event\":" + event.id() + "}";
}

// An event of one partition, whose number is what is summed up.
static TestEvent at(std::int64_t ms, std::int64_t offset, std::int64_t number,
                    std::string key = "a") {
  return {.offset = offset, .ms = ms, .key = std::move(key), .number = number};
}

TEST_CASE("a trailing line counts the events of its key in (t - D, t]") {
  TestTask task(trailing(60), count_and_sum());
  task.put(at(0, 0, 1));
  task.put(at(59, 1, 2));
  task.put(at(59, 2, 5, "b"));
  task.put(at(60, 3, 3));
  task.put(at(119, 4, 4));
  CHECK(task.take_lines() == Lines{line_of(at(0, 0, 1), 1, 1), line_of(at(59, 1, 2), 2, 3),
                                   line_of(at(59, 2, 5, "b"), 1, 5), line_of(at(60, 3, 3), 2, 5),
                                   line_of(at(119, 4, 4), 2, 7)});
  CHECK(task.results().timestamps == std::vector<std::int64_t>{0, 59, 59, 60, 119});
}

TEST_CASE("the event stands in its trailing line as it came") {
  const Aggregation nothing;
  TestTask task(trailing(60), nothing);
  const auto line_for = [&](TestEvent event) {
    task.put(event);
    return task.take_lines().at(0);
  };
  const std::string begin = R"(f {"key":"a","at":"1970-01-01T00:00:00.000Z",)";
  CHECK(line_for({.value = R"({"x": 1.50})"}) == begin + R"("event":{"x": 1.50}})");
  CHECK(line_for({.is_tombstone = true}) == begin + R"("event":null})");
  CHECK(line_for({.value = "hello"}) == begin + R"("event_text":"hello"})");
  CHECK(line_for({.value = "\xFF"}) == begin + R"("event_b64":"/w=="})");
}

TEST_CASE("a sorted trailing task counts events of the same time together, as RANGE does") {
  TestTask task(trailing(60, 10), count_and_sum());
  task.put(at(20, 0, 1));
  task.put(at(25, 1, 2));
  task.put(at(20, 2, 3));
  task.put(at(30, 3, 1, "b"));
  CHECK(task.take_lines().empty());  // Another event at 20 is not late yet.
  task.put(at(31, 4, 1, "b"));
  CHECK(task.take_lines() == Lines{line_of(at(20, 0, 1), 2, 4), line_of(at(20, 2, 3), 2, 4)});
  task.put(at(20, 5, 9));
  CHECK(task.take_lates() == Lines{"5"});
  task.end();
  CHECK(task.take_lines() == Lines{line_of(at(25, 1, 2), 3, 6), line_of(at(30, 3, 1, "b"), 1, 1),
                                   line_of(at(31, 4, 1, "b"), 2, 2)});
}

TEST_CASE("in log order, an event out of order counts what is not older than D before the clock") {
  TestTask task(trailing(60), count_and_sum());
  task.put(at(50, 0, 1));
  task.put(at(100, 1, 2));
  task.put(at(60, 2, 4));
  task.put(at(110, 3, 9, "b"));
  task.take_lines();
  task.put(at(100, 4, 8));  // Without the event at 50.
  task.put(at(99, 5, 16));  // Without those at 100.
  task.put(at(50, 6, 32));  // Alone.
  task.put(at(49, 7, 64));  // Alone, too.
  task.put(at(110, 8, 128));
  CHECK(task.take_lines() == Lines{line_of(at(100, 4, 8), 3, 14), line_of(at(99, 5, 16), 2, 20),
                                   line_of(at(50, 6, 32), 1, 32), line_of(at(49, 7, 64), 1, 64),
                                   line_of(at(110, 8, 128), 5, 158)});
  CHECK(task.take_lates().empty());
}

TEST_CASE("a trailing key without events is forgotten, and one key too many is an error") {
  Settings settings = trailing(60);
  settings.max_keys = 2;
  TestTask task(settings);
  task.put(at(0, 0, 1, "a"));
  task.put(at(1, 1, 1, "b"));
  CHECK(task.task().counts().open == 2);
  const auto refused = task.try_put(at(59, 2, 1, "c"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Error::Code::usage);
  CHECK(refused.error().message.find("--max-keys") != std::string::npos);
  task.put(at(60, 3, 1, "c"));
  CHECK(task.task().counts().open == 2);
  CHECK(task.mark(0, 4, 120));
  CHECK(task.task().counts().open == 0);
  CHECK_FALSE(task.mark(0, 4, 500));
}

TEST_CASE("a trailing restart needs no event that nothing counts any more") {
  TestTask task(trailing(60), test_aggregation(), 1);
  for (std::int64_t i = 0; i < 500; i++) task.put(at(i, i, 1));
  // The events at 440 and later are in the line of one at 499.
  CHECK(task.task().restart_point(0, {500}).offset == Offset{440});
  CHECK(task.task().restart_point(0, {500}).clock == Timestamp{439});
}

TEST_CASE("a sorted trailing task says what SQL says, however its partitions are interleaved") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomWindowLogs random(seed);
  const auto test = [&](const Settings& settings, const WindowLog& log) {
    const std::vector<TestEvent> events = events_in_order(settings, log);
    Lines expected;
    for (const TestEvent& event : events) {
      std::int64_t count = 0;
      std::int64_t sum = 0;
      for (const TestEvent& other : events) {
        if (other.key != event.key || other.ms > event.ms) continue;
        if (other.ms <= event.ms - settings.size_ms) continue;
        count++;
        if (other.has_value) sum += std::stoll(other.id());
      }
      expected.push_back(line_of(event, count, sum));
    }
    REQUIRE(output_of(settings, log, random.interleaved(log), count_and_sum()) == expected);
  };
  for_logs_in_order(random, Operator::trailing, true, 500, test);
}

TEST_CASE("in log order, trailing lines are those of a slow count") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomWindowLogs random(seed);
  struct SlowCount {
    std::int64_t size_ms;
    std::int64_t clock = -1;
    std::vector<TestEvent> before = {};
    Lines lines = {};

    void mark(std::uint32_t, std::int64_t, std::int64_t ms) { clock = std::max(clock, ms); }
    void put(const TestEvent& event) {
      clock = std::max(clock, event.ms);
      std::int64_t count = 1;
      std::int64_t sum = event.has_value ? std::stoll(event.id()) : 0;
      for (const TestEvent& other : before) {
        if (other.key != event.key || other.ms > event.ms || other.ms <= clock - size_ms) continue;
        count++;
        if (other.has_value) sum += std::stoll(other.id());
      }
      before.push_back(event);
      lines.push_back(line_of(event, count, sum));
    }
  };
  const auto test = [&](const Settings& settings, const WindowLog& log) {
    SlowCount slow{settings.size_ms};
    LogReader reader(log);
    for (const LogStep& step : log.steps[0]) reader.take(step, slow);
    REQUIRE(output_of(settings, log, log.steps[0], count_and_sum()) == slow.lines);
  };
  for_logs_in_order(random, Operator::trailing, false, 500, test);
}

// These cannot be taken out again one by one.
TEST_CASE("a trailing line over hundreds of events has their smallest and largest") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomWindowLogs random(seed);
  const Aggregation aggregation = parsed_aggregation("lo=min(.x),hi=max(.x)");
  TestTask task(trailing(300), aggregation);
  std::vector<TestEvent> past;
  std::int64_t clock = 0;
  for (std::int64_t i = 0; i < 2000; i++) {
    past.push_back(at(i - random.number(0, 40), i, random.number(0, 1'000'000)));
    const TestEvent event = past.back();
    clock = std::max(clock, event.ms);
    auto [low, high] = std::pair(*event.number, *event.number);
    for (const TestEvent& other : past) {
      if (other.ms > event.ms || other.ms <= clock - 300) continue;
      low = std::min(low, *other.number);
      high = std::max(high, *other.number);
    }
    task.put(event);
    const std::string fields = "\"lo\":" + std::to_string(low) + ",\"hi\":" + std::to_string(high);
    const std::string line = task.take_lines().at(0);
    REQUIRE_MESSAGE(line.find(fields) != std::string::npos, line << " has not " << fields);
  }
}

TEST_CASE("a trailing task with sums goes on from its saved state") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomWindowLogs random(seed);
  const auto test = [&](const Settings& settings, const WindowLog& log) {
    const auto steps = random.interleaved(log);
    const auto cut_at = random.number(0, std::ssize(steps));
    TestTask task(settings, count_and_sum());
    TestTask loaded(settings, count_and_sum());
    LogReader reader(log);
    for (std::int64_t i = 0; i < std::ssize(steps); i++) {
      if (i == cut_at) {
        std::string bytes;
        task.task().save(bytes);
        REQUIRE(loaded.task().load(bytes));
        task.take_lines();
      }
      LogReader same = reader;
      reader.take(steps[static_cast<std::size_t>(i)], task);
      if (i >= cut_at) same.take(steps[static_cast<std::size_t>(i)], loaded);
    }
    task.end();
    if (cut_at == std::ssize(steps)) return;
    loaded.end();
    REQUIRE(loaded.take_lines() == task.take_lines());
  };
  for_logs_in_order(random, Operator::trailing, false, 200, test);
  for_logs_in_order(random, Operator::trailing, true, 200, test);
}
