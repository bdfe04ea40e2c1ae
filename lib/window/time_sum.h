#pragma once

#include <cstdint>

#include "base/types.h"

namespace estream::window {

// A time that is so much later, or as late as there is. Times of events may be anything.
inline Timestamp later(Timestamp time, std::int64_t ms) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(time.ms, ms, &sum)) return {sum};
  return {ms < 0 ? INT64_MIN : INT64_MAX};
}

inline Timestamp earlier(Timestamp time, std::int64_t ms) { return later(time, -ms); }

}  // namespace estream::window
