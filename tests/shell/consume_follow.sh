#!/bin/sh
# Following, waiting, and how a wait ends: by count, by time, by silence, by a signal, by the reader.
. "$(dirname "$0")/common.sh"

event() { printf '{"n":%s}\n' "$1" | estream-produce --sync=none "${2:-t}"; }
has_lines() { [ "$(wc -l <"$1")" -ge "$2" ]; }

event 1
expect 0 estream-consume -f --idle 50ms t
prints '{"n":1}'
expect 124 estream-consume -f -T 50ms t
prints '{"n":1}'
expect 124 estream-consume -f -n 2 -T 50ms t
expect 0 estream-consume -f -n 1 -T 5s t
expect 0 estream-consume -T 1m t
expect 124 estream-consume -f -q -w '.n == 9' -T 50ms t
expect 0 estream-consume -f -q -w '.n == 1' -T 5s t
expect 0 estream-consume -f --to 1 -T 5s t
expect 2 estream-consume --idle 1s t

# Events come as they are appended; from the end only new ones.
estream-consume -v -f -o latest -n 3 t >followed 2>begun &
follower=$!
estream-consume -f -c -n 3 t >counted 2>&1 &
counter=$!
# It says where it begins once that is fixed.
eventually has_lines begun 1
event 2
eventually has_lines followed 1
event 3
eventually has_lines followed 2
event 4
wait $follower || fail "the follower ended with $?"
[ "$(tr '\n' ' ' <followed)" = '{"n":2} {"n":3} {"n":4} ' ] || fail "followed: $(cat followed)"
wait $counter || fail "the counter ended with $?"
[ "$(cat counted)" = 3 ] || fail "counted: $(cat counted)"

# The last ones first, then what comes.
estream-consume -f --tail 2 -n 3 t >followed 2>err &
follower=$!
eventually has_lines followed 2
event 5
wait $follower || fail "the follower ended with $?"
[ "$(tr '\n' ' ' <followed)" = '{"n":3} {"n":4} {"n":5} ' ] || fail "tail, then: $(cat followed)"

# Several topics at once; a position that is still to come.
event 1 u
estream-consume -v -f -n 3 t:0 u -o latest -F '%t %v\n' >followed 2>begun2 &
follower=$!
eventually has_lines begun2 2
event 6 t
event 2 u
event 7 t
wait $follower || fail "the follower ended with $?"
[ "$(wc -l <followed)" = 3 ] || fail "two topics: $(cat followed)"
estream-consume -f -n 1 -o 8 t >followed 2>err &
follower=$!
event 8 t
event 9 t
wait $follower || fail "the follower ended with $?"
[ "$(cat followed)" = '{"n":9}' ] || fail "waited for offset 8, got $(cat followed)"

# A topic that does not exist yet.
expect 124 estream-consume --wait -T 100ms later
estream-consume --wait -f -n 1 later >followed 2>err &
follower=$!
sleep 0.2
event 1 later
wait $follower || fail "--wait ended with $?"
[ "$(cat followed)" = '{"n":1}' ] || fail "--wait: $(cat followed)"
# What such a topic begins with is news, too.
event 1 "$work/made/news"
estream-consume --wait -f -o latest -n 1 -T 5s news >followed 2>err &
follower=$!
sleep 0.2
mv made/news "$ESTREAM_DIR"
wait $follower || fail "--wait -o latest ended with $?"
[ "$(cat followed)" = '{"n":1}' ] || fail "--wait -o latest: $(cat followed)"

# A signal ends the wait, and the cursor says how far it got.
for signal in INT TERM HUP; do
  rm -f cursor
  # Of a background command, sh ignores SIGINT, and nohup SIGHUP; env puts that right.
  env --default-signal=INT,HUP estream-consume -f --cursor-file cursor t >followed 2>err &
  follower=$!
  eventually has_lines followed 9
  eventually test -s cursor
  kill -s $signal $follower
  status=0
  wait $follower || status=$?
  [ "$(kill -l $status)" = $signal ] || fail "SIG$signal ended with $status"
  jq -e '.positions[0].offset == 9' cursor >out || fail "SIG$signal: cursor is $(cat cursor)"
  [ ! -s err ] || fail "SIG$signal: it says something"
done

# A reader that goes away while nothing comes; it may do so at any moment.
mkfifo pipe
for turn in 1 2 3 4 5 6 7 8; do
  estream-consume -f t >pipe 2>err &
  follower=$!
  head -n 1 <pipe >out
  wait $follower || fail "the reader closed the pipe: $?"
done

# A reader that has gone before it began ends it at once, also without anything to print.
{
  status=0
  (sleep 0.2; estream-consume -f -o latest -T 60s t || echo $? >status) | true
  [ ! -e status ] || fail "the reader had gone: $(cat status)"
}

# That the output can be read, as a FIFO that is open for both, says nothing about its reader.
exec 3<>pipe
estream-consume -v -f -o latest t >&3 2>begun3 &
follower=$!
eventually has_lines begun3 1
event 10
IFS= read -r line <&3
[ "$line" = '{"n":10}' ] || fail "a FIFO that is open for both: $line"
kill $follower
wait $follower || :
exec 3>&-

# A reader that does not read keeps neither the time nor a signal from ending it.
seq 400000 | estream-produce --sync=none big
exec 3<>pipe
expect_stuck() {
  status=0
  "$@" >&3 2>err || status=$?
}
expect_stuck estream-consume -T 2s big
[ $status = 124 ] || fail "-T at an output that is stuck: $status"
expect_stuck timeout 0.3 estream-consume big
[ $status = 124 ] || fail "TERM at an output that is stuck: $status"
# What the output did not take is not behind the cursor: there is no room for a single event.
for bytes in 4096 1; do dd if=/dev/zero of=pipe bs=$bytes oflag=nonblock 2>dd || :; done
expect_stuck estream-consume -f -T 200ms --cursor-file stuck t
[ $status = 124 ] || fail "-f at an output that is stuck: $status"
[ "$(jq '.positions[0].offset' stuck)" = 0 ] || fail "ahead of the output: $(cat stuck)"
exec 3>&-

# -r goes on with topics that are made later; all of their events are new.
event 1 eu-a
event 9 us-a
estream-consume -v -f -n 4 -o latest -r 'eu-.*' -F '%t %v\n' >followed 2>begun3 &
follower=$!
eventually has_lines begun3 1
event 2 eu-a
event 8 us-b
event 3 eu-b
eventually has_lines followed 2
event 4 eu-b
event 5 eu-a
wait $follower || fail "the follower ended with $?"
[ "$(sort followed | xargs)" = 'eu-a {n:2} eu-a {n:5} eu-b {n:3} eu-b {n:4}' ] || fail "followed: $(cat followed)"
grep -q 'note: eu-b: is new; its events follow' begun3 || fail "nothing is said: $(cat begun3)"
expect 0 sh -c "estream-consume -f -c --idle 50ms -r 'eu-.*' 2>/dev/null"
prints 5

done_checking
