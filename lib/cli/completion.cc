#include "cli/completion.h"

#include <algorithm>

namespace estream::cli {

namespace {

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
  replace_all(text, "@DIR@", "-d" + std::string(separator) + "--dir");
  return text;
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
