#!/bin/sh
# --dedup: of an input that says itself where its events are, each event is stored once.
. "$(dirname "$0")/common.sh"

produce() { estream-produce --producer pg1 --dedup seq:.n "$@"; }
rows() { seq "$1" "$2" | sed 's/.*/{"n":&,"k":"k&"}/'; }
stored() { estream-consume -F '%{.n}\n' "$1" | sort -n | xargs; }
state=$ESTREAM_DIR/orders/.producers/pg1

# The input may begin anywhere up to the last value; receipts say what was there.
rows 1 5 >in
expect 0 produce -v --partitions 3 -K .k -i in orders
says 'note: appended 5 events to orders'
rows 3 8 >in
expect 0 produce -j -K .k -i in orders
[ "$(jq -r .ack out | xargs)" = 'duplicate duplicate duplicate synced synced synced' ] || fail "acks: $(cat out)"
[ "$(jq -c 'select(.input_line > 3) | [.partition, .offset]' out)" = "$(estream-consume -j orders |
  jq -c 'select(.value.n > 5) | [.partition, .offset, .value.n]' | jq -sc 'sort_by(.[2])[] | .[:2]')" ] ||
  fail "receipts name other places: $(cat out)"
expect 0 produce -v -K .k -i in orders
says 'appended 0 events'
says '6 events were there already'
[ "$(stored orders)" = "$(seq 8 | xargs)" ] || fail "stored: $(stored orders)"
[ -f "$state" ] && [ -f "$state.lock" ] || fail 'no files of the producer'

# Values that do not grow: nothing of their piece is stored.
printf '{"n":9}\n{"n":10}\n{"n":10}\n' >in
expect 3 produce -i in orders
says 'error: in:3: .n is 10, and 10 in in:2 before it; the values must grow from line to line: sort the input'
printf '{"n":9}\n{"n":7}\n' >in
expect 3 produce -i in orders
printf '{"n":"0/9"}\n' >in
expect 3 produce -i in orders
says "in:1: .n is 0/9, which is HEX/HEX, and producer 'pg1' is at 8, which is a whole number; another kind"
[ "$(stored orders)" = "$(seq 8 | xargs)" ] || fail "stored: $(stored orders)"

# Events without a value cannot be stored.
printf '{"m":1}\n{"n":1.5}\n{"n":9223372036854775808}\n{"n":"x"}\n{"n":9}\n' >in
expect 2 produce -i in orders
says 'error: in:1: has no sequence at .n'
expect 3 produce --reject bad -i in orders
[ "$(jq -r .error bad | sed 's/ at / /' | xargs)" = "$(echo 'has no sequence .n' \
  'its sequence .n is not a whole number, HEX/HEX or an array of these' \
  'its sequence .n is larger than 9223372036854775807' \
  'its sequence .n is not a whole number, HEX/HEX or an array of these')" ] || fail "rejected: $(jq .error bad)"
[ "$(stored orders)" = "$(seq 9 | xargs)" ] || fail "stored: $(stored orders)"

# Other kinds, exactly.
for n in 9007199254740992 9007199254740993 9223372036854775807; do echo "{\"n\":$n}"; done >in
expect 0 produce -i in large
expect 0 produce -v -i in large
says '3 events were there already'
printf '{"n":["9/FF",2]}\n{"n":["A/0",1]}\n{"n":["10/0",-1]}\n' >in
expect 0 produce -i in arrays
expect 0 produce --after '[A/0, 1]' --producer second -v -i in arrays
says 'appended 1 event '

# --after begins a name; it changes nothing once the name is there, and never goes on ahead.
rows 1 9 >in
expect 0 produce --after 7 -i in begun
expect 0 produce --after 7 -i in begun
[ "$(stored begun)" = '8 9' ] || fail "stored: $(stored begun)"
expect 2 produce --after 12 -i in begun
says "error: --after 12: producer 'pg1' is at 9 already; --after is for a new name"

# The name is apart from the same name without --dedup, and needs no events in the log.
rows 9 10 >in
expect 0 estream-produce --producer pg1 -K .k -i in orders
expect 0 produce -v -i in orders
says 'appended 1 event '
expect 0 estream-produce --segment-bytes 1K --producer p --dedup seq:.n -i in short
seq 3 | while read -r _; do head -c 3000 /dev/urandom | base64 -w0 | estream-produce --format text short; done
expect 0 estream-compact -q --roll --max-segments 1 short
expect 0 estream-produce -v --producer p --dedup seq:.n -i in short
says '2 events were there already'

# The rest of a topic leaves the files alone; a branch has none, and goes on after a value.
cp "$state" before
expect 0 estream-inspect verify orders
! grep -q producers out err || fail "verify: $(cat out err)"
expect 0 estream-compact -q --roll -L --null-keys=keep orders
expect 0 estream-inspect topics orders
expect 0 estream-replay --branch side orders
[ ! -e "$ESTREAM_DIR/side/.producers" ] || fail 'a branch has producers'
cmp -s before "$state" || fail 'the position has changed'
rows 9 12 >in
expect 0 produce --after 10 -v -i in side
says 'appended 2 events'
cp -a "$ESTREAM_DIR/orders" "$ESTREAM_DIR/copy"
expect 0 produce -v -i in copy
says 'appended 2 events'
mkdir -p "$ESTREAM_DIR/empty/.producers"
expect 0 estream-produce --partitions 3 empty2 </dev/null
mkdir "$ESTREAM_DIR/empty2/.producers"
cp "$state" "$ESTREAM_DIR/empty2/.producers/"
expect 2 produce -i in empty2
says "empty2/.producers/pg1: is the position of producer 'pg1' in another topic; remove the file, and give --after"

# One run at a time has the name.
mkfifo pipe
estream-produce --producer pg1 --dedup seq:.n orders <pipe 2>first & first=$!
exec 3>pipe
eventually waits $first
eventually grep -q "$first" "$state.lock"
expect 75 produce -T 100ms -i in orders
says "topic 'orders': another process runs as producer 'pg1'; run it again when that one has ended, or wait"
expect 0 estream-produce --producer pg2 --dedup seq:.n -i /dev/null orders
estream-produce --producer pg1 --dedup seq:.n -i in orders 2>second & second=$!
eventually waits $second
kill $second
wait $second && status=0 || status=$?
[ $status = 143 ] || fail "a signal while it waits: $status: $(cat second)"
exec 3>&-
wait $first || fail "the first run: $?: $(cat first)"
expect 0 produce -i in orders

# A damaged file.
for at in 30 4126; do printf '\7' | dd of="$state" bs=1 seek=$at conv=notrunc 2>/dev/null; done
expect 3 produce -i in orders
says '.producers/pg1: a slot is damaged; restore the file from a copy, or remove it and set the position'

# What does not go together.
for other in '--dedup seq:.n' '--dedup seq:.n --producer a/b' '--dedup seq:.n --producer a.lock' '--after 1' \
  '--dedup n --producer a' '--dedup seq:n --producer a' '--dedup header:n --producer a' \
  '--producer a --dedup seq:.n --after x' '--producer a --dedup seq:.n -Z' '--producer a --dedup seq:.n -J' \
  '--producer a --dedup seq:.n --format text' '--producer a --dedup seq:.n --dry-run' \
  '--producer a --dedup seq:.n -k a --expect-last none'; do
  # shellcheck disable=SC2086 # a list of words
  expect 2 estream-produce $other orders
done
done_checking
