#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/option.h"
#include "cli/run.h"

namespace estream::cli {

struct ParsedArguments {
  std::vector<std::vector<std::string>> given;  // By option, in the order of the description.
  std::vector<std::size_t> order;               // The option of each value, as they stand.
  std::vector<std::string> operands;
  std::vector<std::string> command;  // What follows "--", for a tool that has a command_label.
  std::vector<std::string> unknown;  // Options that are not in the description, as written.
};

// Sorts the arguments by the manners of GNU getopt_long, without abbreviations; decides nothing
// about their values. An error is an option without its value, or a flag with one.
Result<ParsedArguments> parse_arguments(const ToolDescription& tool, Args args);

}  // namespace estream::cli
