#pragma once

#include <vector>

#include "base/result.h"
#include "query/computation.h"
#include "tool/window/window_option_table.h"
#include "window/settings.h"

namespace estream::tool {

// Reads the one operator that was typed, with its durations and conditions. Conditions are added
// to `conditions`; the settings have their numbers. Error::Code::usage when there is none, more
// than one, or an option that does not belong to it.
Result<window::Settings> read_operator(const WindowArguments& typed,
                                       std::vector<query::Computation>& conditions);

}  // namespace estream::tool
