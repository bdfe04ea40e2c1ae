#pragma once

#include "base/result.h"
#include "cli/run.h"
#include "io/system.h"

namespace estream::tool {

// estream-window: computes over windows of event time.
//
//   Reading (filter, fields of events as rows, on several threads) -> tasks -> results
//
// Dies of a stop signal once what was begun is printed.
Result<cli::ExitStatus> window_tool(io::System& system, cli::Args args);

}  // namespace estream::tool
