#include "text/duration.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "text/parsing.h"

namespace estream::text {

namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;

constexpr std::array units = {
    Unit{"ns", 1},     Unit{"us", 1'000}, Unit{"ms", 1'000'000}, Unit{"s", second},
    Unit{"m", minute}, Unit{"h", hour},   Unit{"d", day},        Unit{"w", 7 * day},
};
// Each also with an s at its end.
constexpr std::array words = {Unit{"sec", second},    Unit{"second", second}, Unit{"min", minute},
                              Unit{"minute", minute}, Unit{"hour", hour},     Unit{"day", day},
                              Unit{"week", 7 * day}};

// In the order that ISO 8601 prescribes; the first two come before the T.
constexpr std::array iso_units = {Unit{"W", 7 * day}, Unit{"D", day}, Unit{"H", hour},
                                  Unit{"M", minute}, Unit{"S", second}};
constexpr std::size_t iso_date_units = 2;

constexpr std::string_view duration_how_to = "write numbers with units, such as 90s, 1h30m or 2d";
constexpr std::string_view iso_how_to = "write weeks, days, hours, minutes, seconds, as in P1DT2H";
constexpr std::string_view too_long = "is more than 100000 days; write a shorter duration";
constexpr std::int64_t longest = 100'000 * day;

Result<void> add(std::string_view text, Decimal number, std::int64_t unit, std::int64_t& total) {
  const std::optional<std::int64_t> part = scaled(number, unit);
  if (!part || *part > longest - total) return refused(text, too_long);
  total += *part;
  return {};
}

Error unit_is_missing(std::string_view text) {
  const std::string given(text);
  return refused(text, "has no unit; write " + given + "s or " + given + "m");
}

std::optional<std::int64_t> find_unit(std::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) return unit.nanoseconds;
  }
  const std::string_view singular = name.substr(0, name.size() - (name.ends_with('s') ? 1 : 0));
  for (const Unit& word : words) {
    if (word.name == singular) return word.nanoseconds;
  }
  return {};
}

void take_blank(std::string_view& text) {
  if (text.starts_with(' ')) text.remove_prefix(1);
}

Result<Duration> parse_iso_duration(std::string_view text) {
  std::string_view rest = text.substr(1);
  std::int64_t total = 0;
  std::size_t next_unit = 0;
  bool is_time = false;
  do {
    if (!is_time && rest.starts_with('T')) {
      is_time = true;
      next_unit = iso_date_units;
      rest.remove_prefix(1);
    }
    const std::optional<Decimal> number = take_decimal(rest);
    if (!number || rest.empty()) return unclear(text, iso_how_to);
    const std::size_t end = is_time ? iso_units.size() : iso_date_units;
    while (next_unit < end && iso_units[next_unit].name.front() != rest.front()) next_unit++;
    if (next_unit == end) return unclear(text, iso_how_to);
    TRY(add(text, *number, iso_units[next_unit].nanoseconds, total));
    next_unit++;
    rest.remove_prefix(1);
  } while (!rest.empty());
  return Duration(total);
}

// Two digits behind the point, and below a tenth of a second two that say something.
std::string format_seconds(double seconds) {
  constexpr int most_digits = 9;
  int digits = 2;
  for (double rest = seconds; rest < 0.1 && digits < most_digits; rest *= 10) digits++;
  std::string text = fmt::format("{:.{}f}", seconds, digits);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text + "s";
}

std::string format_units(double seconds) {
  struct Step {
    double seconds;
    char name;
  };
  constexpr std::array steps = {Step{86'400, 'd'}, Step{3'600, 'h'}, Step{60, 'm'}, Step{1, 's'}};
  // Beyond ten days hours tell nobody anything.
  constexpr double whole_days = 10;
  std::size_t i = 0;
  while (seconds < steps.at(i).seconds) i++;
  const double count = std::floor(seconds / steps.at(i).seconds);
  std::string text = fmt::format("{:.0f}{}", count, steps.at(i).name);
  if (i + 1 == steps.size() || (i == 0 && count >= whole_days)) return text;
  const Step& next = steps.at(i + 1);
  const double rest = std::floor((seconds - count * steps.at(i).seconds) / next.seconds);
  if (rest > 0) text += fmt::format("{:.0f}{}", rest, next.name);
  return text;
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  if (text.starts_with('P')) return parse_iso_duration(text);
  if (text == "0") return Duration(0);

  std::string_view rest = text;
  std::int64_t total = 0;
  for (;;) {
    const std::optional<Decimal> number = take_decimal(rest);
    if (!number) return unclear(text, duration_how_to);
    if (rest.empty()) return unit_is_missing(text);
    take_blank(rest);
    const std::optional<std::int64_t> unit = find_unit(take_letters(rest));
    if (!unit) return unclear(text, "the units are ns us ms s m h d w; write 30s, 1h30m or 2d");
    TRY(add(text, *number, *unit, total));
    if (rest.empty()) return Duration(total);
    take_blank(rest);
  }
}

std::string format_duration(std::chrono::duration<double> length) {
  const double seconds = length.count();
  if (seconds < 0) return "-" + format_duration(-length);
  return seconds < 10 ? format_seconds(seconds) : format_units(std::floor(seconds));
}

}  // namespace estream::text
