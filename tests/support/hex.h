#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"

namespace estream {

// Bytes from hexadecimal digits, in which white space may stand between bytes. Throws on anything
// else, so that a slip in a test is not taken for a result.
inline std::vector<std::byte> from_hex(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ' ' || text[i] == '\n') {
      i++;
      continue;
    }
    const std::size_t high = digits.find(text[i]);
    const std::size_t low = i + 1 < text.size() ? digits.find(text[i + 1]) : digits.npos;
    if (high == digits.npos || low == digits.npos) throw std::invalid_argument(std::string(text));
    bytes.push_back(static_cast<std::byte>(high * 16 + low));
    i += 2;
  }
  return bytes;
}

inline std::string to_hex(Bytes bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : bytes) {
    text += digits[static_cast<std::size_t>(byte) / 16];
    text += digits[static_cast<std::size_t>(byte) % 16];
  }
  return text;
}

}  // namespace estream
