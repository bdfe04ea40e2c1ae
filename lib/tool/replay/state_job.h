#pragma once

#include <vector>

#include "base/result.h"
#include "cli/run.h"
#include "io/output.h"
#include "io/system.h"
#include "read/end_condition.h"
#include "tool/replay/replay_options.h"

namespace estream::tool {

// What -L does: prints the last event of each key.
Result<cli::ExitStatus> print_state(io::System& system, const ReplayOptions& options,
                                    const read::EndCondition& end, io::Output& output);

// What --bisect does.
Result<cli::ExitStatus> bisect_topics(io::System& system, const ReplayOptions& options,
                                      const read::EndCondition& end, io::Output& output);

}  // namespace estream::tool
