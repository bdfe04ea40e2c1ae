#include <algorithm>
#include <charconv>
#include <cstddef>
#include <limits>

#include "base/assert.h"
#include "base/decimal.h"
#include "window/quantity.h"

namespace estream::window {

namespace {

constexpr std::int64_t whole_digits_max = 28;

// The digits of a number as one row, and where its point is: before the digit `point`, which may
// lie outside of the row.
struct DigitRow {
  Decimal number;
  std::int64_t point = 0;

  std::int64_t size() const {
    return static_cast<std::int64_t>(number.whole.size() + number.fraction.size());
  }
  // 0 outside of the row.
  unsigned at(std::int64_t place) const {
    if (place < 0 || place >= size()) return 0;
    const auto index = static_cast<std::size_t>(place);
    const std::size_t whole_size = number.whole.size();
    const char digit =
        index < whole_size ? number.whole[index] : number.fraction[index - whole_size];
    return static_cast<unsigned>(digit - '0');
  }
  // As far as they count: one that is far too large for a double stays so.
  std::int64_t digits_behind_point() const {
    return std::clamp<std::int64_t>(size() - point, 0, fraction_digits_max);
  }
};

std::int64_t take_exponent(std::string_view text) {
  if (text.empty()) return 0;
  text.remove_prefix(1);
  const bool is_negative = text.starts_with('-');
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  // Beyond a limit that no text is long enough to make up for.
  std::int64_t exponent = 0;
  for (const char digit : take_digits(text)) {
    exponent = std::min<std::int64_t>(exponent * 10 + (digit - '0'), std::int64_t{1} << 50);
  }
  return is_negative ? -exponent : exponent;
}

double nearest_double_of(std::string_view number, bool is_huge) {
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error == std::errc{} && value <= std::numeric_limits<double>::max() &&
      value >= std::numeric_limits<double>::lowest()) {
    return value;
  }
  if (!is_huge) return 0;
  return number.starts_with('-') ? std::numeric_limits<double>::lowest()
                                 : std::numeric_limits<double>::max();
}

// Takes digits that nearly always fit; `value` is right if there are at most 19.
const char* take_integer(const char* at, const char* end, std::uint64_t& value) {
  for (; at != end && *at >= '0' && *at <= '9'; ++at) {
    value = value * 10 + static_cast<std::uint64_t>(*at - '0');
  }
  return at;
}

}  // namespace

Quantity Quantity::parse(std::string_view number) {
  const char* const end = number.data() + number.size();
  const bool is_negative = number.starts_with('-');
  const char* const first = number.data() + (is_negative ? 1 : 0);
  std::uint64_t whole = 0;
  std::uint64_t fraction = 0;
  std::ptrdiff_t digits = 0;
  const char* at = take_integer(first, end, whole);
  if (at - first > 19) return parse_slowly(number);
  if (at != end && *at == '.') {
    const char* const point = at + 1;
    at = take_integer(point, end, fraction);
    digits = at - point;
  }
  if (at != end || digits > fraction_digits_max) return parse_slowly(number);
  fraction *= powers_of_ten[static_cast<std::size_t>(fraction_digits_max - digits)];
  return of_parts(is_negative, whole, fraction, static_cast<int>(digits));
}

Quantity Quantity::parse_slowly(std::string_view number) {
  const bool is_negative = number.starts_with('-');
  std::string_view rest = number.substr(is_negative ? 1 : 0);
  const std::optional<Decimal> decimal = take_decimal(rest);
  ASSERT(decimal.has_value());
  DigitRow row{*decimal};
  row.point = static_cast<std::int64_t>(decimal->whole.size()) + take_exponent(rest);

  std::int64_t first = 0;
  while (first < row.size() && row.at(first) == 0) first++;
  std::int64_t end = row.size();
  while (end > first && row.at(end - 1) == 0) end--;
  const bool is_zero = first == end;
  if (!is_zero && (row.point - first > whole_digits_max || end - row.point > fraction_digits_max)) {
    return of_double(nearest_double_of(number, row.point > first));
  }

  Uint128 whole = 0;
  for (std::int64_t i = first; i < row.point && !is_zero; i++) whole = whole * 10 + row.at(i);
  std::uint64_t fraction = 0;
  for (int i = 0; i < fraction_digits_max; i++) fraction = fraction * 10 + row.at(row.point + i);
  return of_parts(is_negative, whole, fraction, static_cast<int>(row.digits_behind_point()));
}

}  // namespace estream::window
