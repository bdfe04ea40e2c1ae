#!/bin/sh
# estream-inspect verify against damage of every kind, with the real program.
. "$(dirname "$0")/common.sh"

seq 1 400 | sed 's/.*/{"n":&,"text":"some more bytes in each event"}/' |
  estream-produce -z none --batch-size 7 t
echo '{"n":1}' | estream-produce --partitions 2 two
part=$ESTREAM_DIR/t/0
cp -a "$ESTREAM_DIR" good
restore() { rm -rf "$ESTREAM_DIR" && cp -a good "$ESTREAM_DIR"; }

expect 0 estream-inspect verify
[ "$(grep -c ': sound; ' out)" = 3 ] || fail "verify: $(cat out)"
expect 0 estream-inspect verify -j t
[ "$(jq -c '[.type, .records, .faults]' out)" = '["partition",400,0]' ] || fail "-j: $(cat out)"
expect 0 estream-inspect verify -v t
says 'MiB/s'
expect 0 estream-inspect verify --no-decode t
expect 0 estream-inspect verify "$PWD/good/t"

# flip FILE BYTE BIT
flip() {
  python3 -c 'import sys
with open(sys.argv[1], "r+b") as f:
    f.seek(int(sys.argv[2])); byte = f.read(1)[0] ^ 1 << int(sys.argv[3])
    f.seek(int(sys.argv[2])); f.write(bytes([byte]))' "$@"
}

# A sample of flipped bits over all files, each found by its file's name.
flips=0
for file in "$part"/*.log "$part"/*index "$part"/commit "$part"/leader-epoch-checkpoint; do
  size=$(wc -c <"$file")
  [ "$size" -gt 0 ] || continue
  for step in 0 1 2 3 4 5 6; do
    byte=$((step * (size - 1) / 6))
    flip "$file" $byte $((step % 8))
    expect 3 estream-inspect verify t
    grep -q "^fault: .*$(basename "$file")" out || fail "$file, byte $byte: $(cat out)"
    flip "$file" $byte $((step % 8))
    flips=$((flips + 1))
  done
done
expect 0 estream-inspect verify t

# Truncated, emptied, missing and exchanged files.
for cut in 1 61 4000; do
  truncate -s -$cut "$part/00000000000000000000.log"
  expect 3 estream-inspect verify t
  restore
done
for file in commit leader-epoch-checkpoint 00000000000000000000.log; do
  rm "$part/$file"
  expect 3 estream-inspect verify t
  restore
done
echo x >"$part/lock"
expect 3 estream-inspect verify t
grep -q 'lock at byte 0: is not empty' out || fail "lock: $(cat out)"
grep -q '^  no event is damaged: make it empty again' out || fail "no advice: $(cat out)"
expect 3 estream-inspect verify -j t
[ "$(jq -r 'select(.type == "fault") | .advice | length > 9' out)" = true ] || fail "$(cat out)"
restore
rm -r "$ESTREAM_DIR/two/1"
expect 3 estream-inspect verify two
restore
sed -i 's/"retention.ms"/"retention.mz"/' "$ESTREAM_DIR/t/topic.json"
expect 3 estream-inspect verify t
grep -q 'retention.mz' out || fail "topic.json: $(cat out)"
restore

# The advice for a damaged index, and for a damaged commit file, leads to a sound partition again.
: >"$part/00000000000000000000.index"
expect 3 estream-inspect verify t
grep -q '^  an index is only a hint' out || fail "index: $(cat out)"
rm "$part/00000000000000000000.index"
echo '{"n":401}' | estream-produce t
expect 0 estream-inspect verify t
restore
flip "$part/commit" 9 1
flip "$part/commit" 4105 1
expect 3 estream-inspect verify t
grep -q '^  move this file aside' out || fail "commit: $(cat out)"
mv "$part/commit" damaged
echo '{"n":401}' | estream-produce t 2>/dev/null
expect 0 estream-inspect verify t
[ "$(estream-consume -c t)" = 401 ] || fail 'the rebuilt commit file is wrong'
restore

# Notes: leftovers and strangers.
touch "$part/00000000000000000000.log.cleaned" "$part/note.txt"
expect 0 estream-inspect verify t
[ "$(grep -c '^note: ' out)" = 2 ] || fail "notes: $(cat out)"
restore

# A file that cannot be read is an error, and the rest is looked at.
rm "$part/leader-epoch-checkpoint"
ln -s /etc/passwd "$part/leader-epoch-checkpoint"
expect 2 estream-inspect verify t
grep -q '^unreadable: ' out || fail "a link: $(cat out)"
restore

# While a producer writes, nothing looks like damage.
seq 1 40000 | sed 's/.*/{"n":&}/' | estream-produce --batch-size 20 --sync=none t 2>/dev/null &
producer=$!
looks=0
while kill -0 $producer 2>/dev/null; do
  expect 0 estream-inspect verify t
  looks=$((looks + 1))
done
wait $producer
echo "$flips flips found, $looks looks while it was written"

# What a broker wrote is sound, closed properly or not; its logs and indexes are proved, too.
golden=$tests/golden
for name in data-clean data-unclean cleaner-before-and-after; do
  mkdir "kafka-$name"
  tar --zstd -xf "$golden/kafka-4.1-$name.tar.zst" -C "kafka-$name"
  expect 0 estream-inspect verify -d "kafka-$name"
  [ -s out ] || fail "$name: nothing was verified"
done
log=$(find "$PWD/kafka-data-clean/pub.zstd-0" -name '*.log' | head -1)
flip "$log" 200 3
expect 3 estream-inspect verify -d kafka-data-clean pub.zstd
grep -q "^fault: .*at byte 0: " out || fail "damage in a broker's log: $(cat out)"

done_checking
