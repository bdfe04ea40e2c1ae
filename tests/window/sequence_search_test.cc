// What a sequence finds in random logs, against slow ways to look for the same.

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "support/events_in_order.h"
#include "support/match_line.h"
#include "support/seed.h"

using namespace estream;
using namespace estream::window;

using Lines = std::vector<std::string>;

static const Aggregation nothing;

namespace {

// The model: the events of one key in order, and all choices among them.
class SlowSequence {
 public:
  SlowSequence(const Settings& settings, std::vector<TestEvent> events)
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
      if (step == 0 && events_[last].ms - events_[i].ms > settings_.size_ms) continue;
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
      const std::int64_t deadline = events_[first].ms + settings_.size_ms;
      if (end < events_.size() && events_[end].ms <= deadline) break;
      std::vector<std::size_t> taken;
      for (std::size_t i = first; i < end && taken.size() < wanted_.size(); i++) {
        const bool is_next = (events_[i].conditions & wanted_[taken.size()]) != 0;
        if (is_next && events_[i].ms <= deadline) taken.push_back(i);
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
  std::vector<TestEvent> events_;
  std::vector<std::uint64_t> wanted_;
  std::vector<Found> found_;
  std::size_t begin_ = 0;
};

Lines expected_lines(const Settings& settings, const std::vector<TestEvent>& all) {
  std::map<std::string, std::vector<std::size_t>> places;
  for (std::size_t i = 0; i < all.size(); i++) places[all[i].key].push_back(i);
  // When a line is due: a match with its last event, an unmatched one after all at its end.
  using Due = std::tuple<std::int64_t, bool, std::int64_t, std::string, std::size_t, std::string>;
  std::vector<Due> due;
  for (const auto& [key, mine] : places) {
    std::vector<TestEvent> events;
    for (const std::size_t place : mine) events.push_back(all[place]);
    for (const auto& found : SlowSequence(settings, events).find()) {
      Lines values;
      for (const std::size_t event : found.events) values.push_back(events[event].id());
      const std::int64_t from = events[found.events[0]].ms;
      if (found.is_unmatched) {
        const std::int64_t to = from + settings.size_ms;
        due.emplace_back(to, true, from, key, found.at, match_line(key, from, to, values, true));
      } else {
        const std::int64_t to = events[found.at].ms;
        const auto place = static_cast<std::int64_t>(mine[found.at]);
        due.emplace_back(to, false, place, key, 0, match_line(key, from, to, values));
      }
    }
  }
  std::ranges::sort(due);
  Lines lines;
  for (const Due& one : due) lines.push_back(std::get<5>(one));
  return lines;
}

}  // namespace

TEST_CASE("a sorted task finds the sequences that all choices find, however it is interleaved") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomWindowLogs random(seed);
  std::size_t matches = 0;
  std::size_t unmatched = 0;
  const auto test = [&](const Settings& settings, const WindowLog& log) {
    const Lines expected = expected_lines(settings, events_in_order(settings, log));
    for (const std::string& line : expected) {
      (line.find("unmatched") != std::string::npos ? unmatched : matches)++;
    }
    REQUIRE(output_of(settings, log, random.interleaved(log), nothing) == expected);
  };
  for_logs_in_order(random, Operator::sequence, true, 1000, test);
  CHECK(matches > 1000);
  CHECK(unmatched > 300);
}

TEST_CASE("a task of one partition whose times go up finds the same sequences") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomWindowLogs random(seed);
  const auto test = [&](const Settings& settings, WindowLog log) {
    std::ranges::sort(log.events[0], {}, &TestEvent::ms);
    std::int64_t offset = 0;
    for (TestEvent& event : log.events[0]) event.offset = offset++;
    log.steps[0].assign(log.events[0].size(), LogStep{});
    Settings sorted = settings;
    sorted.is_sorted = true;
    const Lines expected = expected_lines(settings, events_in_order(sorted, log));
    REQUIRE(output_of(settings, log, log.steps[0], nothing) == expected);
  };
  for_logs_in_order(random, Operator::sequence, false, 500, test);
}

namespace {

// Written anew for log order: each attempt has a list of its own.
struct SlowAttempts {
  struct Attempt {
    std::vector<TestEvent> events;
    bool is_quiet = false;
  };

  Settings settings;
  std::vector<std::uint64_t> wanted = {};
  std::int64_t clock = -1;
  std::map<std::string, std::vector<Attempt>> attempts = {};
  Lines lines = {};

  void mark(std::uint32_t, std::int64_t, std::int64_t ms) {
    clock = std::max(clock, ms);
    while (true) {
      std::vector<Attempt>* over = nullptr;
      std::size_t place = 0;
      for (auto& [key, mine] : attempts) {
        for (std::size_t i = 0; i < mine.size(); i++) {
          if (over != nullptr && deadline(mine[i]) >= deadline((*over)[place])) continue;
          over = &mine;
          place = i;
        }
      }
      if (over == nullptr || deadline((*over)[place]) >= clock) return;
      time_out(*over, (*over)[place]);
      over->erase(over->begin() + static_cast<std::ptrdiff_t>(place));
    }
  }
  std::int64_t deadline(const Attempt& attempt) const {
    return attempt.events[0].ms + settings.size_ms;
  }
  Lines ids(const Attempt& attempt) const {
    Lines ids;
    for (const TestEvent& event : attempt.events) ids.push_back(event.id());
    return ids;
  }
  void time_out(std::vector<Attempt>& mine, const Attempt& attempt) {
    const auto times = static_cast<std::size_t>(settings.steps[0].times);
    if (attempt.events.size() < times || !settings.is_unmatched_shown || attempt.is_quiet) return;
    const TestEvent& first = attempt.events[0];
    lines.push_back(match_line(first.key, first.ms, deadline(attempt), ids(attempt), true));
    for (Attempt& other : mine) {
      for (std::size_t i = 0; i < times; i++) {
        if (other.events[0].offset == attempt.events[i].offset) other.is_quiet = true;
      }
    }
  }
  void put(const TestEvent& event) {
    if (wanted.empty()) {
      for (const Step& step : settings.steps) {
        wanted.insert(wanted.end(), static_cast<std::size_t>(step.times),
                      std::uint64_t{1} << step.condition);
      }
    }
    mark(0, 0, event.ms);
    if (event.ms + settings.size_ms < clock) return;  // Late.
    std::vector<Attempt>& mine = attempts[event.key];
    if (settings.unless && (event.conditions >> *settings.unless & 1) != 0) mine.clear();
    mine.emplace_back();
    for (Attempt& attempt : mine) {
      if ((event.conditions & wanted[attempt.events.size()]) == 0) continue;
      attempt.events.push_back(event);
      if (attempt.events.size() < wanted.size()) continue;
      const auto [from, to] = std::minmax(attempt.events[0].ms, event.ms);
      lines.push_back(match_line(event.key, from, to, ids(attempt)));
      mine.clear();
      return;
    }
    if (mine.back().events.empty()) mine.pop_back();
  }
};

}  // namespace

TEST_CASE("in log order, a sequence is found by attempts one by one") {
  const std::uint64_t seed = test_seed();
  CAPTURE(seed);
  RandomWindowLogs random(seed);
  const auto test = [&](const Settings& settings, const WindowLog& log) {
    SlowAttempts slow{settings};
    LogReader reader(log);
    for (const LogStep& step : log.steps[0]) reader.take(step, slow);
    const std::size_t before_end = slow.lines.size();
    Lines lines = output_of(settings, log, log.steps[0], nothing);
    if (lines.size() > before_end) lines.resize(before_end);  // Those of the end come in any order.
    REQUIRE(lines == slow.lines);
  };
  for_logs_in_order(random, Operator::sequence, false, 1000, test);
}
