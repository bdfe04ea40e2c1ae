#include "base/printable.h"

#include <array>
#include <cstdint>

namespace estream {

namespace {

struct Character {
  std::uint32_t code_point = 0;
  std::size_t size_bytes = 0;  // 0 when the bytes are not UTF-8.
};

// The character at the front of `text`, which is not empty.
Character first_character(std::string_view text) {
  static constexpr std::array<std::uint32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
  const auto byte = [text](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return {first, 1};
  if (first < 0xC2 || first > 0xF4) return {};
  const std::size_t size = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (text.size() < size) return {};
  std::uint32_t code_point = first & (0xFFU >> (size + 1));
  for (std::size_t at = 1; at < size; at++) {
    if ((byte(at) & 0xC0) != 0x80) return {};
    code_point = code_point << 6 | (byte(at) & 0x3FU);
  }
  const bool is_surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (code_point < least.at(size) || code_point > 0x10FFFF || is_surrogate) return {};
  return {code_point, size};
}

bool is_in(std::uint32_t code_point, std::uint32_t first, std::uint32_t last) {
  return code_point >= first && code_point <= last;
}

bool is_harmless(std::uint32_t c) {
  return !is_in(c, 0, 0x1F) && !is_in(c, 0x7F, 0x9F) && !is_in(c, 0x200E, 0x200F) &&
         !is_in(c, 0x2028, 0x202E) && !is_in(c, 0x2066, 0x2069) && c != 0x061C;
}

void append_hex(std::string& out, std::uint32_t value, int digits) {
  constexpr std::string_view hex = "0123456789abcdef";
  for (int i = digits - 1; i >= 0; i--) out.push_back(hex[value >> (4 * i) & 15U]);
}

void append_escaped(std::string& out, const Character& character, char first_byte) {
  switch (character.code_point) {
    case '\n':
      out.append("\\n");
      return;
    case '\r':
      out.append("\\r");
      return;
    case '\t':
      out.append("\\t");
      return;
    default:
      break;
  }
  const bool is_byte = character.size_bytes == 0;
  if (is_byte || character.code_point < 0x80) {
    out.append("\\x");
    append_hex(out, is_byte ? static_cast<std::uint8_t>(first_byte) : character.code_point, 2);
  } else {
    out.append("\\u{");
    append_hex(out, character.code_point, 4);
    out.push_back('}');
  }
}

// Calls `escape` with each character that needs it, and appends the rest.
template <class Escape>
void append_with(std::string& out, std::string_view text, Escape escape) {
  std::size_t copied = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Character character = first_character(text.substr(at));
    const bool is_plain = character.size_bytes > 0 && is_harmless(character.code_point);
    const std::size_t next = at + (character.size_bytes == 0 ? 1 : character.size_bytes);
    if (!is_plain) {
      out.append(text.substr(copied, at - copied));
      escape(character, text.substr(at, next - at));
      copied = next;
    }
    at = next;
  }
  out.append(text.substr(copied));
}

}  // namespace

void append_printable(std::string& out, std::string_view text, LineEnds line_ends) {
  append_with(out, text, [&](const Character& character, std::string_view bytes) {
    const bool is_line_end = character.code_point == '\n' || character.code_point == '\t';
    if (is_line_end && line_ends == LineEnds::kept) {
      out.append(bytes);
    } else {
      append_escaped(out, character, bytes.front());
    }
  });
}

void append_printable_json(std::string& out, std::string_view json) {
  append_with(out, json, [&](const Character& character, std::string_view bytes) {
    if (bytes.front() == '\n' || bytes.front() == '\t') {
      out.append(bytes);
    } else if (character.code_point < 0x20) {
      out.push_back(' ');  // JSON has such characters nowhere but between its values.
    } else {
      out.append("\\u");
      append_hex(out, character.code_point, 4);
    }
  });
}

}  // namespace estream
