#!/bin/sh
# --atomic: all events of the input are stored, or none.
. "$(dirname "$0")/common.sh"

events() { seq "$1" "$2" | awk '{ printf "{\"n\":%d,\"k\":\"k%d\"}\n", $1, $1 % 50 }'; }
stored() { estream-consume -F '%{.n}\n' "$@" orders | wc -l; }
left() { find "$ESTREAM_DIR/orders/.producers" -name '.atomic*' 2>/dev/null | wc -l; }
stays_empty() { [ "$(stored)" = 0 ] && [ "$(left)" = 0 ] || fail "stored $(stored), left $(left)"; }

# A bad line, and nothing is stored; not even a topic, where the input is short.
{ events 1 10; echo 'not json'; } >bad
expect 2 estream-produce --atomic -i bad orders
says 'bad:11: not JSON'
says 'note: nothing was stored'
[ ! -e "$ESTREAM_DIR/orders" ] || fail 'a topic was made'
{ events 1 200000; echo 'not json'; } >bad
expect 2 estream-produce --atomic --partitions 3 -K .k -i bad orders
says 'bad:200001: not JSON'
stays_empty

# A good one, from several files, with receipts.
events 1 100000 >one
events 100001 150000 >two
expect 0 estream-produce --atomic -K .k -i one -i two orders
[ "$(stored)" = 150000 ] || fail "stored: $(stored)"
[ "$(left)" = 0 ] || fail "left: $(left)"
events 150001 150100 >three
expect 0 estream-produce --atomic -j -K .k -i three orders
[ "$(wc -l <out)" = 100 ] || fail "receipts: $(wc -l <out)"
jq -r '[.partition, .offset] | @tsv' out | sort >receipts
estream-consume -w '.n > 150000' -F '%p\t%o\n' orders | sort >places
cmp -s receipts places || fail 'the receipts are wrong'
# Rejected lines are no reason to store nothing.
{ events 1 3; echo 'not json'; } >some
expect 3 estream-produce --atomic --reject rejected -K .k -i some orders
[ "$(stored)" = 150103 ] || fail "with --reject: $(stored)"
expect 0 estream-produce --atomic -i /dev/null orders

# Under a producer's name, the same command stores what is missing.
expect 0 estream-produce --atomic --producer p -K .k -i three orders
cat three some >longer
sed -i '$d' longer
expect 0 estream-produce --atomic --producer p -v -K .k -i longer orders
says 'appended 3 events to orders'
says '100 events were there already'
expect 3 estream-produce --atomic --producer p -K .k -i some --reject rejected orders
[ "$(stored)" = 150206 ] || fail "with --producer: $(stored)"

# An input that a signal cuts short.
mkfifo pipe
estream-produce --atomic orders <pipe 2>err & cut=$!
exec 3>pipe
events 1 100 >&3
begun() { [ "$(left)" = 2 ]; }
eventually begun
kill $cut
wait $cut && status=0 || status=$?
exec 3>&-
[ $status = 143 ] || fail "a signal: $status"
says 'nothing was stored'
[ "$(stored)" = 150206 ] && [ "$(left)" = 0 ] || fail "after a signal: $(stored), $(left)"
# While one reads its input, others write.
estream-produce --atomic orders <pipe & slow=$!
exec 3>pipe
events 1 100 >&3
eventually begun
echo '{"n":0}' | estream-produce orders
echo '{"n":0}' | estream-produce --atomic orders
exec 3>&-
wait $slow || fail "beside others: $?"
[ "$(stored)" = 150308 ] || fail "beside others: $(stored)"

# What does not go with it.
for other in '--expect-last none -k a' '--producer p --dedup seq:.n' '--max-lag g=1' '-f' '--sync none'; do
  # shellcheck disable=SC2086 # a list of words
  expect 2 estream-produce --atomic $other -i three orders
  says 'error: --atomic '
done

# No room for the log, when it is decided: the next writer stores it, and says so.
events 1 30000 | sed 's/}/,"pad":"'"$(seq -s '' 60)"'"}/' >large
expect 0 estream-produce -z none -p 0 -i large -i large orders
limit=$(($(stat -c %s "$ESTREAM_DIR/orders/0/00000000000000000000.log") / 1024 + 1))
expect 2 sh -c "trap '' XFSZ; ulimit -f $limit; exec estream-produce --atomic -z none -p 0 -i large orders"
says 'note: the next command that writes to the topic stores all 30000 events'
expect 0 estream-inspect producers orders
says "topic 'orders': the events of 1 run with --atomic are not stored yet"
[ "$(stored)" = 210308 ] || fail "decided: $(stored)"
echo '{"n":0}' >one
expect 0 estream-produce -i one orders
says "topic 'orders': stored 30000 events of an --atomic run that had ended before it stored them"
[ "$(stored)" = 240309 ] || fail "settled: $(stored)"
[ "$(left)" = 0 ] || fail "left: $(left)"
expect 0 estream-inspect verify orders
done_checking
