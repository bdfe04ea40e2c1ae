#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "io/system.h"

namespace estream::io {

// Waits for as long as a user may ask for: a duration on a command line can have 292 years, which
// no sum of times and no argument of the kernel has room for.

// `time_ns` and `duration_ns` later, neither below 0; the end of time where that is beyond it.
constexpr std::int64_t later_by(std::int64_t time_ns, std::int64_t duration_ns) {
  return time_ns + std::min(duration_ns, std::numeric_limits<std::int64_t>::max() - time_ns);
}

// That of the monotonic clock `duration_ns` from now.
inline std::int64_t deadline_after(System& system, std::int64_t duration_ns) {
  return later_by(system.monotonic_ns(), duration_ns);
}

// What System::poll takes for `duration_ns`, rounded up and not below 0. A longer wait than it can
// have is cut to 24 days: whoever waits looks again when it is over.
constexpr int poll_ms(std::int64_t duration_ns) {
  const std::int64_t ms = duration_ns / 1'000'000 + (duration_ns % 1'000'000 > 0 ? 1 : 0);
  return static_cast<int>(std::clamp<std::int64_t>(ms, 0, std::numeric_limits<int>::max()));
}

}  // namespace estream::io
