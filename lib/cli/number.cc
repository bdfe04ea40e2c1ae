#include "cli/number.h"

#include <algorithm>
#include <string>

namespace estream::cli {

namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

std::string_view take_any_of(std::string_view& text, std::string_view wanted) {
  const std::size_t size = std::min(text.find_first_not_of(wanted), text.size());
  const std::string_view taken = text.substr(0, size);
  text.remove_prefix(size);
  return taken;
}

}  // namespace

std::string_view take_digits(std::string_view& text) { return take_any_of(text, digits); }

std::string_view take_letters(std::string_view& text) { return take_any_of(text, letters); }

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

std::optional<std::int64_t> parse_whole(std::string_view text) {
  const std::string_view taken = take_digits(text);
  if (taken.empty() || !text.empty()) return {};
  return scaled({.whole = taken, .fraction = {}}, 1);
}

Error unclear(std::string_view text, std::string_view advice) {
  const bool is_plain = !text.empty() && text.find_first_of(" \t'") == std::string_view::npos;
  const std::string quote = is_plain ? "" : "'";
  return {Error::Code::usage, quote + std::string(text) + quote + "? " + std::string(advice)};
}

}  // namespace estream::cli
