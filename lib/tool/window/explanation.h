#pragma once

#include <string>

#include "tool/window/window_options.h"
#include "tool/window/window_run.h"

namespace estream::tool {

// --explain: what was understood, in one paragraph: input, key, windows, clocks, lateness, output.
std::string explanation_of(const WindowOptions& options);

// --dry-run: what a run over the topics as they are now has counted.
std::string dry_run_of(const WindowRun& run);

}  // namespace estream::tool
