#include <doctest/doctest.h>

#include <map>
#include <tuple>

#include "support/seed.h"
#include "window/task_rig.h"

namespace estream::window {

namespace {

constexpr std::uint64_t A = 1;
constexpr std::uint64_t B = 2;
constexpr std::uint64_t C = 4;

using Lines = std::vector<std::string>;

Settings sequence(std::vector<Step> steps, std::int64_t within_ms, std::size_t sources = 1,
                  std::int64_t grace_ms = 0) {
  Settings settings;
  settings.op = Operator::sequence;
  settings.steps = std::move(steps);
  settings.size_ms = within_ms;
  settings.sources = sources;
  settings.grace_ms = grace_ms;
  settings.is_sorted = sources > 1 || grace_ms > 0;
  return settings;
}

Settings with_unmatched(Settings settings) {
  settings.is_unmatched_shown = true;
  return settings;
}

std::string line_of(const std::string& key, std::int64_t from, std::int64_t to,
                    const std::vector<std::string>& events, bool is_unmatched = false) {
  std::string list;
  for (const std::string& event : events) list += (list.empty() ? "" : ",") + event;
  const std::string end = std::to_string(to);
  return "final " + std::to_string(from) + " " + end + " " + end +
         " {\"key\":" + (key.empty() ? "null" : "\"" + key + "\"") + ",\"from\":\"" +
         test_time(from) + "\",\"to\":\"" + test_time(to) + "\",\"events\":[" + list + "]" +
         (is_unmatched ? ",\"unmatched\":true" : "") + "}";
}

// An event of the key "k" whose value is its time.
SomeEvent at(std::int64_t time, std::uint64_t conditions, const std::string& key = "k") {
  return {.time = time, .key = key, .conditions = conditions, .value = std::to_string(time)};
}

Lines lines_of(const Settings& settings, const std::vector<SomeEvent>& events) {
  TaskRig rig(settings);
  for (const SomeEvent& event : events) rig.put(event);
  rig.end();
  return rig.take_lines();
}

}  // namespace

TEST_CASE("events that fulfil the steps one after the other are a match") {
  const Settings settings = sequence({{0}, {1}}, 100);
  CHECK(lines_of(settings, {at(0, A), at(10, B)}) == Lines{line_of("k", 0, 10, {"0", "10"})});
  CHECK(lines_of(settings, {at(0, B), at(10, A)}).empty());
  CHECK(lines_of(settings, {at(0, A), at(5, 0), at(7, C), at(10, B)}) ==
        Lines{line_of("k", 0, 10, {"0", "10"})});
  CHECK(lines_of(settings, {at(0, A, "x"), at(10, B, "y")}).empty());
  CHECK(lines_of(settings, {at(0, A, ""), at(10, B, "")}) ==
        Lines{line_of("", 0, 10, {"0", "10"})});
}

TEST_CASE("the last event may be D after the first, and no later") {
  const Settings settings = sequence({{0}, {1}}, 100);
  CHECK(lines_of(settings, {at(0, A), at(100, B)}) == Lines{line_of("k", 0, 100, {"0", "100"})});
  CHECK(lines_of(settings, {at(0, A), at(101, B)}).empty());
}

TEST_CASE("after a match, everything begins behind its last event") {
  CHECK(lines_of(sequence({{0}, {1}}, 100),
                 {at(0, A), at(1, A), at(2, B), at(3, B), at(4, A), at(5, B)}) ==
        Lines{line_of("k", 0, 2, {"0", "2"}), line_of("k", 4, 5, {"4", "5"})});
  CHECK(lines_of(sequence({{0, 2}}, 100), {at(0, A), at(1, A), at(2, A), at(3, A), at(4, A)}) ==
        Lines{line_of("k", 0, 1, {"0", "1"}), line_of("k", 2, 3, {"2", "3"})});
  CHECK(lines_of(sequence({{0}}, 100), {at(0, A), at(1, A)}) ==
        Lines{line_of("k", 0, 0, {"0"}), line_of("k", 1, 1, {"1"})});
}

TEST_CASE("a step may need several events") {
  const Settings settings = sequence({{0, 3}, {1}}, 5);
  CHECK(lines_of(settings, {at(0, A), at(1, A), at(2, B), at(3, A), at(4, B)}) ==
        Lines{line_of("k", 0, 4, {"0", "1", "3", "4"})});
  // The one that began first is shown ...
  CHECK(lines_of(settings, {at(0, A), at(1, A), at(2, A), at(3, A), at(4, B)}) ==
        Lines{line_of("k", 0, 4, {"0", "1", "2", "4"})});
  // ... as long as it is in time.
  CHECK(lines_of(settings, {at(0, A), at(4, A), at(5, A), at(6, A), at(8, B)}) ==
        Lines{line_of("k", 4, 8, {"4", "5", "6", "8"})});
}

TEST_CASE("an event that fulfils several steps is one event of a match") {
  const Settings settings = sequence({{0}, {1}}, 100);
  CHECK(lines_of(settings, {at(0, A | B)}).empty());
  CHECK(lines_of(settings, {at(0, A | B), at(1, A | B), at(2, B)}) ==
        Lines{line_of("k", 0, 1, {"0", "1"})});
  CHECK(lines_of(sequence({{0}, {0}, {1}}, 100), {at(0, A), at(1, A | B), at(2, B)}) ==
        Lines{line_of("k", 0, 2, {"0", "1", "2"})});
}

TEST_CASE("the unless event ends what has begun, and may begin something") {
  Settings settings = sequence({{0}, {1}}, 100);
  settings.unless = 2;
  CHECK(lines_of(settings, {at(0, A), at(1, C), at(2, B)}).empty());
  CHECK(lines_of(settings, {at(0, A), at(1, C, "other"), at(2, B)}).size() == 1);
  CHECK(lines_of(settings, {at(0, A), at(1, B | C)}).empty());
  CHECK(lines_of(settings, {at(0, C), at(1, A | C), at(2, B)}) ==
        Lines{line_of("k", 1, 2, {"1", "2"})});
  CHECK(lines_of(with_unmatched(settings), {at(0, A), at(1, C), at(300, 0)}).empty());
}

TEST_CASE("a match has the aggregates of its events, and the events as they came") {
  TaskRig rig(sequence({{0}, {1}, {2}}, 100), "n=count,s=sum(.x)");
  rig.put({.time = 0, .key = "k", .conditions = A, .value = "{\"a\": 1}\n", .number = 1});
  rig.put({.time = 0, .key = "k", .conditions = A, .number = 2});
  rig.put({.time = 0, .key = "k", .conditions = B, .value = std::nullopt, .number = 4});
  rig.put({.time = 0, .key = "k", .conditions = C, .value = "text", .number = 8});
  const Lines lines = rig.take_lines();
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find(R"(,"n":3,"s":13,"events":[{"a": 1},null,"text"]})") != std::string::npos);
}

TEST_CASE("an order without a payment comes out once, when its time is over") {
  TaskRig rig(with_unmatched(sequence({{0}, {1}}, 100)));
  rig.put(at(0, A, "a"));
  rig.put(at(5, A, "b"));
  rig.put(at(50, B, "b"));
  CHECK(rig.take_lines() == Lines{line_of("b", 5, 50, {"5", "50"})});
  CHECK_FALSE(rig.raise(100));
  CHECK(rig.task().counts().open == 1);
  CHECK(rig.raise(101));
  CHECK(rig.take_lines() == Lines{line_of("a", 0, 100, {"0"}, true)});
  CHECK(rig.task().counts().open == 0);
  rig.put(at(200, A, "c"));
  rig.put(at(200, A, "c"));
  rig.end();
  CHECK(rig.take_lines() ==
        Lines{line_of("c", 200, 300, {"200"}, true), line_of("c", 200, 300, {"200"}, true)});
}

TEST_CASE("unmatched is what has its first step, and no event is in the first steps of two") {
  const Settings settings = with_unmatched(sequence({{0, 2}, {1}, {2}}, 10));
  CHECK(lines_of(settings, {at(0, A)}).empty());
  CHECK(lines_of(settings, {at(0, A), at(11, A)}).empty());
  CHECK(lines_of(settings, {at(0, A), at(1, A), at(2, B)}) ==
        Lines{line_of("k", 0, 10, {"0", "1", "2"}, true)});
  CHECK(lines_of(settings, {at(0, A), at(1, A), at(2, A), at(3, A), at(4, A)}) ==
        Lines{line_of("k", 0, 10, {"0", "1"}, true), line_of("k", 2, 12, {"2", "3"}, true)});
  // What was in an unmatched one can still be in a match.
  CHECK(lines_of(settings, {at(0, A), at(4, A), at(5, A), at(11, B), at(12, C)}) ==
        Lines{line_of("k", 0, 10, {"0", "4"}, true), line_of("k", 4, 12, {"4", "5", "11", "12"})});
}

TEST_CASE("in log order, an event is late when it is more than D behind the clock") {
  TaskRig rig(with_unmatched(sequence({{0}, {1}}, 100)));
  rig.put(at(200, 0, "x"));
  rig.put(at(99, A));
  rig.put(at(100, A));
  CHECK(rig.sorted_late() == Lines{"0:1"});
  rig.put(at(150, A));
  rig.put(at(120, A));
  rig.put(at(221, 0, "x"));
  CHECK(rig.take_lines() ==
        Lines{line_of("k", 100, 200, {"100"}, true), line_of("k", 120, 220, {"120"}, true)});
  rig.put(at(149, B));  // Behind it in the log.
  CHECK(rig.take_lines() == Lines{line_of("k", 149, 150, {"150", "149"})});
}

TEST_CASE("one key too many is an error") {
  Settings settings = sequence({{0}, {1}}, 100);
  settings.max_keys = 1;
  TaskRig rig(settings);
  rig.put(at(0, A, "a"));
  rig.put(at(0, B, "b"));  // Nothing to remember.
  const auto refused = rig.try_put(at(100, A, "b"));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Error::Code::usage);
  CHECK(refused.error().message.find("--max-keys") != std::string::npos);
  rig.put(at(101, A, "b"));
  CHECK(rig.take_lines().empty());
}

namespace {

// The model: the events of one key in order, and all choices among them.
class SlowSequence {
 public:
  SlowSequence(const Settings& settings, std::vector<SomeEvent> events)
      : settings_(settings), events_(std::move(events)) {
    for (const Step& step : settings.steps) {
      for (std::int64_t i = 0; i < step.times; i++)
        wanted_.push_back(std::uint64_t{1} << step.condition);
    }
  }

  struct Found {
    std::vector<std::size_t> events;
    std::size_t at;  // The event with which it was found, of a match.
    bool is_unmatched;
  };

  std::vector<Found> find() {
    for (std::size_t i = 0; i < events_.size(); i++) {
      if (settings_.unless && (events_[i].conditions >> *settings_.unless & 1) != 0) go_on(i, i);
      std::vector<std::size_t> chosen;
      if (!choose(chosen, begin_, i)) continue;
      found_.push_back({chosen, i, false});
      go_on(i, i + 1);
    }
    go_on(events_.size(), events_.size());
    return found_;
  }

 private:
  // Whether the steps from chosen.size() on can be fulfilled by events from `from` on, the last one
  // by `last`: the first way in the order of the places.
  bool choose(std::vector<std::size_t>& chosen, std::size_t from, std::size_t last) {
    const std::size_t step = chosen.size();
    const bool is_last = step + 1 == wanted_.size();
    for (std::size_t i = is_last ? last : from; i <= last; i++) {
      if (i < from || (events_[i].conditions & wanted_[step]) == 0) continue;
      if (step == 0 && events_[last].time - events_[i].time > settings_.size_ms) continue;
      chosen.push_back(i);
      if (is_last || choose(chosen, i + 1, last)) return true;
      chosen.pop_back();
    }
    return false;
  }

  // Everything before `next` is over because of the event `end`.
  void go_on(std::size_t end, std::size_t next) {
    std::vector<bool> is_used(events_.size());
    for (std::size_t first = begin_; first < end; first++) {
      const std::int64_t deadline = events_[first].time + settings_.size_ms;
      if (end < events_.size() && events_[end].time <= deadline) break;
      std::vector<std::size_t> taken;
      for (std::size_t i = first; i < end && taken.size() < wanted_.size(); i++) {
        const bool is_next = (events_[i].conditions & wanted_[taken.size()]) != 0;
        if (is_next && events_[i].time <= deadline) taken.push_back(i);
        if (taken.empty()) break;
      }
      const auto times = static_cast<std::size_t>(settings_.steps[0].times);
      if (taken.size() < times || is_used[first]) continue;
      for (std::size_t i = 0; i < times; i++) is_used[taken[i]] = true;
      if (settings_.is_unmatched_shown) found_.push_back({taken, first, true});
    }
    begin_ = next;
  }

  const Settings& settings_;
  std::vector<SomeEvent> events_;
  std::vector<std::uint64_t> wanted_;
  std::vector<Found> found_;
  std::size_t begin_ = 0;
};

Lines expected_sorted(const Settings& settings, const Accepted& accepted) {
  std::map<std::string, std::vector<std::size_t>> places;
  for (std::size_t i = 0; i < accepted.events.size(); i++) {
    places[accepted.events[i].key].push_back(i);
  }
  // When a line is due: a match with its last event, an unmatched one after all at its end.
  using Due = std::tuple<std::int64_t, bool, std::int64_t, std::string, std::size_t, std::string>;
  std::vector<Due> due;
  for (const auto& [key, mine] : places) {
    std::vector<SomeEvent> events;
    for (const std::size_t place : mine) events.push_back(accepted.events[place]);
    for (const auto& found : SlowSequence(settings, events).find()) {
      Lines values;
      for (const std::size_t event : found.events) values.push_back(*events[event].value);
      const std::int64_t from = events[found.events[0]].time;
      if (found.is_unmatched) {
        const std::int64_t to = from + settings.size_ms;
        due.emplace_back(to, true, from, key, found.at, line_of(key, from, to, values, true));
      } else {
        const std::int64_t to = events[found.at].time;
        due.emplace_back(to, false, static_cast<std::int64_t>(mine[found.at]), key, 0,
                         line_of(key, from, to, values));
      }
    }
  }
  std::ranges::sort(due);
  Lines lines;
  for (const Due& one : due) lines.push_back(std::get<5>(one));
  lines.insert(lines.end(), accepted.late.begin(), accepted.late.end());
  return lines;
}

Settings random_sequence(std::mt19937_64& random, std::size_t sources, std::int64_t grace_ms) {
  std::vector<Step> steps;
  for (std::int64_t i = 1 + random_below(random, 3); i > 0; i--) {
    steps.push_back({static_cast<unsigned>(random_below(random, 3)), 1 + random_below(random, 3)});
  }
  Settings settings = sequence(steps, random_below(random, 60), sources, grace_ms);
  if (random_below(random, 3) == 0) settings.unless = 3;
  settings.is_unmatched_shown = random_below(random, 2) == 0;
  return settings;
}

// Few conditions, so that much begins and not all of it ends.
void thin_out(SomeLogs& logs, std::mt19937_64& random) {
  for (auto& log : logs) {
    for (SomeEvent& event : log) {
      event.conditions = std::uint64_t{1} << random_below(random, 3);
      if (random_below(random, 6) == 0)
        event.conditions |= std::uint64_t{1} << random_below(random, 3);
      if (random_below(random, 25) == 0) event.conditions |= 8;
      if (random_below(random, 6) == 0) event.conditions &= 8;
    }
  }
}

}  // namespace

TEST_CASE("a sorted task finds what all choices find, however its partitions are interleaved") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  std::size_t matches = 0;
  std::size_t unmatched = 0;
  for (int round = 0; round < 400; round++) {
    const auto sources = static_cast<std::size_t>(1 + random_below(random, 3));
    const Settings settings =
        random_sequence(random, sources, sources == 1 ? 4 : random_below(random, 8));
    SomeLogs logs = random_logs(random, sources, 40, 6, {"a", "b", ""});
    thin_out(logs, random);
    const auto expected = expected_sorted(settings, accepted_sorted(settings, logs, {}));
    for (const std::string& line : expected) {
      (line.find("unmatched") != std::string::npos ? unmatched : matches)++;
    }
    for (int i = 0; i < 3; i++) {
      CHECK(all_lines(settings, "", logs, {}, random_order(logs, random)) == expected);
    }
    const SomeMarks marks = random_marks(logs, random);
    const auto marked = expected_sorted(settings, accepted_sorted(settings, logs, marks));
    CHECK(all_lines(settings, "", logs, marks, random_order(logs, random)) == marked);
  }
  CHECK(matches > 1000);
  CHECK(unmatched > 300);
}

TEST_CASE("a task of one partition whose times go up finds the same") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; round++) {
    const Settings settings = random_sequence(random, 1, 0);
    SomeLogs logs = random_logs(random, 1, 100, 0, {"a", "b", ""});
    thin_out(logs, random);
    CHECK(all_lines(settings, "", logs, {}, random_order(logs, random)) ==
          expected_sorted(settings, accepted_sorted(settings, logs, {})));
  }
}

TEST_CASE("a sequence task goes on from a checkpoint as if nothing had happened") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  CHECK(TaskRig(sequence({{0}}, 1)).task().needs_checkpoint());
  for (int round = 0; round < 300; round++) {
    const auto sources = static_cast<std::size_t>(1 + random_below(random, 2));
    const Settings settings = random_sequence(random, sources, sources == 1 ? 0 : 3);
    SomeLogs logs = random_logs(random, sources, 40, 6, {"a", "b", ""});
    thin_out(logs, random);
    check_checkpoint(settings, "n=count,m=max(.x)", logs, random_marks(logs, random), random);
  }
}

}  // namespace estream::window
