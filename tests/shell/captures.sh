#!/bin/sh
# What all tools show on terminals of 80x24 and 200x50, and on one that can do nothing, compared
# with tests/shell/captures. ESTREAM_CAPTURES=DIRECTORY writes the files there, to look at.
. "$(dirname "$0")/common.sh"

golden=$tests/shell/captures
new=${ESTREAM_CAPTURES:-$work/captures}
mkdir -p "$new"
ESTREAM_NOW=1795186800
TERM=xterm-256color
export ESTREAM_NOW TERM

# Durations, rates, ids and the work directory differ from run to run.
without_times() {
  tr -d '\r' | sed -E "s#$work#DIR#g; s/\b[0-9a-f]{32}\b/ID/g; s#[0-9.]+[KMG]iB/s#RATE#g; \
    s/ [0-9.]+(ms|s)\b/ TIME/g; s/ +TIME$/ TIME/; s/ +-[0-9]+d([0-9]+h)?/ AGO/"
}

# on COLUMNS ROWS: runs the commands of `list` in fresh topics and shows what each prints.
on() {
  rm -rf log data.ndjson
  seq 300 | jq -c '{at: (1795183200000 + . * 11000), user: "u\(. % 7)", amount: (. * 37 % 1000 / 10),
    type: ["payment", "click", "refund"][. % 3]}' >data.ndjson
  while read -r command; do
    printf '$ %s\n' "$command"
    script -qec "stty cols $1 rows $2; unset COLUMNS LINES; $command" /dev/null </dev/null |
      without_times
  done <list
}

cat >list <<'EOS'
estream-produce -z none --partitions 2 -K .user --time-field .at -i data.ndjson orders
estream-produce -z none -i data.ndjson a-topic-whose-name-is-a-bit-longer-than-others
echo '{"n":1' | estream-produce orders
estream-produce --dry-run -i data.ndjson orders
estream-consume --tail 2 orders
estream-consume -n 1 -j orders
estream-consume -c orders
estream-consume --tail 2 -F '%d{iso} %p/%o %k %{.type}\n' orders
estream-consume oders
estream-consume -q -w '.amount > 1000' orders
estream-window orders -K .type --tumble 10m -a 'n=count, sum=sum(.amount)' -n 4
estream-window orders -K .type --session 1h --explain --dry-run
estream-window orders --tumble 10m --having 'm > 1'
estream-replay -s max --dry-run orders
estream-replay -L -F '%k %{.amount}\n' orders
estream-replay -v --into copy orders
estream-replay -v --branch branch orders
estream-inspect
estream-inspect -v orders
estream-inspect offsets
estream-inspect segments
estream-inspect batches -n 3
estream-inspect keys orders
estream-inspect keys -n 2 --bytes orders
estream-inspect hist orders
estream-inspect hist --by 10m orders
estream-inspect schema orders
estream-inspect schema -n 2 orders
estream-inspect expect 'count == 300' orders
estream-inspect expect 'count == 301' orders
estream-inspect verify orders copy
estream-inspect hst orders
estream-compact --dry-run --roll -L orders copy
estream-compact --roll -L orders
estream-compact --set retention=30d orders
estream-compact -q orders
estream-produce -h
estream-consume -h
estream-window -h
estream-replay -h
estream-compact -h
estream-inspect -h
estream-inspect keys -h
EOS
on 80 24 >"$new/80x24.txt"
on 200 50 >"$new/200x50.txt"
NO_COLOR=1 LC_ALL=C TERM=dumb
export NO_COLOR LC_ALL TERM
on 80 24 >"$new/dumb.txt"

for size in 80x24 200x50 dumb; do
  checks=$((checks + 1))
  diff -u "$golden/$size.txt" "$new/$size.txt" || fail "the capture of $size has changed"
done
grep -q "$(printf '\033')" "$new/dumb.txt" && fail "a dumb terminal gets escape sequences"
LC_ALL=C grep -q "$(printf '[\200-\377]')" "$new/dumb.txt" && fail "LC_ALL=C gets characters beyond ASCII"
# No line of a table, a help or a message about how something went is wider than the terminal.
awk 'length($0) > 80 && !/^[$]/ && !/^estream-[a-z]*: / && !/^[{]/' "$new/dumb.txt" >wide
[ ! -s wide ] || fail "wider than 80 columns: $(cat wide)"
done_checking
