#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace estream {

// The digits of 12.5 as written; `fraction` is empty when there is no point.
struct Decimal {
  std::string_view whole;
  std::string_view fraction;
};

// Takes digits [ "." digits ] off the front of `text`. Nothing is taken when there is no digit, or
// none after the point.
std::optional<Decimal> take_decimal(std::string_view& text);

// Takes the longest front of `text` made of ASCII digits.
std::string_view take_digits(std::string_view& text);

// `number` times `unit`, rounded down; nothing when that is more than an int64 holds. `unit` is
// positive and at most 10^17.
std::optional<std::int64_t> scaled(Decimal number, std::int64_t unit);

}  // namespace estream
