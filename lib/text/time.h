#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/types.h"
#include "base/zone.h"

namespace estream::text {

struct TimeContext {
  Timestamp now;
  Zone zone = Zone::local;  // Of texts that name none.
};

// An instant:
//
//   now today yesterday tomorrow        the last three: the first instant of that day
//   yesterday 14:03[:05[.123]]          that time of the day
//   2026-11-20                          the first instant of that day
//   2026-11-20T14[:03[:05[.123]]]       or a space for the T
//     any of these two with Z, +02:00, -0530, +02 or " UTC" behind it
//   14:03[:05[.123]]                    today
//   -10m  +1h30m  now-10m  "2 days ago" from now; see parse_duration
//   @1732350000[.5]                     Unix time; see unix_time_ms for its unit
//
// A local time that the clock skipped or showed twice is an error that names both readings. Parts
// of a millisecond are cut off. The result may lie before 1970; Timestamp{-1} is then an instant
// like any other.
Result<Timestamp> parse_time(std::string_view text, const TimeContext& context);

}  // namespace estream::text
