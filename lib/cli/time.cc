#include "cli/time.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>

#include "cli/duration.h"
#include "cli/local_clock.h"
#include "cli/number.h"

namespace estream::cli {

namespace {

constexpr std::int64_t day_s = 86'400;
constexpr std::string_view how_to =
    "write a time such as 2026-11-20T14:03, 14:03, -10m, yesterday or @1732350000";
constexpr std::string_view out_of_range = "that is too far away; write a nearer time";

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

// Takes exactly `count` digits, at most 4.
std::optional<std::int64_t> take_number(std::string_view& text, std::size_t count) {
  if (text.size() < count) return {};
  const std::optional<std::int64_t> value = parse_whole(text.substr(0, count));
  if (value) text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(1);
  return true;
}

// Takes YYYY-MM-DD as the wall time of its midnight.
std::optional<std::int64_t> take_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return {};
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return {};
  const auto day = take_number(text, 2);
  if (!day) return {};
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return {};
  return std::chrono::sys_days(date).time_since_epoch().count() * day_s;
}

struct Clock {
  std::int64_t s;  // Since midnight.
  std::int64_t ms;
};

// Takes HH:MM[:SS[.frac]]. Second 60 is a leap second, the same instant as the next minute's start.
std::optional<Clock> take_clock(std::string_view& text) {
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return {};
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59) return {};
  Clock clock = {*hour * 3600 + *minute * 60, 0};
  if (!take(text, ':')) return clock;
  const auto second = take_number(text, 2);
  if (!second || *second > 60) return {};
  clock.s += *second;
  if (!take(text, '.')) return clock;
  const std::string_view fraction = take_digits(text);
  if (fraction.empty()) return {};
  clock.ms = *scaled({.whole = "0", .fraction = fraction}, 1000);
  return clock;
}

// Reads a whole zone, Z or +02:00 or " UTC", as seconds east of UTC.
std::optional<std::int64_t> parse_zone(std::string_view text) {
  if (text == "Z" || text == "z" || text == " UTC") return 0;
  const std::int64_t sign = text.starts_with('-') ? -1 : 1;
  if (!take(text, '+') && !take(text, '-')) return {};
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 23 || !take(text, ':')) return {};
  const auto minutes = take_number(text, 2);
  if (!minutes || *minutes > 59 || !text.empty()) return {};
  return sign * (*hours * 3600 + *minutes * 60);
}

Timestamp at(std::int64_t instant_s, std::int64_t ms = 0) { return {instant_s * 1000 + ms}; }

// The wall time as one would write it with a zone behind it.
std::string with_offset(std::int64_t wall_s, std::int64_t offset_s) {
  std::string text = format_time_rfc3339(wall_s * 1000);
  text.resize(text.find('.'));
  const std::int64_t minutes = (offset_s < 0 ? -offset_s : offset_s) / 60;
  return fmt::format("{}{}{:02}:{:02}", text, offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

Result<Timestamp> resolve_local(std::string_view text, std::int64_t wall_s, std::int64_t ms) {
  const WallReading reading = read_wall_clock(wall_s);
  if (reading.kind == WallReading::Kind::once) return at(wall_s - reading.offset_before_s, ms);
  return unclear(
      text, fmt::format("the clock {}; write {} or {}",
                        reading.kind == WallReading::Kind::twice ? "showed that time twice"
                                                                 : "was set forward over that time",
                        with_offset(wall_s, reading.offset_before_s),
                        with_offset(wall_s, reading.offset_after_s)));
}

// Midnight of the day that lies `days` after today, as a wall time.
std::int64_t midnight(const TimeContext& context, std::int64_t days) {
  const std::int64_t now_s = floor_divide(context.now.ms, 1000);
  const bool is_utc = context.zone == TimeContext::Zone::utc;
  return (floor_divide(is_utc ? now_s : wall_time_at(now_s), day_s) + days) * day_s;
}

Timestamp start_of_day(std::int64_t midnight_s, TimeContext::Zone zone) {
  return at(zone == TimeContext::Zone::utc ? midnight_s : first_instant_at(midnight_s));
}

Result<Timestamp> parse_date_time(std::string_view text, const TimeContext& context) {
  std::string_view rest = text;
  const std::optional<std::int64_t> date = take_date(rest);
  if (!date) return unclear(text, how_to);
  if (rest.empty()) return start_of_day(*date, context.zone);

  std::optional<Clock> clock = Clock{0, 0};
  const bool is_date_only = parse_zone(rest).has_value();
  if (!is_date_only) {
    if (!take(rest, 'T') && !take(rest, 't') && !take(rest, ' ')) return unclear(text, how_to);
    clock = take_clock(rest);
    if (!clock) return unclear(text, how_to);
  }
  const std::int64_t wall_s = *date + clock->s;
  if (!rest.empty()) {
    const std::optional<std::int64_t> offset = parse_zone(rest);
    if (!offset) return unclear(text, "write the zone as Z, +02:00 or -05:30, or leave it out");
    return at(wall_s - *offset, clock->ms);
  }
  if (context.zone == TimeContext::Zone::utc) return at(wall_s, clock->ms);
  return resolve_local(text, wall_s, clock->ms);
}

Result<Timestamp> parse_clock_today(std::string_view text, const TimeContext& context) {
  std::string_view rest = text;
  const std::optional<Clock> clock = take_clock(rest);
  if (!clock || !rest.empty()) return unclear(text, how_to);
  const std::int64_t wall_s = midnight(context, 0) + clock->s;
  if (context.zone == TimeContext::Zone::utc) return at(wall_s, clock->ms);
  return resolve_local(text, wall_s, clock->ms);
}

Result<Timestamp> parse_relative(std::string_view text, std::string_view length, int sign,
                                 const TimeContext& context) {
  const Result<Duration> duration = parse_duration(length);
  if (!duration)
    return unclear(text, "write -10m, +1h30m or '2d ago': " + duration.error().message);
  const std::int64_t ms = std::chrono::floor<std::chrono::milliseconds>(*duration).count();
  std::int64_t instant_ms = 0;
  if (__builtin_add_overflow(context.now.ms, sign * ms, &instant_ms)) {
    return unclear(text, out_of_range);
  }
  return Timestamp{instant_ms};
}

Result<Timestamp> parse_unix_time(std::string_view text) {
  std::string_view rest = text.substr(1);
  const std::optional<Decimal> number = take_decimal(rest);
  if (!number || !rest.empty()) return unclear(text, how_to);

  const std::size_t digits = number->whole.size();
  if (digits <= 10) return Timestamp{*scaled(*number, 1000)};
  if (digits == 13) return Timestamp{*scaled(*number, 1)};
  if (digits == 16) return Timestamp{*scaled(*number, 1) / 1000};
  if (digits != 19) return unclear(text, "write 10 digits of s, 13 of ms, 16 of us or 19 of ns");
  const std::optional<std::int64_t> ns = scaled(*number, 1);
  if (!ns) return unclear(text, out_of_range);
  return Timestamp{*ns / 1'000'000};
}

}  // namespace

Result<Timestamp> parse_time(std::string_view text, const TimeContext& context) {
  if (text == "now") return context.now;
  if (text == "today") return start_of_day(midnight(context, 0), context.zone);
  if (text == "yesterday") return start_of_day(midnight(context, -1), context.zone);
  if (text == "tomorrow") return start_of_day(midnight(context, 1), context.zone);
  if (text.starts_with('@')) return parse_unix_time(text);
  if (text.starts_with('-')) return parse_relative(text, text.substr(1), -1, context);
  if (text.starts_with('+')) return parse_relative(text, text.substr(1), 1, context);
  constexpr std::string_view ago = " ago";
  if (text.ends_with(ago)) {
    return parse_relative(text, text.substr(0, text.size() - ago.size()), -1, context);
  }
  if (text.size() > 2 && text[2] == ':') return parse_clock_today(text, context);
  return parse_date_time(text, context);
}

std::string format_time_rfc3339(std::int64_t ms) {
  // The calendar repeats after 400 years, which std::chrono can count while years far away it
  // cannot.
  constexpr std::int64_t cycle_days = 146'097;
  const std::int64_t instant_s = floor_divide(ms, 1000);
  const std::int64_t days = floor_divide(instant_s, day_s);
  const std::int64_t cycles = floor_divide(days, cycle_days);
  const std::chrono::year_month_day date =
      std::chrono::sys_days(std::chrono::days(static_cast<int>(days - cycles * cycle_days)));
  const std::int64_t year = static_cast<int>(date.year()) + cycles * 400;
  const std::int64_t s = instant_s - days * day_s;

  const std::string year_text = year < 0      ? fmt::format("-{:04}", -year)
                                : year > 9999 ? fmt::format("+{}", year)
                                              : fmt::format("{:04}", year);
  return fmt::format("{}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", year_text,
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     s / 3600, s / 60 % 60, s % 60, (ms % 1000 + 1000) % 1000);
}

}  // namespace estream::cli
