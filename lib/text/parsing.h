#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/decimal.h"
#include "base/result.h"

namespace estream::text {

// What the value parsers share beside base/decimal.h: refusing a text in one form.

// Takes the longest front of `text` made of ASCII letters.
std::string_view take_letters(std::string_view& text);

// A text that is nothing but digits and fits; no sign.
std::optional<std::int64_t> parse_whole(std::string_view text);

// The usage error of a value that means nothing, and what to write instead:
// "cannot read 30x; write 30s or 30m".
Error unclear(std::string_view text, std::string_view advice);

// The usage error of a value that is understood and not taken: "30 has no unit; write 30s or 30m".
Error refused(std::string_view text, std::string_view why);

}  // namespace estream::text
