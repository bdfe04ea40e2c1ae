#pragma once

#include <cstdint>
#include <optional>

#include "io/deadline.h"
#include "io/signals.h"
#include "io/system.h"

namespace estream::read {

// The events that may end a run before the end of its data: a signal, an error in another part of
// the program, or the end of the time that the user allowed. Cheap enough to be checked for every
// batch.
class EndCondition {
 public:
  EndCondition(io::System& system, std::optional<std::int64_t> timeout_ns) : system_(&system) {
    if (timeout_ns) deadline_ns_ = io::deadline_after(system, *timeout_ns);
  }

  bool is_timed_out() const { return deadline_ns_ && system_->monotonic_ns() >= *deadline_ns_; }
  bool is_met() const { return io::is_stop_requested() || is_timed_out(); }

  // By the monotonic clock; nothing when there is no limit.
  std::optional<std::int64_t> deadline_ns() const { return deadline_ns_; }

 private:
  io::System* system_;
  std::optional<std::int64_t> deadline_ns_;
};

}  // namespace estream::read
