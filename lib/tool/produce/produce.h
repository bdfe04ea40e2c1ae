#pragma once

#include "base/result.h"
#include "cli/run.h"
#include "io/system.h"

namespace estream::tool {

// estream-produce: reads events, appends them to a topic, acknowledges them when they are durable.
//
//   reader (main thread) -> chunks -> workers: validate, place, build, compress
//                        -> appender thread, in order -> background sync -> receipts
Result<cli::ExitStatus> produce(io::System& system, cli::Args args);

}  // namespace estream::tool
