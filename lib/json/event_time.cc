#include "json/event_time.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include "base/date_time.h"
#include "json/syntax_check.h"
#include "json/value.h"

namespace estream::json {

namespace {

Error data_error(const char* message) { return {Error::Code::data, message}; }

Error too_early() { return data_error("is a time before 1970, which cannot be stored"); }
Error too_far() { return data_error("is a time that is too far away"); }

Result<Timestamp> since_1970(std::int64_t ms) {
  if (ms < 0) return too_early();
  return Timestamp{ms};
}

// The value of a number with an exponent, without one: 1.5e3 is 1500. `space` holds the digits.
// Nothing when there are more than any time has.
std::optional<Decimal> without_exponent(Decimal number, std::string_view exponent,
                                        std::string& space) {
  constexpr int digits_max = 400;
  if (exponent.starts_with('+')) exponent.remove_prefix(1);
  int shift = exponent.starts_with('-') ? -digits_max : digits_max;
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), shift);
  shift = std::clamp(shift, -digits_max, digits_max);
  space.assign(digits_max, '0').append(number.whole).append(number.fraction);
  space.append(digits_max, '0');
  const auto point = static_cast<std::size_t>(digits_max + std::ssize(number.whole) + shift);
  std::string_view whole = std::string_view(space).substr(0, point);
  whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
  if (whole.size() > digits_max) return std::nullopt;
  return Decimal{.whole = whole, .fraction = std::string_view(space).substr(point)};
}

bool is_zero(const Decimal& number) {
  return number.whole.find_first_not_of('0') == std::string_view::npos &&
         number.fraction.find_first_not_of('0') == std::string_view::npos;
}

// `text` is a number as JSON writes it.
Result<Timestamp> unix_time(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  auto number = take_decimal(text);
  std::string space;
  if (number && !text.empty()) number = without_exponent(*number, text.substr(1), space);
  if (!number) return too_far();
  if (is_negative && !is_zero(*number)) return too_early();
  const auto ms = unix_time_ms(*number);
  if (!ms) return too_far();
  return Timestamp{*ms};
}

}  // namespace

Result<Timestamp> event_time(const Value& value, std::string_view source) {
  if (value.kind == Kind::number) return unix_time(source);
  if (value.kind == Kind::string) {
    const std::string_view text = value.text;
    if (!text.empty() && number_end(text, 0) == text.size()) return unix_time(text);
    if (const auto ms = parse_zoned_time(text)) return since_1970(*ms);
  }
  return data_error("is not a time; write Unix time, or a date with a zone: 2026-11-20T14:03:05Z");
}

Result<Timestamp> envelope_time(const Value& value) {
  if (value.kind == Kind::string) {
    if (const auto ms = parse_zoned_time(value.text)) return since_1970(*ms);
  } else if (value.kind == Kind::number) {
    const auto* const integer = std::get_if<std::int64_t>(&value.number);
    if (integer != nullptr) return Timestamp{*integer};
    const double whole = std::floor(to_double(value.number));
    constexpr double beyond = 9223372036854775808.0;  // 2^63
    if (whole >= beyond) return too_far();
    return since_1970(static_cast<std::int64_t>(std::max(whole, -1.0)));
  }
  return data_error("is not a time; write milliseconds, or a date with a zone");
}

}  // namespace estream::json
