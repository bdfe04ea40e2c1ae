#include "cli/help.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

#include "cli/verb.h"

namespace estream::cli {

namespace {

constexpr std::size_t width = 80;
constexpr std::size_t help_column = 28;

// Appends `text` word by word; lines after the first begin at `indent`.
void append_wrapped(std::string& out, std::string_view text, std::size_t column,
                    std::size_t indent) {
  bool is_line_start = true;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    const std::size_t needed = word.size() + (is_line_start ? 0 : 1);
    if (!is_line_start && column + needed > width) {
      out += '\n' + std::string(indent, ' ');
      column = indent;
      is_line_start = true;
    }
    if (!is_line_start) out += ' ';
    out += word;
    column += word.size() + (is_line_start ? 0 : 1);
    is_line_start = false;
  }
  out += '\n';
}

// `help` for the option's own words.
void append_option(std::string& out, const Option& option, std::string_view help) {
  // Options without a letter line up behind those that have one.
  std::string line = option.spec.letter == 0 ? "      " : "  ";
  line += option_usage(option);
  if (line.size() + 2 > help_column) {
    out += line + '\n';
    line.clear();
  }
  line.resize(help_column, ' ');
  out += line;
  append_wrapped(out, help, help_column, help_column);
}

void append_verbs(std::string& out, const ToolDescription& tool) {
  if (tool.verbs.empty()) return;
  constexpr std::size_t name_column = 2;
  constexpr std::size_t summary_column = 12;
  out += "\nVerbs:\n";
  for (const Verb& verb : tool.verbs) {
    std::string line = std::string(name_column, ' ') + verb.name;
    line.resize(summary_column, ' ');
    out += line;
    append_wrapped(out, verb.summary, summary_column, summary_column);
  }
}

// What the option does, behind the verbs that take it when not all do.
std::string help_among_verbs(const ToolDescription& tool, const OptionSpec& spec) {
  const std::vector<std::string> verbs = verbs_of(tool, spec);
  return verbs.empty() ? spec.help : fmt::format("{}: {}", fmt::join(verbs, ", "), spec.help);
}

void append_examples(std::string& out, const ToolDescription& tool, std::size_t count_max) {
  if (tool.examples.empty()) return;
  out += "\nExamples:\n";
  for (std::size_t i = 0; i < std::min(count_max, tool.examples.size()); i++) {
    out += "  # " + tool.examples[i].comment + "\n  " + tool.examples[i].command + "\n";
  }
}

std::string usage(const ToolDescription& tool) {
  std::string text = "Usage: " + tool.tool + " [OPTION]...";
  if (!tool.operands.label.empty()) text += " " + tool.operands.label;
  if (!tool.command_label.empty()) text += " [-- " + tool.command_label + "]";
  text += '\n';
  append_wrapped(text, tool.summary, 0, 0);
  return text;
}

std::vector<std::string> headings(const ToolDescription& tool) {
  std::vector<std::string> found;
  for (const Option& option : tool.options) {
    if (std::ranges::find(found, option.group) == found.end()) found.push_back(option.group);
  }
  return found;
}

}  // namespace

std::string option_names(const OptionSpec& spec) {
  std::string names;
  if (spec.letter != 0) names = std::string("-") + spec.letter;
  if (spec.letter != 0 && !spec.name.empty()) names += ", ";
  if (!spec.name.empty()) names += "--" + spec.name;
  return names;
}

std::string option_usage(const Option& option) {
  return option_names(option.spec) + (option.takes_value ? " " + option.spec.argument : "");
}

std::string short_help(const ToolDescription& tool) {
  std::string out = usage(tool);
  append_verbs(out, tool);
  out += tool.verbs.empty() ? "\nCommon options:\n" : "\nCommon options of all verbs:\n";
  for (const Option& option : tool.options) {
    const bool is_of_all = verbs_of(tool, option.spec).empty();
    if (option.spec.common && is_of_all) append_option(out, option, option.spec.help);
  }
  append_examples(out, tool, 3);
  out += '\n';
  if (!tool.verbs.empty()) out += "'" + tool.tool + " VERB -h' lists the options of a verb.\n";
  out += "'" + tool.tool + " --help' lists all options.\n";
  return out;
}

std::string long_help(const ToolDescription& tool) {
  std::string out = usage(tool);
  append_verbs(out, tool);
  for (const std::string& heading : headings(tool)) {
    out += "\n" + (heading.empty() ? "Options" : heading) + ":\n";
    for (const Option& option : tool.options) {
      if (option.group != heading) continue;
      append_option(out, option, help_among_verbs(tool, option.spec));
    }
  }
  append_examples(out, tool, tool.examples.size());
  return out;
}

std::string wrapped(std::string_view paragraph) {
  std::string text;
  append_wrapped(text, paragraph, 0, 0);
  return text;
}

}  // namespace estream::cli
