#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/option.h"

namespace estream::cli {

// The verb of this name; nullptr when there is none.
const Verb* find_verb(const ToolDescription& tool, std::string_view name);

std::vector<std::string> verb_names(const ToolDescription& tool);

// The names of the verbs that take an option; empty when all do.
std::vector<std::string> verbs_of(const ToolDescription& tool, const OptionSpec& spec);

bool takes(const ToolDescription& tool, const Verb& verb, const OptionSpec& spec);

// The tool as it is behind the verb: "estream-inspect hist", with the options that the verb takes.
// Those that only some verbs take are its common ones.
ToolDescription narrowed(const ToolDescription& tool, const Verb& verb);

// The usage error for an option that the verb does not take. `word` is the first operand: the verb,
// or what stands where one can be, which may be a misspelt one.
Error not_taken(const ToolDescription& tool, const Verb& verb, const OptionSpec& spec,
                std::string_view word);

// "did you mean the verb topics?", for a word that is nearly one, or that other programs have for
// it; empty for any other word.
std::string verb_suggestion(const ToolDescription& tool, std::string_view word);

}  // namespace estream::cli
