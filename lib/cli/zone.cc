#include "cli/zone.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

#include "base/date_time.h"
#include "cli/environment.h"
#include "io/user_file.h"
#include "text/parsing.h"

namespace estream::cli {

namespace {

// As POSIX has it in TZ, where west of UTC is positive.
std::string posix_zone(std::int64_t offset_s) {
  const std::int64_t minutes = (offset_s < 0 ? -offset_s : offset_s) / 60;
  const char east = offset_s < 0 ? '-' : '+';
  const char west = offset_s < 0 ? '+' : '-';
  return fmt::format("<{0}{2:02}{3:02}>{1}{2:02}:{3:02}", east, west, minutes / 60, minutes % 60);
}

// The C library takes UTC, without a word, for a zone that it does not know.
bool is_known(io::System& system, std::string_view name) {
  constexpr std::array<char, 4> magic = {'T', 'Z', 'i', 'f'};  // RFC 8536, 3.1.
  const bool is_plain = !name.empty() && name.front() != '/' && name.find("..") == name.npos;
  if (!is_plain) return false;
  const std::string path =
      variable("TZDIR").value_or("/usr/share/zoneinfo") + "/" + std::string(name);
  const auto status = io::path_status(system, path);
  if (!status || !*status || (*status)->kind != io::FileStatus::Kind::regular) return false;
  const auto file = io::open_for_reading(system, path);
  if (!file) return false;
  std::array<std::byte, magic.size()> front = {};
  const auto size = io::read_some(system, file->fd(), path, front, -1);
  return size && *size == front.size() && std::memcmp(front.data(), magic.data(), 4) == 0;
}

void set_process_zone(const std::string& value) {
  setenv("TZ", value.c_str(), 1);
  tzset();
}

}  // namespace

Result<Zone> use_zone(io::System& system, std::string_view text) {
  if (text == "local") return Zone::local;
  if (text == "utc") return Zone::utc;
  if (const auto offset_s = parse_zone(text)) {
    if (*offset_s == 0) return Zone::utc;
    set_process_zone(posix_zone(*offset_s));
    return Zone::local;
  }
  if (!is_known(system, text)) {
    return text::unclear(text,
                         "write utc, local, a name that this machine's zone database has, such as "
                         "Europe/Berlin, or +02:00");
  }
  set_process_zone(":" + std::string(text));
  return Zone::local;
}

}  // namespace estream::cli
