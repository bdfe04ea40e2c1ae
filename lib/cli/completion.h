#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/option.h"

namespace estream::cli {

enum class Shell { bash, zsh, fish };

std::optional<Shell> shell_from_name(std::string_view name);

// The script that teaches a shell the options of `tool`, the words that their values may be, and,
// by looking into the data root at the moment of typing, topics, partitions, groups and members.
// It needs nothing but the shell, and sed for the config file. Names from the data root are only
// offered when they are made of the letters that topic names may have, so that a hostile name is
// never evaluated.
std::string completion_script(const ToolDescription& tool, Shell shell);

std::string bash_completion(const ToolDescription& tool);
std::string zsh_completion(const ToolDescription& tool);
std::string fish_completion(const ToolDescription& tool);

// For the three above. A script template names the tool @TOOL@, its shell functions @F@, the
// options that set the data root @DIR@, what sed does with the config file @CONFIG@, all options
// that take a value @VALUED@, and the verbs
// @VERBS@; where it is several, `separator` is between them.
std::string fill_script(std::string_view script, const ToolDescription& tool,
                        std::string_view separator);

// "-o" and "--from", as far as there are both.
std::vector<std::string> dashed_names(const OptionSpec& spec);

// The options that `verb` takes, as in a tool without verbs; for nullptr, all.
std::vector<Option> options_of(const ToolDescription& tool, const Verb* verb);

// `text` inside single quotes, for the Bourne shells; `letters` get a backslash first.
std::string shell_quoted(std::string_view text, std::string_view letters = "");

}  // namespace estream::cli
