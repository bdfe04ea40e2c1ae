#pragma once

#include <cstdint>

namespace estream {

// The clock by which people write and read times.
enum class Zone {
  utc,
  local,  // The zone of the C library: TZ in all its forms, or else /etc/localtime.
};

// Seconds east of UTC that are in force at the instant, in seconds since 1970.
std::int64_t zone_offset_s(Zone zone, std::int64_t instant_s);

}  // namespace estream
