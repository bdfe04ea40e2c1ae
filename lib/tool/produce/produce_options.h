#pragma once

#include "base/result.h"
#include "cli/options.h"
#include "cli/run.h"
#include "io/system.h"
#include "tool/produce/produce_option_table.h"

namespace estream::tool {

struct ProduceRequest {
  cli::ParseOutcome outcome;  // Anything but `run` is to be printed, and `options` is not set.
  ProduceOptions options;
};

// The command line of estream-produce, checked. man/estream-produce.1 describes it.
Result<ProduceRequest> parse_produce_options(io::System& system, cli::Args args);

}  // namespace estream::tool
