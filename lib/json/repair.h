#pragma once

#include <string>
#include <string_view>

namespace estream::json {

// JSON allows two things that simdjson refuses: numbers beyond 64-bit integers and doubles, and
// escapes of half a surrogate pair. This is `text` with each of them replaced by what simdjson
// reads as the nearest value, the choice that jq makes too:
//
//   123456789012345678901 -> 123456789012345678901.0     1e400 -> 1.7976931348623157e308
//   "\ud800" -> "\ufffd"
//
// Requires valid JSON. Slow, for the rare text that needs it.
std::string repaired_for_simdjson(std::string_view text);

// Whether half a surrogate pair is escaped in valid JSON: such a text is not what it was once it is
// repaired, and two that differ may become one.
bool has_lone_surrogate(std::string_view text);

}  // namespace estream::json
