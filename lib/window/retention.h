#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "base/types.h"
#include "base/varint.h"
#include "window/task.h"

namespace estream::window {

// Which offsets of the partitions of a task are still needed, because something that is open rests
// on them. An operator holds the first offset, of each partition, of what it keeps. The task notes
// the clocks, so that a restart knows the clock before the oldest offset that is held.
//
// Offsets are kept in runs of about a thousand events: the restart point may be a little older than
// necessary.
class Retention {
 public:
  static constexpr std::int64_t usual_run_events = 1000;

  explicit Retention(std::size_t sources, std::int64_t run_events = usual_run_events);

  // With each event of a partition, before anything else: the clock is that before the event.
  void note(std::uint32_t source, Offset offset, Timestamp clock_before);

  // The offset is needed until it is released as often as it was held. It is the last one that was
  // noted, or is held already.
  void hold(std::uint32_t source, Offset offset);
  void release(std::uint32_t source, Offset offset);

  // The oldest run that is held, or `next` with the clock now.
  RestartPoint restart_point(std::uint32_t source, Offset next, Timestamp clock) const;

  // For checkpoints: the runs, without what is held. load() is for a new one; it is false for bytes
  // that save() has not written. Whoever loads offsets asks first whether they are here.
  void save(std::string& out) const;
  bool load(VarintCursor& in);
  bool has(std::uint32_t source, Offset offset) const;

 private:
  struct Run {
    Offset first;
    Timestamp clock_before;
    std::int64_t events = 0;
    std::int64_t holds = 0;
  };

  Run& run_of(std::uint32_t source, Offset offset);

  std::int64_t run_events_;
  std::vector<std::deque<Run>> runs_;  // Of each source; the oldest first.
};

}  // namespace estream::window
