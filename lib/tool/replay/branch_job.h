#pragma once

#include "base/result.h"
#include "cli/run.h"
#include "io/system.h"
#include "tool/replay/replay_options.h"

namespace estream::tool {

// What --branch does.
Result<cli::ExitStatus> branch_topic(io::System& system, const ReplayOptions& options);

}  // namespace estream::tool
