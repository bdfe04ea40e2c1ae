#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/types.h"
#include "window/row.h"

namespace estream::window {

// What one operator does with the events of a task. The task has decided that an event is accepted,
// and in which order events are applied; see Task.
class WindowOperator {
 public:
  virtual ~WindowOperator() = default;

  // For a task that is not sorted: whether the event comes too late. `clock` is that of its own
  // partition, with this event. A sorted task decides by itself.
  virtual bool is_late(const Row& row, Timestamp clock) const = 0;
  // Applies an accepted event. `clock` is that of its own partition, with this event; a sorted task
  // has no use for it. Returns whether each aggregate took the event. Error::Code::usage when there
  // are too many open groups; then nothing was changed.
  virtual Result<bool> apply(const Row& row, Timestamp clock) = 0;
  // Closes what is over when the smallest clock of all partitions is `clock`, and emits it in the
  // order (to, from, key). Returns whether anything was closed.
  //
  // It never gets a smaller clock than before. A sorted task calls it before it applies an event,
  // too, with the time of the event + grace: so that what is emitted does not depend on the steps
  // in which the clock goes on.
  virtual Result<bool> advance(Timestamp clock) = 0;
  // Closes everything.
  virtual Result<void> end() = 0;

  virtual std::int64_t open_groups() const = 0;

  // See Task. load() is for an operator that has got nothing yet; it moves `in` behind what it has
  // read, and holds in the Retention what it keeps. When it is false, the operator may only be
  // destroyed.
  virtual bool needs_checkpoint() const = 0;
  virtual void save(std::string& out) const = 0;
  virtual bool load(std::string_view& in) = 0;
};

}  // namespace estream::window
