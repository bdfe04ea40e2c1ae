#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "log/partition_reader.h"
#include "prove/crash_recording.h"

namespace estream::prove::crash {

// What may stand at each offset of a log, as the outside knows it: the events of a recording, and
// others in the place of those from `cut` on, which the log had lost when they were appended.
struct LogModel {
  const Recording* recording = nullptr;
  const Known* known = nullptr;
  std::int64_t cut = no_offset;
  std::vector<Event> added = {};

  std::int64_t end() const;
  const Event& at(std::int64_t offset) const;
  // A compaction that began may have removed the event; one that ended has.
  bool may_be_removed(std::int64_t offset) const;
  bool is_removed(std::int64_t offset) const;

 private:
  bool is_removed_by(std::int64_t offset, bool counts_unfinished) const;
};

// What a reader found: all of it is as the model has it.
struct Reading {
  std::int64_t start = 0;  // The log start offset.
  std::int64_t end = 0;
  std::int32_t epoch = 0;
  std::vector<std::int64_t> offsets = {};  // Of the events that are there.

  friend bool operator==(const Reading&, const Reading&) = default;
};

// Reads the partition from its start to its end. An error when the reader has one, or when what it
// gives is not what the model has: an event that was not sent, is another, is twice there or in the
// wrong place; a hole that nothing explains; what a compaction should have removed; batches that do
// not tile.
Result<Reading> read_and_compare(io::System& system, const LogModel& model, log::Extent extent);

}  // namespace estream::prove::crash
