#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "window/held_starts.h"
#include "window/operators.h"
#include "window/result_line.h"
#include "window/row_copy.h"
#include "window/session_store.h"
#include "window/state_bytes.h"
#include "window/time_sum.h"

namespace estream::window {

namespace {

constexpr std::int64_t bucket_ms_min = 1000;

class SessionWindows : public WindowOperator {
 public:
  SessionWindows(const Settings& settings, const Aggregation& aggregation, Results& results,
                 Retention& retention)
      : settings_(settings),
        aggregation_(aggregation),
        results_(results),
        line_(settings.zone, aggregation),
        sessions_(settings, aggregation.state_bytes()),
        starts_(settings.sources, std::max(settings.size_ms, bucket_ms_min), retention) {}
  ~SessionWindows() override;
  SessionWindows(const SessionWindows&) = delete;
  SessionWindows& operator=(const SessionWindows&) = delete;

  bool is_late(const Row& row, Timestamp clock) const override;
  Result<bool> apply(const Row& row, Timestamp clock) override;
  Result<bool> advance(Timestamp clock) override;
  Result<void> end() override;
  std::int64_t open_groups() const override { return sessions_.size(); }
  bool needs_checkpoint() const override { return false; }
  void save(std::string& out) const override;
  bool load(std::string_view& in) override;

 private:
  Timestamp over_before(Timestamp clock) const;
  Session::Place begin_session(const Row& row, const SessionStep& step);
  void swallow(Session::Place place, Session::Place into);
  Result<void> say_removed(const GroupKey& key, Session::Place place, Timestamp start);
  void lengthen_chain(Session::Place place, Timestamp chain_start);
  Result<Session::Place> join(const Row& row, const SessionStep& step);
  Result<void> emit(WindowResult::Kind kind, Session::Place place);
  Result<bool> close(Timestamp last_end);
  void save_session(std::string& out, Session::Place place) const;
  Session::Place load_session(std::string_view& in, const GroupKey& key, Session::Place newer);
  bool load_group(std::string_view& in);

  const Settings& settings_;
  const Aggregation& aggregation_;
  Results& results_;
  ResultLine line_;
  SessionStore sessions_;
  HeldStarts starts_;
};

SessionWindows::~SessionWindows() {
  for (const GroupTable::Place group : sessions_.groups().places()) {
    for (auto place = sessions_.newest(group); place != Session::none;
         place = sessions_.at(place).older) {
      aggregation_.end(sessions_.state(place));
    }
  }
}

// A session is over when the clock has passed end + gap + grace.
Timestamp SessionWindows::over_before(Timestamp clock) const {
  return earlier(earlier(clock, settings_.grace_ms), settings_.size_ms);
}

// As in Kafka Streams: what counts is the end of the session that the event would be in.
bool SessionWindows::is_late(const Row& row, Timestamp clock) const {
  const Timestamp limit = over_before(clock);
  if (row.time >= limit) return false;
  return sessions_.step(sessions_.groups().find(row.key), row.time).end < limit;
}

Result<bool> SessionWindows::apply(const Row& row, Timestamp) {
  const SessionStep step = sessions_.step(sessions_.groups().find(row.key), row.time);
  const bool is_new = !step.joins_earlier && !step.joins_later;
  if (is_new && sessions_.size() >= settings_.max_keys) return too_many_groups(settings_);
  if (step.touches_later) lengthen_chain(step.later, step.chain_start);
  const Session::Place place = is_new ? begin_session(row, step) : TRY(join(row, step));
  starts_.add(row);
  const bool is_taken = aggregation_.add(sessions_.state(place), row);
  if (settings_.emit != Emit::close) TRY(emit(WindowResult::Kind::update, place));
  return is_taken;
}

Session::Place SessionWindows::begin_session(const Row& row, const SessionStep& step) {
  const Session::Place place = sessions_.add(row.key, step);
  aggregation_.begin(sessions_.state(place));
  starts_.open(step.chain_start);
  return place;
}

// The later one is what stays of both, with the place that it has among its neighbours.
Result<Session::Place> SessionWindows::join(const Row& row, const SessionStep& step) {
  if (step.joins_earlier && step.joins_later) TRY(say_removed(row.key, step.earlier, step.start));
  if (step.joins_later) TRY(say_removed(row.key, step.later, step.start));
  const Session::Place place = step.joins_later ? step.later : step.earlier;
  if (step.joins_earlier && step.joins_later) swallow(step.earlier, place);
  Session& session = sessions_.at(place);
  session.start = step.start;
  session.end = step.end;
  return place;
}

void SessionWindows::swallow(Session::Place place, Session::Place into) {
  aggregation_.merge(sessions_.state(into), sessions_.state(place));
  aggregation_.end(sessions_.state(place));
  starts_.close(sessions_.at(place).chain_start);
  sessions_.remove(place);
}

void SessionWindows::lengthen_chain(Session::Place place, Timestamp chain_start) {
  Session& session = sessions_.at(place);
  if (chain_start >= session.chain_start) return;
  starts_.open(chain_start);
  starts_.close(std::exchange(session.chain_start, chain_start));
}

// Updates have said something about a session that starts later than the one that it is in now.
Result<void> SessionWindows::say_removed(const GroupKey& key, Session::Place place,
                                         Timestamp start) {
  const Session& session = sessions_.at(place);
  if (settings_.emit == Emit::close || session.start == start) return {};
  line_.begin(key).time("from", session.start).time("to", session.end);
  line_.writer().boolean("removed", true);
  return results_.put({.kind = WindowResult::Kind::removed,
                       .key = key,
                       .from = session.start,
                       .to = session.end,
                       .timestamp = session.end,
                       .line = line_.end()});
}

Result<void> SessionWindows::emit(WindowResult::Kind kind, Session::Place place) {
  const Session& session = sessions_.at(place);
  const GroupKey key = sessions_.key(place);
  line_.begin(key).time("from", session.start).time("to", session.end);
  line_.fields(sessions_.state(place));
  const bool is_marked = kind == WindowResult::Kind::final && settings_.emit != Emit::close;
  if (is_marked) line_.writer().boolean("final", true);
  return results_.put({.kind = kind,
                       .key = key,
                       .from = session.start,
                       .to = session.end,
                       .timestamp = session.end,
                       .line = line_.end()});
}

Result<bool> SessionWindows::close(Timestamp last_end) {
  std::vector<Session::Place> over;
  for (auto place = sessions_.take_over(last_end); place != Session::none;
       place = sessions_.take_over(last_end)) {
    over.push_back(place);
  }
  std::ranges::sort(over, [&](Session::Place a, Session::Place b) {
    const Session& one = sessions_.at(a);
    const Session& other = sessions_.at(b);
    if (one.end != other.end) return one.end < other.end;
    if (one.start != other.start) return one.start < other.start;
    return sessions_.key(a) < sessions_.key(b);
  });
  for (const Session::Place place : over) TRY(emit(WindowResult::Kind::final, place));
  for (const Session::Place place : over) {
    aggregation_.end(sessions_.state(place));
    starts_.close(sessions_.at(place).chain_start);
    sessions_.remove(place);
  }
  return !over.empty();
}

Result<bool> SessionWindows::advance(Timestamp clock) {
  return close(earlier(over_before(clock), 1));
}

Result<void> SessionWindows::end() {
  TRY(close({INT64_MAX}));
  return {};
}

void SessionWindows::save_session(std::string& out, Session::Place place) const {
  const Session& session = sessions_.at(place);
  save_number(out, session.start.ms);
  save_number(out, session.end.ms);
  save_number(out, session.chain_start.ms);
  aggregation_.save(out, sessions_.state(place));
}

// The groups, each with its sessions from the newest on; and what is held.
void SessionWindows::save(std::string& out) const {
  save_number(out, static_cast<std::int64_t>(sessions_.groups().size()));
  for (const GroupTable::Place group : sessions_.groups().places()) {
    save_key(out, sessions_.groups().key(group));
    for (auto place = sessions_.newest(group); place != Session::none;
         place = sessions_.at(place).older) {
      save_number(out, 1);
      save_session(out, place);
    }
    save_number(out, 0);
  }
  starts_.save(out);
}

bool SessionWindows::load(std::string_view& in) {
  VarintCursor cursor(in);
  const std::int64_t count = cursor.varlong();
  skip_what_was_read(in, cursor);
  if (!cursor.ok() || count < 0) return false;
  for (std::int64_t i = 0; i < count; i++) {
    if (!load_group(in)) return false;
  }
  VarintCursor starts_cursor(in);
  if (!starts_.load(starts_cursor)) return false;
  skip_what_was_read(in, starts_cursor);
  return true;
}

bool SessionWindows::load_group(std::string_view& in) {
  VarintCursor cursor(in);
  const std::optional<GroupKey> key = load_key(cursor);
  skip_what_was_read(in, cursor);
  if (!key || sessions_.groups().find(*key) != GroupTable::none) return false;
  Session::Place newest = Session::none;
  while (true) {
    VarintCursor more(in);
    const bool has_more = more.varlong() != 0;
    skip_what_was_read(in, more);
    if (!more.ok()) return false;
    if (!has_more) return newest != Session::none;
    const Session::Place place = load_session(in, *key, newest);
    if (place == Session::none) return false;
    newest = place;
  }
}

// Returns its place, or none.
Session::Place SessionWindows::load_session(std::string_view& in, const GroupKey& key,
                                            Session::Place newer) {
  VarintCursor cursor(in);
  SessionStep step;
  step.later = newer;
  step.start = {cursor.varlong()};
  step.end = {cursor.varlong()};
  step.chain_start = {cursor.varlong()};
  const bool is_before = newer == Session::none || step.end < sessions_.at(newer).start;
  if (!cursor.ok() || !is_before || step.start > step.end || step.chain_start > step.start) {
    return Session::none;
  }
  skip_what_was_read(in, cursor);
  const Session::Place place = sessions_.add(key, step);
  aggregation_.begin(sessions_.state(place));
  starts_.open(step.chain_start);
  return aggregation_.load(sessions_.state(place), in) ? place : Session::none;
}

}  // namespace

std::unique_ptr<WindowOperator> make_sessions(const Settings& settings,
                                              const Aggregation& aggregation, Results& results,
                                              Retention& retention) {
  return std::make_unique<SessionWindows>(settings, aggregation, results, retention);
}

}  // namespace estream::window
