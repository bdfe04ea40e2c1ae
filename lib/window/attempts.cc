#include "window/attempts.h"

#include <algorithm>
#include <utility>

#include "window/state_bytes.h"

namespace estream::window {

StepPlan::StepPlan(const std::vector<Step>& steps) {
  std::int64_t end = 0;
  for (const Step& step : steps) {
    end += step.times;
    parts_.push_back({end, std::uint64_t{1} << step.condition});
  }
}

bool StepPlan::can_be_next(std::int64_t taken, std::uint64_t conditions) const {
  const auto part = std::ranges::find_if(parts_, [&](const Part& p) { return p.end > taken; });
  return (conditions & part->condition) != 0;
}

Timestamp Attempts::earliest() const {
  if (is_in_order_) return attempts_.front().from;
  return std::ranges::min_element(attempts_, {}, &Attempt::from)->from;
}

std::size_t Attempts::place_behind(std::size_t i) const {
  const auto begin = attempts_.begin() + static_cast<std::ptrdiff_t>(i);
  const auto behind = std::partition_point(begin, attempts_.end(), [&](const Attempt& attempt) {
    return attempt.taken == begin->taken;
  });
  return static_cast<std::size_t>(behind - attempts_.begin());
}

bool Attempts::can_use(const StepPlan& plan, std::uint64_t conditions) const {
  if (plan.can_be_next(0, conditions)) return true;
  for (std::size_t i = 0; i < attempts_.size(); i = place_behind(i)) {
    if (plan.can_be_next(attempts_[i].taken, conditions)) return true;
  }
  return false;
}

void Attempts::add(const StepPlan& plan, SequenceEvent event) {
  for (std::size_t i = 0; i < attempts_.size();) {
    const std::size_t behind = place_behind(i);
    const bool is_next = plan.can_be_next(attempts_[i].taken, event.conditions);
    if (is_next) {
      for (std::size_t j = i; j < behind; j++) attempts_[j].taken++;
    }
    i = behind;
  }
  const bool is_first = plan.can_be_next(0, event.conditions);
  events_.push_back(std::move(event));
  if (is_first) begin(first_event_ + events_.size() - 1, 1);
}

void Attempts::begin(std::uint64_t first, std::int64_t taken) {
  const Timestamp from = events_[first - first_event_].time;
  is_in_order_ = attempts_.empty() || (is_in_order_ && attempts_.back().from <= from);
  attempts_.push_back({first, taken, from});
}

template <class Visit>
void Attempts::walk(const StepPlan& plan, const Attempt& attempt, Visit visit) const {
  std::int64_t taken = 0;
  for (std::size_t i = attempt.first - first_event_; taken < attempt.taken; i++) {
    if (i == events_.size()) return;  // Only after a checkpoint that makes no sense.
    if (!plan.can_be_next(taken, events_[i].conditions)) continue;
    visit(events_[i], first_event_ + i);
    taken++;
  }
}

std::vector<const SequenceEvent*> Attempts::events_of(const StepPlan& plan,
                                                      const Attempt& attempt) const {
  std::vector<const SequenceEvent*> events;
  walk(plan, attempt, [&](const SequenceEvent& event, std::uint64_t) { events.push_back(&event); });
  return events;
}

void Attempts::silence(const StepPlan& plan, const Attempt& attempt) {
  std::int64_t left = plan.first_length();
  walk(plan, attempt, [&](const SequenceEvent&, std::uint64_t number) {
    if (left-- <= 0) return;
    const auto found = std::ranges::lower_bound(attempts_, number, {}, &Attempt::first);
    if (found != attempts_.end() && found->first == number) found->is_quiet = true;
  });
}

bool Attempts::forget_before(Timestamp time) {
  const std::size_t before = attempts_.size();
  while (!attempts_.empty() && attempts_.front().from < time) attempts_.pop_front();
  if (!is_in_order_) {
    attempts_.erase_if([&](const Attempt& attempt) { return attempt.from < time; });
  }
  if (!attempts_.empty()) {
    const std::uint64_t first = attempts_.front().first;
    events_.pop_front(first - first_event_);
    first_event_ = first;
  }
  return attempts_.size() != before;
}

void Attempts::save(std::string& out, const Aggregation& aggregation) const {
  save_number(out, static_cast<std::int64_t>(events_.size()));
  for (const SequenceEvent& event : events_) {
    save_number(out, event.time.ms);
    save_number(out, static_cast<std::int64_t>(event.conditions));
    save_optional(out, event.value);
    aggregation.save(out, event.fields.get());
  }
  save_number(out, static_cast<std::int64_t>(attempts_.size()));
  for (const Attempt& attempt : attempts_) {
    save_number(out, static_cast<std::int64_t>(attempt.first - first_event_));
    save_number(out, attempt.taken);
    save_number(out, attempt.is_quiet ? 1 : 0);
  }
}

bool Attempts::load_event(std::string_view& in, const Aggregation& aggregation) {
  VarintCursor cursor(in);
  SequenceEvent event{{cursor.varlong()}, 0, {}, OwnedState(aggregation)};
  event.conditions = static_cast<std::uint64_t>(cursor.varlong());
  if (const auto value = load_optional(cursor)) event.value = *value;
  skip_what_was_read(in, cursor);
  if (!cursor.ok() || !aggregation.load(event.fields.get(), in)) return false;
  events_.push_back(std::move(event));
  return true;
}

bool Attempts::load_attempts(std::string_view& in, const StepPlan& plan) {
  VarintCursor cursor(in);
  std::int64_t taken_before = plan.length() - 1;
  std::int64_t first_before = -1;
  for (std::int64_t count = cursor.varlong(); count > 0; count--) {
    const std::int64_t first = cursor.varlong();
    const std::int64_t taken = cursor.varlong();
    const std::int64_t is_quiet = cursor.varlong();
    const bool is_in_order = first > first_before && taken >= 1 && taken <= taken_before;
    if (!cursor.ok() || !is_in_order || first >= static_cast<std::int64_t>(events_.size())) {
      return false;
    }
    begin(static_cast<std::uint64_t>(first), taken);
    attempts_[attempts_.size() - 1].is_quiet = is_quiet != 0;
    first_before = first;
    taken_before = taken;
  }
  skip_what_was_read(in, cursor);
  return cursor.ok() && !attempts_.empty() && attempts_.front().first == 0;
}

bool Attempts::load(std::string_view& in, const StepPlan& plan, const Aggregation& aggregation) {
  VarintCursor cursor(in);
  const std::int64_t count = cursor.varlong();
  skip_what_was_read(in, cursor);
  for (std::int64_t i = 0; i < count; i++) {
    if (!load_event(in, aggregation)) return false;
  }
  return cursor.ok() && load_attempts(in, plan);
}

}  // namespace estream::window
