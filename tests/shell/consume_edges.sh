#!/bin/sh
# Where windows, tails, counts and cursors begin and end, to the event.
. "$(dirname "$0")/common.sh"

events() { seq "$1" "$2" | sed 's/.*/{"n":&}/'; }
shows() {
  [ "$(jq -r .n "$work/out" | xargs)" = "$1" ] || fail "shows $(jq -r .n "$work/out" | xargs), not $1"
}
# cursor_at OFFSET
cursor_at() {
  [ "$(jq '.positions[0].offset' cursor)" = "$1" ] || fail "not at $1: $(cat cursor)"
}

# In the middle of a batch.
events 0 9 | estream-produce one
expect 0 estream-consume -c --tail 4 one
prints 4
expect 0 estream-consume -c --tail 4 -n 3 one
prints 3
expect 0 estream-consume --cursor-file cursor --to 4 one
shows '0 1 2 3'
cursor_at 4
expect 0 estream-consume --cursor-file cursor one
shows '4 5 6 7 8 9'

# A batch that is passed over by its header does not move the cursor beyond --to.
rm cursor
echo '{"ts":100000,"value":{"n":0}}' | estream-produce -J back
events 1 3 | sed 's/.*/{"ts":10000,"value":&}/' | estream-produce -J back
expect 0 estream-consume --cursor-file cursor -S @0000000050 --to 2 back
shows 0
cursor_at 2
expect 0 estream-consume --cursor-file cursor back
shows '2 3'

# Nor does one beyond -U, while one behind it is printed.
rm cursor
printf '{"n":%s,"t":%s}\n' 1 1 2 3 3 2 | estream-produce --batch-size 1 --time-field .t until
expect 0 estream-consume --cursor-file cursor -U @0000000002.5 until
shows '1 3'
expect 0 estream-consume --cursor-file cursor until
shows '2 3'

# A partition's own position counts, wherever it stands.
expect 0 estream-consume -o 0=9 -o latest one
shows 9

# A wait that is over at once, with all that was asked for.
expect 0 estream-consume -n 0 -T 0s one

# A broker's own topics have to be asked for.
events 1 3 | estream-produce __internal
expect 0 estream-consume -c -r '.*'
prints 17
expect 0 estream-consume -c -r '__.*'
prints 3

# What fell out of the tail is no part of what -n counts; the next event is.
status=0
estream-consume -f --tail 2 -n 3 one >followed 2>err &
printing=$!
estream-consume -f -c --tail 2 -n 3 one >counted 2>err &
counting=$!
# Only for an end that comes too early to be seen: nothing is waited for when it does not.
sleep 0.2
events 10 10 | estream-produce one
wait $printing || status=$?
wait $counting || status=$?
[ $status = 0 ] || fail "a tail and -n ended with $status"
[ "$(jq -r .n followed | xargs)" = '8 9 10' ] || fail "a tail and -n: $(cat followed)"
[ "$(cat counted)" = 3 ] || fail "-c with a tail and -n: $(cat counted)"

# What nobody was there to read is not read.
rm cursor
mkfifo pipe
exec 4<>pipe 5>pipe
exec 4<&-
expect 0 sh -c 'estream-consume --cursor-file cursor one >&5'
exec 5>&-
cursor_at 0

# A cursor at the first event of an epoch has seen the one before it.
rm cursor
events 1 3 | estream-produce --sync=none --batch-size 1 lost
truncate -s -1 "$ESTREAM_DIR"/lost/0/*.log
events 4 4 | estream-produce -q lost 2>err
expect 0 estream-consume --cursor-file cursor -n 2 lost
[ "$(jq -c '.positions[0] | [.offset, .epoch]' cursor)" = '[2,0]' ] || fail "cursor: $(cat cursor)"
expect 0 estream-consume --cursor-file cursor lost
shows 4
[ "$(jq -c '.positions[0] | [.offset, .epoch]' cursor)" = '[3,1]' ] || fail "cursor: $(cat cursor)"

done_checking
