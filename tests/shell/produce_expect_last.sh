#!/bin/sh
# --expect-last: of several commands that saw the same state of a key, one is appended.
. "$(dirname "$0")/common.sh"

event() { printf '{"v":%d}\n' "$@" >in; }
append() { estream-produce -j -k acc "$@" -i in orders; }
stored() { estream-consume -k acc -F '%{.v}\n' "$1" | tr '\n' ' '; }

# What it answers.
event 1
expect 2 append --expect-last 0
says "topic 'orders' does not exist"
expect 0 append --expect-last none
[ "$(jq -c '[.offset, .ack]' out)" = '[0,"synced"]' ] || fail "receipt: $(cat out)"
event 2 3
expect 1 append --expect-last none
says "error: orders/0: key 'acc' has moved on: its last event is at offset 0, and none was expected"
prints '{"ack":"conflict","last":0}'
expect 0 append --expect-last 0
[ "$(jq .offset out | xargs)" = '1 2' ] || fail "receipts: $(cat out)"
expect 1 estream-produce -q -k acc --expect-last 0 -i in orders
says "key 'acc' has moved on: its last event is at offset 2, after 0"
[ ! -s out ] || fail "without -j it prints: $(cat out)"
# Events of other keys do not count; the keys may be fields of the events.
echo '{"v":0,"id":"other"}' | estream-produce -K .id orders
echo '{"v":4,"id":"acc"}' >in
expect 0 estream-produce -K .id --expect-last 2 --sync batch -i in orders
expect 0 estream-produce -K .id --expect-last none -i /dev/null orders
[ "$(stored orders)" = '1 2 3 4 ' ] || fail "stored: $(stored orders)"

# What cannot be one command.
printf '{"id":"a"}\n{"id":"b"}\n' >in
expect 2 estream-produce -K .id --expect-last none -i in orders
says 'in:2: has another key than the events before it'
printf '{"id":"a"}\nnot json\n' >in
expect 2 estream-produce -K .id --expect-last none -i in orders
says 'in:2: not JSON'
event $(seq 200)
expect 2 estream-produce -k big --expect-last none --batch-size 1K -i in orders
says 'they take more than 1.0KiB; give a larger --batch-size'
expect 3 estream-produce -k acc --expect-last 100 -i in orders
says 'orders/0: ends at offset 5, so that it has no offset 100'
for other in '' '-k a --dry-run' '-k a --reject x' '-k a --partitioner sticky' '-k a -i in -i in' \
  '-k a -f -i in' '-K .k --key-missing null' '-J --keep-partition'; do
  # shellcheck disable=SC2086 # a list of words
  expect 2 estream-produce --expect-last none $other orders
  says 'error: --expect-last '
done
expect 2 estream-produce -k a --expect-last -1 orders
says 'write the offset of an event, or none'
[ "$(stored orders)" = '1 2 3 4 ' ] || fail "stored: $(stored orders)"

# A receipt that cannot be printed: what a second run would do is said.
event 5
expect 2 sh -c 'estream-produce -j -k full --expect-last none -i in orders >/dev/full'
says 'if you run it again, it ends with exit status 1 if the events are stored'
expect 1 estream-produce -k full --expect-last none -i in orders

# An input that a signal cuts short is no command.
mkfifo pipe
estream-produce -k acc --expect-last 4 orders <pipe 2>err & cut=$!
exec 3>pipe
echo '{"v":5}' >&3
eventually waits $cut
sleep 0.1
kill $cut
wait $cut && status=0 || status=$?
exec 3>&-
[ $status = 143 ] || fail "a signal: $status"
[ "$(stored orders)" = '1 2 3 4 ' ] || fail "stored: $(stored orders)"

# Of eight that look through many events at the same time, one is appended.
event 1
expect 0 estream-produce -k acc --expect-last none -i in race
seq 100000 | estream-produce -k noise race
for n in 1 2 3 4 5 6 7 8; do
  (status=0
   echo '{"v":2}' | estream-produce -q -k acc --expect-last 0 race 2>/dev/null || status=$?
   echo $status >>ends) &
done
wait
[ "$(sort ends | xargs)" = '0 1 1 1 1 1 1 1' ] || fail "eight ended with $(xargs <ends)"
[ "$(stored race)" = '1 2 ' ] || fail "stored: $(stored race)"

# Eight writers on one key: each reads the last version and appends the next one. A ninth appends
# events of another key meanwhile.
echo '{"v":1}' | estream-produce -k acc --expect-last none versions
writer() {
  while :; do
    state=$(estream-consume -k acc --tail 1 -F '%o %{.v}\n' versions)
    version=${state#* }
    [ "$version" -lt 30 ] || return 0
    status=0
    echo "{\"v\":$((version + 1))}" |
      estream-produce -q -k acc --expect-last "${state% *}" versions 2>>conflicts || status=$?
    [ $status -le 1 ] || { echo "exit $status" >>bad; return 1; }
  done
}
(while [ ! -e done ]; do echo '{"v":0}' | estream-produce -q -k noise versions; done) & noise=$!
writers=
for n in 1 2 3 4 5 6 7 8; do
  writer & writers="$writers $!"
done
# shellcheck disable=SC2086 # a list of words
wait $writers
: >done
wait $noise
[ ! -e bad ] || fail "a writer ended: $(cat bad conflicts | tail -3)"
[ "$(stored versions)" = "$(seq 30 | tr '\n' ' ')" ] || fail "versions: $(stored versions)"
checks=$((checks + 1))

# Killed, and run again under the name of the command: every version is there once.
last=none
for version in $(seq 20); do
  event "$version"
  timeout -s KILL 0.0$((version % 10)) "$tools/estream-produce" -q -k acc --expect-last $last \
    --producer "command-$version" -i in killed 2>/dev/null || :
  expect 0 estream-produce -j -k acc --expect-last $last --producer "command-$version" -i in killed
  last=$(jq .offset out)
done
[ "$(stored killed)" = "$(seq 20 | tr '\n' ' ')" ] || fail "versions: $(stored killed)"
# Also when others came since; other events under the name are refused.
event 3
expect 0 estream-produce -j -k acc --expect-last 1 --producer command-3 -i in killed
[ "$(jq -c '[.offset, .ack]' out)" = '[2,"duplicate"]' ] || fail "receipt: $(cat out)"
event 4
expect 3 estream-produce -j -k acc --expect-last 1 --producer command-3 -i in killed
says "producer 'command-3' has another event there than this input; each command needs its own"
# Also when a compaction has removed its events since.
expect 0 estream-compact -q --roll -L killed
event 3
expect 0 estream-produce -j -k acc --expect-last 1 --producer command-3 -i in killed
[ "$(jq -c '[.offset, .ack]' out)" = '[null,"duplicate"]' ] || fail "receipt: $(cat out)"

# Retention has deleted what came after the offset.
event 21
expect 0 estream-compact -q --roll --max-segments 1 killed
expect 3 estream-produce -k acc --expect-last 5 -i in killed
says 'killed/0: begins at offset 20, so that nobody can tell what came after offset 5'
expect 0 estream-produce -k acc --expect-last 19 -i in killed
done_checking
