#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "base/result.h"
#include "prove/crash_disk.h"
#include "prove/crash_plan.h"

namespace estream::prove::crash {

// A compaction that began: what it could know of.
struct Compacted {
  std::int64_t end = 0;  // Of the sealed segments.
  bool is_done = false;

  friend bool operator==(const Compacted&, const Compacted&) = default;
};

// What is known outside of the machine between two of its steps: what was asked of it, and what it
// answered. Offsets are ends: all below them.
struct Known {
  bool is_created = false;         // The topic.
  std::int64_t attempted_end = 0;  // Was given to an append.
  std::int64_t written_end = 0;    // An append of it returned: a death does not undo it.
  std::int64_t promised_end = 0;   // Acknowledged as safe from a loss of power.
  std::int64_t visible_end = 0;    // What readers are shown at this moment.
  std::int64_t log_start_min = 0;  // Retention that returned ...
  std::int64_t log_start_max = 0;  // ... and that began.
  std::int64_t cursor_old = -1;    // The consumer's position that is stored; -1: none ...
  std::int64_t cursor_new = -1;    // ... or being stored.
  std::vector<Compacted> compactions = {};

  friend bool operator==(const Known&, const Known&) = default;
};

// A run of a plan that nothing disturbed.
struct Recording {
  Plan plan;
  std::deque<Step> steps;
  std::vector<Known> known;               // After so many steps; one more than there are steps.
  std::vector<Event> log;                 // By offset.
  std::vector<std::int64_t> next_of_key;  // By offset: the next event with the same key, or none.
  std::size_t interruptions = 0;          // Appends in the middle of something else.
  std::size_t removed_segments = 0;       // By retention.
  std::int64_t removed_records = 0;       // By compaction.
};

inline constexpr std::int64_t no_offset = INT64_MAX;

// An error is a defect, too: nothing was done to the machine.
Result<Recording> record(const Plan& plan);

}  // namespace estream::prove::crash
