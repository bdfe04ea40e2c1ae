#!/bin/sh
# --producer NAME: a command that was killed is run again, and every event is there once.
. "$(dirname "$0")/common.sh"

awk 'BEGIN { for (i = 0; i < 60000; i++) printf "{\"n\":%d,\"k\":\"k%d\",\"pad\":\"%080d\"}\n", i, i % 97, i * 7919 }' >in
produce() { estream-produce --producer job --partitions 3 -K .k -z none --batch-size 20000 "$@" orders; }

# Killed at different moments, again and again.
for delay in 0.005 0.01 0.02 0.03 0.05 0.08; do
  status=0
  timeout -s KILL "$delay" "$tools/estream-produce" --producer job --partitions 3 -K .k -z none \
    --batch-size 20000 -i in orders 2>/dev/null || status=$?
  checks=$((checks + 1))
done
expect 0 produce -v -i in
expect 0 estream-consume orders
sort out >there
sort in >wanted
cmp -s there wanted || fail "$(wc -l <there) events of 60000"

# Again, nothing happens; also with other batch sizes.
expect 0 produce -v --batch-size 3000 -i in
says 'appended 0 events'
says '60000 events were there already'
expect 0 produce -j -n 2 -i in
[ "$(jq -r .ack out | sort -u)" = duplicate ] || fail "receipts: $(cat out)"

# A longer input goes on; another input is refused, and nothing of it is appended.
echo '{"n":60000,"k":"new"}' >>in
expect 0 produce -v -i in
says 'appended 1 event '
sed '40000s/"n"/"m"/' in >other
echo '{"n":60001,"k":"new"}' >>other
expect 3 produce -i other
says "producer 'job' has another event there than this input"
tail -n +2 in >shorter
echo '{"n":60001,"k":"new"}' >>shorter
expect 3 produce -i shorter
expect 0 estream-consume -c orders
prints 60001

# Killed in the middle of a large piece of the input, of which one partition has its part already; then
# the input comes in little pieces, of which many have to wait for that partition.
head -n 3000 in >piece
slowly() { estream-produce --producer job --partitions 3 -K .k --rate 8000 -j "$@"; }
expect 0 estream-produce --producer job --partitions 3 -K .k -i piece cut
expect 0 estream-produce --partitions 3 untouched </dev/null
for partition in 1 2; do
  rm -r "$ESTREAM_DIR/cut/$partition"
  cp -a "$ESTREAM_DIR/untouched/$partition" "$ESTREAM_DIR/cut/$partition"
done
# A signal that ends it then is no other input.
estream-produce --producer job --partitions 3 -K .k --rate 500 -i piece cut 2>err & slow=$!
eventually waits $slow
sleep 0.3
kill $slow
wait $slow && status=0 || status=$?
[ $status = 143 ] || fail "a signal in the middle: $status: $(cat err)"
had=$(estream-consume -c cut)
expect 0 slowly -i piece cut
[ "$(jq .input_line out)" = "$(seq 3000)" ] || fail "receipts: $(head -n 3 out)"
[ "$(jq -r .ack out | grep -c duplicate)" = "$had" ] || fail "not $had duplicates"
jq -r '"\(.partition)/\(.offset) \(.input_line)"' out | sort >places
estream-consume -F '%p/%o %{.n}\n' cut | awk '{ print $1, $2 + 1 }' | sort | cmp -s - places ||
  fail 'receipts name other places than the events have'
# Another input is still told from it when it ends.
rm -r "$ESTREAM_DIR/cut/1"
cp -a "$ESTREAM_DIR/untouched/1" "$ESTREAM_DIR/cut/1"
head -n 1500 piece >half
{ cat half; echo '{"n":-1,"k":"k1"}'; } >other
expect 3 slowly -i other cut

# A partition that lost much more than can be held, as with a restored disk: the same input mends it.
pad=$(head -c 999000 /dev/zero | tr '\0' ' ')
for n in $(seq 120); do echo "$n:$pad"; done >long
longwise() { estream-produce --producer long --format=text --key-delimiter=: --partitions 2 "$@" long; }
lose_partition_1() {
  rm -r "$ESTREAM_DIR/long/1"
  cp -a "$ESTREAM_DIR/untouched/1" "$ESTREAM_DIR/long/1"
}
expect 0 longwise -i long
estream-consume -F '%k:%v\n' long:0 | head -n 1 >other
estream-consume -F '%k:x%v\n' long:1 >>other
lose_partition_1
expect 0 longwise -i long
expect 0 estream-consume -F '%k\n' long
[ "$(sort -n out)" = "$(seq 120)" ] || fail "not each event once: $(sort -n out | uniq -c | head)"
# Where it was another input all the same, that is told at its end.
lose_partition_1
expect 3 longwise -i other
says "has appended events that are not in this input"
says "$(estream-consume -c long:1) events were appended"

# Two at once append everything once.
produce2() { estream-produce --producer both --partitions 3 -K .k --batch-size 5000 -i in twice; }
produce2 & first=$!
produce2 & second=$!
wait $first || fail "the first of two ended with $?"
wait $second || fail "the second of two ended with $?"
expect 0 estream-consume -c twice
prints 60001

done_checking
