#!/bin/sh
# Damage is reported with its place, after everything before it was printed; nothing is skipped
# unless asked for.
. "$(dirname "$0")/common.sh"

seq 1 9 | sed 's/.*/{"n":&}/' | estream-produce --batch-size 1 -z none t
log="$ESTREAM_DIR/t/0/00000000000000000000.log"
size=$(($(wc -c <"$log") / 9))
cp "$log" good
# harm POSITION: changes one byte of the log.
harm() {
  cp good "$log"
  printf '\377' | dd of="$log" bs=1 seek="$1" conv=notrunc 2>/dev/null
}

# Inside the sixth batch.
harm $((5 * size + 70))
expect 3 estream-consume t
[ "$(jq -r .n out | tr '\n' ' ')" = "1 2 3 4 5 " ] || fail "before the damage: $(cat out)"
says "t/0@5: "
says "00000000000000000000.log at byte $((5 * size))"
expect 3 estream-consume --on-corrupt=skip t
[ "$(jq -r .n out | tr '\n' ' ')" = "1 2 3 4 5 7 8 9 " ] || fail "skipped: $(cat out)"
says "t/0@5: "
expect 3 estream-consume -w '.n < 3' t
expect 0 estream-consume -n 5 t
expect 0 estream-consume --to 5 t
expect 0 estream-consume -o 6 -c t
expect 3 estream-consume --cursor-file cursor t
jq -e '.positions[0].offset == 5' cursor >out || fail "cursor: $(cat cursor)"

# In the length field of the third one: the next batch cannot be found.
harm $((2 * size + 9))
expect 3 estream-consume t
[ "$(jq -r .n out | tr '\n' ' ')" = "1 2 " ] || fail "before the damage: $(cat out)"
says "t/0@2: "
expect 3 estream-consume --on-corrupt=skip t
[ "$(jq -r .n out | tr '\n' ' ')" = "1 2 " ] || fail "skipped: $(cat out)"
says 'skipped up to offset 9'

# In one partition of two: the other one is still read with skip.
seq 1 9 | sed 's/.*/{"n":&}/' | estream-produce --batch-size 1 -z none --partitions 2 -K .n two
log="$ESTREAM_DIR/two/1/00000000000000000000.log"
cp "$log" good
harm 70
estream-consume -c two:0 >left
expect 3 estream-consume --on-corrupt=skip two
[ "$(wc -l <out)" -ge "$(cat left)" ] || fail "the other partition suffers"

# A segment that was cut short.
cp good "$log"
truncate -s -1 "$log"
expect 3 estream-consume two
says 'two/1'

done_checking
