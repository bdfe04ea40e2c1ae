#include <doctest/doctest.h>

#include "support/window_task.h"

using namespace estream;
using namespace estream::window;

using Lines = std::vector<std::string>;

static Settings tumble(std::int64_t size_ms, std::int64_t grace_ms = 0) {
  Settings settings;
  settings.size_ms = size_ms;
  settings.grace_ms = grace_ms;
  return settings;
}

static Settings hop(std::int64_t size_ms, std::int64_t step_ms, std::int64_t grace_ms = 0) {
  Settings settings = tumble(size_ms, grace_ms);
  settings.op = Operator::hop;
  settings.step_ms = step_ms;
  return settings;
}

TEST_CASE("a window begins with its first millisecond and ends before the next one begins") {
  TestTask task(tumble(10));
  for (const std::int64_t ms : {0, 9, 10, 19, 20}) {
    task.put({.offset = ms, .ms = ms});
  }
  CHECK(task.take_lines() ==
        Lines{line_of("a", 0, 10, {"0", "9"}), line_of("a", 10, 20, {"10", "19"})});
  CHECK(task.results().timestamps == std::vector<std::int64_t>{9, 19});
  task.end();
  CHECK(task.take_lines() == Lines{line_of("a", 20, 30, {"20"})});
}

TEST_CASE("a window closes when the clock reaches its end and grace") {
  TestTask task(tumble(10, 5));
  task.put({.offset = 0, .ms = 3});
  task.put({.offset = 1, .ms = 14});
  CHECK(task.take_lines().empty());
  task.put({.offset = 2, .ms = 15});
  CHECK(task.take_lines() == Lines{line_of("a", 0, 10, {"0"})});
}

TEST_CASE("an event is late when its window is over by the clock of its partition") {
  TestTask task(tumble(10, 5));
  task.put({.offset = 0, .ms = 14});
  task.put({.offset = 1, .ms = 0});  // 10 > 14 - 5
  CHECK(task.take_lates().empty());
  task.put({.offset = 2, .ms = 15});
  task.put({.offset = 3, .ms = 9});
  CHECK(task.take_lates() == Lines{"3"});
  CHECK(task.take_lines() == Lines{line_of("a", 0, 10, {"1"})});
  CHECK(task.task().clock(0) == Timestamp{15});
  const TaskCounts& counts = task.task().counts();
  CHECK(counts.accepted == 3);
  CHECK(counts.late == 1);
  CHECK(counts.open == 1);
  CHECK(counts.results == 1);
}

TEST_CASE("the clock of another partition does not make an event late, but it holds windows open") {
  Settings settings = tumble(10);
  settings.sources = 2;
  TestTask task(settings);
  task.put({.source = 0, .offset = 0, .ms = 100});
  task.put({.source = 1, .offset = 0, .ms = 5});
  task.put({.source = 1, .offset = 1, .ms = 9});
  CHECK(task.take_lines().empty());
  task.put({.source = 1, .offset = 2, .ms = 10});
  CHECK(task.take_lines() == Lines{line_of("a", 0, 10, {"1000000", "1000001"})});
  CHECK(task.take_lates().empty());
}

TEST_CASE("a partition without an event holds all windows open until it is marked") {
  Settings settings = tumble(10);
  settings.sources = 2;
  TestTask task(settings);
  task.put({.source = 0, .offset = 0, .ms = 1});
  task.put({.source = 0, .offset = 1, .ms = 100});
  CHECK(task.take_lines().empty());
  CHECK_FALSE(task.mark(1, 0, 9));
  CHECK(task.mark(1, 0, 10));
  CHECK(task.take_lines() == Lines{line_of("a", 0, 10, {"0"})});
  CHECK_FALSE(task.mark(1, 0, 5));
  CHECK(task.task().clock(1) == Timestamp{10});
}

TEST_CASE("an event that a mark has overtaken is late") {
  TestTask task(tumble(10));
  task.put({.offset = 0, .ms = 1});
  CHECK(task.mark(0, 1, 10));
  task.put({.offset = 1, .ms = 2});
  CHECK(task.take_lates() == Lines{"1"});
}

TEST_CASE("results are in the order of to, from and the bytes of the key") {
  TestTask task(hop(20, 10));
  for (const char* key : {"b", "aa", "a", "\xc3\xa4", "abcdefghi", "abcdefgh"}) {
    task.put({.offset = 0, .ms = 15, .key = key});
  }
  task.end();
  Lines expected;
  for (const std::int64_t from : {0, 10}) {
    for (const char* key : {"a", "aa", "abcdefgh", "abcdefghi", "b", "\xc3\xa4"}) {
      expected.push_back(line_of(key, from, from + 20, {"0"}));
    }
  }
  CHECK(task.take_lines() == expected);
}

TEST_CASE("an event is in each hopping window around it that is not over") {
  TestTask task(hop(30, 10));
  task.put({.offset = 0, .ms = 35});
  task.put({.offset = 1, .ms = 29});  // The window from 0 to 30 is over at 35.
  task.put({.offset = 2, .ms = 5});
  CHECK(task.take_lates() == Lines{"2"});
  task.end();
  CHECK(task.take_lines() == Lines{line_of("a", 10, 40, {"1", "0"}),
                                   line_of("a", 20, 50, {"1", "0"}), line_of("a", 30, 60, {"0"})});
}

TEST_CASE("the first hopping windows begin before 1970") {
  TestTask task(hop(30, 10));
  task.put({.offset = 0, .ms = 0});
  task.end();
  CHECK(task.take_lines().front() == line_of("a", -20, 10, {"0"}));
}

TEST_CASE("an update comes with each event, and the last line is marked") {
  Settings settings = hop(20, 10);
  settings.emit = Emit::update;
  TestTask task(settings);
  task.put({.offset = 0, .ms = 12});
  task.put({.offset = 1, .ms = 25});
  CHECK(task.take_lines() ==
        Lines{line_of("a", 0, 20, {"0"}, 'u'), line_of("a", 10, 30, {"0"}, 'u'),
              line_of("a", 10, 30, {"0", "1"}, 'u'), line_of("a", 20, 40, {"1"}, 'u'),
              line_of("a", 0, 20, {"0"}, 'f', ",\"final\":true")});
  task.end();
  CHECK(task.take_lines() == Lines{line_of("a", 10, 30, {"0", "1"}, 'f', ",\"final\":true"),
                                   line_of("a", 20, 40, {"1"}, 'f', ",\"final\":true")});
}

TEST_CASE("one group too many is refused, and changes nothing") {
  Settings settings = hop(20, 10);
  settings.max_keys = 4;
  settings.grace_ms = 1000;
  TestTask task(settings);
  task.put({.offset = 0, .ms = 15, .key = "a"});
  task.put({.offset = 1, .ms = 25, .key = "a"});
  const auto refused = task.try_put({.offset = 2, .ms = 25, .key = "b"});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Error::Code::usage);
  CHECK(refused.error().message ==
        "more than 4 groups are open at once; --max-keys sets how many may be");
  CHECK(task.task().counts().open == 3);
  CHECK(task.task().counts().accepted == 2);
  task.put({.offset = 3, .ms = 35, .key = "a"});
  CHECK(task.task().counts().open == 4);
  task.end();
  CHECK(task.take_lines() == Lines{line_of("a", 0, 20, {"0"}), line_of("a", 10, 30, {"0", "1"}),
                                   line_of("a", 20, 40, {"1", "3"}), line_of("a", 30, 50, {"3"})});
  CHECK(task.task().counts().open == 0);
}

TEST_CASE("an event that an aggregate leaves out is skipped, but it opens a window") {
  TestTask task(tumble(10));
  task.put({.offset = 0, .ms = 5, .has_value = false});
  CHECK(task.task().counts().skipped == 1);
  CHECK(task.task().counts().accepted == 0);
  CHECK(task.task().counts().open == 1);
}

TEST_CASE("without aggregates a line has the key and the bounds") {
  ArgumentPlan plan;
  const Aggregation nothing = Aggregation();
  TestTask task(tumble(10), nothing);
  task.put({.offset = 0, .ms = 5});
  task.end();
  CHECK(task.take_lines() == Lines{"f {\"key\":\"a\",\"from\":\"1970-01-01T00:00:00.000Z\","
                                   "\"to\":\"1970-01-01T00:00:00.010Z\"}"});
}

TEST_CASE("times at the end of all times are windows, too") {
  TestTask task(tumble(1000));
  task.put({.offset = 0, .ms = INT64_MAX - 1});
  task.end();
  CHECK(task.task().counts().results == 1);
}
