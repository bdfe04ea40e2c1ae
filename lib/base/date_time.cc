#include "base/date_time.h"

#include <chrono>

namespace estream {

namespace {

// Takes exactly `count` digits, at most 4, of a number up to `max`.
std::optional<std::int64_t> take_number(std::string_view& text, std::size_t count,
                                        std::int64_t max) {
  if (text.size() < count) return {};
  std::int64_t value = 0;
  for (const char digit : text.substr(0, count)) {
    if (digit < '0' || digit > '9') return {};
    value = value * 10 + (digit - '0');
  }
  if (value > max) return {};
  text.remove_prefix(count);
  return value;
}

bool take_one_of(std::string_view& text, std::string_view choices) {
  if (text.empty() || choices.find(text.front()) == choices.npos) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<std::int64_t> unix_time_ms(Decimal number) {
  while (number.whole.size() > 1 && number.whole.front() == '0') number.whole.remove_prefix(1);
  const std::size_t digits = number.whole.size();
  if (digits <= 10) return scaled(number, 1000);
  if (digits <= 13) return scaled(number, 1);
  if (digits > 19) return {};
  const std::optional<std::int64_t> fine = scaled(number, 1);
  if (!fine) return {};
  return *fine / (digits <= 16 ? 1'000 : 1'000'000);
}

std::optional<std::int64_t> take_date(std::string_view& text) {
  const auto year = take_number(text, 4, 9999);
  if (!year || !take_one_of(text, "-")) return {};
  const auto month = take_number(text, 2, 12);
  if (!month || !take_one_of(text, "-")) return {};
  const auto day = take_number(text, 2, 31);
  if (!day) return {};
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return {};
  return std::chrono::sys_days(date).time_since_epoch().count() * day_s;
}

std::optional<ClockTime> take_clock(std::string_view& text) {
  const auto hour = take_number(text, 2, 23);
  if (!hour || !take_one_of(text, ":")) return {};
  const auto minute = take_number(text, 2, 59);
  if (!minute) return {};
  ClockTime clock = {.s = *hour * 3600 + *minute * 60};
  if (!take_one_of(text, ":")) return clock;
  const auto second = take_number(text, 2, 60);
  if (!second) return {};
  clock.s += *second;
  clock.is_leap_second = *second == 60;
  if (!take_one_of(text, ".,")) return clock;
  const std::string_view fraction = take_digits(text);
  if (fraction.empty()) return {};
  clock.ms = *scaled({.whole = "0", .fraction = fraction}, 1000);
  return clock;
}

std::optional<std::int64_t> parse_zone(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.starts_with(' ')) text.remove_prefix(1);
  if (text == "Z" || text == "UTC") return 0;
  const std::int64_t sign = text.starts_with('-') ? -1 : 1;
  if (!take_one_of(text, "+-")) return {};
  const auto hours = take_number(text, 2, 23);
  if (!hours) return {};
  if (text.empty()) return sign * *hours * 3600;
  take_one_of(text, ":");
  const auto minutes = take_number(text, 2, 59);
  if (!minutes || !text.empty()) return {};
  return sign * (*hours * 3600 + *minutes * 60);
}

std::optional<std::int64_t> parse_zoned_time(std::string_view text) {
  const auto date = take_date(text);
  if (!date || !take_one_of(text, "Tt ")) return {};
  const auto clock = take_clock(text);
  if (!clock) return {};
  const auto zone = parse_zone(text);
  if (!zone) return {};
  const std::int64_t instant_s = *date + clock->s - *zone;
  if (!clock->may_be_at(instant_s)) return {};
  return instant_s * 1000 + clock->ms;
}

}  // namespace estream
