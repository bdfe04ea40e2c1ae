#pragma once

#include "base/result.h"
#include "cli/run.h"
#include "io/system.h"

namespace estream::tool {

// estream-compact, from its arguments to its exit status.
Result<cli::ExitStatus> compact(io::System& system, cli::Args args);

}  // namespace estream::tool
