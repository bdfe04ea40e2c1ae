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

// Removes digits [ "." digits ] from the beginning of `text`. Removes nothing when there is no
// digit, or no digit after the point.
std::optional<Decimal> take_decimal(std::string_view& text);

// Removes all ASCII digits from the beginning of `text` and returns them.
std::string_view take_digits(std::string_view& text);

// `number` times `unit`, rounded down; nothing when an int64 cannot hold it. `unit` is positive and
// at most 10^17.
std::optional<std::int64_t> scaled(Decimal number, std::int64_t unit);

}  // namespace estream
