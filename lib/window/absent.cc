#include <algorithm>
#include <utility>
#include <vector>

#include "window/horizon.h"
#include "window/keyed_states.h"
#include "window/operators.h"
#include "window/owned_state.h"
#include "window/result_line.h"
#include "window/time_sum.h"

namespace estream::window {

namespace {

// Says when a key has been silent for D. An event exactly D after the last one is still in time.
//
// What has begun to be silent at the end of the input is not said: nobody has seen that it lasted.
// In a task that is not sorted, an event is late when it is more than D behind the clock: a key
// could only fall silent again by it.
class Absent final : public WindowOperator {
 public:
  Absent(const Settings& settings, const Aggregation& aggregation, Results& results)
      : settings_(settings),
        aggregation_(aggregation),
        results_(results),
        horizon_(settings),
        keys_(settings),
        line_(settings.zone, aggregation) {}

  bool is_late(const Row& row, Timestamp clock) const override {
    return silent_at(row.time) < clock;
  }

  Result<bool> apply(const Row& row, Timestamp clock) override {
    if (!settings_.is_sorted) TRY(advance(clock));  // Else the task has done it.
    Entry* entry = TRY(keys_.get(row.key, aggregation_));
    Silence& silence = entry->state;
    if (silence.was_said) {
      TRY(say_is_back(*entry, row.time));
      silence = Silence(aggregation_);
    }
    silence.last = std::max(silence.last, row.time);
    keys_.wake_by(*entry, silent_at(silence.last));
    return aggregation_.add(silence.fields.get(), row);
  }

  Result<bool> advance(Timestamp clock) override {
    horizon_.advance(clock);
    return say_who_is_silent();
  }

  Result<void> end() override {
    keys_.clear();
    return {};
  }

  std::int64_t open_groups() const override { return static_cast<std::int64_t>(keys_.size()); }

  bool needs_checkpoint() const override { return true; }
  void save(std::string& out) const override;
  bool load(std::string_view& in) override;

 private:
  struct Silence {
    explicit Silence(const Aggregation& aggregation) : fields(aggregation) {}

    Timestamp last = {std::numeric_limits<std::int64_t>::min()};
    bool was_said = false;  // And the key is remembered, to say when it is back.
    OwnedState fields;      // Of the events since the key appeared or was back.
  };
  using Keys = KeyedStates<Silence>;
  using Entry = Keys::Entry;

  // The last time that is not silence yet.
  Timestamp silent_at(Timestamp last) const { return later(last, settings_.size_ms); }

  Result<bool> say_who_is_silent();
  Result<void> say_is_silent(const Entry& entry);
  Result<void> say_is_back(const Entry& entry, Timestamp time);

  const Settings& settings_;
  const Aggregation& aggregation_;
  Results& results_;
  Horizon horizon_;
  Keys keys_;
  ResultLine line_;
};

Result<bool> Absent::say_who_is_silent() {
  std::vector<Entry*> silent;
  while (Entry* entry = keys_.next_awake(horizon_.now())) {
    const Timestamp to = silent_at(entry->state.last);
    if (to < horizon_.now()) {
      silent.push_back(entry);
    } else {
      keys_.wake(*entry, to);  // There were other events since.
    }
  }
  std::ranges::sort(silent, [&](const Entry* a, const Entry* b) {
    if (a->state.last != b->state.last) return a->state.last < b->state.last;
    return keys_.key(*a) < keys_.key(*b);
  });
  for (Entry* entry : silent) {
    TRY(say_is_silent(*entry));
    if (settings_.emit == Emit::both) {
      const Timestamp last = entry->state.last;
      entry->state = Silence(aggregation_);
      entry->state.last = last;
      entry->state.was_said = true;
    } else {
      keys_.forget(*entry);
    }
  }
  return !silent.empty();
}

Result<void> Absent::say_is_silent(const Entry& entry) {
  WindowResult result;
  result.key = keys_.key(entry);
  result.from = entry.state.last;
  result.to = result.timestamp = silent_at(entry.state.last);
  line_.begin(result.key).time("from", result.from).time("to", result.to);
  result.line = line_.fields(entry.state.fields.get()).end();
  return results_.put(result);
}

Result<void> Absent::say_is_back(const Entry& entry, Timestamp time) {
  WindowResult result;
  result.kind = WindowResult::Kind::back;
  result.key = keys_.key(entry);
  result.from = entry.state.last;
  result.to = result.timestamp = time;
  line_.begin(result.key).time("from", result.from).time("to", result.to);
  line_.writer().boolean("back", true);
  result.line = line_.end();
  return results_.put(result);
}

void Absent::save(std::string& out) const {
  horizon_.save(out);
  keys_.save(out, [&](std::string& to, const Silence& silence) {
    save_number(to, silence.last.ms);
    save_number(to, silence.was_said ? 1 : 0);
    aggregation_.save(to, silence.fields.get());
  });
}

bool Absent::load(std::string_view& in) {
  const auto load_entry = [&](std::string_view& from, Entry& entry) {
    VarintCursor cursor(from);
    entry.state.last = {cursor.varlong()};
    const std::int64_t was_said = cursor.varlong();
    skip_what_was_read(from, cursor);
    if (!cursor.ok() || (was_said != 0 && was_said != 1)) return false;
    entry.state.was_said = was_said == 1;
    if (!entry.state.was_said) keys_.wake(entry, silent_at(entry.state.last));
    return aggregation_.load(entry.state.fields.get(), from);
  };
  return horizon_.load(in) && keys_.load(in, load_entry, aggregation_);
}

}  // namespace

std::unique_ptr<WindowOperator> make_absent(const Settings& settings,
                                            const Aggregation& aggregation, Results& results,
                                            Retention& /*retention*/) {
  return std::make_unique<Absent>(settings, aggregation, results);
}

}  // namespace estream::window
