#include "window/session_store.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <new>

#include "window/time_sum.h"

namespace estream::window {

SessionStore::SessionStore(const Settings& settings, std::size_t state_bytes)
    : gap_ms_(settings.size_ms),
      max_ms_(settings.max_ms),
      block_bytes_(sizeof(Session) + state_bytes),
      groups_(sizeof(Session::Place)) {}

Session& SessionStore::at(Session::Place place) {
  return *std::launder(reinterpret_cast<Session*>(blocks_.at(place)));
}

const Session& SessionStore::at(Session::Place place) const {
  return *std::launder(reinterpret_cast<const Session*>(blocks_.at(place)));
}

Session::Place SessionStore::newest(GroupTable::Place group) const {
  Session::Place place = Session::none;
  std::memcpy(&place, groups_.data(group), sizeof(place));
  return place;
}

void SessionStore::set_newest(GroupTable::Place group, Session::Place place) {
  std::memcpy(groups_.data(group), &place, sizeof(place));
}

bool SessionStore::is_too_long(Timestamp start, Timestamp end) const {
  return max_ms_ && end > window::later(start, *max_ms_);
}

SessionStep SessionStore::step(GroupTable::Place group, Timestamp time) const {
  SessionStep step = {.start = time, .end = time, .chain_start = time};
  if (group == GroupTable::none) return step;
  step.earlier = newest(group);
  while (step.earlier != Session::none && at(step.earlier).start > time) {
    step.later = step.earlier;
    step.earlier = at(step.later).older;
  }

  const Session* const before = step.earlier == Session::none ? nullptr : &at(step.earlier);
  const Session* const after = step.later == Session::none ? nullptr : &at(step.later);
  step.touches_earlier = before != nullptr && time <= later(before->end, gap_ms_);
  step.touches_later = after != nullptr && after->start <= later(time, gap_ms_);
  const auto fits = [&](Timestamp start, Timestamp end) { return !is_too_long(start, end); };
  if (step.touches_earlier && step.touches_later && fits(before->start, after->end)) {
    step.joins_earlier = step.joins_later = true;
  } else if (step.touches_earlier && fits(before->start, std::max(time, before->end))) {
    step.joins_earlier = true;
  } else if (step.touches_later && fits(time, after->end)) {
    step.joins_later = true;
  }

  if (step.joins_earlier) step.start = before->start;
  if (step.joins_earlier) step.end = std::max(time, before->end);
  if (step.joins_later) step.end = after->end;
  if (step.touches_earlier) step.chain_start = before->chain_start;
  return step;
}

void SessionStore::push(Deadline deadline) {
  queue_.push_back(deadline);
  std::ranges::push_heap(queue_, std::less());
}

Session::Place SessionStore::add(const GroupKey& key, const SessionStep& step) {
  const Session::Place place = blocks_.allocate(block_bytes_);
  Session& session = *new (blocks_.at(place)) Session{.start = step.start,
                                                      .end = step.end,
                                                      .chain_start = step.chain_start,
                                                      .newer = step.later,
                                                      .older = step.earlier};
  const bool is_first = step.earlier == Session::none && step.later == Session::none;
  if (is_first) {
    session.group = groups_.add(key);
  } else {
    session.group = at(step.earlier != Session::none ? step.earlier : step.later).group;
  }
  if (step.earlier != Session::none) at(step.earlier).newer = place;
  if (step.later != Session::none) {
    at(step.later).older = place;
  } else {
    set_newest(session.group, place);
  }
  push({step.end, place});
  size_++;
  return place;
}

void SessionStore::remove(Session::Place place) {
  Session& session = at(place);
  if (session.older != Session::none) at(session.older).newer = session.newer;
  if (session.newer != Session::none) {
    at(session.newer).older = session.older;
  } else if (session.older != Session::none) {
    set_newest(session.group, session.older);
  } else {
    groups_.remove(session.group);
  }
  size_--;
  if (session.is_open) {
    session.is_open = false;  // The queue still knows the block.
  } else {
    blocks_.release(place, block_bytes_);
  }
}

Session::Place SessionStore::take_over(Timestamp last_end) {
  while (!queue_.empty() && queue_.front().end <= last_end) {
    std::ranges::pop_heap(queue_, std::less());
    const Deadline first = queue_.back();
    queue_.pop_back();
    Session& session = at(first.place);
    if (!session.is_open) {
      blocks_.release(first.place, block_bytes_);
    } else if (session.end > first.end) {
      push({session.end, first.place});
    } else {
      session.is_open = false;
      return first.place;
    }
  }
  return Session::none;
}

}  // namespace estream::window
