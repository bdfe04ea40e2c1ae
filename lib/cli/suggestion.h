#pragma once

#include <string_view>

#include "base/result.h"
#include "cli/option.h"

namespace estream::cli {

// The usage error for an option that a tool does not have: what was probably meant, a hint for
// what kcat, rpk and Kafka's scripts have and estream does not, and where to look.
Error unknown_option(std::string_view given, const ToolDescription& tool);

}  // namespace estream::cli
