#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/completion.h"
#include "cli/verb.h"

namespace estream::cli {

namespace {

// bash splits "--order=time" into three words at the equals sign. compgen -W evaluates its words,
// so it is only given words of ours, never names of directories.
constexpr std::string_view bash_helpers =
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
  if [[ -z $root ]]; then root=${ESTREAM_DIR-}; fi
  if [[ -z $root ]]; then
    root=$(sed -n '@CONFIG@' \
      "${ESTREAM_CONFIG-${XDG_CONFIG_HOME:-$HOME/.config}/estream/config}" 2>/dev/null)
  fi
  [[ $root == '~/'* ]] && root=$HOME/${root#'~/'}
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

@F@_groups() {
  local path name
  for path in "$(@F@_root)/.groups/$1"*/members/; do
    name=${path%/members/}
    name=${name##*/}
    [[ -e $path && $name =~ ^[A-Za-z0-9_-][A-Za-z0-9._-]*$ ]] && COMPREPLY+=("$name")
  done
}

@F@_members() {
  local path name
  for path in "$(@F@_root)/.groups/"*/members/"$1"*; do
    name=${path##*/}
    [[ $name =~ ^[0-9]{20}- ]] && continue
    [[ -e $path && $name =~ ^[A-Za-z0-9._-]+$ ]] && COMPREPLY+=("$name")
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

// The verb before the cursor; a dash when another word stands in its place.
constexpr std::string_view verb_function = R"script(@F@_verb() {
  local i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      @VALUED@)
        i=$((i + 1))
        if [[ ${COMP_WORDS[i]-} == = ]]; then i=$((i + 1)); fi ;;
      -*) ;;
      @VERBS@) printf '%s' "${COMP_WORDS[i]}"; return ;;
      *) printf '%s' -; return ;;
    esac
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

std::string bash_action(Completion completion, const std::vector<std::string>& values) {
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
    case Completion::group:
      return "@F@_groups \"$current\"";
    case Completion::member:
      return "@F@_members \"$current\"";
    case Completion::values:
      return fmt::format("@F@_words \"$current\" {}",
                         shell_quoted(fmt::format("{}", fmt::join(values, " "))));
  }
  return ":";
}

std::string names_of(const std::vector<Option>& options) {
  std::vector<std::string> all;
  for (const Option& option : options) {
    for (std::string& name : dashed_names(option.spec)) all.push_back(std::move(name));
  }
  return shell_quoted(fmt::format("{}", fmt::join(all, " ")));
}

// Offers the options, of the verb where there are verbs.
std::string option_words(const ToolDescription& tool) {
  if (tool.verbs.empty()) {
    return fmt::format("    @F@_words \"$current\" {}\n", names_of(tool.options));
  }
  std::string text = "    case $(@F@_verb) in\n";
  for (const Verb& verb : tool.verbs) {
    const bool is_preset = &verb == &tool.verbs.front();
    text +=
        fmt::format("      {}) @F@_words \"$current\" {} ;;\n",
                    is_preset ? verb.name + "|''|-" : verb.name, names_of(options_of(tool, &verb)));
  }
  return text + "    esac\n";
}

}  // namespace

std::string bash_completion(const ToolDescription& tool) {
  std::string body = "  case $option in\n";
  for (const Option& option : tool.options) {
    if (!option.takes_value) continue;
    body += fmt::format("    {}) {}; return ;;\n", fmt::join(dashed_names(option.spec), "|"),
                        bash_action(option.spec.completion, option.spec.values));
  }
  body += "  esac\n  if [[ $current == -* ]]; then\n";
  body += option_words(tool) + "    return\n  fi\n";
  const std::string operand = bash_action(tool.operands.completion, {});
  if (!tool.verbs.empty()) {
    body += fmt::format("  [[ -n $(@F@_verb) ]] || @F@_words \"$current\" '{}'\n",
                        fmt::join(verb_names(tool), " "));
  }
  body += "  " + operand + "\n}\n\ncomplete -F @F@ @TOOL@\n";

  std::string start(main_function_start);
  const std::string_view mark = "BEHIND_DASHES";
  start.replace(start.find(mark), mark.size(),
                tool.command_label.empty()
                    ? operand
                    : "mapfile -t COMPREPLY < <(compgen -c -- \"$current\")");
  const std::string verbs(tool.verbs.empty() ? "" : verb_function);
  return fill_script(std::string(bash_helpers) + verbs + start + body, tool, "|");
}

}  // namespace estream::cli
