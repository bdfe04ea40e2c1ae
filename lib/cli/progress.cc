#include "cli/progress.h"

#include <algorithm>

#include "text/say.h"

namespace estream::cli {

namespace {

constexpr std::int64_t first_line_ms = 1'000;
constexpr std::int64_t overwrite_interval_ms = 200;
constexpr std::int64_t lines_interval_ms = 5'000;
constexpr std::int64_t json_interval_ms = 1'000;
constexpr std::size_t columns_max = 79;  // A longer line would wrap, and then not be overwritten.

// Every byte of UTF-8 but those that continue a character.
bool is_first_byte(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

std::string first_columns(std::string_view text, std::size_t count) {
  std::string out;
  for (const char byte : text) {
    if (is_first_byte(byte) && count-- == 0) break;
    out += byte;
  }
  return out;
}

}  // namespace

Progress::Progress(Options options) : tool_(std::move(options.tool)) {
  const bool is_terminal = options.output == Output::terminal;
  style_ = options.mode == Mode::always                     ? Style::lines
           : options.mode == Mode::json                     ? Style::json
           : options.mode == Mode::automatic && is_terminal ? Style::overwrite
                                                            : Style::silent;
  const bool overwrites = style_ == Style::overwrite;
  interval_ms_ = options.interval_ms.value_or(overwrites              ? overwrite_interval_ms
                                              : style_ == Style::json ? json_interval_ms
                                                                      : lines_interval_ms);
  next_ms_ = options.start_ms + (overwrites ? first_line_ms : interval_ms_);
}

bool Progress::is_due(std::int64_t now_ms) const { return is_shown() && now_ms >= next_ms_; }

std::string Progress::line_of(std::string_view text) const {
  return style_ == Style::json ? std::string(text) : tool_ + ": " + text::printable(text);
}

std::string Progress::update(std::int64_t now_ms, std::string_view text) {
  if (!is_due(now_ms)) return {};
  next_ms_ = now_ms + interval_ms_;
  const std::string line = line_of(text);
  if (style_ != Style::overwrite) return line + "\n";

  // Blanks and not an escape sequence hide the rest of a longer line before: any terminal has them.
  const std::string shown = first_columns(line, columns_max);
  const auto columns = static_cast<std::size_t>(std::ranges::count_if(shown, is_first_byte));
  const std::size_t blanks = shown_columns_ > columns ? shown_columns_ - columns : 0;
  shown_columns_ = columns;
  return "\r" + shown + std::string(blanks, ' ');
}

std::string Progress::eraser() const {
  if (shown_columns_ == 0) return {};
  return "\r" + std::string(shown_columns_, ' ') + "\r";
}

std::string Progress::finish(std::string_view text) {
  if (style_ == Style::lines || style_ == Style::json) return line_of(text) + "\n";
  const std::string bytes = eraser();
  shown_columns_ = 0;
  return bytes;
}

}  // namespace estream::cli
