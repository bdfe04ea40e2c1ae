#include "cli/environment.h"

#include <chrono>
#include <cstdlib>

#include "text/parsing.h"

namespace estream::cli {

std::optional<std::string> variable_even_empty(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::optional<std::string>() : value;
}

std::optional<std::string> variable(const char* name) {
  std::optional<std::string> value = variable_even_empty(name);
  if (value && value->empty()) value.reset();
  return value;
}

Result<std::string> data_root(const std::optional<std::string>& dir_option) {
  if (dir_option && dir_option->empty()) {
    return Error{Error::Code::usage,
                 "option --dir: " + text::unclear("", "write a directory").message};
  }
  if (dir_option) return *dir_option;
  if (const auto dir = variable("ESTREAM_DIR")) return *dir;
  const auto data_home = variable("XDG_DATA_HOME");
  if (data_home && data_home->starts_with('/')) return *data_home + "/estream";
  if (const auto home = variable("HOME")) return *home + "/.local/share/estream";
  return Error{Error::Code::usage, "data root: HOME is not set; give --dir or set ESTREAM_DIR"};
}

std::string data_root_origin(const std::optional<std::string>& dir_option) {
  if (dir_option) return "--dir";
  return variable("ESTREAM_DIR") ? "ESTREAM_DIR" : "the default, because ESTREAM_DIR is not set";
}

Result<Timestamp> current_time() {
  if (const auto epoch = variable("ESTREAM_NOW")) {
    constexpr std::int64_t last_s = 253'402'300'799;  // The end of the year 9999.
    const std::optional<std::int64_t> seconds = text::parse_whole(*epoch);
    if (seconds && *seconds <= last_s) return Timestamp{*seconds * 1000};
    return Error{Error::Code::usage,
                 "ESTREAM_NOW: " + text::unclear(*epoch, "write seconds since 1970").message};
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return Timestamp{std::chrono::floor<std::chrono::milliseconds>(now).count()};
}

std::string temporary_directory() { return variable("TMPDIR").value_or("/tmp"); }

}  // namespace estream::cli
