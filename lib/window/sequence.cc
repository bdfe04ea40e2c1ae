#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "json/value_writer.h"
#include "window/attempts.h"
#include "window/horizon.h"
#include "window/keyed_states.h"
#include "window/operators.h"
#include "window/result_line.h"
#include "window/time_sum.h"

namespace estream::window {

namespace {

// Finds events of a key that fulfil the steps one after the other, with any others between them,
// the last one not more than D after the first.
//
// - Of several matches with the same last event, the one that began first is shown. For each step
//   it has the first event that there is. An event is in a match once, whatever it fulfils.
// - A match ends all that has begun for its key. So does the `unless` event, which then may be the
//   first of a new match. Neither comes out as unmatched.
// - Unmatched comes out, once its time is over, what has at least the whole first step: for each
//   first event once, and never an event in the first steps of two. At the end of the input, the
//   time of all is over.
//
// In a task that is not sorted, "after" means later in the partition; an event is late when it is
// more than D behind the clock.
class Sequence final : public WindowOperator {
 public:
  Sequence(const Settings& settings, const Aggregation& aggregation, Results& results)
      : settings_(settings),
        aggregation_(aggregation),
        results_(results),
        plan_(settings.steps),
        horizon_(settings),
        keys_(settings),
        line_(settings.zone, aggregation) {}

  bool is_late(const Row& row, Timestamp clock) const override {
    return deadline(row.time) < clock;
  }

  Result<bool> apply(const Row& row, Timestamp clock) override;

  Result<bool> advance(Timestamp clock) override {
    horizon_.advance(clock);
    return time_out();
  }

  Result<void> end() override {
    std::vector<Entry*> all;
    keys_.for_each([&](Entry& entry) { all.push_back(&entry); });
    TRY(put_unmatched(all, {std::numeric_limits<std::int64_t>::max()}));
    keys_.clear();
    return {};
  }

  std::int64_t open_groups() const override { return static_cast<std::int64_t>(keys_.size()); }

  bool needs_checkpoint() const override { return true; }

  void save(std::string& out) const override {
    horizon_.save(out);
    keys_.save(out,
               [&](std::string& to, const Attempts& attempts) { attempts.save(to, aggregation_); });
  }

  bool load(std::string_view& in) override {
    return horizon_.load(in) && keys_.load(in, [&](std::string_view& from, Entry& entry) {
      if (!entry.state.load(from, plan_, aggregation_)) return false;
      keys_.wake(entry, deadline(entry.state.earliest()));
      return true;
    });
  }

 private:
  using Keys = KeyedStates<Attempts>;
  using Entry = Keys::Entry;
  using Attempt = Attempts::Attempt;
  struct TimedOut {
    Entry* entry;
    const Attempt* attempt;
  };

  // The last time at which the attempt can come to its end.
  Timestamp deadline(Timestamp from) const { return later(from, settings_.size_ms); }

  Result<bool> time_out();
  Result<void> put_unmatched(const std::vector<Entry*>& entries, Timestamp last_deadline);
  std::vector<TimedOut> timed_out(const std::vector<Entry*>& entries, Timestamp last) const;
  Result<void> put_match(const Entry& entry);
  Result<void> put(const Entry& entry, const Attempt& attempt, WindowResult result,
                   bool is_unmatched);

  const Settings& settings_;
  const Aggregation& aggregation_;
  Results& results_;
  StepPlan plan_;
  Horizon horizon_;
  Keys keys_;
  ResultLine line_;
  json::EventParser parser_;
  std::string values_;
};

Result<bool> Sequence::apply(const Row& row, Timestamp clock) {
  if (!settings_.is_sorted) TRY(advance(clock));  // Else the task has done it.
  Entry* entry = keys_.find(row.key);
  if (entry != nullptr && settings_.unless && (row.conditions >> *settings_.unless & 1) != 0) {
    keys_.forget(*entry);
    entry = nullptr;
  }
  const bool is_of_use = entry != nullptr ? entry->state.can_use(plan_, row.conditions)
                                          : plan_.can_be_next(0, row.conditions);
  if (!is_of_use) return true;
  if (entry == nullptr) entry = TRY(keys_.get(row.key));

  SequenceEvent event{row.time, row.conditions, {}, OwnedState(aggregation_)};
  if (row.record.value) event.value = *row.record.value;
  const bool is_whole = aggregation_.add(event.fields.get(), row);
  entry->state.add(plan_, std::move(event));
  if (entry->state.all().front().taken == plan_.length()) {
    TRY(put_match(*entry));
    keys_.forget(*entry);
  } else {
    keys_.wake_by(*entry, deadline(entry->state.earliest()));
  }
  return is_whole;
}

// Returns whether anything was forgotten.
Result<bool> Sequence::time_out() {
  std::vector<Entry*> awake;
  while (Entry* entry = keys_.next_awake(horizon_.now())) awake.push_back(entry);
  if (awake.empty()) return false;
  TRY(put_unmatched(awake, earlier(horizon_.now(), 1)));
  bool was_changed = false;
  for (Entry* entry : awake) {
    const bool had_any = entry->state.forget_before(earlier(horizon_.now(), settings_.size_ms));
    was_changed = was_changed || had_any;
    if (entry->state.empty()) {
      keys_.forget(*entry);
    } else {
      keys_.wake(*entry, deadline(entry->state.earliest()));
    }
  }
  return was_changed;
}

Result<void> Sequence::put_unmatched(const std::vector<Entry*>& entries, Timestamp last_deadline) {
  if (!settings_.is_unmatched_shown) return {};
  for (const auto& [entry, attempt] : timed_out(entries, last_deadline)) {
    if (attempt->is_quiet) continue;  // Perhaps because of one before it.
    WindowResult result;
    result.from = attempt->from;
    result.to = deadline(attempt->from);
    TRY(put(*entry, *attempt, result, true));
    entry->state.silence(plan_, *attempt);
  }
  return {};
}

std::vector<Sequence::TimedOut> Sequence::timed_out(const std::vector<Entry*>& entries,
                                                    Timestamp last) const {
  std::vector<TimedOut> found;
  for (Entry* entry : entries) {
    for (const Attempt& attempt : entry->state.all()) {
      if (attempt.taken < plan_.first_length()) break;  // Those behind have no more.
      if (deadline(attempt.from) <= last) {
        found.push_back({entry, &attempt});
      } else if (entry->state.is_in_order()) {
        break;
      }
    }
  }
  std::ranges::sort(found, [&](const TimedOut& a, const TimedOut& b) {
    if (a.attempt->from != b.attempt->from) return a.attempt->from < b.attempt->from;
    if (a.entry != b.entry) return keys_.key(*a.entry) < keys_.key(*b.entry);
    return a.attempt->first < b.attempt->first;
  });
  return found;
}

Result<void> Sequence::put_match(const Entry& entry) {
  const Attempt& attempt = entry.state.all().front();
  const Timestamp last = entry.state.events_of(plan_, attempt).back()->time;
  WindowResult result;
  result.from = std::min(attempt.from, last);
  result.to = std::max(attempt.from, last);
  return put(entry, attempt, result, false);
}

Result<void> Sequence::put(const Entry& entry, const Attempt& attempt, WindowResult result,
                           bool is_unmatched) {
  OwnedState fields(aggregation_);
  values_ = "[";
  for (const SequenceEvent* event : entry.state.events_of(plan_, attempt)) {
    aggregation_.merge(fields.get(), event->fields.get());
    if (values_.size() > 1) values_.push_back(',');
    json::append_value(values_, event->value, parser_);
  }
  values_.push_back(']');
  result.key = keys_.key(entry);
  result.timestamp = result.to;
  line_.begin(result.key).time("from", result.from).time("to", result.to).fields(fields.get());
  line_.writer().json("events", values_);
  if (is_unmatched) line_.writer().boolean("unmatched", true);
  result.line = line_.end();
  return results_.put(result);
}

}  // namespace

std::unique_ptr<WindowOperator> make_sequence(const Settings& settings,
                                              const Aggregation& aggregation, Results& results,
                                              Retention& /*retention*/) {
  return std::make_unique<Sequence>(settings, aggregation, results);
}

}  // namespace estream::window
