#include "text/time.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <optional>

#include "base/date_time.h"
#include "base/rfc3339.h"
#include "text/duration.h"
#include "text/local_clock.h"
#include "text/parsing.h"

namespace estream::text {

namespace {

constexpr std::string_view time_how_to =
    "write a time such as 2026-11-20T14:03, 14:03, -10m, yesterday or @1732350000";
constexpr std::string_view out_of_range = "is too far away; write a nearer time";
constexpr std::string_view no_leap_second =
    "is not a leap second; leap seconds are at 23:59:60 UTC";

bool take(std::string_view& text, char wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(1);
  return true;
}

Timestamp at(std::int64_t instant_s, std::int64_t ms = 0) { return {instant_s * 1000 + ms}; }

// The wall time as one would write it with a zone behind it.
std::string with_offset(std::int64_t wall_s, std::int64_t offset_s) {
  std::string text = rfc3339(wall_s * 1000);
  text.resize(text.find('.'));
  const std::int64_t minutes = (offset_s < 0 ? -offset_s : offset_s) / 60;
  return fmt::format("{}{}{:02}:{:02}", text, offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

Error ambiguous(std::string_view text, std::int64_t wall_s, const WallReading& reading) {
  const bool is_twice = reading.kind == WallReading::Kind::twice;
  return refused(text, fmt::format("is a time that the clock {}; write {} or {}",
                                   is_twice ? "showed twice" : "skipped",
                                   with_offset(wall_s, reading.offset_before_s),
                                   with_offset(wall_s, reading.offset_after_s)));
}

// A time of day on the day that begins at `midnight_s`, by the clock of `context`.
Result<Timestamp> resolve(std::string_view text, std::int64_t midnight_s, const ClockTime& clock,
                          const TimeContext& context) {
  const std::int64_t wall_s = midnight_s + clock.s;
  std::int64_t instant_s = wall_s;
  if (context.zone == Zone::local) {
    const WallReading reading = read_wall_clock(wall_s);
    if (reading.kind != WallReading::Kind::once) return ambiguous(text, wall_s, reading);
    instant_s = wall_s - reading.offset_before_s;
  }
  if (!clock.may_be_at(instant_s)) return refused(text, no_leap_second);
  return at(instant_s, clock.ms);
}

// Midnight of the day that lies `days` after today, as a wall time.
std::int64_t midnight(const TimeContext& context, std::int64_t days) {
  const std::int64_t now_s = floor_divide(context.now.ms, 1000);
  const bool is_utc = context.zone == Zone::utc;
  return (floor_divide(is_utc ? now_s : wall_time_at(now_s), day_s) + days) * day_s;
}

Timestamp start_of_day(std::int64_t midnight_s, Zone zone) {
  return at(zone == Zone::utc ? midnight_s : first_instant_at(midnight_s));
}

// Behind a date the hour alone is enough: 2026-11-20T14.
std::optional<ClockTime> take_clock_or_hour(std::string_view& text) {
  std::string_view rest = text;
  if (const auto clock = take_clock(rest)) {
    text = rest;
    return clock;
  }
  rest = text;
  const std::string_view digits = take_digits(rest);
  const std::optional<std::int64_t> hours = parse_whole(digits);
  if (digits.size() != 2 || !hours || *hours > 23 || rest.starts_with(':')) return {};
  text = rest;
  return ClockTime{.s = *hours * 3600};
}

Result<Timestamp> parse_date_time(std::string_view text, const TimeContext& context) {
  std::string_view rest = text;
  const std::optional<std::int64_t> date = take_date(rest);
  if (!date) return unclear(text, time_how_to);
  if (rest.empty()) return start_of_day(*date, context.zone);
  if (const auto zone = parse_zone(rest)) return at(*date - *zone);

  if (!take(rest, 'T') && !take(rest, 't') && !take(rest, ' ')) return unclear(text, time_how_to);
  const std::optional<ClockTime> clock = take_clock_or_hour(rest);
  if (!clock) return unclear(text, time_how_to);
  if (rest.empty()) return resolve(text, *date, *clock, context);
  const std::optional<std::int64_t> zone = parse_zone(rest);
  if (!zone) return unclear(text, "write the zone as Z, +02:00 or -05:30, or leave it out");
  const std::int64_t instant_s = *date + clock->s - *zone;
  if (!clock->may_be_at(instant_s)) return refused(text, no_leap_second);
  return at(instant_s, clock->ms);
}

// `clock_text` is the part of `text` with the time of day, on the day `days` after today.
Result<Timestamp> parse_clock(std::string_view text, std::string_view clock_text, std::int64_t days,
                              const TimeContext& context) {
  const std::string two_digits = (clock_text.find(':') == 1 ? "0" : "") + std::string(clock_text);
  std::string_view rest = two_digits;
  const std::optional<ClockTime> clock = take_clock(rest);
  if (!clock || !rest.empty()) return unclear(text, time_how_to);
  return resolve(text, midnight(context, days), *clock, context);
}

// "today", "yesterday 14:00"; nothing when the text does not begin with such a word.
std::optional<Result<Timestamp>> parse_day_word(std::string_view text, const TimeContext& context) {
  struct DayWord {
    std::string_view name;
    std::int64_t days;
  };
  constexpr std::array day_words = {DayWord{"yesterday", -1}, DayWord{"today", 0},
                                    DayWord{"tomorrow", 1}};
  for (const DayWord& word : day_words) {
    if (!text.starts_with(word.name)) continue;
    std::string_view rest = text.substr(word.name.size());
    if (rest.empty()) return start_of_day(midnight(context, word.days), context.zone);
    if (take(rest, ' ')) return parse_clock(text, rest, word.days, context);
    return unclear(text, time_how_to);
  }
  return {};
}

// `length` is the duration in `text`.
Error no_relative_time(std::string_view text, std::string_view length) {
  std::string_view rest = length;
  if (!take_decimal(rest) || !rest.empty()) {
    return unclear(text, "write -10m, +1h30m or '2 hours ago', at most 100000 days");
  }
  const std::string_view front = text.substr(0, text.find(length));
  const std::string_view back = text.substr(front.size() + length.size());
  return refused(text,
                 fmt::format("has no unit; write {0}{1}s{2} or {0}{1}m{2}", front, length, back));
}

Result<Timestamp> parse_relative(std::string_view text, std::string_view length, int sign,
                                 const TimeContext& context) {
  const Result<Duration> duration = parse_duration(length);
  if (!duration) return no_relative_time(text, length);
  const std::int64_t ms = std::chrono::floor<std::chrono::milliseconds>(*duration).count();
  std::int64_t instant_ms = 0;
  if (__builtin_add_overflow(context.now.ms, sign * ms, &instant_ms)) {
    return refused(text, out_of_range);
  }
  return Timestamp{instant_ms};
}

Result<Timestamp> parse_unix_time(std::string_view text) {
  std::string_view rest = text.substr(1);
  const std::optional<Decimal> number = take_decimal(rest);
  if (!number || !rest.empty()) return unclear(text, time_how_to);
  const std::optional<std::int64_t> ms = unix_time_ms(*number);
  if (!ms) return refused(text, out_of_range);
  return Timestamp{*ms};
}

}  // namespace

Result<Timestamp> parse_time(std::string_view text, const TimeContext& context) {
  constexpr std::string_view now = "now";
  if (text == now) return context.now;
  if (auto time = parse_day_word(text, context)) return *std::move(time);
  if (text.starts_with('@')) return parse_unix_time(text);
  const std::size_t sign = text.starts_with(now) ? now.size() : 0;
  if (text.substr(sign).starts_with('-')) {
    return parse_relative(text, text.substr(sign + 1), -1, context);
  }
  if (text.substr(sign).starts_with('+')) {
    return parse_relative(text, text.substr(sign + 1), 1, context);
  }
  constexpr std::string_view ago = " ago";
  if (text.ends_with(ago)) {
    return parse_relative(text, text.substr(0, text.size() - ago.size()), -1, context);
  }
  if (text.substr(0, 3).find(':') != text.npos) return parse_clock(text, text, 0, context);
  return parse_date_time(text, context);
}

}  // namespace estream::text
