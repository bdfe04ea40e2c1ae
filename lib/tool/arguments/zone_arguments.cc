#include "tool/arguments/zone_arguments.h"

#include <algorithm>

#include "cli/zone.h"

namespace estream::tool {

void add_zone_options(cli::OptionTable& table, ZoneArguments& arguments, const char* help) {
  table
      .value({.name = "zone",
              .argument = "ZONE",
              .help = help,
              .completion = cli::Completion::values,
              .values = {"local", "utc"},
              .configurable = true},
             arguments.name)
      .flag({.name = "utc", .help = "same as --zone utc", .configurable = true}, arguments.is_utc);
}

Result<void> read_zone(io::System& system, ZoneArguments& typed,
                       const std::vector<std::string>& configured) {
  const auto is_typed = [&](const char* name) {
    return std::ranges::find(configured, name) == configured.end();
  };
  const bool is_utc_typed = typed.is_utc && is_typed("utc");
  if (is_utc_typed && typed.name && is_typed("zone")) {
    return Error{Error::Code::usage, "options --zone and --utc: give only one of them"};
  }
  if (!typed.name || is_utc_typed) {
    if (typed.is_utc) typed.zone = Zone::utc;
    return {};
  }
  const auto zone = cli::use_zone(system, *typed.name);
  if (!zone) return Error{zone.error().code, "option --zone: " + zone.error().message};
  typed.zone = *zone;
  return {};
}

}  // namespace estream::tool
