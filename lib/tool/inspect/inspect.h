#pragma once

#include "base/result.h"
#include "cli/run.h"
#include "io/system.h"

namespace estream::tool {

// estream-inspect: shows, proves and checks what is in topics, as `args` say; man/estream-inspect.1
// describes it. Writes nothing but its output.
Result<cli::ExitStatus> inspect(io::System& system, cli::Args args);

}  // namespace estream::tool
