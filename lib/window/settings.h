#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/zone.h"

namespace estream::window {

enum class Operator { tumble, hop, session, trailing, dedup, absent, sequence };

// What a task emits of a window.
enum class Emit {
  close,   // The final result.
  update,  // A line with each event that changes it, and the final one with "final":true.
  both,    // The same for windows. For --absent: also when a key is back.
};

// One step of a sequence: so many events for which the condition is true.
struct Step {
  unsigned condition = 0;  // A bit of Row::conditions.
  std::int64_t times = 1;
};

// What a task computes. All durations are in milliseconds.
struct Settings {
  Operator op = Operator::tumble;
  std::int64_t size_ms = 0;  // Of a window; the gap of sessions; D of trailing, dedup and absent;
                             // --within.
  std::int64_t step_ms = 0;  // Of hop.
  std::optional<std::int64_t> max_ms;  // The longest session.
  std::int64_t grace_ms = 0;
  std::optional<std::int64_t> max_future_ms = 3'600'000;  // Nothing: no limit.
  Zone zone = Zone::utc;
  // Windows of whole days begin at midnight of the zone. Others are aligned to the epoch in UTC.
  bool is_by_days = false;
  Emit emit = Emit::close;

  // Events are applied in the order of EventOrder, once the clocks have passed them. Otherwise as
  // they come.
  bool is_sorted = false;
  std::size_t sources = 1;            // Partitions of the task.
  std::int64_t max_keys = 1'000'000;  // Open groups.

  std::vector<Step> steps;         // Of a sequence.
  std::optional<unsigned> unless;  // A bit of Row::conditions.
  bool is_unmatched_shown = false;
};

}  // namespace estream::window
