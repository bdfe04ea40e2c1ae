#pragma once

#include <cstdint>

#include "base/zone.h"

namespace estream::text {

// The local time zone (TZ in all its forms, by the C library), asked the other way round: which
// instant did the clock on the wall mean?
//
// A wall time is written here as the seconds since 1970-01-01T00:00:00 on that clock, as though it
// ran on UTC. Offsets are seconds east of UTC, so that instant = wall time - offset.
struct WallReading {
  enum class Kind {
    once,
    twice,    // The clock was set back over this time.
    skipped,  // The clock was set forward over this time.
  };

  Kind kind;
  std::int64_t offset_before_s;  // In force before the change of the clock; for `once`, simply it.
  std::int64_t offset_after_s;
};

WallReading read_wall_clock(std::int64_t wall_s);

// The first instant, in seconds since the Unix epoch, at which the clock showed `wall_s` or later:
// where a day begins, even when its midnight was skipped or came twice.
std::int64_t first_instant_at(std::int64_t wall_s);

// The instant of a wall time that stands in data, where nobody can be asked. A time that the clock
// showed twice is the earlier instant. One that it skipped is read by the offset before the change,
// so that it lies as long after the change as it lies after the time of the change. (Java's
// ZonedDateTime.ofLocal does the same.)
std::int64_t instant_of_wall_s(std::int64_t wall_s, Zone zone);

// What the wall clock shows at `instant_s`.
std::int64_t wall_time_at(std::int64_t instant_s);

}  // namespace estream::text
