#pragma once

#include <vector>

#include "base/result.h"
#include "cli/run.h"
#include "io/output.h"
#include "io/system.h"
#include "read/partition_source.h"
#include "tool/consume/consume_options.h"

namespace estream::tool {

// --seek: sets the position of the group in each partition, and prints it before and after.
// Error::Code::busy when a member owns one of them; those before it are set.
Result<cli::ExitStatus> seek_group(const ConsumeOptions& options,
                                   const std::vector<read::PartitionPlace>& places,
                                   io::Output& output);

// --settle: brings what is pending into its topics, as the options say where nothing can be told.
Result<cli::ExitStatus> settle_group(io::System& system, const ConsumeOptions& options);

// --forget: removes the group, when nothing is pending any more. Error::Code::busy when a member
// owns a partition.
Result<cli::ExitStatus> forget_group(io::System& system, const ConsumeOptions& options);

}  // namespace estream::tool
