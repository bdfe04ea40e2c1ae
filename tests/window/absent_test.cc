#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "support/events_in_order.h"
#include "support/seed.h"

using namespace estream;
using namespace estream::window;

using Lines = std::vector<std::string>;

static Settings absent(std::int64_t size_ms, Emit emit = Emit::close) {
  Settings settings;
  settings.op = Operator::absent;
  settings.size_ms = size_ms;
  settings.emit = emit;
  return settings;
}

static const Aggregation nothing;

static std::string silent(const std::string& key, std::int64_t from, std::int64_t to,
                          const std::string& fields = "") {
  return "f {\"key\":\"" + key + "\",\"from\":\"" + rfc3339(from) + "\",\"to\":\"" + rfc3339(to) +
         "\"" + fields + "}";
}

static std::string back(const std::string& key, std::int64_t from, std::int64_t to) {
  return "b" + silent(key, from, to, ",\"back\":true").substr(1);
}

static TestEvent at(std::int64_t ms, std::string key = "a") {
  return {.ms = ms, .key = std::move(key)};
}

TEST_CASE("a key is silent when the clock has passed its last event by more than D") {
  TestTask task(absent(100), nothing);
  task.put_all({at(0, "a"), at(100, "b")});
  CHECK(task.take_lines().empty());
  CHECK(task.task().counts().open == 2);
  task.put_all({at(101, "b")});
  CHECK(task.take_lines() == Lines{silent("a", 0, 100)});
  CHECK(task.results().timestamps == std::vector<std::int64_t>{100});
  CHECK(task.task().counts().open == 1);
  CHECK_FALSE(task.mark(0, 3, 201));
  CHECK(task.mark(0, 3, 202));
  CHECK(task.take_lines() == Lines{silent("b", 101, 201)});
}

TEST_CASE("an event exactly D after the last one is in time, one that comes later is not") {
  TestTask task(absent(100), nothing);
  task.put_all({at(0), at(100)});
  CHECK(task.take_lines().empty());
  task.put_all({at(201)});
  CHECK(task.take_lines() == Lines{silent("a", 100, 200)});
}

TEST_CASE("alarms come in the order of their ends, then of the keys") {
  TestTask task(absent(100), nothing);
  task.put_all({at(7, "c"), at(5, "b"), at(7, "a"), at(5, "d"), at(6, "b")});
  CHECK(task.mark(0, 5, 1000));
  CHECK(task.take_lines() ==
        Lines{silent("d", 5, 105), silent("b", 6, 106), silent("a", 7, 107), silent("c", 7, 107)});
}

TEST_CASE("with both, a key that was silent says when it is back") {
  TestTask task(absent(100, Emit::both));
  task.put_all({at(0), at(10), at(300)});
  CHECK(task.take_lines() ==
        Lines{silent("a", 10, 110, ",\"n\":2,\"ids\":[0,1]"), back("a", 10, 300)});
  CHECK(task.results().timestamps == std::vector<std::int64_t>{110, 300});
  task.put_all({at(310)});
  CHECK_FALSE(task.mark(0, 4, 410));
  CHECK(task.mark(0, 4, 500));
  CHECK_FALSE(task.mark(0, 4, 900));  // Once.
  CHECK(task.take_lines() == Lines{silent("a", 310, 410, ",\"n\":2,\"ids\":[2,3]")});
  CHECK(task.task().counts().open == 1);
}

TEST_CASE("without both, a key that was silent is forgotten") {
  TestTask task(absent(100));
  task.put_all({at(0), at(300)});
  task.mark(0, 2, 500);
  CHECK(task.take_lines() == Lines{silent("a", 0, 100, ",\"n\":1,\"ids\":[0]"),
                                   silent("a", 300, 400, ",\"n\":1,\"ids\":[1]")});
  CHECK(task.task().counts().open == 0);
}

TEST_CASE("the end of the input is no silence") {
  Settings settings = absent(100);
  settings.is_sorted = true;
  settings.grace_ms = 50;
  TestTask task(settings, nothing);
  task.put_all({at(0, "a"), at(20, "b"), at(101, "c")});
  CHECK(task.take_lines().empty());
  task.end();
  CHECK(task.take_lines() == Lines{silent("a", 0, 100)});
}

TEST_CASE("in log order, an event more than D behind the clock is late for absent") {
  TestTask task(absent(100), nothing);
  task.put_all({at(200, "a"), at(99, "b"), at(100, "c")});
  CHECK(task.take_lates() == Lines{"1"});
  task.put_all({at(150, "a"), at(201, "d")});  // The first of them is nothing new.
  CHECK(task.take_lines() == Lines{silent("c", 100, 200)});
  task.mark(0, 5, 301);
  CHECK(task.take_lines() == Lines{silent("a", 200, 300)});
}

TEST_CASE("one key too many is an error, after those that are silent have left") {
  Settings settings = absent(100);
  settings.max_keys = 1;
  TestTask task(settings, nothing);
  task.put_all({at(0, "a")});
  const auto refused = task.try_put({.offset = 1, .ms = 100, .key = "b"});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Error::Code::usage);
  CHECK(refused.error().message.find("--max-keys") != std::string::npos);
  task.put({.offset = 2, .ms = 101, .key = "b"});
  CHECK(task.take_lines() == Lines{silent("a", 0, 100)});
}

// Written anew: for each event the next one of its key, if there is one.
static Lines expected_lines(const Settings& settings, const std::vector<TestEvent>& events) {
  // When a line is due: an alarm after the events at its end, a return with its event.
  using Due = std::tuple<std::int64_t, bool, std::int64_t, std::string, std::string>;
  std::vector<Due> due;
  for (auto event = events.begin(); event != events.end(); event++) {
    const auto next = std::find_if(event + 1, events.end(),
                                   [&](const TestEvent& e) { return e.key == event->key; });
    const std::int64_t to = event->ms + settings.size_ms;
    if ((next == events.end() ? events.back() : *next).ms <= to) continue;
    due.emplace_back(to, true, event->ms, event->key, silent(event->key, event->ms, to));
    if (settings.emit != Emit::both || next == events.end()) continue;
    due.emplace_back(next->ms, false, next - events.begin(), event->key,
                     back(event->key, event->ms, next->ms));
  }
  std::ranges::sort(due);
  Lines lines;
  for (const Due& one : due) lines.push_back(std::get<4>(one));
  return lines;
}

TEST_CASE("a sorted absent task sees the gaps between events, however it is interleaved") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomWindowLogs random(seed);
  const auto test = [&](const Settings& settings, WindowLog log) {
    // Marks show silences that events do not.
    for (auto& steps : log.steps) {
      std::erase_if(steps, [](const LogStep& step) { return step.mark_ms.has_value(); });
    }
    const Lines expected = expected_lines(settings, events_in_order(settings, log));
    REQUIRE(output_of(settings, log, random.interleaved(log), nothing) == expected);
  };
  for_logs_in_order(random, Operator::absent, true, 500, test);
}

namespace {

// Written anew: looks at all keys each time.
struct SlowWatch {
  Settings settings;
  std::int64_t clock = -1;
  std::map<std::string, std::int64_t> last = {};
  std::map<std::string, std::int64_t> gone = {};
  Lines lines = {};

  void mark(std::uint32_t, std::int64_t, std::int64_t ms) {
    clock = std::max(clock, ms);
    while (!last.empty()) {
      const auto by_time = [](const auto& a, const auto& b) { return a.second < b.second; };
      const auto [key, time] = *std::ranges::min_element(last, by_time);
      if (time + settings.size_ms >= clock) return;
      lines.push_back(silent(key, time, time + settings.size_ms));
      last.erase(key);
      if (settings.emit == Emit::both) gone[key] = time;
    }
  }
  void put(const TestEvent& event) {
    mark(0, 0, event.ms);
    if (event.ms + settings.size_ms < clock) return;  // Late.
    if (gone.contains(event.key)) lines.push_back(back(event.key, gone[event.key], event.ms));
    gone.erase(event.key);
    last[event.key] = std::max(last[event.key], event.ms);
  }
};

}  // namespace

TEST_CASE("in log order, absent sees what a slow watch sees") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomWindowLogs random(seed);
  const auto test = [&](const Settings& settings, const WindowLog& log) {
    SlowWatch slow{settings};
    LogReader reader(log);
    for (const LogStep& step : log.steps[0]) reader.take(step, slow);
    REQUIRE(output_of(settings, log, log.steps[0], nothing) == slow.lines);
  };
  for_logs_in_order(random, Operator::absent, false, 500, test);
}
