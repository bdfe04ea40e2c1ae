#pragma once

#include <string>
#include <string_view>

namespace estream::json {

// The base64 of RFC 4648 section 4: the alphabet with + and /, padded with =.
void append_base64(std::string& out, std::string_view bytes);

// Appends what `text` encodes. Strict, so that each byte string has exactly one spelling: the
// length is a multiple of four, padding is complete, unused bits are zero, nothing else is in
// between. False when `text` is not such base64; `out` is then as it was.
[[nodiscard]] bool append_decoded_base64(std::string& out, std::string_view text);

}  // namespace estream::json
