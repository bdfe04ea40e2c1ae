#pragma once

#include "base/result.h"
#include "cli/run.h"
#include "io/system.h"

namespace estream::tool {

// estream-consume: prints the records of topics.
//
//   BatchFeed, one a partition -> ReadPipeline (decode, filter, render on several threads)
//                              -> RecordMerge (one order) -> RecordSink -> stdout
//
// Dies of a stop signal once what was begun is printed and the cursor is kept.
Result<cli::ExitStatus> consume(io::System& system, cli::Args args);

}  // namespace estream::tool
