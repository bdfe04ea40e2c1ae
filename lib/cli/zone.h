#pragma once

#include <string_view>

#include "base/result.h"
#include "base/zone.h"
#include "io/system.h"

namespace estream::cli {

// The zone of --zone: utc; local; a name of the machine's zone database, as Europe/Berlin; or a
// distance from UTC, as +02:00. A zone that is neither utc nor local becomes the one of the C
// library, and so of the whole process, by TZ. Therefore it is called before there are threads.
//
// Error::Code::usage when the machine does not know the zone.
Result<Zone> use_zone(io::System& system, std::string_view text);

}  // namespace estream::cli
