#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/completion.h"

namespace estream::cli {

namespace {

constexpr std::string_view zsh_helpers = R"script(#compdef @TOOL@
# zsh completion, printed by: @TOOL@ --completion zsh

@F@_root() {
  local i word root=
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    case $word in
      @DIR@) root=${(Q)words[i+1]} ;;
      --dir=*) root=${(Q)word#--dir=} ;;
      -d?*) root=${(Q)word#-d} ;;
    esac
  done
  [[ -z $root ]] && root=$ESTREAM_DIR
  [[ -z $root ]] && root=$(sed -n '@CONFIG@' \
    "${ESTREAM_CONFIG-${XDG_CONFIG_HOME:-$HOME/.config}/estream/config}" 2>/dev/null)
  [[ $root == '~/'* ]] && root=$HOME/${root#'~/'}
  [[ -z $root && $XDG_DATA_HOME == /* ]] && root=$XDG_DATA_HOME/estream
  print -r -- ${root:-$HOME/.local/share/estream}
}

@F@_topics() {
  setopt local_options extended_glob
  local root=$(@F@_root)
  local -a topics
  topics=($root/*/topic.json(N:h:t))
  topics=(${(M)topics:#[A-Za-z0-9._-]##})
  compadd -a topics
  [[ $PREFIX == (*/*|'~'*) ]] && _directories
}

@F@_groups() {
  setopt local_options extended_glob
  local root=$(@F@_root)
  local -a groups
  groups=($root/.groups/*/members(N/:h:t))
  groups=(${(M)groups:#[A-Za-z0-9._-]##})
  compadd -a groups
}

@F@_members() {
  setopt local_options extended_glob
  local root=$(@F@_root)
  local -a members
  members=($root/.groups/*/members/*(N:t))
  members=(${(M)members:#[A-Za-z0-9._-]##})
  members=(${members:#[0-9](#c20)-*})
  compadd -a members
}

@F@_partitions() {
  setopt local_options extended_glob
  local root=$(@F@_root) word
  local -a partitions
  for word in ${words[2,-1]}; do
    [[ $word == */* ]] || word=$root/$word
    [[ -e $word/topic.json ]] && partitions+=($word/[0-9]##(N/:t))
  done
  compadd -a partitions
}

)script";

// The verb before the cursor; a dash when another word stands in its place.
constexpr std::string_view zsh_verb_functions = R"script(@F@_verb() {
  local i
  for ((i = 2; i < CURRENT; i++)); do
    case $words[i] in
      (@VALUED@) ((i++)) ;;
      (-*) ;;
      (@VERBS@) print -r -- $words[i]; return ;;
      (*) print -r -- -; return ;;
    esac
  done
}

@F@_operands() {
  [[ -n $(@F@_verb) ]] || @F@_verbs
  @F@_topics
}

)script";

constexpr std::string_view behind_dashes = R"script(  local dashes=${words[(i)--]}
  if ((dashes < CURRENT)); then
    shift $dashes words
    ((CURRENT -= dashes))
    _normal
    return
  fi
)script";

// Both ways of loading: as an autoloaded file in $fpath, and by `source <(... --completion zsh)`.
constexpr std::string_view end = R"script(}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  @F@ "$@"
else
  compdef @F@ @TOOL@
fi
)script";

std::string zsh_action(Completion completion, const std::vector<std::string>& values) {
  switch (completion) {
    case Completion::none:
      return " ";
    case Completion::file:
      return "_files";
    case Completion::directory:
      return "_directories";
    case Completion::topic:
      return "@F@_topics";
    case Completion::partition:
      return "@F@_partitions";
    case Completion::group:
      return "@F@_groups";
    case Completion::member:
      return "@F@_members";
    case Completion::values:
      return fmt::format("({})", fmt::join(values, " "));
  }
  return " ";
}

// One argument of _arguments: '*'{-o+,--from=}'[start there]:POS: '.
std::string option_line(const Option& option) {
  const OptionSpec& spec = option.spec;
  const std::string letter = spec.letter == 0 ? "" : std::string("-") + spec.letter;
  const std::string name = spec.name.empty() ? "" : "--" + spec.name;
  const std::string letter_end = option.takes_value ? "+" : "";
  const std::string name_end = option.takes_value ? "=" : "";
  std::string line = "'*'";
  if (letter.empty()) {
    line += name + name_end;
  } else if (name.empty()) {
    line += letter + letter_end;
  } else {
    line += fmt::format("{{{}{},{}{}}}", letter, letter_end, name, name_end);
  }
  line += shell_quoted("[") + shell_quoted(spec.help, "\\[]:") + shell_quoted("]");
  if (option.takes_value) {
    line += shell_quoted(":") + shell_quoted(spec.argument, "\\:") +
            shell_quoted(":" + zsh_action(spec.completion, spec.values));
  }
  return line;
}

// Offers the verbs, each with its sentence.
std::string verbs_function(const ToolDescription& tool) {
  std::string text = "@F@_verbs() {\n  local -a verbs=(";
  for (const Verb& verb : tool.verbs) {
    text += "\n    " + shell_quoted(verb.name + ":" + verb.summary);
  }
  return text + "\n  )\n  _describe verb verbs\n}\n\n";
}

// The call of _arguments, with what `verb` takes or, for nullptr, the tool.
std::string arguments_call(const ToolDescription& tool, const Verb* verb) {
  std::string text = "  _arguments -s -S";
  for (const Option& option : options_of(tool, verb)) text += " \\\n    " + option_line(option);
  if (!tool.operands.label.empty()) {
    const std::string operand =
        verb == nullptr ? zsh_action(tool.operands.completion, {}) : "@F@_operands";
    text += " \\\n    '*'" + shell_quoted(":") +
            shell_quoted(verb == nullptr ? tool.operands.label : verb->operands, "\\:") +
            shell_quoted(":" + operand);
  }
  return text + "\n";
}

}  // namespace

std::string zsh_completion(const ToolDescription& tool) {
  std::string text(zsh_helpers);
  if (!tool.verbs.empty()) text += std::string(zsh_verb_functions) + verbs_function(tool);
  text += "@F@() {\n";
  if (!tool.command_label.empty()) text += behind_dashes;
  if (tool.verbs.empty()) {
    text += arguments_call(tool, nullptr);
  } else {
    text += "  case $(@F@_verb) in\n";
    for (const Verb& verb : tool.verbs) {
      const bool is_preset = &verb == &tool.verbs.front();
      text += "  (" + verb.name + (is_preset ? "|''|-" : "") + ")\n" + arguments_call(tool, &verb) +
              "  ;;\n";
    }
    text += "  esac\n";
  }
  return fill_script(text + std::string(end), tool, "|");
}

}  // namespace estream::cli
