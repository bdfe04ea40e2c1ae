#include "json/base64.h"

#include <array>
#include <cstdint>

namespace estream::json {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t not_a_digit = 0xFF;

constexpr std::array<std::uint8_t, 256> make_digits() {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(not_a_digit);
  for (std::size_t i = 0; i < alphabet.size(); i++) {
    digits[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return digits;
}

constexpr std::array<std::uint8_t, 256> digits = make_digits();

std::uint32_t byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<std::uint8_t>(text[at]) : 0U;
}

// Three bytes from four digits, of which the last `padding` stand for nothing.
bool append_group(std::string& out, std::string_view group, std::size_t padding) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < 4; i++) {
    const std::uint8_t digit = i < 4 - padding ? digits[static_cast<std::uint8_t>(group[i])] : 0;
    if (digit == not_a_digit) return false;
    bits = bits << 6 | digit;
  }
  const std::uint32_t unused = padding == 0 ? 0U : padding == 1 ? 0xFFU : 0xFFFFU;
  if ((bits & unused) != 0) return false;
  for (std::size_t i = 0; i < 3 - padding; i++) {
    out.push_back(static_cast<char>(bits >> (16 - 8 * i) & 0xFF));
  }
  return true;
}

}  // namespace

void append_base64(std::string& out, std::string_view bytes) {
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::uint32_t bits =
        byte_at(bytes, at) << 16 | byte_at(bytes, at + 1) << 8 | byte_at(bytes, at + 2);
    const std::size_t count = bytes.size() - at;
    out.push_back(alphabet[bits >> 18]);
    out.push_back(alphabet[bits >> 12 & 63]);
    out.push_back(count > 1 ? alphabet[bits >> 6 & 63] : '=');
    out.push_back(count > 2 ? alphabet[bits & 63] : '=');
  }
}

bool append_decoded_base64(std::string& out, std::string_view text) {
  if (text.size() % 4 != 0) return false;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  const std::size_t size_before = out.size();
  out.reserve(size_before + text.size() / 4 * 3);
  for (std::size_t at = 0; at < text.size(); at += 4) {
    const bool is_last = at + 4 == text.size();
    if (!append_group(out, text.substr(at, 4), is_last ? padding : 0)) {
      out.resize(size_before);
      return false;
    }
  }
  return true;
}

}  // namespace estream::json
