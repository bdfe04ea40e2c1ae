#include "text/time_pattern.h"

#include <array>
#include <chrono>
#include <ctime>

#include "base/date_time.h"
#include "text/local_clock.h"
#include "text/parsing.h"

namespace estream::text {

namespace {

constexpr std::size_t pattern_bytes_max = 200;

// The end of what fits, or null.
const char* match(const char* text, const std::string& pattern, std::tm& parts) {
  parts = {};
  return strptime(text, pattern.c_str(), &parts);
}

// Midnight of the day in seconds, as though its clock were UTC; nothing when there is no such day.
std::optional<std::int64_t> midnight_of(const std::tm& parts) {
  const std::chrono::year_month_day date(
      std::chrono::year(parts.tm_year + 1900),
      std::chrono::month(static_cast<unsigned>(parts.tm_mon + 1)),
      std::chrono::day(static_cast<unsigned>(parts.tm_mday)));
  if (!date.ok()) return {};
  return std::chrono::sys_days(date).time_since_epoch().count() * day_s;
}

// Cuts the digits of a fraction out of `text` at `at`, and returns the milliseconds.
std::optional<std::int64_t> take_fraction(std::string& text, std::size_t at) {
  std::string_view rest = std::string_view(text).substr(at);
  std::string digits(take_digits(rest));
  if (digits.empty()) return {};
  text.erase(at, digits.size());
  digits.resize(3, '0');
  return parse_whole(digits);
}

// Whether what the pattern makes of this time gives back its day, and its hour if there is one.
bool tells(const std::string& pattern, std::tm time) {
  std::array<char, 4096> text = {};
  if (std::strftime(text.data(), text.size(), pattern.c_str(), &time) == 0) return false;
  std::tm read = {};
  const char* end = match(text.data(), pattern, read);
  const bool is_same_hour = read.tm_hour == time.tm_hour || read.tm_hour == 0;
  return end != nullptr && *end == '\0' && read.tm_year == time.tm_year &&
         read.tm_mon == time.tm_mon && read.tm_mday == time.tm_mday && is_same_hour;
}

std::tm sample_time(int year, int month, int day, int hour) {
  std::tm time = {};
  time.tm_year = year - 1900;
  time.tm_mon = month - 1;
  time.tm_mday = day;
  time.tm_hour = hour;
  const std::time_t seconds = timegm(&time);
  gmtime_r(&seconds, &time);  // Fills in the day of the week and of the year.
  return time;
}

}  // namespace

Result<TimePattern> TimePattern::parse(std::string_view pattern) {
  if (pattern.size() > pattern_bytes_max || pattern.find('\0') != pattern.npos) {
    return refused(pattern.substr(0, 20), "is no pattern; see strptime(3)");
  }
  TimePattern made;
  for (std::size_t at = 0; at < pattern.size(); at++) {
    if (pattern[at] != '%' || at + 1 == pattern.size()) {
      made.whole_ += pattern[at];
      continue;
    }
    const char letter = pattern[++at];
    if (letter == 'Z') {
      return refused(pattern, "has %Z, the name of a zone, which may mean several; leave it out");
    }
    if (letter == 's') return refused(pattern, "has %s; Unix time is read without a pattern");
    if (letter == 'N') {
      if (made.has_fraction_) return refused(pattern, "has %N more than once");
      made.has_fraction_ = true;
      made.to_fraction_ = made.whole_;
      continue;
    }
    made.has_zone_ |= letter == 'z';
    made.whole_ += {'%', letter};
  }
  const bool is_good = tells(made.whole_, sample_time(2001, 2, 3, 14)) &&
                       tells(made.whole_, sample_time(1999, 12, 31, 23));
  if (!is_good) {
    return refused(pattern,
                   "must have a year, a month and a day, as %Y-%m-%d, and %p with %I; see "
                   "strptime(3)");
  }
  return made;
}

std::optional<Timestamp> TimePattern::read(std::string_view text, Zone zone) const {
  if (text.find('\0') != text.npos) return {};
  std::string copy(text);
  std::tm parts = {};
  std::int64_t ms = 0;
  if (has_fraction_) {
    const char* end = match(copy.c_str(), to_fraction_, parts);
    const auto fraction = end == nullptr
                              ? std::nullopt
                              : take_fraction(copy, static_cast<std::size_t>(end - copy.c_str()));
    if (!fraction) return {};
    ms = *fraction;
  }
  const char* end = match(copy.c_str(), whole_, parts);
  if (end == nullptr || *end != '\0') return {};
  const auto midnight_s = midnight_of(parts);
  if (!midnight_s || parts.tm_sec > 60) return {};
  const std::int64_t wall_s =
      *midnight_s + parts.tm_hour * std::int64_t{3600} + parts.tm_min * 60 + parts.tm_sec;
  const std::int64_t instant_s =
      has_zone_ ? wall_s - parts.tm_gmtoff : instant_of_wall_s(wall_s, zone);
  const ClockTime clock = {.is_leap_second = parts.tm_sec == 60};
  if (!clock.may_be_at(instant_s)) return {};
  return Timestamp{instant_s * 1000 + ms};
}

std::optional<Timestamp> read_zoneless_time(std::string_view text, Zone zone) {
  const auto date_s = take_date(text);
  if (date_s && text.empty()) return Timestamp{instant_of_wall_s(*date_s, zone) * 1000};
  if (!date_s || text.empty() || (text.front() != 'T' && text.front() != ' ')) return {};
  text.remove_prefix(1);
  const auto clock = take_clock(text);
  if (!clock || !text.empty()) return {};
  const std::int64_t instant_s = instant_of_wall_s(*date_s + clock->s, zone);
  if (!clock->may_be_at(instant_s)) return {};
  return Timestamp{instant_s * 1000 + clock->ms};
}

}  // namespace estream::text
