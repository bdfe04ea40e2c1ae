#pragma once

#include "base/result.h"
#include "cli/run.h"
#include "io/system.h"

namespace estream::tool {

// The whole of estream-replay. man/estream-replay.1 describes it.
Result<cli::ExitStatus> replay(io::System& system, cli::Args args);

}  // namespace estream::tool
