#include "base/rfc3339.h"

#include <fmt/format.h>

#include <chrono>
#include <iterator>

#include "base/date_time.h"

namespace estream {

namespace {

constexpr std::int64_t first_ms = -62'167'219'200'000;  // 0000-01-01T00:00:00.000Z
constexpr std::int64_t last_ms = 253'402'300'799'999;   // 9999-12-31T23:59:59.999Z

struct Day {
  std::int64_t year;
  unsigned month;
  unsigned day;
};

// The calendar repeats after 400 years. std::chrono can count these, but not all years that 64 bits
// of milliseconds reach.
Day day_of(std::int64_t days) {
  constexpr std::int64_t cycle_days = 146'097;
  const std::int64_t cycles = floor_divide(days, cycle_days);
  const std::chrono::year_month_day date =
      std::chrono::sys_days(std::chrono::days(static_cast<int>(days - cycles * cycle_days)));
  return {static_cast<int>(date.year()) + cycles * 400, static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day())};
}

// The time by its own clock, which is `offset_s` east of UTC.
void append_clock(std::string& out, std::int64_t ms, std::int64_t offset_s) {
  const std::int64_t wall_s = floor_divide(ms, 1000) + offset_s;
  const std::int64_t days = floor_divide(wall_s, day_s);
  const std::int64_t s = wall_s - days * day_s;
  const Day day = day_of(days);
  auto end = std::back_inserter(out);
  if (day.year < 0 || day.year > 9999) {
    fmt::format_to(end, "{}{:04}", day.year < 0 ? '-' : '+', day.year < 0 ? -day.year : day.year);
  } else {
    fmt::format_to(end, "{:04}", day.year);
  }
  fmt::format_to(end, "-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}", day.month, day.day, s / 3600,
                 s / 60 % 60, s % 60, (ms % 1000 + 1000) % 1000);
}

}  // namespace

bool has_rfc3339(std::int64_t ms) { return ms >= first_ms && ms <= last_ms; }

void append_rfc3339(std::string& out, std::int64_t ms, Zone zone) {
  const std::int64_t offset_s = zone_offset_s(zone, floor_divide(ms, 1000));
  const bool is_written =
      offset_s % 60 == 0 && has_rfc3339(ms) && has_rfc3339(ms + offset_s * 1000);
  if (zone == Zone::utc || !is_written) {
    append_clock(out, ms, 0);
    out.push_back('Z');
    return;
  }
  append_clock(out, ms, offset_s);
  const std::int64_t minutes = (offset_s < 0 ? -offset_s : offset_s) / 60;
  fmt::format_to(std::back_inserter(out), "{}{:02}:{:02}", offset_s < 0 ? '-' : '+', minutes / 60,
                 minutes % 60);
}

std::string rfc3339(std::int64_t ms, Zone zone) {
  std::string text;
  append_rfc3339(text, ms, zone);
  return text;
}

}  // namespace estream
