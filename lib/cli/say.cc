#include "cli/say.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>

namespace estream::cli {

namespace {

struct Settings {
  std::string tool = "estream";
  int verbosity = 0;
  std::FILE* stream = stderr;
};

Settings& settings() {
  static Settings the_settings;
  return the_settings;
}

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

std::string escaped(Character character, char first_byte) {
  if (character.size_bytes == 0) {
    return fmt::format("\\x{:02x}", static_cast<std::uint8_t>(first_byte));
  }
  switch (character.code_point) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      break;
  }
  if (character.code_point < 0x80) return fmt::format("\\x{:02x}", character.code_point);
  return fmt::format("\\u{{{:04x}}}", character.code_point);
}

std::string_view label(Level level) {
  switch (level) {
    case Level::error:
      return "error";
    case Level::warning:
      return "warning";
    case Level::note:
      return "note";
    case Level::detail:
      return "detail";
    case Level::trace:
      return "trace";
  }
  return "error";
}

}  // namespace

void name_tool(std::string_view tool) { settings().tool = tool; }

void set_verbosity(int verbosity) { settings().verbosity = verbosity; }

void set_diagnostics_stream(std::FILE* stream) { settings().stream = stream; }

bool is_said(Level level) {
  const int verbosity = settings().verbosity;
  switch (level) {
    case Level::error:
      return true;
    case Level::warning:
    case Level::note:
      return verbosity >= 0;
    case Level::detail:
      return verbosity >= 1;
    case Level::trace:
      return verbosity >= 2;
  }
  return true;
}

void say(Level level, std::string_view text) {
  if (!is_said(level)) return;
  // One call for the whole line, so that the lines of several processes do not mix.
  const std::string line =
      fmt::format("{}: {}: {}\n", settings().tool, label(level), printable(text));
  std::fwrite(line.data(), 1, line.size(), settings().stream);
  std::fflush(settings().stream);
}

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Character character = first_character(text);
    const std::size_t size = character.size_bytes == 0 ? 1 : character.size_bytes;
    const bool is_plain = character.size_bytes > 0 && is_harmless(character.code_point);
    out += is_plain ? std::string(text.substr(0, size)) : escaped(character, text.front());
    text.remove_prefix(size);
  }
  return out;
}

}  // namespace estream::cli
