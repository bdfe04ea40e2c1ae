#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "json/value_writer.h"
#include "window/fifo.h"
#include "window/horizon.h"
#include "window/keyed_states.h"
#include "window/make_past_states.h"
#include "window/operators.h"
#include "window/owned_state.h"
#include "window/result_line.h"
#include "window/time_sum.h"

namespace estream::window {

namespace {

// A line for each event, with the aggregates of its key over (t - D, t].
//
// A sorted task counts all events of the same time, as SQL's RANGE does. So lines wait until
// another time has come, and then are in the order of their events. Otherwise a line comes at once,
// and counts what came before; of that, an event out of order still finds what is not older than D
// before the clock.
class Trailing final : public WindowOperator {
 public:
  Trailing(const Settings& settings, const Aggregation& aggregation, Results& results,
           Retention& retention)
      : settings_(settings),
        aggregation_(aggregation),
        results_(results),
        retention_(retention),
        horizon_(settings),
        keys_(settings),
        line_(settings.zone, aggregation),
        room_(aggregation) {}

  bool is_late(const Row& /*row*/, Timestamp /*clock*/) const override { return false; }

  Result<bool> apply(const Row& row, Timestamp clock) override;

  Result<bool> advance(Timestamp clock) override {
    horizon_.advance(clock);
    return settle();
  }

  Result<void> end() override {
    TRY(put_waiting());
    keys_.for_each([&](const Entry& entry) {
      for (const Event& event : entry.state.events) retention_.release(event.source, event.offset);
    });
    keys_.clear();
    return {};
  }

  std::int64_t open_groups() const override { return static_cast<std::int64_t>(keys_.size()); }

  bool needs_checkpoint() const override { return false; }
  void save(std::string& out) const override;
  bool load(std::string_view& in) override;

 private:
  struct Event {
    Timestamp time;
    Offset offset;
    std::uint32_t source;
  };
  // The events of a key that are within D of the horizon, by time. None is empty.
  struct Past {
    explicit Past(const Aggregation& aggregation) : states(make_past_states(aggregation)) {}

    Fifo<Event> events;
    std::unique_ptr<PastStates> states;  // Of the same events.
  };
  using Keys = KeyedStates<Past>;
  using Entry = Keys::Entry;
  struct Waiting {
    Entry* entry;
    std::optional<std::string> value;
  };

  bool is_past(Timestamp time) const { return later(time, settings_.size_ms) <= horizon_.now(); }
  // The first place behind the events that are not after `time`.
  static std::size_t place_behind(const Past& past, Timestamp time);
  // An event that is too late to be counted by others.
  Result<bool> put_alone(const Row& row);
  bool add(Entry& entry, const Row& row);
  Result<bool> settle();
  Result<void> put_waiting();
  Result<void> put_line(const GroupKey& key, Timestamp at, const std::byte* state,
                        std::optional<std::string_view> value);
  bool forget_past();
  bool load_past(std::string_view& in, Entry& entry);

  const Settings& settings_;
  const Aggregation& aggregation_;
  Results& results_;
  Retention& retention_;
  Horizon horizon_;
  Keys keys_;
  ResultLine line_;
  json::EventParser parser_;
  OwnedState room_;
  // Of a sorted task: events at the same time that have no line yet.
  std::vector<Waiting> waiting_;
  Timestamp waiting_time_;
};

Result<bool> Trailing::apply(const Row& row, Timestamp clock) {
  if (!settings_.is_sorted) TRY(advance(clock));  // Else the task has done it.
  if (is_past(row.time)) return put_alone(row);
  Entry* entry = TRY(keys_.get(row.key, aggregation_));
  const bool is_whole = add(*entry, row);
  if (settings_.is_sorted) {
    waiting_time_ = row.time;
    waiting_.push_back({entry, {}});
    if (row.record.value) waiting_.back().value = *row.record.value;
    return is_whole;
  }
  const Past& past = entry->state;
  const std::byte* state = past.states->front(place_behind(past, row.time), room_);
  TRY(put_line(row.key, row.time, state, row.record.value));
  return is_whole;
}

Result<bool> Trailing::put_alone(const Row& row) {
  room_.reset();
  const bool is_whole = aggregation_.add(room_.get(), row);
  TRY(put_line(row.key, row.time, room_.get(), row.record.value));
  return is_whole;
}

std::size_t Trailing::place_behind(const Past& past, Timestamp time) {
  std::size_t place = past.events.size();  // Most events come in order.
  while (place > 0 && past.events[place - 1].time > time) place--;
  return place;
}

bool Trailing::add(Entry& entry, const Row& row) {
  Past& past = entry.state;
  const std::size_t place = place_behind(past, row.time);
  past.events.insert(place, {row.time, row.offset, row.source});
  retention_.hold(row.source, row.offset);
  keys_.wake_by(entry, later(row.time, settings_.size_ms));
  return past.states->insert(place, row);
}

// Returns whether there was anything to say or to forget.
Result<bool> Trailing::settle() {
  const bool has_news = !waiting_.empty() && horizon_.now() > waiting_time_;
  if (has_news) TRY(put_waiting());
  return forget_past() || has_news;
}

Result<void> Trailing::put_waiting() {
  for (const Waiting& waiting : waiting_) {
    const Past& past = waiting.entry->state;
    const std::byte* state = past.states->front(past.events.size(), room_);
    TRY(put_line(keys_.key(*waiting.entry), waiting_time_, state, waiting.value));
  }
  waiting_.clear();
  return {};
}

Result<void> Trailing::put_line(const GroupKey& key, Timestamp at, const std::byte* state,
                                std::optional<std::string_view> value) {
  WindowResult result;
  result.key = key;
  result.from = result.to = result.timestamp = at;
  line_.begin(key).time("at", at).fields(state);
  json::write_value(line_.writer(), "event", value, parser_);
  result.line = line_.end();
  return results_.put(result);
}

bool Trailing::forget_past() {
  bool was_changed = false;
  while (Entry* entry = keys_.next_awake(later(horizon_.now(), 1))) {
    Fifo<Event>& events = entry->state.events;
    std::size_t count = 0;
    for (; count < events.size() && is_past(events[count].time); count++) {
      retention_.release(events[count].source, events[count].offset);
    }
    was_changed = was_changed || count > 0;
    events.pop_front(count);
    entry->state.states->pop_front(count);
    if (events.empty()) {
      keys_.forget(*entry);
    } else {
      keys_.wake(*entry, later(events.front().time, settings_.size_ms));
    }
  }
  return was_changed;
}

void Trailing::save(std::string& out) const {
  horizon_.save(out);
  keys_.save(out, [](std::string& to, const Past& past) {
    save_number(to, static_cast<std::int64_t>(past.events.size()));
    for (const Event& event : past.events) {
      save_number(to, event.time.ms);
      save_number(to, event.source);
      save_number(to, event.offset.value);
    }
    past.states->save(to);
  });
  save_number(out, waiting_time_.ms);
  save_number(out, static_cast<std::int64_t>(waiting_.size()));
  for (const Waiting& waiting : waiting_) {
    save_key(out, keys_.key(*waiting.entry));
    save_optional(out, waiting.value);
  }
}

bool Trailing::load_past(std::string_view& in, Entry& entry) {
  Fifo<Event>& events = entry.state.events;
  VarintCursor cursor(in);
  std::int64_t count = cursor.varlong();
  for (; count > 0 && cursor.ok(); count--) {
    const Timestamp time = {cursor.varlong()};
    const std::int64_t source = cursor.varlong();
    const Offset offset = {cursor.varlong()};
    if (source < 0 || source >= static_cast<std::int64_t>(settings_.sources)) return false;
    events.push_back({time, offset, static_cast<std::uint32_t>(source)});
    if (!retention_.has(events.back().source, offset)) return false;
    retention_.hold(events.back().source, offset);
  }
  if (!cursor.ok() || events.empty() || !std::ranges::is_sorted(events, {}, &Event::time)) {
    return false;
  }
  skip_what_was_read(in, cursor);
  keys_.wake(entry, later(events.front().time, settings_.size_ms));
  return entry.state.states->load(in, events.size());
}

bool Trailing::load(std::string_view& in) {
  const auto load_entry = [&](std::string_view& from, Entry& entry) {
    return load_past(from, entry);
  };
  if (!horizon_.load(in) || !keys_.load(in, load_entry, aggregation_)) return false;
  VarintCursor cursor(in);
  waiting_time_ = {cursor.varlong()};
  for (std::int64_t count = cursor.varlong(); count > 0; count--) {
    const std::optional<GroupKey> key = load_key(cursor);
    Entry* entry = key ? keys_.find(*key) : nullptr;
    if (entry == nullptr) return false;
    const std::optional<std::string_view> value = load_optional(cursor);
    waiting_.push_back({entry, {}});
    if (value) waiting_.back().value = *value;
  }
  skip_what_was_read(in, cursor);
  return cursor.ok();
}

}  // namespace

std::unique_ptr<WindowOperator> make_trailing(const Settings& settings,
                                              const Aggregation& aggregation, Results& results,
                                              Retention& retention) {
  return std::make_unique<Trailing>(settings, aggregation, results, retention);
}

}  // namespace estream::window
