#include <doctest/doctest.h>

#include <algorithm>

#include "support/events_in_order.h"
#include "support/seed.h"

using namespace estream;
using namespace estream::window;

using Lines = std::vector<std::string>;

static Settings dedup(std::int64_t size_ms) {
  Settings settings;
  settings.op = Operator::dedup;
  settings.size_ms = size_ms;
  return settings;
}

static TestEvent at(std::int64_t ms, std::string key = "k") {
  return {.ms = ms, .key = std::move(key)};
}

// Which of the events of one partition pass: 1 or 0 for each.
static std::string passes(const std::vector<TestEvent>& events) {
  TestTask task(dedup(100));
  std::string passed;
  for (const TestEvent& event : events) {
    task.put_all({event});
    passed += task.take_lines().empty() ? '0' : '1';
  }
  CHECK(task.take_lates().empty());
  return passed;
}

TEST_CASE("dedup drops an event iff one that has passed is within D, before or after") {
  CHECK(passes({at(0), at(50)}) == "10");
  CHECK(passes({at(0), at(100)}) == "10");
  CHECK(passes({at(0), at(101)}) == "11");
  CHECK(passes({at(50), at(30)}) == "10");
  CHECK(passes({at(200), at(50)}) == "11");
  CHECK(passes({at(200), at(100)}) == "10");
  CHECK(passes({at(200), at(99)}) == "11");
  CHECK(passes({at(0, "a"), at(0, "b"), at(50, "a"), at(50, "b")}) == "1100");
  // What was dropped does not count: 101 is more than 100 after 0.
  CHECK(passes({at(0), at(60), at(101), at(160), at(201), at(202)}) == "101001");
}

TEST_CASE("dedup lets an event without a key pass") {
  CHECK(passes({at(0, ""), at(0, ""), at(50, "")}) == "111");
}

TEST_CASE("dedup lets pass what is more than D behind the clock, and forgets it at once") {
  CHECK(passes({at(150), at(200, "other"), at(60)}) == "110");
  CHECK(passes({at(200, "other"), at(50), at(10), at(50)}) == "1111");
  CHECK(passes({at(200, "other"), at(100), at(90)}) == "110");
  CHECK(passes({at(0), at(101, "other"), at(0)}) == "111");
}

TEST_CASE("dedup forgets a key when the clock is more than D behind it") {
  Settings settings = dedup(100);
  settings.max_keys = 2;
  TestTask task(settings);
  task.put_all({at(0, "a"), at(1, "b")});
  const auto refused = task.try_put({.offset = 2, .ms = 100, .key = "c"});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Error::Code::usage);
  CHECK(refused.error().message.find("--max-keys") != std::string::npos);
  task.take_lines();
  task.put_all({at(100, "a")});
  CHECK(task.take_lines().empty());  // It is still there.
  task.put_all({at(101, "c")});
  CHECK(task.task().counts().open == 2);
  CHECK(task.mark(0, 4, 500));
  CHECK(task.task().counts().open == 0);
}

TEST_CASE("a sorted dedup task lets the first one by time pass, as it came") {
  Settings settings = dedup(100);
  settings.is_sorted = true;
  settings.sources = 2;
  settings.grace_ms = 10;
  TestTask task(settings);
  task.put({.source = 0, .offset = 0, .ms = 20, .value = "first in the log"});
  task.put({.source = 0, .offset = 1, .ms = 15, .value = "first in time"});
  task.put({.source = 1, .offset = 0, .ms = 15, .value = "in the second partition"});
  task.put({.source = 1, .offset = 1, .ms = 140, .value = "last"});
  CHECK(task.take_lines().empty());
  task.put({.source = 0, .offset = 2, .ms = 141});
  CHECK(task.take_lines() == Lines{"p first in time"});
  task.end();
  CHECK(task.take_lines() == Lines{"p last"});
}

namespace {

// Written anew, the slow way. The clock is that of what was put.
struct SlowDedup {
  std::int64_t size_ms;
  std::int64_t clock = -1;
  std::vector<TestEvent> passed = {};
  Lines lines = {};

  void mark(std::uint32_t, std::int64_t, std::int64_t ms) { clock = std::max(clock, ms); }
  void put(const TestEvent& event) {
    clock = std::max(clock, event.ms);
    const bool is_double = std::ranges::any_of(passed, [&](const TestEvent& other) {
      return other.key == event.key && other.ms >= clock - size_ms &&
             std::abs(other.ms - event.ms) <= size_ms;
    });
    if (is_double && !event.key.empty()) return;
    passed.push_back(event);
    lines.push_back("p " + event.id());
  }
};

}  // namespace

TEST_CASE("a sorted dedup task drops what a slow search finds, however it is interleaved") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomWindowLogs random(seed);
  const auto test = [&](const Settings& settings, const WindowLog& log) {
    SlowDedup slow{settings.size_ms};
    for (const TestEvent& event : events_in_order(settings, log)) slow.put(event);
    REQUIRE(output_of(settings, log, random.interleaved(log)) == slow.lines);
  };
  for_logs_in_order(random, Operator::dedup, true, 500, test);
}

TEST_CASE("in log order, dedup drops what a slow search finds") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomWindowLogs random(seed);
  const auto test = [&](const Settings& settings, const WindowLog& log) {
    SlowDedup slow{settings.size_ms};
    LogReader reader(log);
    for (const LogStep& step : log.steps[0]) reader.take(step, slow);
    REQUIRE(output_of(settings, log, log.steps[0]) == slow.lines);
  };
  for_logs_in_order(random, Operator::dedup, false, 500, test);
}
