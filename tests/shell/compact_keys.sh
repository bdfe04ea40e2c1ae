#!/bin/sh
# Key compaction, erasure and recompression, with the real tools.
. "$(dirname "$0")/common.sh"

values() { estream-consume -F '%o %k %v\n' "$@"; }

printf '%s\n' '{"k":"a","v":1}' '{"k":"b","v":1}' '{"k":"a","v":2}' | estream-produce -K .k s
expect 0 estream-compact -L s
values s >got
[ "$(wc -l <got)" = 3 ] || fail 'the active segment was compacted'
expect 0 estream-compact -L --roll s
expect 0 values s
prints '1 b {"k":"b","v":1}
2 a {"k":"a","v":2}'

# A deletion is visible until its time is over.
printf 'a\t\n' | estream-produce --key-delimiter '	' -Z --format=text s
expect 0 estream-compact -L --roll --keep-tombstones 1s s
expect 0 estream-consume -j -k a s
[ "$(jq .tombstone out)" = true ] || fail "no tombstone: $(cat out)"
ESTREAM_NOW=$(($(date +%s) + 60))
export ESTREAM_NOW
expect 0 estream-compact -L s
unset ESTREAM_NOW
expect 1 estream-consume -k a s
expect 0 estream-consume -c s
prints 1

# Events without a key.
echo '{"v":3}' | estream-produce n
expect 2 estream-compact -L --roll n
says 'n/0: the event at offset 0 has no key' 
expect 0 estream-consume -c n
prints 1
expect 0 estream-compact -L --null-keys=drop n
expect 0 estream-consume -c n
prints 0

# Erasure, by key, by regular expression and by content; offsets stay.
awk 'BEGIN { for (i = 0; i < 5000; i++) printf "{\"k\":\"u%d\",\"n\":%d}\n", i % 50, i }' >in
estream-produce -K .k --partitions 2 -i in e
expect 1 estream-compact --drop -k u7 e
says 'of the events to be erased are in the active segment; --roll seals it first'
expect 0 estream-compact -j --roll --drop -k u7 e
[ "$(jq -s 'map(.records_before - .records_after) | add' out)" = 100 ] || fail "$(cat out)"
expect 1 estream-consume -k u7 e
expect 0 estream-compact -q --drop -G 'k:^u1[0-9]$' -w '.n < 1000' e
expect 1 estream-consume -G 'k:^u1[0-9]$' -w '.n < 1000' e
expect 0 estream-consume e
jq -c 'select(.k != "u7" and ((.k | test("^u1[0-9]$") | not) or .n >= 1000))' in | sort >wanted
sort out | cmp -s - wanted || fail 'other events are there than should be'

# Recompression keeps every byte of every event.
awk 'BEGIN { for (i = 0; i < 20000; i++) printf "{\"n\":%d,\"pad\":\"%d\"}\n", i, i * i }' >in
estream-produce -z none -i in z
expect 0 estream-compact -j --roll -z zstd:12 z
jq -e '.size_after * 2 < .size_before and .rewritten_segments == 1' out >/dev/null || fail "$(cat out)"
expect 0 estream-consume z
cmp -s in out || fail 'events changed'
expect 0 estream-compact -j -z zstd:12 z
[ "$(jq .rewritten_segments out)" = 0 ] || fail 'compressed again without need'

# Damage stops it, and nothing is replaced.
file=$(ls log/z/0/*.log | head -1)
printf 'X' | dd of="$file" bs=1 seek=5000 conv=notrunc 2>/dev/null
cksum <"$file" >sum
expect 3 estream-compact -L --null-keys=drop z
says 'crc mismatch'
cksum <"$file" | cmp -s - sum || fail 'a damaged segment was changed'

done_checking
