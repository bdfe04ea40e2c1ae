#include "window/event_task.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "window/operators.h"
#include "window/time_sum.h"

namespace estream::window {

namespace {

std::unique_ptr<WindowOperator> make_operator(const Settings& settings,
                                              const Aggregation& aggregation, Results& results,
                                              Retention& retention) {
  switch (settings.op) {
    case Operator::tumble:
    case Operator::hop:
      return make_fixed_windows(settings, aggregation, results, retention);
    case Operator::session:
      return make_sessions(settings, aggregation, results, retention);
    case Operator::trailing:
      return make_trailing(settings, aggregation, results, retention);
    case Operator::dedup:
      return make_dedup(settings, aggregation, results, retention);
    case Operator::absent:
      return make_absent(settings, aggregation, results, retention);
    case Operator::sequence:
      return make_sequence(settings, aggregation, results, retention);
  }
  ASSERT(false);
}

// Which operators look at the event itself.
RowCopy::Parts parts_for(Operator op) {
  switch (op) {
    case Operator::trailing:
    case Operator::dedup:
    case Operator::sequence:
      return RowCopy::Parts::all;
    default:
      return RowCopy::Parts::no_record;
  }
}

}  // namespace

Result<void> CountedResults::put(const WindowResult& result) {
  counts_.results++;
  return results_.put(result);
}

Result<void> CountedResults::pass(std::uint32_t source, const RecordView& record) {
  counts_.results++;
  return results_.pass(source, record);
}

Result<void> CountedResults::late(std::uint32_t source, const RecordView& record) {
  counts_.late++;
  return results_.late(source, record);
}

std::unique_ptr<Task> Task::make(const Settings& settings, const Aggregation& aggregation,
                                 Results& results) {
  return std::make_unique<EventTask>(settings, aggregation, results);
}

EventTask::EventTask(const Settings& settings, const Aggregation& aggregation, Results& results,
                     std::int64_t run_events)
    : settings_(settings),
      results_(results, counts_),
      retention_(settings.sources, run_events),
      operator_(make_operator(settings_, aggregation, results_, retention_)),
      argument_count_(aggregation.argument_count()),
      clocks_(settings.sources),
      held_(parts_for(settings.op)),
      waiting_(settings.sources) {}

// A partition without a clock holds everything back: its clock is the smallest.
Timestamp EventTask::smallest_clock() const { return *std::ranges::min_element(clocks_); }

bool EventTask::is_too_far(const Row& row) const {
  const Timestamp clock = clocks_[row.source];
  return settings_.max_future_ms && clock.ms >= 0 &&
         row.time > later(clock, *settings_.max_future_ms);
}

Result<void> EventTask::put(const Row& row) {
  auto outcome = put_any(row);
  counts_.open = operator_->open_groups();
  return outcome;
}

// One event far in the future is a mistake, until the next one says that it was a pause. The event
// that says so is not noted: a restart may not begin with it, because it would have to wait then.
Result<void> EventTask::put_any(const Row& row) {
  std::optional<RowCopy>& waiting = waiting_[row.source];
  const bool is_far = is_too_far(row);
  if (is_far && waiting) {
    TRY(accept_waiting(row.source));
    return accept(row);
  }
  retention_.note(row.source, row.offset, clocks_[row.source]);
  if (is_far) {
    retention_.hold(row.source, row.offset);
    waiting.emplace(row, RowCopy::Parts::all);
    return {};
  }
  if (waiting) {
    const RowCopy rejected = *std::exchange(waiting, std::nullopt);
    retention_.release(row.source, rejected.row().offset);
    TRY(results_.late(row.source, rejected.row().record));
  }
  return accept(row);
}

Result<void> EventTask::accept_waiting(std::uint32_t source) {
  const RowCopy waiting = *std::exchange(waiting_[source], std::nullopt);
  auto outcome = accept(waiting.row());
  retention_.release(source, waiting.row().offset);
  return outcome;
}

Result<void> EventTask::accept(const Row& row) {
  const Timestamp clock = std::max(clocks_[row.source], row.time);
  const bool is_late = settings_.is_sorted ? row.time < earlier(clock, settings_.grace_ms)
                                           : operator_->is_late(row, clock);
  if (is_late) return results_.late(row.source, row.record);
  if (settings_.is_sorted) {
    retention_.hold(row.source, row.offset);
    held_.add(row);
  } else {
    TRY(apply(row, clock));
  }
  TRY(raise_clock(row.source, clock));
  return {};
}

Result<void> EventTask::apply(const Row& row, Timestamp clock) {
  const bool is_taken = TRY(operator_->apply(row, clock));
  (is_taken ? counts_.accepted : counts_.skipped)++;
  return {};
}

Result<bool> EventTask::raise_clock(std::uint32_t source, Timestamp clock) {
  const Timestamp before = std::exchange(clocks_[source], std::max(clocks_[source], clock));
  if (before != smallest_ || clock <= before) return false;
  const Timestamp smallest = smallest_clock();
  if (smallest == smallest_) return false;
  smallest_ = smallest;
  const bool has_applied = TRY(apply_held(earlier(earlier(smallest, settings_.grace_ms), 1)));
  const bool has_closed = TRY(operator_->advance(smallest));
  return has_applied || has_closed;
}

// The operator sees the clock go on from event to event. Otherwise the order of what it emits
// depended on how far the clock goes at once, which depends on how the partitions are interleaved.
Result<bool> EventTask::apply_held(Timestamp last) {
  bool has_applied = false;
  while (!held_.is_empty() && held_.front().time <= last) {
    const Row& row = held_.front();
    TRY(operator_->advance(later(row.time, settings_.grace_ms)));
    TRY(apply(row, clocks_[row.source]));
    retention_.release(row.source, row.offset);
    held_.remove_front();
    has_applied = true;
  }
  return has_applied;
}

Result<bool> EventTask::advance(const IdleMark& mark) {
  const std::optional<RowCopy>& waiting = waiting_[mark.source];
  bool has_changed = false;
  // The event was there before so much time passed: it is not too far any more.
  if (waiting && waiting->row().time <= later(mark.time, *settings_.max_future_ms)) {
    TRY(accept_waiting(mark.source));
    has_changed = true;
  }
  if (TRY(raise_clock(mark.source, mark.time))) has_changed = true;
  counts_.open = operator_->open_groups();
  return has_changed;
}

// What is too far in the future came after a pause that was the last one.
Result<void> EventTask::end() {
  for (std::uint32_t source = 0; source < waiting_.size(); source++) {
    if (waiting_[source]) TRY(accept_waiting(source));
  }
  TRY(apply_held({INT64_MAX}));
  TRY(operator_->end());
  counts_.open = operator_->open_groups();
  return {};
}

RestartPoint EventTask::restart_point(std::uint32_t source, Offset next) const {
  return retention_.restart_point(source, next, clocks_[source]);
}

void EventTask::restart(std::uint32_t source, Timestamp clock) {
  clocks_[source] = clock;
  smallest_ = smallest_clock();
}

}  // namespace estream::window
