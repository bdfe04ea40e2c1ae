#pragma once

#include "base/result.h"
#include "cli/run.h"
#include "io/output.h"
#include "io/system.h"
#include "tool/inspect/inspect_options.h"

namespace estream::tool {

// One function for each verb: writes its report to `output`, and answers how the tool ends. They
// leave flushing to the caller.

Result<cli::ExitStatus> inspect_topics(io::System& system, const InspectOptions& options,
                                       io::Output& output);
Result<cli::ExitStatus> inspect_offsets(io::System& system, const InspectOptions& options,
                                        io::Output& output);
Result<cli::ExitStatus> inspect_segments(io::System& system, const InspectOptions& options,
                                         io::Output& output);
Result<cli::ExitStatus> inspect_batches(io::System& system, const InspectOptions& options,
                                        io::Output& output);
Result<cli::ExitStatus> inspect_keys(io::System& system, const InspectOptions& options,
                                     io::Output& output);
Result<cli::ExitStatus> inspect_hist(io::System& system, const InspectOptions& options,
                                     io::Output& output);
Result<cli::ExitStatus> inspect_schema(io::System& system, const InspectOptions& options,
                                       io::Output& output);
Result<cli::ExitStatus> inspect_verify(io::System& system, const InspectOptions& options,
                                       io::Output& output);
// Of `groups` and `lag`.
Result<cli::ExitStatus> inspect_groups(io::System& system, const InspectOptions& options,
                                       io::Output& output);
Result<cli::ExitStatus> inspect_producers(io::System& system, const InspectOptions& options,
                                          io::Output& output);
Result<cli::ExitStatus> inspect_expect(io::System& system, const InspectOptions& options,
                                       io::Output& output);

}  // namespace estream::tool
