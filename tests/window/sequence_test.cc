#include <doctest/doctest.h>

#include "support/match_line.h"
#include "support/window_task.h"

using namespace estream;
using namespace estream::window;

namespace {

constexpr std::uint64_t A = 1;
constexpr std::uint64_t B = 2;
constexpr std::uint64_t C = 4;

using Lines = std::vector<std::string>;

Settings sequence(std::vector<Step> steps, std::int64_t within_ms) {
  Settings settings;
  settings.op = Operator::sequence;
  settings.steps = std::move(steps);
  settings.size_ms = within_ms;
  return settings;
}

Settings with_unmatched(Settings settings) {
  settings.is_unmatched_shown = true;
  return settings;
}

const Aggregation nothing;

// An event of the key "k" whose value is its time.
TestEvent at(std::int64_t ms, std::uint64_t conditions, const std::string& key = "k") {
  return {.ms = ms, .key = key, .conditions = conditions, .value = std::to_string(ms)};
}

Lines lines_of(const Settings& settings, const std::vector<TestEvent>& events) {
  TestTask task(settings, nothing);
  task.put_all(events);
  task.end();
  return task.take_lines();
}

}  // namespace

TEST_CASE("events that fulfil the steps one after the other are a match") {
  const Settings settings = sequence({{0}, {1}}, 100);
  CHECK(lines_of(settings, {at(0, A), at(10, B)}) == Lines{match_line("k", 0, 10, {"0", "10"})});
  CHECK(lines_of(settings, {at(0, B), at(10, A)}).empty());
  CHECK(lines_of(settings, {at(0, A), at(5, 0), at(7, C), at(10, B)}) ==
        Lines{match_line("k", 0, 10, {"0", "10"})});
  CHECK(lines_of(settings, {at(0, A, "x"), at(10, B, "y")}).empty());
  CHECK(lines_of(settings, {at(0, A, ""), at(10, B, "")}) ==
        Lines{match_line("", 0, 10, {"0", "10"})});
}

TEST_CASE("the last event may be D after the first, and no later") {
  const Settings settings = sequence({{0}, {1}}, 100);
  CHECK(lines_of(settings, {at(0, A), at(100, B)}) == Lines{match_line("k", 0, 100, {"0", "100"})});
  CHECK(lines_of(settings, {at(0, A), at(101, B)}).empty());
}

TEST_CASE("after a match, everything begins behind its last event") {
  CHECK(lines_of(sequence({{0}, {1}}, 100),
                 {at(0, A), at(1, A), at(2, B), at(3, B), at(4, A), at(5, B)}) ==
        Lines{match_line("k", 0, 2, {"0", "2"}), match_line("k", 4, 5, {"4", "5"})});
  CHECK(lines_of(sequence({{0, 2}}, 100), {at(0, A), at(1, A), at(2, A), at(3, A), at(4, A)}) ==
        Lines{match_line("k", 0, 1, {"0", "1"}), match_line("k", 2, 3, {"2", "3"})});
  CHECK(lines_of(sequence({{0}}, 100), {at(0, A), at(1, A)}) ==
        Lines{match_line("k", 0, 0, {"0"}), match_line("k", 1, 1, {"1"})});
}

TEST_CASE("a step may need several events") {
  const Settings settings = sequence({{0, 3}, {1}}, 5);
  CHECK(lines_of(settings, {at(0, A), at(1, A), at(2, B), at(3, A), at(4, B)}) ==
        Lines{match_line("k", 0, 4, {"0", "1", "3", "4"})});
  // The one that began first is shown ...
  CHECK(lines_of(settings, {at(0, A), at(1, A), at(2, A), at(3, A), at(4, B)}) ==
        Lines{match_line("k", 0, 4, {"0", "1", "2", "4"})});
  // ... as long as it is in time.
  CHECK(lines_of(settings, {at(0, A), at(4, A), at(5, A), at(6, A), at(8, B)}) ==
        Lines{match_line("k", 4, 8, {"4", "5", "6", "8"})});
}

TEST_CASE("an event that fulfils several steps is one event of a match") {
  const Settings settings = sequence({{0}, {1}}, 100);
  CHECK(lines_of(settings, {at(0, A | B)}).empty());
  CHECK(lines_of(settings, {at(0, A | B), at(1, A | B), at(2, B)}) ==
        Lines{match_line("k", 0, 1, {"0", "1"})});
  CHECK(lines_of(sequence({{0}, {0}, {1}}, 100), {at(0, A), at(1, A | B), at(2, B)}) ==
        Lines{match_line("k", 0, 2, {"0", "1", "2"})});
}

TEST_CASE("the unless event ends what has begun, and may begin something") {
  Settings settings = sequence({{0}, {1}}, 100);
  settings.unless = 2;
  CHECK(lines_of(settings, {at(0, A), at(1, C), at(2, B)}).empty());
  CHECK(lines_of(settings, {at(0, A), at(1, C, "other"), at(2, B)}).size() == 1);
  CHECK(lines_of(settings, {at(0, A), at(1, B | C)}).empty());
  CHECK(lines_of(settings, {at(0, C), at(1, A | C), at(2, B)}) ==
        Lines{match_line("k", 1, 2, {"1", "2"})});
  CHECK(lines_of(with_unmatched(settings), {at(0, A), at(1, C), at(300, 0)}).empty());
}

TEST_CASE("a match has the aggregates of its events, and the events as they came") {
  TestTask task(sequence({{0}, {1}, {2}}, 100));
  task.put_all({{.key = "k", .conditions = A, .value = "{\"a\": 1}\n"},
                {.key = "k", .conditions = A},
                {.key = "k", .conditions = B, .is_tombstone = true},
                {.ms = 7, .key = "k", .conditions = C, .value = "text"}});
  const Lines lines = task.take_lines();
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find(R"(,"n":3,"ids":[0,2,3],"events":[{"a": 1},null,"text"]})") !=
        std::string::npos);
  CHECK(task.results().timestamps == std::vector<std::int64_t>{7});
}

TEST_CASE("an order without a payment comes out once, when its time is over") {
  TestTask task(with_unmatched(sequence({{0}, {1}}, 100)), nothing);
  task.put_all({at(0, A, "a"), at(5, A, "b"), at(50, B, "b")});
  CHECK(task.take_lines() == Lines{match_line("b", 5, 50, {"5", "50"})});
  CHECK_FALSE(task.mark(0, 3, 100));
  CHECK(task.task().counts().open == 1);
  CHECK(task.mark(0, 3, 101));
  CHECK(task.take_lines() == Lines{match_line("a", 0, 100, {"0"}, true)});
  CHECK(task.results().timestamps == std::vector<std::int64_t>{50, 100});
  CHECK(task.task().counts().open == 0);
  task.put_all({at(200, A, "c"), at(200, A, "c")});
  task.end();
  CHECK(task.take_lines() ==
        Lines{match_line("c", 200, 300, {"200"}, true), match_line("c", 200, 300, {"200"}, true)});
}

TEST_CASE("unmatched is what has its first step, and no event is in the first steps of two") {
  const Settings settings = with_unmatched(sequence({{0, 2}, {1}, {2}}, 10));
  CHECK(lines_of(settings, {at(0, A)}).empty());
  CHECK(lines_of(settings, {at(0, A), at(11, A)}).empty());
  CHECK(lines_of(settings, {at(0, A), at(1, A), at(2, B)}) ==
        Lines{match_line("k", 0, 10, {"0", "1", "2"}, true)});
  CHECK(lines_of(settings, {at(0, A), at(1, A), at(2, A), at(3, A), at(4, A)}) ==
        Lines{match_line("k", 0, 10, {"0", "1"}, true), match_line("k", 2, 12, {"2", "3"}, true)});
  // What was in an unmatched one can still be in a match.
  CHECK(lines_of(settings, {at(0, A), at(4, A), at(5, A), at(11, B), at(12, C)}) ==
        Lines{match_line("k", 0, 10, {"0", "4"}, true),
              match_line("k", 4, 12, {"4", "5", "11", "12"})});
}

TEST_CASE("in log order, an event more than D behind the clock is late for a sequence") {
  TestTask task(with_unmatched(sequence({{0}, {1}}, 100)), nothing);
  task.put_all({at(200, 0, "x"), at(99, A), at(100, A)});
  CHECK(task.take_lates() == Lines{"99"});
  task.put_all({at(150, A), at(120, A), at(221, 0, "x")});
  CHECK(task.take_lines() ==
        Lines{match_line("k", 100, 200, {"100"}, true), match_line("k", 120, 220, {"120"}, true)});
  task.put_all({at(149, B)});  // Behind it in the log.
  CHECK(task.take_lines() == Lines{match_line("k", 149, 150, {"150", "149"})});
}

TEST_CASE("a sequence of one key too many is an error") {
  Settings settings = sequence({{0}, {1}}, 100);
  settings.max_keys = 1;
  TestTask task(settings, nothing);
  task.put_all({at(0, A, "a"), at(0, B, "b")});  // Of the second there is nothing to remember.
  TestEvent event = at(100, A, "b");
  event.offset = 2;
  const auto refused = task.try_put(event);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Error::Code::usage);
  CHECK(refused.error().message.find("--max-keys") != std::string::npos);
  event.ms = 101;
  CHECK(task.try_put(event));
  CHECK(task.take_lines().empty());
}
