#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "group/position_file.h"
#include "io/system.h"
#include "prove/schedules_actors.h"
#include "prove/schedules_history.h"

// Owners of a consumer group's partition, one after the other. Its position file is "orders-0" in
// the directory "g", and what they make of its events goes into the partition "p".

namespace estream::prove::interleave {

// What is told of the work of an owner.
struct OwnerReport {
  // Before the output is decided.
  std::function<void(const Event&)> attempt;
  // What was stored, from its first offset on: it cannot be lost any more.
  std::function<void(std::int64_t offset, const std::vector<Event>&)> store;
};

struct Ownership {
  std::int64_t events = 0;  // It ends when so many are done.
  std::int64_t segment_bytes = 1 << 20;
  // The process has worked on another partition before, and so has the topic of the output open.
  bool has_worked = false;
};

// Waits until the partition is free, settles what the owner before left, works, and gives the
// partition back. `stamp` is in all output of this run.
Result<void> run_owner(io::System& system, const std::string& stamp, const Ownership& ownership,
                       const OwnerReport& report);
Act own(const Ownership& ownership);

// What the position file says; nothing when there is none.
Result<std::optional<group::PositionContent>> look_at_position(io::System& system);
// Retention has deleted the place where pending output would be.
bool is_untellable(const Error& error);

}  // namespace estream::prove::interleave
