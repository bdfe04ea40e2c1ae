#include "cli/verb.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "cli/nearest_word.h"

namespace estream::cli {

namespace {

// "hist", "keys and schema", "batches, keys and schema".
std::string enumerated(std::vector<std::string> names) {
  const std::string last = std::move(names.back());
  names.pop_back();
  return names.empty() ? last : fmt::format("{} and {}", fmt::join(names, ", "), last);
}

}  // namespace

const Verb* find_verb(const ToolDescription& tool, std::string_view name) {
  const auto found = std::ranges::find(tool.verbs, name, &Verb::name);
  return found == tool.verbs.end() ? nullptr : &*found;
}

std::vector<std::string> verb_names(const ToolDescription& tool) {
  std::vector<std::string> names;
  for (const Verb& verb : tool.verbs) names.push_back(verb.name);
  return names;
}

std::vector<std::string> verbs_of(const ToolDescription& tool, const OptionSpec& spec) {
  std::vector<std::string> names;
  for (const Verb& verb : tool.verbs) {
    const bool is_listed = std::ranges::find(verb.options, spec.name) != verb.options.end();
    if (is_listed) names.push_back(verb.name);
  }
  return names;
}

bool takes(const ToolDescription& tool, const Verb& verb, const OptionSpec& spec) {
  const std::vector<std::string> names = verbs_of(tool, spec);
  return names.empty() || std::ranges::find(names, verb.name) != names.end();
}

ToolDescription narrowed(const ToolDescription& tool, const Verb& verb) {
  ToolDescription narrow;
  narrow.tool = tool.tool + " " + verb.name;
  narrow.summary = verb.summary;
  narrow.operands = {verb.operands, tool.operands.completion};
  narrow.examples = verb.examples;
  for (const Option& option : tool.options) {
    if (!takes(tool, verb, option.spec)) continue;
    narrow.options.push_back(option);
    if (!verbs_of(tool, option.spec).empty()) narrow.options.back().spec.common = true;
  }
  return narrow;
}

Error not_taken(const ToolDescription& tool, const Verb& verb, const OptionSpec& spec,
                std::string_view word) {
  const std::vector<std::string> takers = verbs_of(tool, spec);
  const bool is_given = word == verb.name;
  const std::string suggestion = is_given ? "" : verb_suggestion(tool, word);
  return {Error::Code::usage,
          fmt::format("option --{}: {} does not take it; {} {}; {}", spec.name,
                      is_given ? verb.name : "without a verb it is " + verb.name + ", which",
                      enumerated(takers), takers.size() == 1 ? "does" : "do",
                      suggestion.empty()
                          ? fmt::format("try '{}{} -h'", tool.tool, is_given ? " " + verb.name : "")
                          : suggestion)};
}

std::string verb_suggestion(const ToolDescription& tool, std::string_view word) {
  if (tool.verbs.empty()) return "";
  if (word == "help") return "try '" + tool.tool + " -h'";
  for (const Verb& verb : tool.verbs) {
    const bool is_meant = std::ranges::find(verb.foreign, word) != verb.foreign.end();
    if (is_meant) return "did you mean the verb " + verb.name + "?";
  }
  const std::string nearest = nearest_word(word, verb_names(tool));
  return nearest.empty() ? "" : "did you mean the verb " + nearest + "?";
}

}  // namespace estream::cli
