#include "base/decimal.h"

#include <algorithm>

namespace estream {

std::string_view take_digits(std::string_view& text) {
  const std::size_t size = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view taken = text.substr(0, size);
  text.remove_prefix(size);
  return taken;
}

std::optional<Decimal> take_decimal(std::string_view& text) {
  std::string_view rest = text;
  Decimal number = {.whole = take_digits(rest), .fraction = {}};
  if (number.whole.empty()) return {};
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    number.fraction = take_digits(rest);
    if (number.fraction.empty()) return {};
  }
  text = rest;
  return number;
}

std::optional<std::int64_t> scaled(Decimal number, std::int64_t unit) {
  std::int64_t total = 0;
  for (const char digit : number.whole) {
    if (__builtin_mul_overflow(total, 10, &total)) return {};
    if (__builtin_add_overflow(total, digit - '0', &total)) return {};
  }
  if (__builtin_mul_overflow(total, unit, &total)) return {};

  // From the last digit to the first, so that the intermediate values stay below ten units, and
  // rounding down at each step equals rounding down once.
  std::int64_t part = 0;
  for (auto digit = number.fraction.rbegin(); digit != number.fraction.rend(); ++digit) {
    part = (part + (*digit - '0') * unit) / 10;
  }
  if (__builtin_add_overflow(total, part, &total)) return {};
  return total;
}

}  // namespace estream
