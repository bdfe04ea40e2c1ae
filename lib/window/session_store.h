#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/types.h"
#include "window/block_arena.h"
#include "window/group_table.h"
#include "window/settings.h"

namespace estream::window {

// A session. Its state stands behind it, in the same block.
struct alignas(16) Session {
  using Place = BlockArena::Place;
  static constexpr Place none = BlockArena::none;

  Timestamp start;
  Timestamp end;
  // Where the first of the sessions starts that had a say in the bounds of this one; see
  // SessionStep.
  Timestamp chain_start;
  GroupTable::Place group = GroupTable::none;
  Place newer = none;  // Of the same group.
  Place older = none;
  bool is_open = true;
};

// What an event does to the sessions of its group. It can be within the gap of two: the one that
// starts last at or before the event, and the one that starts next.
//
// The event joins both if the whole is not longer than max_ms; or else the earlier one, or else the
// later one, each under the same condition; or else it begins a new session. So sessions of a group
// never overlap, and in a sorted task a session that is too long is simply cut.
//
// Where a cut falls depends on where the session before it starts. Therefore the events of that one
// are still needed when it is closed: what is within the gap behind it gets its chain_start.
struct SessionStep {
  Session::Place earlier = Session::none;  // The two, whether they are within the gap or not.
  Session::Place later = Session::none;
  bool touches_earlier = false;  // Is within the gap.
  bool touches_later = false;
  bool joins_earlier = false;
  bool joins_later = false;
  Timestamp start;  // Of the session that the event is in, afterwards.
  Timestamp end;
  Timestamp chain_start;
};

// The open sessions of all groups.
class SessionStore {
 public:
  // Both for the states of an aggregation.
  SessionStore(const Settings& settings, std::size_t state_bytes);

  // The group may be none.
  SessionStep step(GroupTable::Place group, Timestamp time) const;

  // A new session between the neighbours, with the bounds of the step. Its state is not set.
  Session::Place add(const GroupKey& key, const SessionStep& step);
  // The session is a part of another one now, or was taken by take_over().
  void remove(Session::Place place);
  // A session that ends at the time or before, or none. The caller removes it.
  Session::Place take_over(Timestamp last_end);

  Session& at(Session::Place place);
  const Session& at(Session::Place place) const;
  std::byte* state(Session::Place place) { return blocks_.at(place) + sizeof(Session); }
  const std::byte* state(Session::Place place) const { return blocks_.at(place) + sizeof(Session); }
  GroupKey key(Session::Place place) const { return groups_.key(at(place).group); }
  std::int64_t size() const { return size_; }

  const GroupTable& groups() const { return groups_; }
  // The newest session of a group; the others are a list behind it.
  Session::Place newest(GroupTable::Place group) const;

 private:
  struct Deadline {
    Timestamp end;  // As it was when this was put into the queue; it may be later now.
    Session::Place place;

    friend bool operator<(const Deadline& a, const Deadline& b) { return b.end < a.end; }
  };

  bool is_too_long(Timestamp start, Timestamp end) const;
  void set_newest(GroupTable::Place group, Session::Place place);
  void push(Deadline deadline);

  std::int64_t gap_ms_;
  std::optional<std::int64_t> max_ms_;
  std::size_t block_bytes_;
  GroupTable groups_;
  BlockArena blocks_;
  std::vector<Deadline> queue_;  // A heap; each block has one place in it.
  std::int64_t size_ = 0;
};

}  // namespace estream::window
