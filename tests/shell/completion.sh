#!/bin/bash
# completion.sh TOOL: sources the completion scripts that TOOL prints into the real shells and
# completes with them. A shell that is not installed is skipped, and said so.
set -u

tool=$(realpath "$1")
name=$(basename "$tool")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PATH=$(dirname "$tool"):$PATH
export HOME=$work/home ESTREAM_DIR=$work/root
unset XDG_DATA_HOME XDG_CONFIG_HOME ESTREAM_CONFIG
failures=0

mkdir -p "$HOME" "$work/root/orders/0" "$work/root/orders/12" "$work/root/orders/quarantine" \
  "$work/root/payments/0" "$work/root/no-topic" "$work/root/.groups/billing/members" "$work/root/"'$(touch hostile)' "$work/other/logs"
touch "$work/root/.groups/billing/members/"{eu-1,00000000000000000042-0123456789abcdef} \
  "$work/root/orders/topic.json" "$work/root/payments/topic.json" "$work/other/logs/topic.json" \
  "$work/root/"'$(touch hostile)/topic.json'
mkdir -p "$HOME/.config/estream"
cat >"$HOME/.config/estream/config" <<EOF
# dir = $work/nowhere
 dir = ~/../other   # The root of tests that empty ESTREAM_DIR.
[topic.orders]
dir = $work/nowhere
EOF
cd "$work" || exit 2

# expect DESCRIPTION WANTED GOT: words in any order, on one line.
expect() {
  local got
  got=$(tr ' ' '\n' <<<"$3" | sort | xargs)
  if [[ $got != "$2" ]]; then
    printf 'FAIL %s: wanted "%s", got "%s"\n' "$1" "$2" "$got"
    failures=$((failures + 1))
  fi
}

# Completes the last of the words as an interactive bash would hand them over.
in_bash() {
  bash -c '
    set -u
    source "$1" || exit
    shift
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    function=$(complete -p "$1") && function=${function#*-F } && ${function%% *}
    echo "${COMPREPLY[*]-}"' bash "$work/script.bash" "$name" "$@" 2>&1
}

has_verbs() { "$tool" --help | grep -q '^Verbs:'; }
has_option() { "$tool" --help | grep -q -- "$1"; }

# estream-inspect: in_shell WORD... completes the last word. Each verb has its own options.
verbs='batches expect groups hist keys lag offsets producers schema segments topics verify'
test_verbs() {
  local shell=$1 in_shell=$2
  expect "$shell: verbs and topics" "${verbs/offsets/offsets orders payments}" "$($in_shell '')"
  expect "$shell: a verb" 'hist' "$($in_shell hi)"
  expect "$shell: a topic behind a verb" 'orders' "$($in_shell hist o)"
  expect "$shell: a topic behind a topic" 'orders' "$($in_shell payments o)"
  expect "$shell: options of a verb" '--by --bytes' "$($in_shell hist --by)"
  expect "$shell: of another" '' "$($in_shell verify --by)"
  expect "$shell: of no verb" '--bytes' "$($in_shell --by)"
  expect "$shell: of a topic" '--bytes' "$($in_shell payments --by)"
  expect "$shell: behind options" '--by --bytes' "$($in_shell -j -d hist hist --by)"
  expect "$shell: a value is no verb" '--bytes' "$($in_shell -d hist --by)"
}

# The words for the values of options, in the tools that have them. in_shell completes the last word.
test_values() {
  local shell=$1 in_shell=$2
  if has_option '--set KEY=VALUE'; then
    expect "$shell: settings" 'retention.bytes retention.ms' "$($in_shell --set ret)"
  fi
  if has_option '--sync LEVEL'; then
    expect "$shell: levels" 'batch interval none' "$($in_shell --sync '')"
  fi
  if has_option '-z, --compression CODEC'; then
    expect "$shell: codecs" 'none zstd' "$($in_shell -z '')"
  fi
  if has_option '-g, --group GROUP'; then
    expect "$shell: groups" 'billing' "$($in_shell -g '')"
  fi
  if has_option '--member NAME'; then
    expect "$shell: members" 'eu-1' "$($in_shell --member '')"
  fi
  if has_option '--cursor-file FILE'; then
    expect "$shell: positions" 'earliest latest' "$($in_shell -o '')"
    expect "$shell: times" 'today' "$($in_shell -S t)"
  fi
}

test_bash() {
  "$tool" --completion bash >script.bash
  test_values bash in_bash
  if has_verbs; then
    test_verbs bash in_bash
    expect 'bash: behind =' '--by --bytes' "$(in_bash --dir = keys hist --by)"
    return
  fi
  expect 'bash: option' '--completion' "$(in_bash --compl)"
  expect 'bash: words' 'bash fish zsh' "$(in_bash --completion '')"
  expect 'bash: word' 'fish' "$(in_bash --completion f)"
  expect 'bash: after =' 'bash fish zsh' "$(in_bash --completion =)"
  expect 'bash: begun after =' 'zsh' "$(in_bash --completion = z)"
  expect 'bash: topics' 'orders payments' "$(in_bash '')"
  expect 'bash: topic' 'orders' "$(in_bash -h o)"
  expect 'bash: path' './root' "$(in_bash ./ro)"
  if [[ $name == estream-consume ]]; then
    expect 'bash: command behind --' 'estream-consume' "$(in_bash -g g orders -- estream-consum)"
  else
    expect 'bash: operand behind --' 'payments' "$(in_bash -- pay)"
  fi
  expect 'bash: no root' '' "$(ESTREAM_DIR=$work/nowhere in_bash '')"
  mkdir -p "$HOME/.local/share/estream/mine" && touch "$HOME/.local/share/estream/mine/topic.json"
  expect 'bash: default root' 'mine' "$(ESTREAM_CONFIG='' ESTREAM_DIR='' in_bash '')"
  expect 'bash: root of the config file' 'logs' "$(ESTREAM_DIR='' in_bash '')"
  if has_option --dir; then
    expect 'bash: --dir DIR' 'logs' "$(in_bash --dir "$work/other" '')"
    expect 'bash: --dir=DIR' 'logs' "$(in_bash --dir = "$work/other" '')"
    expect 'bash: -dDIR' 'logs' "$(in_bash "-d$work/other" '')"
  fi
  if has_option '-p, --partition'; then
    expect 'bash: partitions' '0 12' "$(in_bash orders -p '')"
  fi
}

# The words that zsh would offer, taken from compadd by a line editor that only lists.
offered_by_zsh() {
  timeout 20 zsh -f -c '
    zmodload zsh/zpty
    zpty z zsh -f -i
    zpty -w z "PS1=; unset zle_bracketed_paste; autoload -U compinit; compinit -D -u"
    zpty -w z "source $1; shown=(); compadd() {
      [[ \${@[(I)-O|-A|-D]} != 0 ]] && { builtin compadd \"\$@\"; return }
      local -a found; builtin compadd -O found \"\$@\"; shown+=(\$found)
      builtin compadd \"\$@\" }"
    zpty -w z "list() { shown=(); _main_complete; print -r -- \"<\$shown>\" }"
    zpty -w z "zle -C listing list-choices list; bindkey ^X listing; print REA\"\"DY"
    zpty -r -m z out "*READY*"
    zpty -w -n z "$2"$'"'\x18'"'
    zpty -r -m z out "*<*>*" && out=${out##*<} && print -r -- ${out%%>*}
    zpty -d z' zsh "$work/script.zsh" "$name $*" 2>&1
}

test_zsh() {
  "$tool" --completion zsh >script.zsh
  expect 'zsh: syntax' '' "$(zsh -n script.zsh 2>&1)"
  test_values zsh offered_by_zsh
  if has_option '-p, --partition'; then
    expect 'zsh: partitions' '0 12' "$(offered_by_zsh orders -p '')"
  fi
  if has_verbs; then test_verbs zsh offered_by_zsh; return; fi
  expect 'zsh: topics' 'orders payments' "$(zsh -fc '
    compdef() { function=$1 }
    compadd() { print -r -- ${(P)2} }
    words=('"$name"' "") CURRENT=2
    source script.zsh && ${function}_topics' 2>&1)"
  expect 'zsh: root of the config file' 'logs' "$(ESTREAM_DIR='' zsh -fc '
    compdef() { function=$1 }
    compadd() { print -r -- ${(P)2} }
    words=('"$name"' "") CURRENT=2
    source script.zsh && ${function}_topics' 2>&1)"
  # A real line editor under a pseudo-terminal: the tool is a function that shows its arguments,
  # so that what the Tab key made of the line can be read back.
  in_zsh() {
    timeout 20 zsh -f -c '
      zmodload zsh/zpty
      zpty z zsh -f -i
      zpty -w z "PS1=; unset zle_bracketed_paste; autoload -U compinit; compinit -D -u"
      zpty -w z "source $1; '"$name"'() { print -r -- \"<\$*>\" }; print REA\"\"DY"
      zpty -r -m z out "*READY*"
      zpty -w -n z "$2"$'"'\\t\\n'"'
      zpty -r -m z out "*<*>*" && out=${out##*<} && print -r -- ${out%%>*}
      zpty -d z' zsh "$work/script.zsh" "$name $1" 2>&1
  }
  expect 'zsh: option' '--completion' "$(in_zsh --compl)"
  expect 'zsh: word' '--completion fish' "$(in_zsh '--completion f')"
  expect 'zsh: topic' '-h orders' "$(in_zsh '-h ord')"
  if has_option --dir; then expect 'zsh: --dir' "--dir=other logs" "$(in_zsh '--dir=other l')"; fi
}

in_fish() { fish --no-config -c 'source script.fish; complete -C "$argv[1]"' "$name $*" 2>&1 | cut -f1; }

test_fish() {
  "$tool" --completion fish >script.fish
  expect 'fish: syntax' '' "$(fish --no-config -n script.fish 2>&1)"
  test_values fish in_fish
  if has_verbs; then test_verbs fish in_fish; return; fi
  expect 'fish: option' '--completion' "$(in_fish --compl)"
  expect 'fish: words' 'bash fish zsh' "$(in_fish '--completion ')"
  expect 'fish: after =' '--completion=zsh' "$(in_fish '--completion=z')"
  expect 'fish: topics' 'orders payments' "$(in_fish '')"
  expect 'fish: root of the config file' 'logs' "$(ESTREAM_DIR='' in_fish '')"
  expect 'fish: topic' 'orders' "$(in_fish 'payments o')"
  if has_option --dir; then
    expect 'fish: --dir DIR' 'logs' "$(in_fish "--dir $work/other ")"
    expect 'fish: --dir=DIR' 'logs' "$(in_fish "--dir=$work/other ")"
    expect 'fish: -dDIR' 'logs' "$(in_fish "-d$work/other ")"
  fi
  if has_option '-p, --partition'; then
    expect 'fish: partitions' '0 12' "$(in_fish 'orders -p ')"
  fi
}

# zsh is driven through a terminal of its own, which a bare chroot cannot give.
has_terminals() {
  zsh -f -c 'zmodload zsh/zpty && zpty probe true' >/dev/null 2>&1
}

for shell in bash zsh fish; do
  if [[ $shell = zsh ]] && command -v zsh >/dev/null && ! has_terminals; then
    echo "SKIPPED: no terminals can be made here, so zsh's completion script is untested"
  elif command -v "$shell" >/dev/null; then
    "test_$shell"
  else
    echo "SKIPPED: $shell is not installed, its completion script is untested"
  fi
done
if [[ -e hostile ]]; then
  echo 'FAIL: the name of a directory was evaluated'
  failures=$((failures + 1))
fi
((failures == 0)) && echo "completion of $name: all passed"
exit $((failures > 0))
