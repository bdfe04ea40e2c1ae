#include "text/say.h"

#include <fmt/format.h>

#include "base/printable.h"

namespace estream::text {

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
  append_printable(out, text, LineEnds::escaped);
  return out;
}

}  // namespace estream::text
