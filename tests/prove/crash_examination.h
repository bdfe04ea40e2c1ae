#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "prove/crash_disk.h"
#include "prove/crash_reading.h"

namespace estream::prove::crash {

enum class Death {
  kill,   // Of all processes; the machine goes on.
  power,  // The machine starts again with what its device has.
};

// What the outside knows about a machine in whose state a death has left it.
struct Expectation {
  LogModel model;
  Death death = Death::power;
  std::int64_t end_min = 0;      // The log must reach so far when it is recovered ...
  std::int64_t visible_min = 0;  // ... and for readers even before.
};

// After a death between two steps of a recording.
Expectation expectation_of(const Recording& recording, const Known& known, Death death);

// How much is looked at.
enum class Depth {
  usual,
  rerun,  // The idempotent producer's command is run again at the end, too.
};

// What the processes that came after a death did to the machine, so that they can die, too.
struct Aftermath {
  std::deque<Step> steps;
  bool is_there = false;         // There was a topic to recover.
  bool was_recovered = false;    // It was not as its last writer had left it.
  std::size_t recovered_at = 0;  // Steps when the first writer had recovered it ...
  std::size_t appended_at = 0;   // ... and when its append was acknowledged.
  Reading recovered;
  std::vector<Event> added;       // That append.
  bool had_torn_tail = false;     // Recovery had something to cut off.
  bool had_lost_records = false;  // The epoch grew.
  std::int64_t leftovers = 0;     // Files of interrupted work that were removed.
};

// Puts a machine together from the disk and lets happen what happens after a death: a reader comes,
// a writer recovers and appends, the machine starts again and another writer recovers, maintenance
// runs, the power goes for good. Everything is compared with what is expected; the answer is what
// is wrong, or nothing. `storage` is the device under a machine that was not started again.
std::optional<std::string> examine(const Storage& storage, Persistence persistence,
                                   const Expectation& expected, Depth depth, Aftermath& aftermath);

// What is expected when the aftermath is cut off after so many of its steps.
Expectation expectation_after(const Expectation& before, const Aftermath& aftermath,
                              std::size_t steps);

}  // namespace estream::prove::crash
