#pragma once

#include <string>
#include <string_view>

namespace estream::json {

// Appends base64 as in RFC 4648 section 4: the alphabet with + and /, padded with =.
void append_base64(std::string& out, std::string_view bytes);

// Appends the bytes that `text` encodes. It is strict, so that each byte string has exactly one
// encoding: the length is a multiple of four, the padding is complete, unused bits are zero, and
// there are no other characters. False, and no change of `out`, when `text` is not such base64.
[[nodiscard]] bool append_decoded_base64(std::string& out, std::string_view text);

}  // namespace estream::json
