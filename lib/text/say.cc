#include "text/say.h"

#include <fmt/format.h>

#include <mutex>
#include <utility>

#include "base/printable.h"

namespace estream::text {

namespace {

struct Settings {
  std::string tool = "estream";
  int verbosity = 0;
  std::FILE* stream = stderr;
  std::mutex mutex;    // Of what is written.
  std::string eraser;  // Of the line that is to be overwritten.
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

void write(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), settings().stream);
  std::fflush(settings().stream);
}

}  // namespace

void name_tool(std::string_view tool) { settings().tool = tool; }
std::string tool_name() { return settings().tool; }

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
  const std::scoped_lock guard(settings().mutex);
  write(std::exchange(settings().eraser, "") + line);
}

void show_status(std::string_view bytes, std::string_view eraser) {
  const std::scoped_lock guard(settings().mutex);
  settings().eraser = eraser;
  write(bytes);
}

std::string printable(std::string_view text) {
  std::string out;
  append_printable(out, text, LineEnds::escaped);
  return out;
}

}  // namespace estream::text
