#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "io/system.h"

namespace estream::io {

// Times for waits. A duration on a command line may be up to 292 years. A sum of times, or an
// argument of the kernel, cannot hold this.

// The time `duration_ns` after `time_ns`, both not below 0; the largest time if the sum is larger.
constexpr std::int64_t later_by(std::int64_t time_ns, std::int64_t duration_ns) {
  return time_ns + std::min(duration_ns, std::numeric_limits<std::int64_t>::max() - time_ns);
}

// The time of the monotonic clock `duration_ns` from now.
inline std::int64_t deadline_after(System& system, std::int64_t duration_ns) {
  return later_by(system.monotonic_ns(), duration_ns);
}

// The argument of System::poll for `duration_ns`, rounded up and not below 0. A longer wait than it
// can hold is cut to 24 days; the caller waits again after it.
constexpr int poll_ms(std::int64_t duration_ns) {
  const std::int64_t ms = duration_ns / 1'000'000 + (duration_ns % 1'000'000 > 0 ? 1 : 0);
  return static_cast<int>(std::clamp<std::int64_t>(ms, 0, std::numeric_limits<int>::max()));
}

}  // namespace estream::io
