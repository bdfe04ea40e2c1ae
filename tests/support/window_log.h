#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "support/window_task.h"

// Random logs of a few partitions with idle marks, and the ways to read them.

namespace estream::window {

inline const std::vector all_operators = {Operator::tumble,   Operator::hop,   Operator::session,
                                          Operator::trailing, Operator::dedup, Operator::absent,
                                          Operator::sequence};

struct LogStep {
  std::uint32_t source = 0;
  std::optional<std::int64_t> mark_ms = {};  // Else the next event of the partition.
};

struct WindowLog {
  std::vector<std::vector<TestEvent>> events;  // By partition and offset.
  // By partition: the marks and the events in their order, as steps.
  std::vector<std::vector<LogStep>> steps;
};

class RandomWindowLogs {
 public:
  explicit RandomWindowLogs(std::uint64_t seed) : random_(seed) {}

  std::int64_t number(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
  }
  bool is(double probability) { return std::bernoulli_distribution(probability)(random_); }

  Settings settings(Operator op) {
    Settings settings;
    settings.op = op;
    const bool takes_all = op == Operator::tumble || op == Operator::hop;
    settings.is_sorted = is(takes_all ? 0.2 : 0.5);
    settings.sources =
        !takes_all && !settings.is_sorted ? 1 : static_cast<std::size_t>(number(1, 3));
    unit_ms_ = is(0.5) ? 1 : 400;
    settings.step_ms = number(1, 10) * unit_ms_;
    settings.size_ms = number(1, 10) * unit_ms_;
    if (op == Operator::hop) {
      settings.size_ms = settings.step_ms * number(1, 3) + number(0, 2) * unit_ms_;
    }
    settings.grace_ms = is(0.4) ? 0 : number(1, 12) * unit_ms_;
    if (op == Operator::session && is(0.5)) settings.max_ms = number(0, 25) * unit_ms_;
    settings.max_future_ms = {};
    if (is(0.5)) settings.max_future_ms = number(5, 60) * unit_ms_;
    if (op == Operator::absent && is(0.5)) settings.emit = Emit::both;
    if (op == Operator::sequence) add_steps(settings);
    return settings;
  }

  // To be called after settings().
  WindowLog log(const Settings& settings, std::int64_t events_max) {
    WindowLog log;
    log.events.resize(settings.sources);
    log.steps.resize(settings.sources);
    pauses_ = is(0.5) ? 0 : 0.1;
    marks_ = is(0.5) ? 0 : 0.15;
    disorder_ = is(0.5) ? 0.5 : 0.1;
    keys_ = number(1, 3);
    for (std::uint32_t source = 0; source < settings.sources; source++) {
      const std::int64_t count = is(0.05) ? 0 : number(1, events_max);
      std::int64_t now = number(0, 20);
      for (std::int64_t offset = 0; offset < count; offset++) {
        now += is(pauses_) ? number(20, 100) : number(0, 4);
        if (is(marks_)) {
          const std::int64_t ms = std::max<std::int64_t>(now + number(-20, 20), 0) * unit_ms_;
          log.steps[source].push_back({source, ms});
        }
        log.events[source].push_back(event(source, offset * 3, now));
        if (settings.op == Operator::dedup && is(0.05)) log.events[source].back().key.clear();
        log.steps[source].push_back({source, {}});
      }
    }
    return log;
  }

  // The steps of all partitions, each in its order.
  std::vector<LogStep> interleaved(const WindowLog& log) {
    std::vector<std::size_t> next(log.steps.size());
    std::vector<LogStep> steps;
    while (true) {
      std::vector<std::size_t> left;
      for (std::size_t source = 0; source < next.size(); source++) {
        if (next[source] < log.steps[source].size()) left.push_back(source);
      }
      if (left.empty()) return steps;
      const std::size_t source = left[static_cast<std::size_t>(number(0, std::ssize(left) - 1))];
      // Sometimes many of one partition.
      for (std::int64_t run = is(0.3) ? number(1, 20) : 1;
           run > 0 && next[source] < log.steps[source].size(); run--) {
        steps.push_back(log.steps[source][next[source]++]);
      }
    }
  }

 private:
  TestEvent event(std::uint32_t source, std::int64_t offset, std::int64_t now) {
    TestEvent event = {.source = source, .offset = offset};
    std::int64_t units = std::max<std::int64_t>(now - (is(disorder_) ? number(0, 25) : 0), 0);
    if (is(pauses_)) units += number(50, 100);
    event.ms = units * unit_ms_ + (is(0.2) ? number(0, unit_ms_ - 1) : 0);
    event.key = std::string(1, static_cast<char>('a' + number(1, keys_) - 1));
    event.has_value = !is(0.05);
    for (unsigned condition = 0; condition < 3; condition++) {
      if (is(0.35)) event.conditions |= std::uint64_t{1} << condition;
    }
    if (is(0.04)) event.conditions |= std::uint64_t{1} << 3;
    return event;
  }

  // Of the conditions 0 to 2. Number 3, which is rarer, ends what has begun.
  void add_steps(Settings& settings) {
    settings.size_ms = number(0, 40) * unit_ms_;
    for (std::int64_t i = number(1, 3); i > 0; i--) {
      settings.steps.push_back({static_cast<unsigned>(number(0, 2)), number(1, 3)});
    }
    if (is(0.3)) settings.unless = 3;
    settings.is_unmatched_shown = is(0.5);
  }

  std::mt19937_64 random_;
  std::int64_t unit_ms_ = 1;  // Of all times and lengths.
  double pauses_ = 0;
  double marks_ = 0;
  double disorder_ = 0;
  std::int64_t keys_ = 1;
};

// Reads a log in the order of steps.
class LogReader {
 public:
  explicit LogReader(const WindowLog& log) : log_(log), next_(log.events.size()) {}

  template <class Sink>
  void take(const LogStep& step, Sink& sink) {
    if (step.mark_ms) {
      sink.mark(step.source, offset(step.source), *step.mark_ms);
    } else {
      sink.put(log_.events[step.source][next_[step.source]++]);
    }
  }

  // Of the next event of the partition.
  std::int64_t offset(std::uint32_t source) const {
    const auto& events = log_.events[source];
    if (next_[source] < events.size()) return events[next_[source]].offset;
    return events.empty() ? 0 : events.back().offset + 3;
  }

 private:
  const WindowLog& log_;
  std::vector<std::size_t> next_;  // The events of each partition that were read.
};

}  // namespace estream::window
