#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/zone.h"
#include "cli/options.h"
#include "io/system.h"

namespace estream::tool {

// --zone and --utc, as they were typed, and what they mean.
struct ZoneArguments {
  std::optional<std::string> name;
  bool is_utc = false;
  std::optional<Zone> zone;  // Set by read_zone().

  Zone of_input() const { return zone.value_or(Zone::local); }
  Zone of_output() const { return zone.value_or(Zone::utc); }
};

void add_zone_options(cli::OptionTable& table, ZoneArguments& arguments, const char* help);

// Sets `zone`. What the command line says counts before the config file, which has set the options
// in `configured`. Error::Code::usage for both options, and for a zone that the machine does not
// know.
Result<void> read_zone(io::System& system, ZoneArguments& typed,
                       const std::vector<std::string>& configured);

}  // namespace estream::tool
