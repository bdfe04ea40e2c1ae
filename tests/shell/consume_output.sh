#!/bin/sh
# What a record looks like: values, envelopes, formats, delimiters, closed and full outputs.
. "$(dirname "$0")/common.sh"

printf '{"a":1,"b":"x y"}\n{"a":12345678901234567890}\n' |
  ESTREAM_NOW=1700000000 estream-produce -k key -H h=1 t
expect 0 estream-consume -j -n 1 t
prints '{"topic":"t","partition":0,"offset":0,"ts":1700000000000,"key":"key","headers":[{"key":"h","value":"1"}],"value":{"a":1,"b":"x y"}}'
expect 0 estream-consume -j --no-value --time-format rfc3339 -o 1 t
prints '{"topic":"t","partition":0,"offset":1,"ts":"2023-11-14T22:13:20.000Z","key":"key","headers":[{"key":"h","value":"1"}]}'
expect 2 estream-consume --no-value t
expect 0 estream-consume -F '%i %t[%p]@%o %k %{.a} %V\n' t
prints '1 t[0]@0 key 1 17
2 t[0]@1 key 12345678901234567890 26'
expect 0 estream-consume -F '%o,' t
[ "$(cat out)" = 0,1, ] || fail "-F adds something"
expect 0 estream-consume -F '%o' -D '; ' t
[ "$(cat out)" = '0; 1; ' ] || fail "-D after -F is left out"
expect 0 estream-consume -0 -F '%o' t
printf '0\0001\000' | cmp -s - out || fail "-0 after -F is left out"
expect 2 estream-consume -F '%T' t
expect 0 estream-consume -D '\t--' -n 1 t
[ "$(cat out)" = '{"a":1,"b":"x y"}	--' ] || fail "-D: $(cat out)"

# A value that contains the delimiter.
printf 'one\ntwo\0plain\0three\n\0' | estream-produce -0 --format=text lines
expect 0 estream-consume lines
says 'lines/0@0: the value contains the delimiter'
[ "$(wc -l <err)" = 1 ] || fail "more than one warning"
printf 'one\ntwo\nplain\nthree\n\n' | cmp -s - out || fail "the values changed"
expect 0 estream-consume --delimiter-in-value=ok lines
[ ! -s err ] || fail "ok warns"
expect 0 estream-consume --delimiter-in-value=json lines
prints '"one\ntwo"
plain
"three\n"'
expect 2 estream-consume -o 1 --delimiter-in-value=error lines
says 'lines/0@2: the value contains the delimiter'
prints plain
expect 2 estream-consume --delimiter-in-value=json -D x lines
expect 0 estream-consume -0 lines
[ ! -s err ] || fail "a newline in a value matters with -0"
expect 0 estream-consume -j lines
jq -e -s 'map(.value_text) == ["one\ntwo","plain","three\n"]' out >err || fail "-j: $(cat out)"

# Tombstones and empty values are empty lines, and differ in the envelope.
printf '\n\n' | estream-produce -Z -k a --format=text stones
estream-consume stones >out
printf '\n\n' | cmp -s - out || fail "tombstones: $(od -c out)"
expect 0 estream-consume -c -w '. == null' stones
prints 2
estream-consume -j stones | jq -e -s 'map(.tombstone) == [true, true]' >out || fail "$(cat out)"

# Who closes the pipe has seen enough.
seq 1 300000 | sed 's/.*/{"n":&}/' | estream-produce --partitions 2 -K .n big
status=0
estream-consume big 2>err | head -n 1 >out || status=$?
[ "$status" = 0 ] && [ ! -s err ] || fail "head: $status $(cat err)"
bash -c 'set -o pipefail; estream-consume big | head -n 3 >out' 2>err || fail "pipefail: $?"
[ ! -s err ] || fail "a closed pipe is reported"
expect 2 sh -c 'estream-consume big >/dev/full'
says 'standard output'
expect 2 sh -c 'estream-consume -c big >/dev/full'
expect 2 sh -c 'estream-consume big >&-'

# Everything is there, once, in order of its partition, however it is printed.
expect 0 estream-consume big
jq .n out | sort -n | cmp -s - <<N || fail "300000 events are not complete"
$(seq 1 300000)
N
cp out all
for options in "-u" "--order time" "-w .n>0" "-G v:n"; do
  # shellcheck disable=SC2086
  expect 0 estream-consume $options big
  cmp -s all out || fail "$options prints something else"
done
expect 0 estream-consume -j big
jq -c .value out | cmp -s - all || fail "-j has other values"
expect 0 estream-consume -F '%v\n' big
cmp -s all out || fail "-F has other values"

done_checking
