#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/types.h"
#include "window/aggregation.h"
#include "window/results.h"
#include "window/row.h"
#include "window/settings.h"

namespace estream::window {

struct TaskCounts {
  std::int64_t accepted = 0;  // Each aggregate took them.
  std::int64_t skipped = 0;   // Applied, but an aggregate had to leave them out.
  std::int64_t late = 0;      // With those that were too far in the future.
  std::int64_t open = 0;      // Groups that are open now.
  std::int64_t results = 0;
};

// A clock before an offset: what a restart has to know to read from there.
struct RestartPoint {
  Offset offset;
  Timestamp clock;  // -1: none yet.
};

// A point at which the clock of a partition was set by hand, because it was idle. From that offset
// on the clock is at least that time.
struct IdleMark {
  std::uint32_t source = 0;
  Offset offset;
  Timestamp time;

  friend auto operator<=>(const IdleMark&, const IdleMark&) = default;
};

// The windows of one task: of one partition, or of all partitions together. It reads no files and
// no clock: what it does depends on the events alone, in the order of each partition, and never on
// how the partitions are interleaved or cut into batches.
//
// Clocks: that of a partition is the largest time that was accepted there. Lateness is decided by
// an event's own partition, closing by the smallest clock of all. (pipelines.md 10.)
class Task {
 public:
  // All must outlive this. An aggregation of no aggregates is one: lines have key and bounds only.
  static std::unique_ptr<Task> make(const Settings& settings, const Aggregation& aggregation,
                                    Results& results);
  virtual ~Task() = default;

  // The next event of its partition. Error::Code::usage when there are too many open groups; then
  // the event was not applied.
  virtual Result<void> put(const Row& row) = 0;
  // The partition has been silent: its clock is at least that time before the event at `offset`.
  // Returns whether this has changed anything but the clock.
  virtual Result<bool> advance(const IdleMark& mark) = 0;
  // There is no more input: closes and applies everything.
  virtual Result<void> end() = 0;

  virtual Timestamp clock(std::uint32_t source) const = 0;

  // Where a restart has to begin to read a partition so that everything that is still open is read
  // again; `next` is the offset of its next event.
  virtual RestartPoint restart_point(std::uint32_t source, Offset next) const = 0;
  // Before the first put(): goes on at such a point.
  virtual void restart(std::uint32_t source, Timestamp clock) = 0;

  // Whether a restart needs a checkpoint: what passes depends on what passed before, without end.
  virtual bool needs_checkpoint() const = 0;
  // The whole state as bytes, and back, before the first put(). load() is false for damage.
  virtual void save(std::string& out) const = 0;
  virtual bool load(std::string_view bytes) = 0;

  virtual const TaskCounts& counts() const = 0;
};

}  // namespace estream::window
