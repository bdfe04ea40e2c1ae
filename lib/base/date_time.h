#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/decimal.h"

namespace estream {

inline constexpr std::int64_t day_s = 86'400;

// Rounded down, as times before 1970 need it.
constexpr std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

// Parses times. Command lines and events use the same rules.

// Unix time in milliseconds, rounded down. The number of digits before the point tells the unit: up
// to 10 are seconds, 11 to 13 milliseconds, 14 to 16 microseconds, 17 to 19 nanoseconds. Leading
// zeros do not count. Nothing for more digits, or if an int64 of nanoseconds cannot hold the time.
std::optional<std::int64_t> unix_time_ms(Decimal number);

// Removes a date YYYY-MM-DD from the beginning of `text` and returns its midnight, in seconds since
// 1970 in the date's own zone. If it returns nothing, `text` may still be shorter.
std::optional<std::int64_t> take_date(std::string_view& text);

struct ClockTime {
  std::int64_t s = 0;  // Since midnight.
  std::int64_t ms = 0;
  bool is_leap_second = false;  // Second 60: the same instant as the start of the next minute.

  // A leap second is the last second of a day in UTC, so `instant_s` must be the beginning of a
  // day.
  bool may_be_at(std::int64_t instant_s) const { return !is_leap_second || instant_s % day_s == 0; }
};

// Removes HH:MM[:SS[.frac]] from the beginning of `text`. The point may be a comma. Digits below a
// millisecond are cut off.
std::optional<ClockTime> take_clock(std::string_view& text);

// Parses a zone: Z, UTC, +02:00, +0200 or +02, which may have a space before it. Returns the
// seconds east of UTC.
std::optional<std::int64_t> parse_zone(std::string_view text);

// Parses a date, a T or a space, a time of day and a zone: 2026-11-20T14:03:05.123+02:00. Returns
// the milliseconds since 1970, which are negative before.
std::optional<std::int64_t> parse_zoned_time(std::string_view text);

}  // namespace estream
