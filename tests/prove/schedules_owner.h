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

// Whether the process of an owner has worked on another partition before, and so has the topic of
// the output open.
enum class Past { none, has_worked };

// Waits until the partition is free, settles what the owner before left, works until so many events
// are done, and gives the partition back. `stamp` is in all output of this run.
Result<void> run_owner(io::System& system, const std::string& stamp, std::int64_t events,
                       const OwnerReport& report, Past past = Past::none);
Act own(std::int64_t events, Past past = Past::none);

// What the position file says; nothing when there is none.
Result<std::optional<group::PositionContent>> look_at_position(io::System& system);
// Retention has deleted the place where pending output would be.
bool is_untellable(const Error& error);

}  // namespace estream::prove::interleave
