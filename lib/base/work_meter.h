#pragma once

#include <atomic>
#include <cstdint>

namespace estream {

// How far the command has come. The threads that work add to it; a display of the progress reads
// it. The process has one, because it has one display, and because the work is done far below the
// code that knows of the display.
struct WorkMeter {
  std::atomic<std::int64_t> bytes = 0;   // Of log or input, as they are stored.
  std::atomic<std::int64_t> events = 0;  // 0 where they are not counted.
  // `done` of `total` is the share that is done, in any unit. A total of 0 is not known.
  std::atomic<std::int64_t> done = 0;
  std::atomic<std::int64_t> total = 0;
  std::atomic<bool> is_watched = false;  // Whether there is a display, so that a total is wanted.
};

WorkMeter& work_meter();

}  // namespace estream
