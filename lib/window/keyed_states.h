#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "window/group_table.h"
#include "window/operators.h"
#include "window/row.h"
#include "window/row_copy.h"
#include "window/settings.h"
#include "window/state_bytes.h"

namespace estream::window {

// A state for each key, and the time at which each key has to be looked at again: its wake. Entries
// stay where they are until they are forgotten.
template <class State>
class KeyedStates {
 public:
  static constexpr Timestamp never = {std::numeric_limits<std::int64_t>::max()};

  struct Entry {
    State state;

   private:
    friend class KeyedStates;

    template <class... Arguments>
    explicit Entry(GroupTable::Place at, Arguments&&... arguments)
        : state(std::forward<Arguments>(arguments)...), place(at) {}

    GroupTable::Place place;
    Timestamp wake = never;
  };

  explicit KeyedStates(const Settings& settings) : settings_(settings), table_(sizeof(Entry)) {}
  ~KeyedStates() { clear(); }
  KeyedStates(const KeyedStates&) = delete;
  KeyedStates& operator=(const KeyedStates&) = delete;

  std::size_t size() const { return table_.size(); }

  // Or null.
  Entry* find(const GroupKey& key) {
    const GroupTable::Place place = table_.find(key);
    return place == GroupTable::none ? nullptr : entry_at(place);
  }
  // Makes a state of the arguments unless there is one. Error::Code::usage when there are too many.
  template <class... Arguments>
  Result<Entry*> get(const GroupKey& key, Arguments&&... arguments) {
    if (Entry* found = find(key)) return found;
    if (size() >= static_cast<std::size_t>(settings_.max_keys)) return too_many_groups(settings_);
    return add(key, std::forward<Arguments>(arguments)...);
  }
  GroupKey key(const Entry& entry) const { return table_.key(entry.place); }

  void forget(Entry& entry) {
    wake(entry, never);
    const GroupTable::Place place = entry.place;
    entry.~Entry();
    table_.remove(place);
  }
  void clear() {
    for_each([&](Entry& entry) { forget(entry); });
  }

  void wake(Entry& entry, Timestamp at) {
    if (entry.wake == at) return;
    if (entry.wake != never) wakes_.erase({entry.wake, &entry});
    entry.wake = at;
    // Most wakes are later than all that are there.
    if (at != never) wakes_.emplace_hint(wakes_.end(), at, &entry);
  }
  void wake_by(Entry& entry, Timestamp at) {
    if (at < entry.wake) wake(entry, at);
  }
  // A key whose wake is before `limit`, or null. Then the key has no wake any more.
  Entry* next_awake(Timestamp limit) {
    if (wakes_.empty() || wakes_.begin()->first >= limit) return nullptr;
    Entry* entry = wakes_.begin()->second;
    wake(*entry, never);
    return entry;
  }

  // visit(entry) for each key, in no special order. It may forget that one.
  template <class Visit>
  void for_each(Visit visit) {
    for (const GroupTable::Place place : table_.places()) visit(*entry_at(place));
  }

  // How many keys; then for each the key, and what save_state(out, state) appends.
  template <class SaveState>
  void save(std::string& out, SaveState save_state) const {
    save_number(out, static_cast<std::int64_t>(size()));
    for (const GroupTable::Place place : table_.sorted_places()) {
      save_key(out, table_.key(place));
      save_state(out, entry_at(place)->state);
    }
  }
  // The other way round: load_state(in, entry) is false for damage, and says when the key wakes.
  // New states are made of the arguments.
  template <class LoadState, class... Arguments>
  bool load(std::string_view& in, LoadState load_state, Arguments&&... arguments) {
    VarintCursor cursor(in);
    const std::int64_t count = cursor.varlong();
    skip_what_was_read(in, cursor);
    for (std::int64_t i = 0; i < count; i++) {
      VarintCursor key_cursor(in);
      const std::optional<GroupKey> key = load_key(key_cursor);
      if (!key || find(*key) != nullptr) return false;
      skip_what_was_read(in, key_cursor);
      if (!load_state(in, *add(*key, arguments...))) return false;
    }
    return cursor.ok() && count >= 0;
  }

 private:
  Entry* entry_at(GroupTable::Place place) {
    return std::launder(reinterpret_cast<Entry*>(table_.data(place)));
  }
  const Entry* entry_at(GroupTable::Place place) const {
    return std::launder(reinterpret_cast<const Entry*>(table_.data(place)));
  }

  template <class... Arguments>
  Entry* add(const GroupKey& key, Arguments&&... arguments) {
    const GroupTable::Place place = table_.add(key);
    return new (table_.data(place)) Entry(place, std::forward<Arguments>(arguments)...);
  }

  const Settings& settings_;
  GroupTable table_;  // The data of each key is its Entry.
  std::set<std::pair<Timestamp, Entry*>> wakes_;
};

}  // namespace estream::window
