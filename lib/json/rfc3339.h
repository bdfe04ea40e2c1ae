#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace estream::json {

// Milliseconds since the Unix epoch for a date-time of RFC 3339 section 5.6, such as
// 2025-11-23T14:03:00.25+01:00. A space may stand for the T, as the RFC allows; the zone may not be
// left out. Digits beyond milliseconds are cut off; a leap second reads as the second after it.
std::optional<std::int64_t> parse_rfc3339(std::string_view text);

// Appends 2025-11-23T13:03:00.250Z and answers true, or answers false and appends nothing when the
// year would not fit in four digits.
bool append_rfc3339(std::string& out, std::int64_t ms);

}  // namespace estream::json
