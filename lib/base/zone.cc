#include "base/zone.h"

#include <ctime>

namespace estream {

std::int64_t zone_offset_s(Zone zone, std::int64_t instant_s) {
  if (zone == Zone::utc) return 0;
  const std::time_t instant = instant_s;
  std::tm fields = {};
  if (localtime_r(&instant, &fields) == nullptr) return 0;
  return fields.tm_gmtoff;
}

}  // namespace estream
