#include "cli/completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "cli/verb.h"

namespace estream::cli {

namespace {

// For sed: the value of `dir` before the first section of a config file.
constexpr std::string_view config_directory =
    "/^[[:space:]]*\\[/q; s/[[:space:]]#.*//; "
    "s/^[[:space:]]*dir[[:space:]]*=[[:space:]]*\\(.*[^[:space:]]\\)[[:space:]]*$/\\1/p";

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

std::optional<Shell> shell_from_name(std::string_view name) {
  if (name == "bash") return Shell::bash;
  if (name == "zsh") return Shell::zsh;
  if (name == "fish") return Shell::fish;
  return {};
}

std::string completion_script(const ToolDescription& tool, Shell shell) {
  switch (shell) {
    case Shell::bash:
      return bash_completion(tool);
    case Shell::zsh:
      return zsh_completion(tool);
    case Shell::fish:
      return fish_completion(tool);
  }
  return {};
}

std::string fill_script(std::string_view script, const ToolDescription& tool,
                        std::string_view separator) {
  std::string function = "_" + tool.tool;
  std::ranges::replace(function, '-', '_');
  std::string text(script);
  replace_all(text, "@F@", function);
  replace_all(text, "@TOOL@", tool.tool);
  replace_all(text, "@CONFIG@", config_directory);
  replace_all(text, "@DIR@", fmt::format("-d{}--dir", separator));
  std::vector<std::string> valued;
  for (const Option& option : tool.options) {
    if (!option.takes_value) continue;
    for (std::string& name : dashed_names(option.spec)) valued.push_back(std::move(name));
  }
  replace_all(text, "@VALUED@", fmt::format("{}", fmt::join(valued, separator)));
  replace_all(text, "@VERBS@", fmt::format("{}", fmt::join(verb_names(tool), separator)));
  return text;
}

std::vector<std::string> dashed_names(const OptionSpec& spec) {
  std::vector<std::string> names;
  if (spec.letter != 0) names.push_back(std::string("-") + spec.letter);
  if (!spec.name.empty()) names.push_back("--" + spec.name);
  return names;
}

std::vector<Option> options_of(const ToolDescription& tool, const Verb* verb) {
  return verb == nullptr ? tool.options : narrowed(tool, *verb).options;
}

std::string shell_quoted(std::string_view text, std::string_view letters) {
  std::string out = "'";
  for (const char c : text) {
    if (letters.find(c) != std::string_view::npos) out += '\\';
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

}  // namespace estream::cli
