#include "tool/report/report_style.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/environment.h"
#include "io/signals.h"
#include "io/terminal.h"
#include "io/user_file.h"
#include "text/parsing.h"

namespace estream::tool {

namespace {

constexpr int largest = 500;

// What the shell says counts before the terminal.
int side(const char* variable, int of_terminal) {
  const auto text = cli::variable(variable);
  const auto number = text ? text::parse_whole(*text) : std::nullopt;
  const std::int64_t size = number && *number > 0 ? *number : of_terminal;
  return static_cast<int>(std::min<std::int64_t>(size, largest));
}

}  // namespace

ReportStyle report_style(ReportStyle::Shape shape, Zone zone) {
  ReportStyle style;
  style.shape = shape;
  style.zone = zone;
  style.is_terminal = io::is_terminal(io::standard_output);
  const io::TerminalSize size = io::terminal_size(io::standard_output).value_or(io::TerminalSize());
  style.width = side("COLUMNS", size.columns);
  style.height = side("LINES", size.rows);
  return style;
}

std::string painted(const ReportStyle& style, std::string_view ansi, std::string_view text) {
  if (style.color == ReportStyle::Color::none) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", ansi, text);
}

}  // namespace estream::tool
