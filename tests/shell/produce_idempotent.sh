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
says '60 000 events had been there'
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

# Two at once append everything once.
produce2() { estream-produce --producer both --partitions 3 -K .k --batch-size 5000 -i in twice; }
produce2 & first=$!
produce2 & second=$!
wait $first || fail "the first of two ended with $?"
wait $second || fail "the second of two ended with $?"
expect 0 estream-consume -c twice
prints 60001

done_checking
