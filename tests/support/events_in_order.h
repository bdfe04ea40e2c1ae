#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "support/window_log.h"

namespace estream::window {

// The events of a log that a sorted task applies, in the order in which it applies them. There is
// no --max-future.
inline std::vector<TestEvent> events_in_order(const Settings& settings, const WindowLog& log) {
  struct Sink {
    std::int64_t grace_ms;
    std::vector<std::int64_t> clocks;
    std::vector<TestEvent> accepted = {};

    void mark(std::uint32_t source, std::int64_t, std::int64_t ms) {
      clocks[source] = std::max(clocks[source], ms);
    }
    void put(const TestEvent& event) {
      mark(event.source, event.offset, event.ms);
      if (event.ms >= clocks[event.source] - grace_ms) accepted.push_back(event);
    }
  } sink{settings.grace_ms, std::vector<std::int64_t>(log.events.size(), -1)};
  LogReader reader(log);
  for (const auto& steps : log.steps) {
    for (const LogStep& step : steps) reader.take(step, sink);
  }
  std::ranges::sort(sink.accepted, {}, &TestEvent::order);
  return sink.accepted;
}

// The lines of a whole run.
inline std::vector<std::string> output_of(const Settings& settings, const WindowLog& log,
                                          const std::vector<LogStep>& steps,
                                          const Aggregation& aggregation = test_aggregation()) {
  TestTask task(settings, aggregation);
  LogReader reader(log);
  for (const LogStep& step : steps) reader.take(step, task);
  task.end();
  return task.take_lines();
}

// Calls test(random, settings, log) for logs of sorted tasks, or of those that are not.
template <class Test>
void for_logs_in_order(RandomWindowLogs& random, Operator op, bool is_sorted, int rounds,
                       Test test) {
  while (rounds > 0) {
    Settings settings = random.settings(op);
    if (settings.is_sorted != is_sorted) continue;
    settings.max_future_ms = {};
    test(settings, random.log(settings, 40));
    rounds--;
  }
}

}  // namespace estream::window
