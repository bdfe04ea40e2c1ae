#include <map>
#include <utility>

#include "window/first_offsets.h"
#include "window/group_table.h"
#include "window/operators.h"
#include "window/result_line.h"
#include "window/row_copy.h"
#include "window/state_bytes.h"
#include "window/time_sum.h"
#include "window/window_bounds.h"

namespace estream::window {

namespace {

struct FixedWindow {
  FixedWindow(std::size_t sources, std::size_t state_bytes)
      : firsts(sources), groups(state_bytes) {}

  Timestamp from;
  Timestamp to;
  FirstOffsets firsts;
  GroupTable groups;
};

// Tumble and hop. Each open window has a table of its groups, which goes with it.
class FixedWindows : public WindowOperator {
 public:
  FixedWindows(const Settings& settings, const Aggregation& aggregation, Results& results,
               Retention& retention)
      : settings_(settings),
        bounds_(settings),
        aggregation_(aggregation),
        results_(results),
        retention_(retention),
        line_(settings.zone, aggregation) {}
  ~FixedWindows() override;
  FixedWindows(const FixedWindows&) = delete;
  FixedWindows& operator=(const FixedWindows&) = delete;

  bool is_late(const Row& row, Timestamp clock) const override;
  Result<bool> apply(const Row& row, Timestamp clock) override;
  Result<bool> advance(Timestamp clock) override;
  Result<void> end() override;
  std::int64_t open_groups() const override { return open_; }
  bool needs_checkpoint() const override { return false; }
  void save(std::string& out) const override;
  bool load(std::string_view& in) override;

 private:
  using Windows = std::map<std::int64_t, FixedWindow>;

  FixedWindow& window_of(std::int64_t number);
  std::int64_t count_new(const Row& row, const WindowBounds::Numbers& numbers) const;
  Result<bool> add(const Row& row, FixedWindow& window);
  Result<void> emit(WindowResult::Kind kind, const FixedWindow& window, GroupTable::Place place);
  Result<void> close_first();
  void end_states(FixedWindow& window);
  bool load_window(std::string_view& in);

  const Settings& settings_;
  WindowBounds bounds_;
  const Aggregation& aggregation_;
  Results& results_;
  Retention& retention_;
  ResultLine line_;
  Windows windows_;  // By number, which is by (to, from).
  std::int64_t open_ = 0;
  std::int64_t last_number_ = 0;  // Of the last window that was asked for.
  FixedWindow* last_window_ = nullptr;
};

FixedWindows::~FixedWindows() {
  for (auto& [number, window] : windows_) end_states(window);
}

void FixedWindows::end_states(FixedWindow& window) {
  for (const auto place : window.groups.places()) aggregation_.end(window.groups.data(place));
}

// The last window that the event is in ends last.
bool FixedWindows::is_late(const Row& row, Timestamp clock) const {
  const WindowBounds::Numbers numbers = bounds_.around(row.time);
  return numbers.first <= numbers.last &&
         bounds_.to(numbers.last) <= earlier(clock, settings_.grace_ms);
}

FixedWindow& FixedWindows::window_of(std::int64_t number) {
  if (last_window_ != nullptr && last_number_ == number) return *last_window_;
  auto place = windows_.find(number);
  if (place == windows_.end()) {
    place = windows_.try_emplace(number, settings_.sources, aggregation_.state_bytes()).first;
    place->second.from = bounds_.from(number);
    place->second.to = bounds_.to(number);
  }
  last_number_ = number;
  last_window_ = &place->second;
  return *last_window_;
}

std::int64_t FixedWindows::count_new(const Row& row, const WindowBounds::Numbers& numbers) const {
  std::int64_t count = 0;
  for (std::int64_t number = numbers.first; number <= numbers.last; number++) {
    const auto place = windows_.find(number);
    const bool is_known =
        place != windows_.end() && place->second.groups.find(row.key) != GroupTable::none;
    if (!is_known) count++;
  }
  return count;
}

Result<bool> FixedWindows::apply(const Row& row, Timestamp clock) {
  WindowBounds::Numbers numbers = bounds_.around(row.time);
  // Of several windows the first may be over.
  if (!settings_.is_sorted) {
    const Timestamp over = earlier(clock, settings_.grace_ms);
    while (numbers.first < numbers.last && bounds_.to(numbers.first) <= over) numbers.first++;
  }
  const std::int64_t new_max = numbers.last - numbers.first + 1;
  if (open_ + new_max > settings_.max_keys &&
      open_ + count_new(row, numbers) > settings_.max_keys) {
    return too_many_groups(settings_);
  }
  bool is_taken = true;
  for (std::int64_t number = numbers.first; number <= numbers.last; number++) {
    if (!TRY(add(row, window_of(number)))) is_taken = false;
  }
  return is_taken;
}

Result<bool> FixedWindows::add(const Row& row, FixedWindow& window) {
  window.firsts.add(row, retention_);
  GroupTable::Place place = window.groups.find(row.key);
  if (place == GroupTable::none) {
    place = window.groups.add(row.key);
    aggregation_.begin(window.groups.data(place));
    open_++;
  }
  const bool is_taken = aggregation_.add(window.groups.data(place), row);
  if (settings_.emit != Emit::close) TRY(emit(WindowResult::Kind::update, window, place));
  return is_taken;
}

Result<void> FixedWindows::emit(WindowResult::Kind kind, const FixedWindow& window,
                                GroupTable::Place place) {
  const GroupKey key = window.groups.key(place);
  line_.begin(key).time("from", window.from).time("to", window.to);
  line_.fields(window.groups.data(place));
  const bool is_marked = kind == WindowResult::Kind::final && settings_.emit != Emit::close;
  if (is_marked) line_.writer().boolean("final", true);
  return results_.put({.kind = kind,
                       .key = key,
                       .from = window.from,
                       .to = window.to,
                       .timestamp = earlier(window.to, 1),
                       .line = line_.end()});
}

Result<void> FixedWindows::close_first() {
  const auto first = windows_.begin();
  FixedWindow& window = first->second;
  for (const auto place : window.groups.sorted_places()) {
    TRY(emit(WindowResult::Kind::final, window, place));
  }
  end_states(window);
  open_ -= static_cast<std::int64_t>(window.groups.size());
  window.firsts.release(retention_);
  if (last_window_ == &window) last_window_ = nullptr;
  windows_.erase(first);
  return {};
}

Result<bool> FixedWindows::advance(Timestamp clock) {
  const Timestamp over = earlier(clock, settings_.grace_ms);
  bool has_closed = false;
  for (; !windows_.empty() && windows_.begin()->second.to <= over; has_closed = true) {
    TRY(close_first());
  }
  return has_closed;
}

Result<void> FixedWindows::end() {
  while (!windows_.empty()) TRY(close_first());
  return {};
}

void FixedWindows::save(std::string& out) const {
  save_number(out, static_cast<std::int64_t>(windows_.size()));
  for (const auto& [number, window] : windows_) {
    save_number(out, number);
    window.firsts.save(out);
    save_number(out, static_cast<std::int64_t>(window.groups.size()));
    for (const auto place : window.groups.places()) {
      save_key(out, window.groups.key(place));
      aggregation_.save(out, window.groups.data(place));
    }
  }
}

bool FixedWindows::load(std::string_view& in) {
  VarintCursor cursor(in);
  const std::int64_t count = cursor.varlong();
  skip_what_was_read(in, cursor);
  for (std::int64_t i = 0; i < count; i++) {
    if (!load_window(in)) return false;
  }
  return cursor.ok() && count >= 0;
}

bool FixedWindows::load_window(std::string_view& in) {
  VarintCursor cursor(in);
  const std::int64_t number = cursor.varlong();
  if (!cursor.ok() || !bounds_.has(number) || windows_.contains(number)) return false;
  FixedWindow& window = window_of(number);
  if (!window.firsts.load(cursor, retention_)) return false;
  const std::int64_t count = cursor.varlong();
  skip_what_was_read(in, cursor);
  for (std::int64_t i = 0; i < count; i++) {
    VarintCursor key_cursor(in);
    const std::optional<GroupKey> key = load_key(key_cursor);
    if (!key || window.groups.find(*key) != GroupTable::none) return false;
    skip_what_was_read(in, key_cursor);
    std::byte* state = window.groups.data(window.groups.add(*key));
    open_++;
    aggregation_.begin(state);
    if (!aggregation_.load(state, in)) return false;
  }
  return cursor.ok() && count > 0;
}

}  // namespace

std::unique_ptr<WindowOperator> make_fixed_windows(const Settings& settings,
                                                   const Aggregation& aggregation, Results& results,
                                                   Retention& retention) {
  return std::make_unique<FixedWindows>(settings, aggregation, results, retention);
}

}  // namespace estream::window
