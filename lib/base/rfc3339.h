#pragma once

#include <cstdint>
#include <string>

#include "base/zone.h"

namespace estream {

// Appends the time as in 2025-11-23T13:03:00.250Z, or, in another zone than UTC, as in
// 2025-11-23T14:03:00.250+01:00. `ms` is since 1970. Years outside of 0 to 9999, which RFC 3339
// does not know, get a sign; they are in UTC, and so is a time at which the zone was not whole
// minutes from UTC, for which RFC 3339 has no form either.
void append_rfc3339(std::string& out, std::int64_t ms, Zone zone = Zone::utc);
std::string rfc3339(std::int64_t ms, Zone zone = Zone::utc);

// Whether RFC 3339 knows the year of this time.
bool has_rfc3339(std::int64_t ms);

}  // namespace estream
