#!/bin/sh
# --max-lag: a producer does not run away from a consumer group.
. "$(dirname "$0")/common.sh"

produce() { estream-produce --max-lag billing=50 "$@" orders; }
count() { estream-consume -c orders; }
seq 100 >hundred
echo 1 >one

# One piece of the input may go beyond the limit.
expect 0 produce --on-full fail -i hundred
expect 75 produce --on-full fail -j -i one
says "error: orders/0: group 'billing' is 100 events behind (it has no position yet), and --max-lag allows 50; run it again when"
[ ! -s out ] || fail "receipts: $(cat out)"
expect 0 estream-consume -g billing -n 49 orders
expect 75 produce --on-full fail -i one
says "group 'billing' is 51 events behind, and --max-lag allows 50"
expect 0 estream-consume -g billing -n 1 orders
expect 0 produce --on-full fail -i one
expect 75 produce --on-full fail -i one
# Another group may be further behind; of several groups each counts.
expect 0 estream-produce --max-lag other=101 --on-full fail -i one orders
expect 75 estream-produce --max-lag billing=1k --max-lag other=101 --on-full fail -i one orders
says "group 'other' is 102 events behind"
[ "$(count)" = 102 ] || fail "$(count) events"

# It waits as long as -T says.
expect 75 produce -T 20ms -i one
says "note: orders/0: group 'billing' is 52 events behind, and --max-lag allows 50; waits for the group"
# Without -T until the group comes.
estream-produce --max-lag billing=50 -i one orders 2>slow & slow=$!
eventually grep -q 'waits for the group' slow
[ "$(count)" = 102 ] || fail "$(count) events"
expect 0 estream-consume -g billing -n 2 orders
wait $slow || fail "exit $?: $(cat slow)"
[ "$(count)" = 103 ] || fail "$(count) events"
# A signal ends the wait. What was read and not appended is not acknowledged.
estream-produce --max-lag billing=50 -j -i one orders >receipts 2>slow & slow=$!
eventually grep -q 'waits for the group' slow
kill $slow
wait $slow && status=0 || status=$?
[ $status = 143 ] || fail "a signal: $status"
[ ! -s receipts ] || fail "receipts: $(cat receipts)"
[ "$(count)" = 103 ] || fail "$(count) events"
# Each piece waits.
expect 0 estream-consume -g billing orders
mkfifo pipe
estream-produce --max-lag billing=1 orders <pipe 2>slow & slow=$!
exec 3>pipe
has() { [ "$(count)" = "$1" ]; }
for n in 104 105; do
  echo $n >&3
  eventually has $n
done
echo 106 >&3
eventually grep -q 'waits for the group' slow
[ "$(count)" = 105 ] || fail "$(count) events"
expect 0 estream-consume -g billing orders
eventually has 106
exec 3>&-
wait $slow || fail "exit $?: $(cat slow)"

# Only the partitions that are written to count.
echo '{"k":1}' | estream-produce -p 0 --partitions 2 --max-lag billing=0 --on-full fail two
echo '{"k":1}' >in
expect 75 estream-produce -p 0 --max-lag billing=0 --on-full fail -i in two
expect 0 estream-produce -p 1 --max-lag billing=0 --on-full fail -i in two
expect 0 estream-produce -p 0 --max-lag billing=0 --on-full fail --dry-run -i in two

# What cannot be told.
expect 2 estream-produce --on-full fail orders
says '--on-full needs --max-lag'
expect 2 estream-produce --max-lag billing orders
says 'write a group and a number of events: billing=10000'
expect 2 estream-produce --max-lag ../x=1 orders
says "the group '../x'"
mv log/orders kept
expect 3 produce --on-full fail -i one
says "orders/0: group 'billing' has read another topic of this name"
rm -r log/orders && mv kept log/orders
printf 'x' >log/.groups/billing/orders-0
expect 3 produce --on-full fail -i one
says 'log/.groups/billing/orders-0: cannot be read to the end of its slots'
[ "$(count)" = 106 ] || fail "$(count) events"
done_checking
