#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/completion.h"
#include "cli/verb.h"

namespace estream::cli {

namespace {

constexpr std::string_view fish_helpers =
    R"script(# fish completion, printed by: @TOOL@ --completion fish

function @F@_root
    set -l words (commandline -opc)
    set -l root
    for i in (seq 2 (count $words))
        if contains -- $words[$i] @DIR@; and set -q words[(math $i + 1)]
            set root $words[(math $i + 1)]
        else if string match -q -- '--dir=*' $words[$i]
            set root (string replace -- --dir= '' $words[$i])
        else if string match -qr -- '^-d.' $words[$i]
            set root (string sub -s 3 -- $words[$i])
        end
    end
    if test -z "$root"; set root $ESTREAM_DIR; end
    if test -z "$root"
        set -l config $HOME/.config/estream/config
        if test -n "$XDG_CONFIG_HOME"; set config $XDG_CONFIG_HOME/estream/config; end
        if set -q ESTREAM_CONFIG; set config "$ESTREAM_CONFIG"; end
        set root (sed -n '@CONFIG@' $config 2>/dev/null)
    end
    set root (string replace -r -- '^~/' "$HOME/" "$root")
    if test -z "$root"; and string match -q -- '/*' "$XDG_DATA_HOME"
        set root $XDG_DATA_HOME/estream
    end
    if test -z "$root"; set root $HOME/.local/share/estream; end
    echo $root
end

function @F@_topics
    set -l root (@F@_root)
    for path in $root/*/topic.json
        string replace -r -- '^.*/([A-Za-z0-9._-]+)/topic\.json$' '$1' $path | string match -v '*/*'
    end
    if string match -q -- '*/*' (commandline -ct)
        __fish_complete_directories (commandline -ct) ''
    end
end

function @F@_groups
    set -l root (@F@_root)
    for path in $root/.groups/*/members/
        string replace -r -- '^.*/([A-Za-z0-9._-]+)/members/$' '$1' $path | string match -v '*/*'
    end
end

function @F@_members
    set -l root (@F@_root)
    for path in $root/.groups/*/members/*
        string match -qr -- '/[0-9]{20}-[0-9a-f]{16}$' $path; and continue
        string replace -r -- '^.*/([A-Za-z0-9._-]+)$' '$1' $path | string match -v '*/*'
    end
end

function @F@_partitions
    set -l root (@F@_root)
    for word in (commandline -opc)[2..-1]
        string match -q -- '*/*' $word; or set word $root/$word
        test -e $word/topic.json; or continue
        for path in $word/*/
            string match -r -- '[0-9]+(?=/$)' $path
        end
    end
end

complete -c @TOOL@ -e
complete -c @TOOL@ -f
)script";

// The verb before the cursor; a dash when another word stands in its place. `takes` says whether
// the verb is one of its arguments, of which the first verb counts when there is none.
constexpr std::string_view fish_verb_functions = R"script(function @F@_verb
    set -l is_value no
    for word in (commandline -opc)[2..-1]
        if test $is_value = yes
            set is_value no
            continue
        end
        switch $word
            case @VALUED@
                set is_value yes
            case '-*'
            case @VERBS@
                echo $word
                return
            case '*'
                echo -
                return
        end
    end
end

function @F@_lacks_verb
    set -l verb (@F@_verb)
    test -z "$verb"
end

function @F@_takes
    set -l verb (@F@_verb)
    if test -z "$verb"; or test "$verb" = -; set verb @FIRST@; end
    contains -- $verb $argv
end

)script";

constexpr std::string_view is_after_dashes = "'contains -- -- (commandline -opc)'";
constexpr std::string_view is_before_dashes = "'not contains -- -- (commandline -opc)'";

std::string fish_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string fish_action(Completion completion, const std::vector<std::string>& values) {
  switch (completion) {
    case Completion::none:
      return " -x";
    case Completion::file:
      return " -r -F";
    case Completion::directory:
      return " -x -a '(__fish_complete_directories (commandline -ct))'";
    case Completion::topic:
      return " -x -a '(@F@_topics)'";
    case Completion::partition:
      return " -x -a '(@F@_partitions)'";
    case Completion::group:
      return " -x -a '(@F@_groups)'";
    case Completion::member:
      return " -x -a '(@F@_members)'";
    case Completion::values:
      return " -x -a " + fish_quoted(fmt::format("{}", fmt::join(values, " ")));
  }
  return " -x";
}

std::string operand_action(Completion completion) {
  if (completion == Completion::topic) return " -a '(@F@_topics)'";
  return completion == Completion::file ? " -F" : "";
}

std::string verbs_text(const ToolDescription& tool) {
  std::string text(fish_verb_functions);
  const std::string_view mark = "@FIRST@";
  text.replace(text.find(mark), mark.size(), tool.verbs.front().name);
  for (const Verb& verb : tool.verbs) {
    text += fmt::format("complete -c @TOOL@ -n @F@_lacks_verb -a {} -d {}\n", verb.name,
                        fish_quoted(verb.summary));
  }
  return text;
}

}  // namespace

std::string fish_completion(const ToolDescription& tool) {
  std::string text(fish_helpers);
  if (!tool.verbs.empty()) text += verbs_text(tool);
  const std::string operand = operand_action(tool.operands.completion);
  if (!operand.empty()) {
    text += fmt::format("complete -c @TOOL@ -n {}{}\n", is_before_dashes, operand);
  }
  if (!tool.command_label.empty()) {
    text += fmt::format("complete -c @TOOL@ -n {} -a '(complete -C (commandline -ct))'\n",
                        is_after_dashes);
  } else if (!operand.empty()) {
    text += fmt::format("complete -c @TOOL@ -n {}{}\n", is_after_dashes, operand);
  }
  for (const Option& option : tool.options) {
    const OptionSpec& spec = option.spec;
    text += "complete -c @TOOL@";
    if (spec.letter != 0) text += std::string(" -s ") + spec.letter;
    if (!spec.name.empty()) text += " -l " + spec.name;
    if (option.takes_value) text += fish_action(spec.completion, spec.values);
    const std::vector<std::string> verbs = verbs_of(tool, spec);
    if (!verbs.empty()) text += fmt::format(" -n '@F@_takes {}'", fmt::join(verbs, " "));
    text += " -d " + fish_quoted(spec.help) + "\n";
  }
  return fill_script(text, tool, " ");
}

}  // namespace estream::cli
