#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/completion.h"

namespace estream::cli {

namespace {

// bash splits "--order=time" into three words at the equals sign. compgen -W evaluates its words,
// so it is only given words of ours, never names of directories.
constexpr std::string_view helpers =
    R"script(# bash completion, printed by: @TOOL@ --completion bash

@F@_root() {
  local i word root=
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    case $word in
      @DIR@)
        root=${COMP_WORDS[i + 1]}
        [[ $root == = ]] && root=${COMP_WORDS[i + 2]} ;;
      -d?*) root=${word#-d} ;;
    esac
  done
  [[ $root == '~/'* ]] && root=$HOME/${root#'~/'}
  if [[ -z $root ]]; then root=${ESTREAM_DIR-}; fi
  if [[ -z $root && ${XDG_DATA_HOME-} == /* ]]; then root=$XDG_DATA_HOME/estream; fi
  printf '%s' "${root:-$HOME/.local/share/estream}"
}

@F@_words() { mapfile -t COMPREPLY < <(compgen -W "$2" -- "$1"); }

@F@_files() {
  mapfile -t COMPREPLY < <(compgen "$2" -- "$1")
  compopt -o filenames 2>/dev/null
}

@F@_topics() {
  local root path name
  if [[ $1 == */* || $1 == '~'* ]]; then @F@_files "$1" -d; return; fi
  root=$(@F@_root)
  for path in "$root/$1"*/topic.json; do
    [[ -e $path ]] || continue
    name=${path%/topic.json}
    name=${name##*/}
    [[ $name =~ ^[A-Za-z0-9._-]+$ ]] && COMPREPLY+=("$name")
  done
}

@F@_partitions() {
  local root word path
  root=$(@F@_root)
  for word in "${COMP_WORDS[@]:1}"; do
    [[ $word == */* ]] || word=$root/$word
    [[ -e $word/topic.json ]] || continue
    for path in "$word/$1"*/; do
      path=${path%/}
      [[ ${path##*/} =~ ^[0-9]+$ ]] && COMPREPLY+=("${path##*/}")
    done
  done
}

)script";

constexpr std::string_view main_function_start = R"script(@F@() {
  local current=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -- ]] || continue
    BEHIND_DASHES
    return
  done
  if [[ $current == = ]]; then
    current=
  elif [[ $option == = ]]; then
    option=${COMP_WORDS[COMP_CWORD - 2]}
  fi
)script";

std::string action(Completion completion, const std::vector<std::string>& values) {
  switch (completion) {
    case Completion::none:
      return ":";
    case Completion::file:
      return "@F@_files \"$current\" -f";
    case Completion::directory:
      return "@F@_files \"$current\" -d";
    case Completion::topic:
      return "@F@_topics \"$current\"";
    case Completion::partition:
      return "@F@_partitions \"$current\"";
    case Completion::values:
      return fmt::format("@F@_words \"$current\" {}",
                         shell_quoted(fmt::format("{}", fmt::join(values, " "))));
  }
  return ":";
}

std::vector<std::string> dashed_names(const OptionSpec& spec) {
  std::vector<std::string> names;
  if (spec.letter != 0) names.push_back(std::string("-") + spec.letter);
  if (!spec.name.empty()) names.push_back("--" + spec.name);
  return names;
}

}  // namespace

std::string bash_completion(const ToolDescription& tool) {
  std::string body = "  case $option in\n";
  std::vector<std::string> all_names;
  for (const Option& option : tool.options) {
    const std::vector<std::string> names = dashed_names(option.spec);
    all_names.insert(all_names.end(), names.begin(), names.end());
    if (!option.takes_value) continue;
    body += fmt::format("    {}) {}; return ;;\n", fmt::join(names, "|"),
                        action(option.spec.completion, option.spec.values));
  }
  body += "  esac\n  if [[ $current == -* ]]; then\n";
  body +=
      fmt::format("    @F@_words \"$current\" '{}'\n    return\n  fi\n", fmt::join(all_names, " "));
  const std::string operand = action(tool.operands.completion, {});
  body += "  " + operand + "\n}\n\ncomplete -F @F@ @TOOL@\n";

  std::string start(main_function_start);
  const std::string_view mark = "BEHIND_DASHES";
  start.replace(start.find(mark), mark.size(),
                tool.command_label.empty()
                    ? operand
                    : "mapfile -t COMPREPLY < <(compgen -c -- \"$current\")");
  return fill_script(std::string(helpers) + start + body, tool, "|");
}

}  // namespace estream::cli
