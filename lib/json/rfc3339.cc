#include "json/rfc3339.h"

#include <fmt/format.h>

#include <chrono>

namespace estream::json {

namespace {

// Reads a date-time from left to right. After a failed read `ok` stays false, so one look at the
// end is enough.
class DateTimeReader {
 public:
  explicit DateTimeReader(std::string_view text) : rest_(text) {}

  int number(std::size_t digits, int max) {
    int value = 0;
    ok = ok && rest_.size() >= digits;
    for (std::size_t i = 0; ok && i < digits; i++) {
      ok = is_digit(rest_[i]);
      value = value * 10 + (rest_[i] - '0');
    }
    if (ok) rest_.remove_prefix(digits);
    ok = ok && value <= max;
    return value;
  }

  char one_of(std::string_view choices) {
    ok = ok && !rest_.empty() && choices.find(rest_.front()) != choices.npos;
    if (!ok) return '\0';
    const char taken = rest_.front();
    rest_.remove_prefix(1);
    return taken;
  }

  int milliseconds() {
    if (!rest_.starts_with('.')) return 0;
    rest_.remove_prefix(1);
    ok = ok && !rest_.empty() && is_digit(rest_.front());
    int value = 0;
    for (int weight = 100; !rest_.empty() && is_digit(rest_.front()); weight /= 10) {
      value += weight * (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }

  bool at_end() const { return ok && rest_.empty(); }

  bool ok = true;

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  std::string_view rest_;
};

std::chrono::minutes zone_offset(DateTimeReader& reader) {
  const char sign = reader.one_of("Zz+-");
  if (sign != '+' && sign != '-') return {};
  const int hours = reader.number(2, 23);
  reader.one_of(":");
  const std::chrono::minutes offset(hours * 60 + reader.number(2, 59));
  return sign == '-' ? -offset : offset;
}

}  // namespace

std::optional<std::int64_t> parse_rfc3339(std::string_view text) {
  DateTimeReader reader(text);
  const std::chrono::year year(reader.number(4, 9999));
  reader.one_of("-");
  const std::chrono::month month(static_cast<unsigned>(reader.number(2, 12)));
  reader.one_of("-");
  const std::chrono::day day(static_cast<unsigned>(reader.number(2, 31)));
  reader.one_of("Tt ");
  const std::chrono::hours hours(reader.number(2, 23));
  reader.one_of(":");
  const std::chrono::minutes minutes(reader.number(2, 59));
  reader.one_of(":");
  const std::chrono::seconds seconds(reader.number(2, 60));
  const std::chrono::milliseconds fraction(reader.milliseconds());
  const std::chrono::minutes offset = zone_offset(reader);

  const std::chrono::year_month_day date(year, month, day);
  if (!reader.at_end() || !date.ok()) return std::nullopt;
  const std::chrono::sys_time<std::chrono::milliseconds> time =
      std::chrono::sys_days(date) + hours + minutes + seconds + fraction - offset;
  return time.time_since_epoch().count();
}

bool append_rfc3339(std::string& out, std::int64_t ms) {
  constexpr std::int64_t first_ms = -62'167'219'200'000;  // 0000-01-01T00:00:00.000Z
  constexpr std::int64_t last_ms = 253'402'300'799'999;   // 9999-12-31T23:59:59.999Z
  if (ms < first_ms || ms > last_ms) return false;
  const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(ms)};
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(time - midnight);
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                 static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                 static_cast<unsigned>(date.day()), clock.hours().count(), clock.minutes().count(),
                 clock.seconds().count(), clock.subseconds().count());
  return true;
}

}  // namespace estream::json
