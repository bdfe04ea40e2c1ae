#!/bin/sh
# Commands of a group: batches, failures, dead letters, kept commands.
. "$(dirname "$0")/common.sh"

seq 1 100 | jq -c '{n: .}' | estream-produce -q -K .n --partitions 2 orders
lines() { wc -l <"$1"; }
once() { [ "$(jq -r .n "$1" | sort -n | uniq | wc -l)" = 100 ] && [ "$(lines "$1")" = 100 ] || fail "$2: $(lines "$1") lines"; }
quick='--retry 1 --backoff 10ms..20ms'

# Each batch is one run, of one partition, with its offsets.
expect 0 estream-consume -g all --batch 30 orders -- sh -c 'cat; echo "$ESTREAM_TOPIC/$ESTREAM_PARTITION $ESTREAM_FIRST $ESTREAM_LAST $ESTREAM_COUNT $ESTREAM_ATTEMPT $ESTREAM_GROUP $ESTREAM_GENERATION" >>runs'
once out all
[ "$(awk '{n += $4} END {print n}' runs)" = 100 ] || fail "counts: $(cat runs)"
awk '$4 > 30 || $3 - $2 + 1 != $4 || $5 != 1 || $6 != "all" || $7 != 1 {exit 1}' runs || fail "runs: $(cat runs)"
expect 0 estream-consume -g all orders -- sh -c 'cat >&2; exit 1'
prints_nothing() { [ ! -s out ] || fail "prints $(cat out)"; }
prints_nothing
expect 0 estream-consume -g ten -n 10 -p 0 orders -- cat
[ "$(lines out)" = 10 ] || fail "-n: $(cat out)"

# Failures: 75 is not counted, other ends are; the position stays.
expect 2 estream-consume -g bad $quick -p 0 orders -- sh -c 'echo "$ESTREAM_ATTEMPT" >>tries; exit 7'
says "the command exited with 7, 2 times; the position stays at 0"
[ "$(cat tries | tr '\n' ' ')" = '1 2 ' ] || fail "tries: $(cat tries)"
expect 2 estream-consume -g bad --retry 0 -p 0 orders -- sh -c 'kill -9 $$'
says "the command was killed by signal 9"
expect 0 estream-consume -g later --retry 0 --backoff 10ms..20ms -p 0 orders -- \
  sh -c '[ -e once ] || { touch once; exit 75; }; echo "$ESTREAM_ATTEMPT"'
says "asks for a later try (75)"
[ "$(cat out)" = 1 ] || fail "75 was counted: $(cat out)"
expect 2 estream-consume -g none orders -- ./there-is-no-such-program
says "there-is-no-such-program: cannot be started"
expect 2 estream-consume -g slow --retry 0 --job-timeout 200ms -p 0 orders -- sleep 60
says "the command took longer than 0.2s"

# The bad events of a batch are found, and become dead letters; the others pass.
expect 3 estream-consume -g dead $quick --dlq failed orders -- sh -c 'tee part | grep -qE "\"n\":(7|50|100)}" && exit 1; cat part'
[ "$(lines out)" = 97 ] || fail "passed: $(lines out)"
expect 0 estream-consume -F '%s %h\n' failed
grep -q '"n":7} estream.source=orders/[01]@[0-9]*,estream.group=dead,estream.error=the command exited with 1,estream.attempts=2' out || fail "$(cat out)"
[ "$(lines out)" = 3 ] || fail "dead letters: $(cat out)"
expect 2 estream-consume -g all-dead $quick --dlq-limit 3 --dlq failed -p 0 orders -- false
says "3 events in a row became dead letters; it may be the command, not the events (--dlq-limit)"
expect 2 estream-consume -g dead orders --dlq orders -- cat
says "is read and written"

# A kept command acknowledges each batch.
cat >kept <<'END'
#!/bin/sh
while read -r line; do [ -z "$line" ] && echo || echo "$line"; done
END
chmod +x kept
expect 0 estream-consume -g kept --keep --batch 7 orders -- ./kept
once out kept
expect 2 estream-consume -g kept-dies --keep $quick -p 0 orders -- sh -c 'read -r line; echo "$line"'
says "the command ended before it acknowledged the batch"
prints_nothing

# A signal waits for the command, and stores its position.
estream-consume -f -g stopped --batch 20 -p 0 orders -- sh -c 'echo "$ESTREAM_FIRST" >>begun; sleep 0.5; echo >>done' &
member=$!
eventually test -s begun
kill $member
wait $member && fail "no signal" || [ $? = 143 ] || fail "status of a stopped member"
[ "$(lines begun)" = "$(lines done)" ] || fail "a command was cut off"
expect 0 estream-consume -g stopped -p 0 orders -- cat
[ "$(lines out)" -le 30 ] || fail "the position was not stored: $(lines out)"

# Nobody reads any more: the run ends, and the batch stays.
expect 0 sh -c 'estream-consume -g closed --batch 10 orders -- cat | head -2; exit 0'
prints_two() { [ "$(lines out)" = 2 ] || fail "closed pipe: $(cat out)"; }
prints_two
seq 1 100000 | jq -c '{n: .}' | estream-produce -q --partitions 1 many
expect 0 sh -c 'estream-consume -f -g closed many -- cat | head -1'

# Options that do not go together.
expect 0 estream-consume -n 1 -- orders
expect 2 estream-consume orders -- cat
says "topic 'cat' does not exist"
expect 2 estream-consume -g x --keep orders
says "option --keep: needs a command: -- CMD"
expect 2 estream-consume -g x --dlq-limit 3 orders -- cat
says "option --dlq-limit: needs --dlq TOPIC"
expect 2 estream-consume -g x --commit end orders -- cat
says "option --commit"
done_checking
