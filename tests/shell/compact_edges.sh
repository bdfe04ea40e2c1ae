#!/bin/sh
# Which limit counts where several could, by the settings of a topic and by its partitions.
. "$(dirname "$0")/common.sh"

# Two keys by turns, an old time, and many segments, all of them sealed.
fill() {
  for i in $(seq 60); do echo "{\"k\":\"k$((i % 2))\",\"t\":$((1700000000 + i))}"; done |
    estream-produce -K .k --time-field .t -z none --batch-size 1 --segment-bytes 1K "$@"
}
first() { estream-consume -n 1 -F '%o' "$@"; }

# What is only compacted is not deleted, however old it is; and only if enough would go.
fill keys
expect 0 estream-compact -q --set policy=compact --set retention=1s --set min-dirty=1 keys
expect 0 estream-compact -q --roll keys
expect 0 estream-compact -q --policy keys
expect 0 estream-consume -c keys
prints 60
expect 0 estream-compact -q --set min-dirty=0.5 keys
expect 0 estream-compact -q --policy keys
expect 0 estream-consume -F '%o ' keys
[ "$(cat out)" = '58 59 ' ] || fail "compacted to $(cat out)"

# How long a deletion stays visible, and what becomes of events without a key, the topic says.
printf '{"key":"k0","tombstone":true}\n{"value":1}\n' | estream-produce -J keys
expect 0 estream-compact -q --roll keys
expect 2 estream-compact -q --policy keys
says 'has no key'
expect 0 estream-compact -q --set null.keys=drop --set min-dirty=0 --set delete.retention.ms=1h keys
expect 0 estream-compact -q --policy keys
now=$(date +%s)
expect 0 env ESTREAM_NOW=$((now + 1800)) estream-compact -q --policy keys
expect 0 estream-consume -F '%k ' keys
[ "$(cat out)" = 'k1 k0 ' ] || fail "after half an hour: $(cat out)"
expect 0 env ESTREAM_NOW=$((now + 5400)) estream-compact -q --policy keys
expect 0 estream-consume -F '%k ' keys
[ "$(cat out)" = 'k1 ' ] || fail "after more than an hour: $(cat out)"

# Nothing is kept where nothing is to be kept.
fill none
expect 0 estream-compact -q --set retention=0 none
expect 0 estream-compact -j --policy none
[ "$(jq '.first_offset_after == .records_before and .records_after == 0' out)" = true ] ||
  fail "retention of 0: $(cat out)"
expect 0 estream-consume -c none
prints 0

# A partition's own position counts for it, wherever it stands, and for no other.
fill --partitions 2 -p 0 parts
fill -p 1 parts
expect 0 estream-compact -q --before 1=30 parts
[ "$(first -p 0 parts)" = 0 ] || fail "partition 0 begins at $(first -p 0 parts)"
[ "$(first -p 1 parts)" -gt 10 ] || fail "partition 1 begins at $(first -p 1 parts)"
expect 0 estream-compact -q --before 0=0 --before 50 parts
[ "$(first -p 0 parts)" = 0 ] || fail "partition 0 begins at $(first -p 0 parts)"
[ "$(first -p 1 parts)" -gt 30 ] || fail "partition 1 begins at $(first -p 1 parts)"
expect 0 estream-compact -q --before @2100-01-01 --before 0 parts
[ "$(first -p 0 parts)" = 0 ] || fail "partition 0 begins at $(first -p 0 parts)"

expect 2 estream-compact -q --before 7=5 parts
says 'option --before: partition 7 is not among those asked for'

# The sum of all.
expect 0 estream-compact --max-segments 1 parts
grep -q '^all  *-  *7->2  *70->20 ' out || fail "$(cat out)"

done_checking
