#include "json/quote.h"

#include <simdjson.h>

#include <array>
#include <cstdint>

namespace estream::json {

namespace {

// What stands after the backslash: 0 for a character that needs none, 'u' for the long form.
constexpr std::array<char, 256> make_escapes() {
  std::array<char, 256> escapes{};
  for (std::size_t c = 0; c < 0x20; c++) escapes[c] = 'u';
  escapes['\b'] = 'b';
  escapes['\f'] = 'f';
  escapes['\n'] = 'n';
  escapes['\r'] = 'r';
  escapes['\t'] = 't';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  return escapes;
}

constexpr std::array<char, 256> escapes = make_escapes();

char escape_of(char c) { return escapes[static_cast<std::uint8_t>(c)]; }

void append_escaped(std::string& out, char c) {
  out.push_back('\\');
  out.push_back(escape_of(c));
  if (escape_of(c) != 'u') return;
  constexpr std::string_view hex = "0123456789abcdef";
  const auto code = static_cast<std::uint8_t>(c);
  out.append("00");
  out.push_back(hex[code >> 4]);
  out.push_back(hex[code & 15]);
}

}  // namespace

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

void append_quoted(std::string& out, std::string_view text) {
  // Of a huge one the result may be six times as much, and must not be there twice while it grows.
  constexpr std::size_t huge_bytes = 1 << 20;
  if (text.size() > huge_bytes) {
    std::size_t size = text.size() + 1000;  // Something may follow it.
    for (const char c : text) size += escape_of(c) == 'u' ? 5 : escape_of(c) != 0 ? 1 : 0;
    out.reserve(out.size() + size);
  }
  out.push_back('"');
  std::size_t copied = 0;
  for (std::size_t at = 0; at < text.size(); at++) {
    if (escape_of(text[at]) == 0) continue;
    out.append(text.substr(copied, at - copied));
    append_escaped(out, text[at]);
    copied = at + 1;
  }
  out.append(text.substr(copied));
  out.push_back('"');
}

Result<Quoted> read_quoted(const Expression& expression, std::size_t at) {
  const std::string_view text = expression.text;
  std::size_t end = at + 1;
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
  if (end >= text.size()) return expression.error_at(at, "this string has no closing quote");
  end++;

  simdjson::dom::parser parser;
  std::string_view unescaped;
  const simdjson::padded_string copy(text.substr(at, end - at));
  if (parser.parse(copy).get(unescaped) != simdjson::SUCCESS) {
    return expression.error_at(at, "this is not a string as JSON writes it");
  }
  return Quoted{std::string(unescaped), end};
}

}  // namespace estream::json
