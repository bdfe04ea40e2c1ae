#include "window/horizon.h"
#include "window/keyed_states.h"
#include "window/operators.h"
#include "window/time_sum.h"

namespace estream::window {

namespace {

// Lets the first event of a key pass, and drops those within D of it, before and after. Two events
// that have passed are more than D apart, and what is more than D behind the horizon is forgotten:
// so there is never more than one to remember for a key.
//
// As in Kafka Streams, an event that comes more than D too late passes, and is not remembered.
class Dedup final : public WindowOperator {
 public:
  Dedup(const Settings& settings, Results& results)
      : settings_(settings), results_(results), horizon_(settings), passed_(settings) {}

  bool is_late(const Row& /*row*/, Timestamp /*clock*/) const override { return false; }

  Result<bool> apply(const Row& row, Timestamp clock) override {
    if (!settings_.is_sorted) TRY(advance(clock));  // Else the task has done it.
    if (row.key.kind != GroupKey::Kind::null) {
      const Entry* before = passed_.find(row.key);
      if (before != nullptr && is_near(before->state, row.time)) return true;
      if (later(row.time, settings_.size_ms) >= horizon_.now()) TRY(remember(row));
    }
    TRY(results_.pass(row.source, row.record));
    return true;
  }

  Result<bool> advance(Timestamp clock) override {
    horizon_.advance(clock);
    return forget_old();
  }

  Result<void> end() override {
    passed_.clear();
    return {};
  }

  std::int64_t open_groups() const override { return static_cast<std::int64_t>(passed_.size()); }

  bool needs_checkpoint() const override { return true; }

  void save(std::string& out) const override {
    horizon_.save(out);
    passed_.save(out, [](std::string& to, Timestamp time) { save_number(to, time.ms); });
  }

  bool load(std::string_view& in) override {
    return horizon_.load(in) && passed_.load(in, [&](std::string_view& from, Entry& entry) {
      VarintCursor cursor(from);
      entry.state = {cursor.varlong()};
      skip_what_was_read(from, cursor);
      passed_.wake(entry, later(entry.state, settings_.size_ms));
      return cursor.ok();
    });
  }

 private:
  using Passed = KeyedStates<Timestamp>;  // The time of the event that has passed.
  using Entry = Passed::Entry;

  bool is_near(Timestamp a, Timestamp b) const {
    return later(a, settings_.size_ms) >= b && later(b, settings_.size_ms) >= a;
  }

  Result<void> remember(const Row& row) {
    Entry* entry = TRY(passed_.get(row.key));
    entry->state = row.time;
    passed_.wake(*entry, later(row.time, settings_.size_ms));
    return {};
  }

  bool forget_old() {
    bool was_changed = false;
    while (Entry* entry = passed_.next_awake(horizon_.now())) {
      passed_.forget(*entry);
      was_changed = true;
    }
    return was_changed;
  }

  const Settings& settings_;
  Results& results_;
  Horizon horizon_;
  Passed passed_;
};

}  // namespace

std::unique_ptr<WindowOperator> make_dedup(const Settings& settings,
                                           const Aggregation& /*aggregation*/, Results& results,
                                           Retention& /*retention*/) {
  return std::make_unique<Dedup>(settings, results);
}

}  // namespace estream::window
