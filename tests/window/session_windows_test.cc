#include <doctest/doctest.h>

#include "support/window_task.h"

using namespace estream;
using namespace estream::window;

using Lines = std::vector<std::string>;

static Settings session(std::int64_t gap_ms, std::int64_t grace_ms = 0, bool is_sorted = false) {
  Settings settings;
  settings.op = Operator::session;
  settings.size_ms = gap_ms;
  settings.grace_ms = grace_ms;
  settings.is_sorted = is_sorted;
  return settings;
}

// The events of one key, with offsets from 0 on.
static void put_all(TestTask& task, const std::vector<std::int64_t>& times) {
  std::int64_t offset = 0;
  for (const std::int64_t ms : times) task.put({.offset = offset++, .ms = ms});
}

static Lines sessions_of(const Settings& settings, const std::vector<std::int64_t>& times) {
  TestTask task(settings);
  put_all(task, times);
  task.end();
  return task.take_lines();
}

TEST_CASE("a session lasts until a gap is longer than the gap") {
  for (const bool is_sorted : {false, true}) {
    const Settings settings = session(10, 0, is_sorted);
    CHECK(sessions_of(settings, {5, 15, 20}) == Lines{line_of("a", 5, 20, {"0", "1", "2"})});
    CHECK(sessions_of(settings, {5, 16}) ==
          Lines{line_of("a", 5, 5, {"0"}), line_of("a", 16, 16, {"1"})});
  }
}

TEST_CASE("a session closes when the clock has passed its end, the gap and grace") {
  for (const bool is_sorted : {false, true}) {
    TestTask task(session(10, 3, is_sorted));
    task.put({.offset = 0, .ms = 5});
    task.put({.offset = 1, .ms = 18, .key = "b"});
    CHECK(task.take_lines().empty());
    task.put({.offset = 2, .ms = 19, .key = "b"});
    CHECK(task.take_lines() == Lines{line_of("a", 5, 5, {"0"})});
    CHECK(task.results().timestamps == std::vector<std::int64_t>{5});
  }
}

TEST_CASE("as in Kafka Streams, what is late is decided by the end of the session of the event") {
  TestTask task(session(10, 0));
  task.put({.offset = 0, .ms = 12});
  task.put({.offset = 1, .ms = 20, .key = "b"});
  task.put({.offset = 2, .ms = 10, .key = "c"});  // 10 < 20 - 10 does not hold.
  task.put({.offset = 3, .ms = 9, .key = "c"});   // Its session ends at 10.
  task.put({.offset = 4, .ms = 9, .key = "d"});
  task.put({.offset = 5, .ms = 2});  // Its session ends at 12.
  CHECK(task.take_lates() == Lines{"4"});
  task.end();
  CHECK(task.take_lines() == Lines{line_of("c", 9, 10, {"3", "2"}), line_of("a", 2, 12, {"5", "0"}),
                                   line_of("b", 20, 20, {"1"})});
}

TEST_CASE("in a sorted task, what is late is decided by the event alone") {
  TestTask task(session(10, 5, true));
  put_all(task, {12, 20, 15, 14});
  CHECK(task.take_lates() == Lines{"3"});
  CHECK(task.task().counts().accepted == 1);  // Only 12 is before 20 - 5.
  task.end();
  CHECK(task.take_lines() == Lines{line_of("a", 12, 20, {"0", "2", "1"})});
  CHECK(task.task().counts().accepted == 3);
}

TEST_CASE("an event joins the sessions on both sides") {
  CHECK(sessions_of(session(10, 100), {5, 20, 40, 12}) ==
        Lines{line_of("a", 5, 20, {"0", "3", "1"}), line_of("a", 40, 40, {"2"})});
}

TEST_CASE("keys have sessions of their own, and lines are in order of end, begin and key") {
  TestTask task(session(10));
  task.put({.offset = 0, .ms = 5, .key = "b"});
  task.put({.offset = 1, .ms = 5, .key = "a"});
  task.put({.offset = 2, .ms = 6, .key = "d"});
  task.put({.offset = 3, .ms = 7, .key = "b"});
  task.put({.offset = 4, .ms = 7, .key = "c"});
  task.put({.offset = 5, .ms = 7, .key = "d"});
  CHECK(task.task().counts().open == 4);
  task.put({.offset = 6, .ms = 100, .key = "e"});
  CHECK(task.take_lines() == Lines{line_of("a", 5, 5, {"1"}), line_of("b", 5, 7, {"0", "3"}),
                                   line_of("d", 6, 7, {"2", "5"}), line_of("c", 7, 7, {"4"})});
  CHECK(task.task().counts().open == 1);
}

TEST_CASE("a session that would be longer than max is cut") {
  for (const bool is_sorted : {false, true}) {
    Settings settings = session(10, 0, is_sorted);
    settings.max_ms = 20;
    CHECK(sessions_of(settings, {0, 10, 20, 21, 30, 41, 42}) ==
          Lines{line_of("a", 0, 20, {"0", "1", "2"}), line_of("a", 21, 30, {"3", "4"}),
                line_of("a", 41, 42, {"5", "6"})});
  }
}

TEST_CASE("an event that comes late joins what is not too long, the earlier session first") {
  Settings settings = session(10, 100);
  settings.max_ms = 20;
  // Both together would be too long.
  CHECK(sessions_of(settings, {0, 20, 10, 30, 25}) ==
        Lines{line_of("a", 0, 20, {"0", "2", "1"}), line_of("a", 25, 30, {"4", "3"})});
  CHECK(sessions_of(settings, {0, 8, 30, 38, 17}) ==
        Lines{line_of("a", 0, 17, {"0", "1", "4"}), line_of("a", 30, 38, {"2", "3"})});
  // The event is in a session already.
  CHECK(sessions_of(settings, {10, 20, 30, 5, 10}) ==
        Lines{line_of("a", 5, 5, {"3"}), line_of("a", 10, 30, {"0", "4", "1", "2"})});
  // Neither has room.
  CHECK(sessions_of(settings, {0, 10, 18, 37, 47, 57, 27}) ==
        Lines{line_of("a", 0, 18, {"0", "1", "2"}), line_of("a", 27, 27, {"6"}),
              line_of("a", 37, 57, {"3", "4", "5"})});
}

TEST_CASE("updates say what a session has become, and take back what it is no more") {
  Settings settings = session(10, 100);
  settings.emit = Emit::update;
  TestTask task(settings);
  put_all(task, {5, 6, 20, 15});
  const std::string final_mark = ",\"final\":true";
  const std::string times =
      "\"from\":\"1970-01-01T00:00:00.020Z\",\"to\":\"1970-01-01T00:00:00.020Z\"";
  CHECK(task.take_lines() ==
        Lines{line_of("a", 5, 5, {"0"}, 'u'), line_of("a", 5, 6, {"0", "1"}, 'u'),
              line_of("a", 20, 20, {"2"}, 'u'), "r {\"key\":\"a\"," + times + ",\"removed\":true}",
              line_of("a", 5, 20, {"0", "1", "3", "2"}, 'u')});
  task.put({.offset = 4, .ms = 1});
  CHECK(task.take_lines().front().starts_with(
      "r "
      "{\"key\":\"a\",\"from\":\"1970-01-01T00:00:00.005Z\",\"to\":\"1970-01-01T00:00:00.020Z\""));
  task.end();
  CHECK(task.take_lines() ==
        Lines{line_of("a", 1, 20, {"4", "0", "1", "3", "2"}, 'f', final_mark)});
}

TEST_CASE("one session too many is refused, but an open one takes events") {
  Settings settings = session(10, 100);
  settings.max_keys = 2;
  TestTask task(settings);
  task.put({.offset = 0, .ms = 5});
  task.put({.offset = 1, .ms = 25});
  const auto refused = task.try_put({.offset = 2, .ms = 45});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Error::Code::usage);
  CHECK_FALSE(task.try_put({.offset = 3, .ms = 5, .key = "b"}));
  CHECK(task.task().clock(0) == Timestamp{25});
  task.put({.offset = 4, .ms = 15});
  task.put({.offset = 5, .ms = 25, .key = "b"});
  task.end();
  CHECK(task.take_lines() ==
        Lines{line_of("a", 5, 25, {"0", "4", "1"}), line_of("b", 25, 25, {"5"})});
}

TEST_CASE("a session at the end of all times is emitted at the end") {
  for (const bool is_sorted : {false, true}) {
    TestTask task(session(10, 0, is_sorted));
    task.put({.offset = 0, .ms = INT64_MAX});
    task.end();
    CHECK(task.task().counts().results == 1);
  }
}

TEST_CASE("a key may have thousands of open sessions") {
  TestTask task(session(1, 1'000'000));
  for (std::int64_t i = 0; i < 3000; i++) {
    task.put({.offset = i, .ms = i * 7 % 3000 * 10});
  }
  CHECK(task.task().counts().open == 3000);
  task.end();
  CHECK(task.task().counts().results == 3000);
}

// A restart begins at the first event that an open session rests on; runs have one event here.
static std::int64_t restart_offset(TestTask& task) {
  return task.task().restart_point(0, {9999}).offset.value;
}

TEST_CASE("a restart reads from the first event of the oldest open session") {
  TestTask task(session(1000), test_aggregation(), 1);
  task.put({.offset = 0, .ms = 0, .key = "a"});
  task.put({.offset = 1, .ms = 2000, .key = "b"});
  CHECK(restart_offset(task) == 1);
  task.put({.offset = 2, .ms = 2900, .key = "c"});
  task.put({.offset = 3, .ms = 3000, .key = "b"});
  task.put({.offset = 4, .ms = 3950, .key = "d"});
  CHECK(restart_offset(task) == 1);
  task.put({.offset = 5, .ms = 4001, .key = "d"});
  CHECK(task.take_lines().back() == line_of("b", 2000, 3000, {"1", "3"}));
  CHECK(restart_offset(task) == 4);
}

TEST_CASE("a session that was cut needs the events of those before it") {
  Settings settings = session(1000);
  settings.max_ms = 1500;
  TestTask task(settings, test_aggregation(), 1);
  put_all(task, {0, 5000, 5900, 6600, 7500, 8400});
  CHECK(task.take_lines() ==
        Lines{line_of("a", 0, 0, {"0"}), line_of("a", 5000, 5900, {"1", "2"})});
  CHECK(restart_offset(task) == 1);
}
