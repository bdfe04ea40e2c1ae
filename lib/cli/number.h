#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace estream::cli {

// What the value parsers share: reading numbers off the front of a text without overflow, and
// refusing a text in one form.

// The digits of 12.5 as written; `fraction` is empty when there is no point.
struct Decimal {
  std::string_view whole;
  std::string_view fraction;
};

// Takes digits [ "." digits ] off the front of `text`. Nothing is taken when there is no digit, or
// none after the point.
std::optional<Decimal> take_decimal(std::string_view& text);

// Takes the longest front of `text` made of ASCII digits, or of ASCII letters.
std::string_view take_digits(std::string_view& text);
std::string_view take_letters(std::string_view& text);

// `number` times `unit`, rounded down; nothing when that is more than an int64 holds. `unit` is
// positive and at most 10^17.
std::optional<std::int64_t> scaled(Decimal number, std::int64_t unit);

// A text that is nothing but digits and fits; no sign.
std::optional<std::int64_t> parse_whole(std::string_view text);

// The usage error of every value: the text as given, a question mark, and what to write instead.
// `30? write 30s or 30m`.
Error unclear(std::string_view text, std::string_view advice);

}  // namespace estream::cli
