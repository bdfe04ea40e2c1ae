#include "tool/report/report_style.h"

#include <fmt/format.h>

#include "io/signals.h"
#include "io/user_file.h"

namespace estream::tool {

ReportStyle report_style(ReportStyle::Shape shape) {
  ReportStyle style;
  style.shape = shape;
  style.is_terminal = io::is_terminal(io::standard_output);
  return style;
}

std::string painted(const ReportStyle& style, std::string_view ansi, std::string_view text) {
  if (style.color == ReportStyle::Color::none) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", ansi, text);
}

}  // namespace estream::tool
