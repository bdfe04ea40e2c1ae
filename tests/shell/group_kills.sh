#!/bin/sh
# What a killed member of a group leaves: its batch, and its command, which goes on.
. "$(dirname "$0")/common.sh"

seq 1 100 | jq -c '{n: .}' | estream-produce -q --partitions 1 orders
lines() { wc -l <"$1"; }
is_free() { [ "$(estream-inspect groups -j "$1" | jq -r .state)" = free ]; }
# In a command: until the file `go` is there, for half a minute at most.
until_go='tries=0; until [ -e go ] || [ $((tries += 1)) = 1500 ]; do sleep 0.02; done'

# As long as its member lives, a command is left in peace.
expect 0 estream-consume -g peace --retry 0 orders -- sh -c 'sleep 0.2; cat'
[ "$(lines out)" = 100 ] || fail "a command was disturbed: $(lines out) lines"

# The command of a dead member still gets all of its batch, and not the beginning of it.
seq 1 40000 | jq -c '{n: .}' | estream-produce -q --partitions 1 long
estream-consume -g whole --batch 40000 long -- \
  sh -c "trap '' TERM; read -r first; : >reading; $until_go; wc -l >rest.new; mv rest.new rest" &
member=$!
eventually test -e reading
kill -9 $member
wait $member || true
: >go
eventually test -e rest
[ "$(cat rest)" = 39999 ] || fail "a command got a part of its batch: $(cat rest) lines more"
rm go

# Its batch comes again, and its command holds the partition until it ends.
estream-consume -g killed --batch 20 orders -- \
  sh -c "trap '' TERM; cat >batch; echo x >started; $until_go; : >ended" &
member=$!
eventually test -s started
kill -9 $member
wait $member || true
expect 75 estream-consume -g killed --seek earliest orders
says "a command of group 'killed'"
expect 0 estream-inspect groups killed
grep -q 'left-over command' out || fail "$(cat out)"
: >go
expect 0 estream-consume -f -n 20 -T 60s -g killed --batch 20 orders -- \
  sh -c '[ -e ended ] || echo early; echo "$ESTREAM_FIRST $ESTREAM_ATTEMPT $ESTREAM_COUNT"'
[ "$(head -1 out)" = '0 2 20' ] || fail "the batch of a killed member: $(cat out)"

# It dies while it looks for the bad events: what was not run yet comes again.
: >parts
estream-consume -g iso --retry 0 --dlq failed orders -- sh -c 'echo >>parts; [ "$(wc -l <parts)" = 3 ] && exec sleep 60
  tee part | grep -q "\"n\":90}" && exit 1; cat part' >passed 2>/dev/null &
member=$!
third() { [ "$(lines parts)" = 3 ]; }
eventually third
kill -9 $member
wait $member || true
eventually is_free iso
expect 0 estream-consume -g iso --dlq failed orders -- cat
[ "$(cat passed out | jq .n | sort -un | wc -l)" = 100 ] || fail "lost: $(cat passed out | wc -l)"
done_checking
