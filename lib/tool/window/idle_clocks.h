#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/types.h"
#include "window/task.h"

namespace estream::tool {

// The clocks of partitions that are silent: after so much time, they go on from their last event at
// the pace of the wall clock. So nothing jumps, and a backlog of old events does not become late
// when it pauses. A partition that never had an event follows the slowest of the others.
class IdleClocks {
 public:
  // How often the clocks should be looked at.
  static std::int64_t step_ns(const window::Settings& settings);

  // Silence begins at `now_ns`, which is of the monotonic clock.
  IdleClocks(const window::Task& task, std::size_t sources, std::int64_t now_ns);

  // The task has a new event of the partition.
  void note_event(const window::Task& task, std::uint32_t source, std::int64_t now_ns);

  // The clock of a partition that has been silent until `now_ns`: it goes on after `idle_ns`.
  // Nothing as long as that is not later than the clock that the task has.
  std::optional<Timestamp> clock_at(const window::Task& task, std::uint32_t source,
                                    std::int64_t now_ns, std::int64_t idle_ns) const;

  std::int64_t arrival_ns(std::uint32_t source) const { return parts_[source].arrival_ns; }

 private:
  struct Part {
    std::int64_t arrival_ns;  // Of the last event.
    Timestamp clock;          // Then; -1 for a partition that never had one.
  };

  Timestamp slowest_other(const window::Task& task, std::uint32_t source) const;

  std::vector<Part> parts_;
};

// Whether the task may find anything out when the clock of the partition goes on; `next` is the
// offset of its next event.
bool has_open(const window::Task& task, std::uint32_t source, Offset next);

}  // namespace estream::tool
