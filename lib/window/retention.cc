#include "window/retention.h"

#include <algorithm>

#include "base/assert.h"
#include "window/state_bytes.h"

namespace estream::window {

Retention::Retention(std::size_t sources, std::int64_t run_events)
    : run_events_(run_events), runs_(sources) {}

void Retention::note(std::uint32_t source, Offset offset, Timestamp clock_before) {
  std::deque<Run>& runs = runs_[source];
  if (runs.empty() || runs.back().events >= run_events_) {
    if (runs.size() == 1 && runs.front().holds == 0) runs.clear();
    runs.push_back({offset, clock_before});
  }
  runs.back().events++;
}

// Most offsets that are held or released are in the newest run or in the oldest.
Retention::Run& Retention::run_of(std::uint32_t source, Offset offset) {
  std::deque<Run>& runs = runs_[source];
  ASSERT(has(source, offset));
  if (runs.back().first <= offset) return runs.back();
  const auto behind = std::ranges::upper_bound(runs, offset, {}, &Run::first);
  return *(behind - 1);
}

void Retention::hold(std::uint32_t source, Offset offset) { run_of(source, offset).holds++; }

void Retention::release(std::uint32_t source, Offset offset) {
  Run& run = run_of(source, offset);
  ASSERT(run.holds > 0);
  run.holds--;
  std::deque<Run>& runs = runs_[source];
  while (runs.size() > 1 && runs.front().holds == 0) runs.pop_front();
}

RestartPoint Retention::restart_point(std::uint32_t source, Offset next, Timestamp clock) const {
  for (const Run& run : runs_[source]) {
    if (run.holds > 0) return {run.first, run.clock_before};
  }
  return {next, clock};
}

bool Retention::has(std::uint32_t source, Offset offset) const {
  return source < runs_.size() && !runs_[source].empty() && runs_[source].front().first <= offset;
}

void Retention::save(std::string& out) const {
  for (const std::deque<Run>& runs : runs_) {
    save_number(out, static_cast<std::int64_t>(runs.size()));
    for (const Run& run : runs) {
      save_number(out, run.first.value);
      save_number(out, run.clock_before.ms);
      save_number(out, run.events);
    }
  }
}

bool Retention::load(VarintCursor& in) {
  for (std::deque<Run>& runs : runs_) {
    for (std::int64_t count = in.varlong(); count > 0; count--) {
      Run run;
      run.first = {in.varlong()};
      run.clock_before = {in.varlong()};
      run.events = in.varlong();
      const bool is_in_order = runs.empty() || runs.back().first < run.first;
      if (!in.ok() || !is_in_order || run.events < 0) return false;
      runs.push_back(run);
    }
  }
  return in.ok();
}

}  // namespace estream::window
