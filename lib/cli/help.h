#pragma once

#include <string>
#include <string_view>

#include "cli/option.h"

namespace estream::cli {

// What -h prints: usage, the verbs, the common options that all verbs take, three examples.
std::string short_help(const ToolDescription& tool);

// What --help prints: the verbs, every option under its heading, all examples.
std::string long_help(const ToolDescription& tool);

// "-o, --from", "--sync", "-h"; and the same with the value, "-o, --from POS".
std::string option_names(const OptionSpec& spec);
std::string option_usage(const Option& option);

// A paragraph in lines of at most 80 columns, with the last line's end.
std::string wrapped(std::string_view paragraph);

}  // namespace estream::cli
