#!/bin/sh
# What events hold cannot drive a terminal; a pipe gets the bytes as they are.
. "$(dirname "$0")/common.sh"

printf 'a\033[31mb\007\177\302\233c\r\n\tx\n' >events
estream-produce --format text -k "$(printf 'k\033]0;t')" -H "$(printf 'h=\233')" -i events t
estream-consume t | cmp -s - events || fail 'a pipe does not get the bytes'

# on_terminal COMMAND: what it prints to one, whose own line ends are taken off.
on_terminal() {
  script -qec "$1" /dev/null </dev/null | tr -d '\r' >shown
  checks=$((checks + 1))
}
# shows TEXT, a printf format.
shows() {
  printf "$1" | cmp -s - shown || fail "shows $(od -c shown | head -20)"
}

on_terminal 'estream-consume t'
shows 'a\\x1b[31mb\\x07\\x7f\\u{009b}c\\r\n\tx\n'
on_terminal 'estream-replay -s max t'
shows 'a\\x1b[31mb\\x07\\x7f\\u{009b}c\\r\n\tx\n'
on_terminal 'estream-replay -L t'
shows '\tx\n'
on_terminal "estream-consume -n 1 -F '\\x1b[1m%k %h\\n' t"
shows '\033[1mk\\x1b]0;t h=\\x9b\n'
on_terminal "estream-consume -n 1 -F '%i %k\\n' t"
shows '1 k\\x1b]0;t\n'
on_terminal 'estream-consume --tail 1 t'
shows '\tx\n'
on_terminal "estream-consume --delimiter-in-value json -D '\\t' -n 1 -o 1 t"
shows '"\\tx"\t'

# JSON stays JSON, and means the same.
estream-consume -j t | jq -cS . >piped
on_terminal 'estream-consume -j t'
LC_ALL=C grep -q "$(printf '[\033\177\233]')" shown && fail 'the envelope has control characters'
jq -cS . shown | cmp -s - piped || fail "the envelope means something else: $(cat shown)"
on_terminal 'estream-inspect keys -j t'
LC_ALL=C grep -q "$(printf '[\033\177\233]')" shown && fail 'keys has control characters'

# Tables fit into the terminal, and say what they leave out; a pipe gets all.
seq 200 | jq -c '{n: ., at: (1700000000000 + . * 60000)}' |
  estream-produce --time-field .at a-topic-with-a-long-name
for verb in topics offsets segments batches hist keys; do
  for size in '80 24' '200 50'; do
    on_terminal "COLUMNS=${size% *} LINES=${size#* } NO_COLOR=1 LC_ALL=C estream-inspect $verb a-topic-with-a-long-name"
    awk -v most="${size% *}" 'length($0) > most {exit 1}' shown || fail "$verb at $size: $(cat shown)"
    [ "$(wc -l <shown)" -lt "${size#* }" ] || fail "$verb at $size is too tall: $(cat shown)"
  done
done
on_terminal 'COLUMNS=80 NO_COLOR=1 estream-inspect a-topic-with-a-long-name'
grep -q '^[0-9]* columns do not fit; -j has all$' shown || fail "nothing is said: $(cat shown)"
COLUMNS=20 estream-inspect a-topic-with-a-long-name | grep -q BYTES/RECORD || fail "a pipe gets less"
on_terminal 'COLUMNS=200 LINES=8 NO_COLOR=1 timeout 1 estream-inspect hist --by 5m --watch 5s a-topic-with-a-long-name'
grep -q 'more rows do not fit' shown || fail "--watch shows too much: $(cat shown)"
[ "$(wc -l <shown)" -le 8 ] || fail "--watch is too tall: $(cat shown)"

# --raw: as to a pipe.
on_terminal 'estream-consume --raw -n 1 t'
shows 'a\033[31mb\007\177\302\233c\n'
on_terminal 'estream-replay --raw -s max -n 1 t'
shows 'a\033[31mb\007\177\302\233c\n'

# Messages, and what produce copies.
odd=$(printf '.a \033[31m')
export odd
on_terminal 'estream-consume -w "$odd" t'
LC_ALL=C grep -q "$(printf '\033')" shown && fail 'an error has control characters'
printf '"\302\233"\n' >copied
on_terminal 'estream-produce -q --tee -i copied u'
shows '"\\u{009b}"\n'
on_terminal "estream-consume t >redirected"
cmp -s redirected events || fail 'a file does not get the bytes'
done_checking
