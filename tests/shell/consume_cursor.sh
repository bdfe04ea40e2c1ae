#!/bin/sh
# The cursor file: each record once over many runs, and never a silent skip.
. "$(dirname "$0")/common.sh"

produce() { sed 's/.*/{"n":&}/' | estream-produce --sync=none --partitions 2 -K .n "$@" t; }
consume() { estream-consume --cursor-file cursor "$@" t; }
printed() { jq -r .n "$work/out" | sort -n | tr '\n' ' '; }

# A missing file means from the start; an empty run writes it, too.
seq 1 5 | produce
expect 0 consume
[ "$(printed)" = "1 2 3 4 5 " ] || fail "first run: $(printed)"
jq -e '.positions | length == 2 and (map(.offset) | add) == 5 and all(.topic == "t" and .epoch >= 0)' \
  cursor >out || fail "cursor: $(cat cursor)"
expect 0 consume
[ "$(printed)" = "" ] || fail "second run: $(printed)"
seq 6 8 | produce
expect 0 consume
[ "$(printed)" = "6 7 8 " ] || fail "third run: $(printed)"
rm cursor
expect 0 consume -o latest
[ -s cursor ] || fail "no cursor after an empty window"
seq 9 10 | produce
expect 0 consume -o earliest
[ "$(printed)" = "9 10 " ] || fail "-o wins over the cursor: $(printed)"

# -n stops in the middle, filters pass over, counts count.
rm cursor
all=
for run in 1 2 3 4; do
  expect 0 consume -n 3
  all="$all$(printed)"
done
[ "$(echo $all | tr ' ' '\n' | sort -n | tr '\n' ' ')" = "1 2 3 4 5 6 7 8 9 10 " ] ||
  fail "in steps of three: $all"
rm cursor
expect 0 consume -w '.n > 8'
expect 1 consume -w '.n > 8'
rm cursor
expect 0 consume -c
prints 10
expect 0 consume -c
prints 0

# What -U leaves out is not passed over.
rm -rf cursor "$ESTREAM_DIR"
printf '{"n":%s,"t":%s}\n' 1 1 2 3 3 2 | estream-produce --time-field .t t
expect 0 consume -U @0000000002.5
[ "$(printed)" = "1 3 " ] || fail "until: $(printed)"
expect 0 consume
[ "$(printed)" = "2 3 " ] || fail "after until: $(printed)"

# A closed output counts for nothing.
rm -rf cursor "$ESTREAM_DIR"
seq 1 200000 | produce
expect 2 sh -c 'estream-consume --cursor-file cursor t >/dev/full'
expect 0 consume -c
[ "$(cat out)" -gt 190000 ] || fail "a failed write moved the cursor: $(cat out) left"

# Another log under the same name is noticed.
rm -rf "$ESTREAM_DIR"
seq 1 5 | produce
expect 3 consume
says 'another topic is in its place'
sed -i 's/"topic_id":"[0-9a-f]*",//' cursor
expect 3 consume
says 'but the log ends at'
[ ! -s out ] || fail "it prints all the same"

# An unreadable cursor is no reason to begin anew.
cp cursor good
echo '{"version":1,"positions":[{"topic":"t"}]}' >cursor
expect 3 consume
says 'cursor: is not a cursor file'
echo '{"version":1,"positions":[{"topic":"t","partition":0,"offset":1,"epoch":77}]}' >cursor
expect 3 consume
says 'epoch 77'
ln -s good link
expect 2 estream-consume --cursor-file link t
says '--cursor-file link: is a link, or not a regular file; give the path of the file itself'
[ -L link ] || fail 'the link was replaced'
expect 2 estream-consume --cursor-file nowhere/cursor t
expect 2 estream-consume --cursor-file cursor t "$ESTREAM_DIR/../log/t"

done_checking
