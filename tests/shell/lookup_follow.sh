#!/bin/sh
# --lookup in a run that follows: the table is followed as well, and is always ahead of the events.
. "$(dirname "$0")/common.sh"

customer() { printf '{"id":"%s","n":%s}\n' "$1" "$2" | estream-produce -q --sync=none -K .id customers; }
order() { printf '{"by":"%s"}\n' "$1" | estream-produce -q --sync=none orders; }
has_lines() { [ -e "$1" ] && [ "$(wc -l <"$1")" -ge "$2" ]; }

# What was written to the table before an event counts for the event, however close they are.
customer ann 0
order ann
estream-consume -f -F '%{.c.n}\n' --lookup 'c=customers[.by]' orders >followed 2>err &
follower=$!
eventually has_lines followed 1
i=0
while [ $i -lt 30 ]; do
  i=$((i + 1))
  customer ann $i
  order ann
  [ $((i % 10)) != 0 ] || eventually has_lines followed $((i + 1))
done
eventually has_lines followed 31
kill $follower
wait $follower 2>/dev/null || true
[ "$(cat followed)" = "$(seq 0 30)" ] || fail "followed: $(tr '\n' ' ' <followed)"
# And a run afterwards gets the same.
expect 0 estream-consume -F '%{.c.n}\n' --lookup 'c=customers[.by]' orders
cmp -s out followed || fail "afterwards: $(tr '\n' ' ' <out)"

# Also if the reader is slow between its look at the table and its look at the events.
rm -rf "$ESTREAM_DIR"
customer ann 0
order ann
ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o /dev/null -e trace=pread64 -e inject=pread64:delay_enter=15000 \
  estream-consume -f -n 12 -F '%{.c.n}\n' --lookup 'c=customers[.by]' orders >followed 2>err &
follower=$!
eventually has_lines followed 1
for i in 1 2 3 4 5 6 7 8 9 10 11; do
  customer ann $i
  order ann
  [ $((i % 3)) != 0 ] || eventually has_lines followed $((i + 1))
done
wait $follower || fail "the slow follower ended with $?"
[ "$(cat followed)" = "$(seq 0 11)" ] || fail "slow: $(tr '\n' ' ' <followed)"

# So in a group, with and without --into; with a table that comes later.
for how in '' '--into enriched'; do
  rm -rf "$ESTREAM_DIR"
  order bob
  # shellcheck disable=SC2086
  estream-consume -f --wait -g g --lookup 'c=customers[.by]' orders $how >followed 2>err &
  follower=$!
  eventually waits $follower
  [ ! -s followed ] || fail "it did not wait for the table: $(cat followed)"
  # The first event may come before it, as it was written before.
  customer bob 1
  shown() { if [ -n "$how" ]; then estream-consume enriched >shown 2>/dev/null || true; else cp followed shown; fi; }
  has_shown() { shown && has_lines shown "$1"; }
  eventually has_shown 1
  i=1
  while [ $i -lt 10 ]; do
    i=$((i + 1))
    customer bob $i
    order bob
  done
  eventually has_shown 10
  kill $follower
  wait $follower 2>/dev/null || true
  [ "$(jq .c.n shown | tail -n +2)" = "$(seq 2 10)" ] || fail "group $how: $(cat shown err)"
done

# A table that is behind: without a wait the event gets what there is, with one it waits, but not
# longer than it needs to, nor longer than it may.
rm -rf "$ESTREAM_DIR"
customer eve 1
begin() { # OPTION...: follows with these, and appends an event.
  : >begun
  estream-consume -v -f -o latest -n 1 -F '%{.c.n}\n' --lookup 'c=customers[.by]' "$@" orders >followed 2>begun &
  follower=$!
  eventually grep -q 'from offset' begun  # Before, the event would not be new.
  now=$(date +%s%3N)
  printf '{"key":null,"ts":%s,"value":{"by":"eve"}}\n' "$now" | estream-produce -q -J orders
}
end() { # WHAT WANTED
  wait $follower || fail "$1: the follower ended with $?"
  [ "$(cat followed)" = "$2" ] || fail "$1: $(cat followed)"
}
come() { printf '{"key":"eve","ts":%s,"value":{"n":%s}}\n' "$now" "$1" | estream-produce -q -J customers; }
order nobody
begin
end 'without a wait' 1
come 2
begin --lookup-wait 1h
sleep 0.2
[ ! -s followed ] || fail "it did not wait: $(cat followed)"
come 3
end 'with a wait' 3
# The table does not come; --idle does not end before the event does.
order eve
expect 0 estream-consume -f --idle 50ms --tail 1 -F '%{.c.n}\n' --lookup 'c=customers[.by]' --lookup-wait 300ms orders
prints 3
order eve
expect 0 estream-consume -f -g w -o -1 --idle 50ms -F '%{.c.n}\n' --lookup 'c=customers[.by]' --lookup-wait 300ms orders
prints 3
# Events that are old do not wait.
sleep 0.01
expect 0 estream-consume -f --idle 50ms -T 1m -c --lookup 'c=customers[.by]' --lookup-wait 1ms orders

# A table that is removed meanwhile.
estream-consume -f -o latest --lookup 'c=customers[.by]' orders >followed 2>err &
follower=$!
eventually waits $follower
rm -r "$ESTREAM_DIR/customers"
order eve
status=0
wait $follower || status=$?
[ $status = 3 ] || fail "exit $status after the table was removed"
done_checking
