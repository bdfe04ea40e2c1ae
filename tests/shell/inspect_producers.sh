#!/bin/sh
# inspect producers: how far the producers of a topic are in their inputs.
. "$(dirname "$0")/common.sh"

produce() { name=$1; shift; estream-produce -q --producer "$name" --dedup seq:.n "$@"; }
named() { estream-inspect producers -j "$@" | jq -c '[.topic, .producer, .seq, .pid]'; }
row() { printf '["%s","%s","%s",null]\n' "$@"; }

echo '{"n":7}' | produce pg2 orders
echo '{"n":"16/b3"}' | produce pg1 orders
echo '{"n":[1,"0/1"]}' | produce pg1 payments
echo '{"n":1}' | estream-produce --producer other plain
{ row orders pg1 16/B3; row orders pg2 7; row payments pg1 '[1,0/1]'; } >wanted
named >rows
cmp -s wanted rows || fail "rows: $(cat rows)"
[ "$(named payments)" = "$(row payments pg1 '[1,0/1]')" ] || fail "one topic: $(named payments)"
now=$(date +%s)
expect 0 estream-inspect producers -j orders
jq -e "(.last_write_ts / 1000 - $now) | fabs < 600" out >ages || fail "when: $(cat out)"
expect 0 estream-inspect producers orders
[ "$(awk '{ print $1, $2, $3, $5 }' out | head -n 2 | xargs)" = 'TOPIC NAME SEQ PID orders pg1 16/B3 -' ] ||
  fail "table: $(cat out)"
# Topics without such producers have no row.
expect 0 estream-inspect producers --no-header plain
[ ! -s out ] || fail "a row: $(cat out)"
expect 2 estream-inspect producers unknown
says "topic 'unknown' does not exist"

# A name that has stored nothing yet, and is in use.
mkfifo pipe
estream-produce --producer pg3 --dedup seq:.n orders <pipe 2>err.first & first=$!
exec 3>pipe
running() { [ "$(named orders | tail -n 1)" = "[\"orders\",\"pg3\",null,$first]" ]; }
eventually running
exec 3>&-
wait $first || fail "produce: $?: $(cat err.first)"
[ "$(named orders | tail -n 1)" = '["orders","pg3",null,null]' ] || fail "a free name: $(named orders)"

# What is not right with one does not hide the others.
file=$ESTREAM_DIR/orders/.producers/pg1
for at in 0 4096; do printf x | dd of="$file" bs=1 seek=$((at + 30)) conv=notrunc 2>/dev/null; done
expect 3 estream-inspect producers -j orders
says '.producers/pg1: a slot is damaged'
[ "$(jq -r .producer out | xargs)" = 'pg2 pg3' ] || fail "others: $(cat out)"
echo '{"n":1}' | estream-produce group
expect 0 estream-consume -g g group
cp "$ESTREAM_DIR/.groups/g/group-0" "$file"
expect 3 estream-inspect producers orders
says '.producers/pg1: is the position of a group'
done_checking
