#!/bin/sh
# A broker's directory with a transaction that is still open: what is behind its first record does not
# count yet, wherever one begins to read.
. "$(dirname "$0")/common.sh"

mkdir kafka
tar --zstd -xf "$tests/golden/kafka-3.9-open-transaction.tar.zst" -C kafka
root=kafka/k39

# reads OFFSETS OPTION...: of partition 0, whose transaction is open from offset 3 on.
reads() {
  offsets=$1
  shift
  expect 0 estream-consume -d $root -F '%o ' "$@" opentx:0
  [ "$(cat out)" = "$offsets" ] || fail "$*: reads $(cat out)instead of $offsets"
}
reads "0 2 "
reads "" -o 4
reads "" -o latest
reads "2 " -o -1
reads "2 " -o +1
reads "2 " --tail 1
reads "0 2 " --to latest
reads "" -o 4 -S 2020-01-01
reads "4 " --uncommitted -o 4
reads "4 " --uncommitted -o -1
expect 0 estream-consume -c -d $root -o 3 opentx:0
prints 0
expect 0 estream-replay -s max -d $root -o 4 opentx:0
[ ! -s out ] || fail "replay reads on"
expect 0 estream-inspect expect -d $root -o 4 'count == 0' opentx:0
expect 0 estream-inspect keys -j -d $root -o 4 opentx:0
grep -q '"records":0' out || fail "keys: $(cat out)"

# The same files in a topic of ours.
echo 1 | estream-produce copied
rm "$ESTREAM_DIR"/copied/0/*
cp $root/opentx-0/*.log $root/opentx-0/leader-epoch-checkpoint "$ESTREAM_DIR/copied/0"
expect 0 estream-consume -F '%o ' -o 4 copied
[ ! -s out ] || fail "the copy is read on: $(cat out)"
# Nor once a writer of ours has taken it over, which leaves nothing that a broker wrote but the batches.
echo 5 >lines
expect 0 estream-produce -q copied <lines
expect 0 estream-consume -F '%o ' -o 4 copied
[ ! -s out ] || fail "the copy is read on after an append: $(cat out)"
expect 0 estream-consume --uncommitted -F '%o\n' -o 5 copied
prints 5

done_checking
