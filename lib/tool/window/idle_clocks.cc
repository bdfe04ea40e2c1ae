#include "tool/window/idle_clocks.h"

#include <algorithm>

namespace estream::tool {

namespace {

constexpr std::int64_t ns_per_ms = 1'000'000;

// How often a clock that goes on by itself is looked at: often enough for the length of a window.
constexpr std::int64_t shortest_step_ns = 50'000'000;
constexpr std::int64_t longest_step_ns = 1'000'000'000;
constexpr std::int64_t steps_of_window = 20;

}  // namespace

std::int64_t IdleClocks::step_ns(const window::Settings& settings) {
  const std::int64_t size_ms =
      std::min(settings.size_ms, longest_step_ns / ns_per_ms * steps_of_window);
  return std::max(size_ms * ns_per_ms / steps_of_window, shortest_step_ns);
}

bool has_open(const window::Task& task, std::uint32_t source, Offset next) {
  return task.counts().open > 0 || task.restart_point(source, next).offset != next;
}

IdleClocks::IdleClocks(const window::Task& task, std::size_t sources, std::int64_t now_ns) {
  for (std::uint32_t i = 0; i < sources; i++) parts_.push_back({now_ns, task.clock(i)});
}

void IdleClocks::note_event(const window::Task& task, std::uint32_t source, std::int64_t now_ns) {
  parts_[source] = {now_ns, task.clock(source)};
}

std::optional<Timestamp> IdleClocks::clock_at(const window::Task& task, std::uint32_t source,
                                              std::int64_t now_ns, std::int64_t idle_ns) const {
  const Part& part = parts_[source];
  const std::int64_t silent_ns = now_ns - part.arrival_ns - idle_ns;
  if (silent_ns <= 0) return std::nullopt;
  const Timestamp clock = part.clock.ms < 0 ? slowest_other(task, source)
                                            : Timestamp{part.clock.ms + silent_ns / ns_per_ms};
  return clock > task.clock(source) ? std::optional(clock) : std::nullopt;
}

// Of those that had an event; -1 when none had. The others would wait for one another.
Timestamp IdleClocks::slowest_other(const window::Task& task, std::uint32_t source) const {
  Timestamp slowest;
  for (std::uint32_t i = 0; i < parts_.size(); i++) {
    const Timestamp clock = task.clock(i);
    if (i == source || parts_[i].clock.ms < 0) continue;
    slowest = slowest.ms < 0 ? clock : std::min(slowest, clock);
  }
  return slowest;
}

}  // namespace estream::tool
