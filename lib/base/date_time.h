#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/decimal.h"

namespace estream {

// How an instant is written, on command lines and in events: one reading of both.

// Unix time in milliseconds, rounded down. The number of digits before the point tells the unit: up
// to 10 are seconds, 11 to 13 milliseconds, 14 to 16 microseconds, 17 to 19 nanoseconds; zeros in
// front do not count. Nothing for more digits, or what an int64 of nanoseconds does not hold.
std::optional<std::int64_t> unix_time_ms(Decimal number);

// Takes YYYY-MM-DD, a day of the calendar, off the front of `text`: its midnight, in seconds since
// 1970 on the clock that it is about. When nothing is taken, `text` may be shorter all the same.
std::optional<std::int64_t> take_date(std::string_view& text);

struct ClockTime {
  std::int64_t s = 0;  // Since midnight.
  std::int64_t ms = 0;
  bool is_leap_second = false;  // Second 60: the same instant as the start of the next minute.

  // A leap second is the last one of a day in UTC, so that `instant_s` begins a day.
  bool may_be_at(std::int64_t instant_s) const {
    return !is_leap_second || instant_s % 86'400 == 0;
  }
};

// Takes HH:MM[:SS[.frac]], with a comma for the point if so written. What is finer than a
// millisecond is cut off.
std::optional<ClockTime> take_clock(std::string_view& text);

// All of `text` is a zone: Z, UTC, +02:00, +0200, +02, with a space in front or not. In seconds
// east of UTC.
std::optional<std::int64_t> parse_zone(std::string_view text);

// All of `text` is a date, T or a space, a time of day and a zone: 2026-11-20T14:03:05.123+02:00.
// In milliseconds since 1970, negative before.
std::optional<std::int64_t> parse_zoned_time(std::string_view text);

}  // namespace estream
