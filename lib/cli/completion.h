#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/option.h"

namespace estream::cli {

enum class Shell { bash, zsh, fish };

std::optional<Shell> shell_from_name(std::string_view name);

// The script that teaches a shell the options of `tool`, the words that their values may be, and,
// by looking into the data root at the moment of typing, topics and partitions. It needs nothing
// but the shell. Directory names from the data root are only offered when they are made of the
// letters that topic names may have, so that a hostile name is never evaluated.
std::string completion_script(const ToolDescription& tool, Shell shell);

std::string bash_completion(const ToolDescription& tool);
std::string zsh_completion(const ToolDescription& tool);
std::string fish_completion(const ToolDescription& tool);

// For the three above. A script template names the tool @TOOL@, its shell functions @F@ and the
// options that set the data root @DIR@, which is `separator` between "-d" and "--dir".
std::string fill_script(std::string_view script, const ToolDescription& tool,
                        std::string_view separator);

// `text` inside single quotes, for the Bourne shells; `letters` get a backslash first.
std::string shell_quoted(std::string_view text, std::string_view letters = "");

}  // namespace estream::cli
