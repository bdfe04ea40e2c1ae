#pragma once

#include <string>
#include <string_view>

namespace estream::json {

// JSON allows two things that simdjson refuses: numbers beyond 64-bit integers and doubles, and
// escapes of half a surrogate pair. This returns `text` with each of them replaced by a text that
// simdjson reads as the nearest value. jq makes the same choice:
//
//   123456789012345678901 -> 123456789012345678901.0     1e400 -> 1.7976931348623157e308
//   "\ud800" -> "\ufffd"
//
// `text` must be valid JSON. This is slow, but few texts need it.
std::string repaired_for_simdjson(std::string_view text);

// Whether valid JSON has an escape of half a surrogate pair. The repair changes such a text, and
// two different texts may become the same.
bool has_lone_surrogate(std::string_view text);

}  // namespace estream::json
