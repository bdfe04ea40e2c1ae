#include "text/local_clock.h"

#include <algorithm>
#include <ctime>
#include <vector>

#include "base/zone.h"

namespace estream::text {

namespace {

constexpr std::int64_t hour_s = 3600;

std::int64_t offset_at(std::int64_t instant_s) { return zone_offset_s(Zone::local, instant_s); }

// The offsets in force around a wall time, without repetition. Two days on both sides cover every
// zone's distance from UTC and a whole day that a zone left out; 12 hours are finer than any two
// changes of a clock lie apart. mktime is not used, because tm_isdst cannot tell readings apart
// when a zone changes its standard time.
std::vector<std::int64_t> offsets_around(std::int64_t wall_s) {
  std::vector<std::int64_t> offsets;
  for (std::int64_t hours = -48; hours <= 48; hours += 12) {
    const std::int64_t offset = offset_at(wall_s + hours * hour_s);
    if (std::ranges::find(offsets, offset) == offsets.end()) offsets.push_back(offset);
  }
  return offsets;
}

}  // namespace

WallReading read_wall_clock(std::int64_t wall_s) {
  tzset();
  const std::vector<std::int64_t> offsets = offsets_around(wall_s);
  std::vector<std::int64_t> valid;
  for (const std::int64_t offset : offsets) {
    if (offset_at(wall_s - offset) == offset) valid.push_back(offset);
  }

  if (valid.size() == 1) return {WallReading::Kind::once, valid.front(), valid.front()};
  const auto [least, most] = std::ranges::minmax(valid.empty() ? offsets : valid);
  // A clock set back had the larger offset first, a clock set forward the smaller one.
  if (!valid.empty()) return {WallReading::Kind::twice, most, least};
  return {WallReading::Kind::skipped, least, most};
}

std::int64_t first_instant_at(std::int64_t wall_s) {
  const WallReading reading = read_wall_clock(wall_s);
  if (reading.kind != WallReading::Kind::skipped) return wall_s - reading.offset_before_s;

  // The clock jumped over wall_s somewhere between its two readings: search for that second.
  std::int64_t before = wall_s - reading.offset_after_s;
  std::int64_t after = wall_s - reading.offset_before_s;
  while (after - before > 1) {
    const std::int64_t middle = before + (after - before) / 2;
    (wall_time_at(middle) < wall_s ? before : after) = middle;
  }
  return after;
}

std::int64_t instant_of_wall_s(std::int64_t wall_s, Zone zone) {
  return zone == Zone::utc ? wall_s : wall_s - read_wall_clock(wall_s).offset_before_s;
}

std::int64_t wall_time_at(std::int64_t instant_s) { return instant_s + offset_at(instant_s); }

}  // namespace estream::text
