#include "cli/help.h"

#include <algorithm>
#include <string_view>

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

void append_option(std::string& out, const Option& option) {
  // Options without a letter line up behind those that have one.
  std::string line = option.spec.letter == 0 ? "      " : "  ";
  line += option_usage(option);
  if (line.size() + 2 > help_column) {
    out += line + '\n';
    line.clear();
  }
  line.resize(help_column, ' ');
  out += line;
  append_wrapped(out, option.spec.help, help_column, help_column);
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
  out += "\nCommon options:\n";
  for (const Option& option : tool.options) {
    if (option.spec.common) append_option(out, option);
  }
  append_examples(out, tool, 3);
  out += "\n'" + tool.tool + " --help' lists all options.\n";
  return out;
}

std::string long_help(const ToolDescription& tool) {
  std::string out = usage(tool);
  for (const std::string& heading : headings(tool)) {
    out += "\n" + (heading.empty() ? "Options" : heading) + ":\n";
    for (const Option& option : tool.options) {
      if (option.group == heading) append_option(out, option);
    }
  }
  append_examples(out, tool, tool.examples.size());
  return out;
}

}  // namespace estream::cli
