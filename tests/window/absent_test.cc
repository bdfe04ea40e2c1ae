#include <doctest/doctest.h>

#include <map>
#include <tuple>

#include "support/seed.h"
#include "window/task_rig.h"

namespace estream::window {

static Settings absent(std::int64_t size_ms, std::size_t sources = 1, std::int64_t grace_ms = 0,
                       Emit emit = Emit::close) {
  Settings settings;
  settings.op = Operator::absent;
  settings.size_ms = size_ms;
  settings.sources = sources;
  settings.grace_ms = grace_ms;
  settings.is_sorted = sources > 1 || grace_ms > 0;
  settings.emit = emit;
  return settings;
}

static std::string line_of(const std::string& kind, const std::string& key, std::int64_t from,
                           std::int64_t to, const std::string& fields = "") {
  const std::string end = std::to_string(to);
  return kind + " " + std::to_string(from) + " " + end + " " + end +
         " {\"key\":" + (key.empty() ? "null" : "\"" + key + "\"") + ",\"from\":\"" +
         test_time(from) + "\",\"to\":\"" + test_time(to) + "\"" + fields + "}";
}

using Lines = std::vector<std::string>;

TEST_CASE("a key is silent when the clock has passed its last event by more than D") {
  TaskRig rig(absent(100));
  rig.put({.time = 0, .key = "a"});
  rig.put({.time = 100, .key = "b"});
  CHECK(rig.take_lines().empty());
  CHECK(rig.task().counts().open == 2);
  rig.put({.time = 101, .key = "b"});
  CHECK(rig.take_lines() == Lines{line_of("final", "a", 0, 100)});
  CHECK(rig.task().counts().open == 1);
  CHECK_FALSE(rig.raise(201));
  CHECK(rig.raise(202));
  CHECK(rig.take_lines() == Lines{line_of("final", "b", 101, 201)});
}

TEST_CASE("an event exactly D after the last one is in time, one that comes later is not") {
  TaskRig rig(absent(100));
  rig.put({.time = 0, .key = "a"});
  rig.put({.time = 100, .key = "a"});
  CHECK(rig.take_lines().empty());
  rig.put({.time = 201, .key = "a"});
  CHECK(rig.take_lines() == Lines{line_of("final", "a", 100, 200)});
}

TEST_CASE("alarms come in the order of their ends, then of the keys") {
  TaskRig rig(absent(100));
  rig.put({.time = 7, .key = "c"});
  rig.put({.time = 5, .key = "b"});
  rig.put({.time = 7, .key = "a"});
  rig.put({.time = 5, .key = "d"});
  rig.put({.time = 6, .key = "b"});
  CHECK(rig.raise(1000));
  CHECK(rig.take_lines() == Lines{line_of("final", "d", 5, 105), line_of("final", "b", 6, 106),
                                  line_of("final", "a", 7, 107), line_of("final", "c", 7, 107)});
}

TEST_CASE("with both, a key that was silent says when it is back") {
  TaskRig rig(absent(100, 1, 0, Emit::both), "n=count,s=sum(.x)");
  rig.put({.time = 0, .key = "a", .number = 1});
  rig.put({.time = 10, .key = "a", .number = 2});
  rig.put({.time = 300, .key = "a", .number = 4});
  CHECK(rig.take_lines() == Lines{line_of("final", "a", 10, 110, ",\"n\":2,\"s\":3"),
                                  line_of("back", "a", 10, 300, ",\"back\":true")});
  rig.put({.time = 310, .key = "a", .number = 8});
  CHECK_FALSE(rig.raise(410));
  CHECK(rig.raise(500));
  CHECK_FALSE(rig.raise(900));  // Once.
  CHECK(rig.take_lines() == Lines{line_of("final", "a", 310, 410, ",\"n\":2,\"s\":12")});
  CHECK(rig.task().counts().open == 1);
}

TEST_CASE("without both, a key that was silent is forgotten") {
  TaskRig rig(absent(100), "n=count");
  rig.put({.time = 0, .key = "a"});
  rig.put({.time = 300, .key = "a"});
  rig.raise(500);
  CHECK(rig.take_lines() == Lines{line_of("final", "a", 0, 100, ",\"n\":1"),
                                  line_of("final", "a", 300, 400, ",\"n\":1")});
  CHECK(rig.task().counts().open == 0);
}

TEST_CASE("the end of the input is no silence") {
  TaskRig rig(absent(100, 1, 50));
  rig.put({.time = 0, .key = "a"});
  rig.put({.time = 20, .key = "b"});
  rig.put({.time = 101, .key = "c"});
  CHECK(rig.take_lines().empty());
  rig.end();
  CHECK(rig.take_lines() == Lines{line_of("final", "a", 0, 100)});
}

TEST_CASE("in log order, an event more than D behind the clock is late") {
  TaskRig rig(absent(100));
  rig.put({.time = 200, .key = "a"});
  rig.put({.time = 99, .key = "b"});
  rig.put({.time = 100, .key = "c"});
  CHECK(rig.sorted_late() == Lines{"0:1"});
  rig.put({.time = 150, .key = "a"});  // Nothing new.
  rig.put({.time = 201, .key = "d"});
  CHECK(rig.take_lines() == Lines{line_of("final", "c", 100, 200)});
  rig.raise(301);
  CHECK(rig.take_lines() == Lines{line_of("final", "a", 200, 300)});
}

TEST_CASE("one key too many is an error, after those that are silent have left") {
  Settings settings = absent(100);
  settings.max_keys = 1;
  TaskRig rig(settings);
  rig.put({.time = 0, .key = "a"});
  const auto refused = rig.try_put({.time = 100, .key = "b"});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Error::Code::usage);
  CHECK(refused.error().message.find("--max-keys") != std::string::npos);
  rig.put({.time = 101, .key = "b"});
  CHECK(rig.take_lines() == Lines{line_of("final", "a", 0, 100)});
}

// Written anew: for each event the next one of its key, if it has one.
static Lines expected_sorted(const Settings& settings, const Accepted& accepted) {
  // When a line is due: an alarm after the events at its end, a return with its event.
  using Due = std::tuple<std::int64_t, bool, std::int64_t, std::string, std::string>;
  std::vector<Due> due;
  const auto& events = accepted.events;
  for (std::size_t i = 0; i < events.size(); i++) {
    const auto next =
        std::find_if(events.begin() + static_cast<std::ptrdiff_t>(i) + 1, events.end(),
                     [&](const SomeEvent& e) { return e.key == events[i].key; });
    const std::int64_t from = events[i].time;
    const std::int64_t to = from + settings.size_ms;
    if ((next == events.end() ? events.back().time : next->time) <= to) continue;
    due.emplace_back(to, true, from, events[i].key, line_of("final", events[i].key, from, to));
    if (settings.emit != Emit::both || next == events.end()) continue;
    due.emplace_back(next->time, false, next - events.begin(), events[i].key,
                     line_of("back", events[i].key, from, next->time, ",\"back\":true"));
  }
  std::ranges::sort(due);
  Lines lines;
  for (const Due& one : due) lines.push_back(std::get<4>(one));
  lines.insert(lines.end(), accepted.late.begin(), accepted.late.end());
  return lines;
}

TEST_CASE("a sorted task sees the same silences however its partitions are interleaved") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; round++) {
    const auto sources = static_cast<std::size_t>(1 + random_below(random, 3));
    const Settings settings =
        absent(1 + random_below(random, 20), sources, sources == 1 ? 4 : random_below(random, 8),
               random_below(random, 2) == 0 ? Emit::both : Emit::close);
    const SomeLogs logs = random_logs(random, sources, 40, 6, {"a", "b", "c", ""});
    const auto expected = expected_sorted(settings, accepted_sorted(settings, logs, {}));
    for (int i = 0; i < 3; i++) {
      CHECK(all_lines(settings, "", logs, {}, random_order(logs, random)) == expected);
    }
    // Marks show silences that the events alone do not.
    const SomeMarks marks = random_marks(logs, random);
    const auto first = all_lines(settings, "n=count", logs, marks, random_order(logs, random));
    CHECK(all_lines(settings, "n=count", logs, marks, random_order(logs, random)) == first);
  }
}

TEST_CASE("in log order, the silences are those of a slow watch") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; round++) {
    const Settings settings = absent(1 + random_below(random, 30));
    const SomeLogs logs = random_logs(random, 1, 100, 20, {"a", "b", "c", "d"});
    Lines expected;
    Lines late;
    std::map<std::string, std::int64_t> last;
    std::int64_t clock = 0;
    for (std::size_t i = 0; i < logs[0].size(); i++) {
      const SomeEvent& event = logs[0][i];
      // The clock goes on step by step.
      for (; clock < event.time; clock++) {
        for (auto key = last.begin(); key != last.end();) {
          const bool is_silent = key->second + settings.size_ms == clock;
          if (is_silent) expected.push_back(line_of("final", key->first, key->second, clock));
          key = is_silent ? last.erase(key) : std::next(key);
        }
      }
      if (event.time + settings.size_ms < clock) {
        late.push_back("late 0:" + std::to_string(i));
      } else {
        last[event.key] = std::max(last[event.key], event.time);
      }
    }
    std::ranges::sort(late);
    expected.insert(expected.end(), late.begin(), late.end());
    CHECK(all_lines(settings, "", logs, {}, random_order(logs, random)) == expected);
  }
}

TEST_CASE("an absent task goes on from a checkpoint as if nothing had happened") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  CHECK(TaskRig(absent(1)).task().needs_checkpoint());
  for (int round = 0; round < 200; round++) {
    const auto sources = static_cast<std::size_t>(1 + random_below(random, 2));
    const Settings settings = absent(1 + random_below(random, 20), sources, sources == 1 ? 0 : 3,
                                     random_below(random, 2) == 0 ? Emit::both : Emit::close);
    const SomeLogs logs = random_logs(random, sources, 40, 6, {"a", "b", "c", ""});
    check_checkpoint(settings, "n=count,m=max(.x)", logs, random_marks(logs, random), random);
  }
}

}  // namespace estream::window
