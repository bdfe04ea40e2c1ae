#!/bin/sh
# --into of a group: the output of each event is in the topic once, whatever is killed.
. "$(dirname "$0")/common.sh"

seq 1 200 | jq -c '{n: .}' | estream-produce -q -K .n -H a=b --partitions 2 orders
stored() { estream-consume "$@"; }
once() { [ "$(stored "$1" | jq .n | sort -n | uniq | wc -l)" = 200 ] && [ "$(stored -c "$1")" = 200 ] || fail "$1: $(stored -c "$1")"; }

# Without a command events stay as they are, partition and all.
expect 0 estream-consume -g copy orders --into copied
once copied
same() { estream-consume -p "$1" -F '%p %k %h %d %s\n' "$2"; }
for p in 0 1; do [ "$(same $p orders)" = "$(same $p copied)" ] || fail "partition $p differs"; done
expect 0 estream-consume -g copy orders --into copied
once copied
expect 0 estream-consume -g three orders --into three --partitions 3 -K .n -H c=d
once three
expect 0 estream-consume -p 2 -F '%k %h\n' -n 1 three
grep -q 'a=b,c=d' out || fail "headers: $(cat out)"

# What a command prints: lines, envelopes, text; some events dropped, others made several.
expect 0 estream-consume -g twice orders --into twice -K .n --batch 10 -- jq -c 'select(.n % 2 == 0) | (., .)'
[ "$(stored -c twice)" = 200 ] || fail "filter and one to many: $(stored -c twice)"
expect 0 estream-consume -g envelope orders -j --into envelopes -J -- jq -c '.value.x = 1'
[ "$(same 1 orders | wc -l)" = "$(same 1 envelopes | wc -l)" ] || fail 'envelopes: another partition'
grep -q 'a=b' out || [ "$(estream-consume -F '%h\n' -n 1 envelopes)" = a=b ] || fail 'envelopes: headers'
expect 0 estream-consume -g text orders --into texts --lines text -- sed 's/^/x /'
expect 2 estream-consume -g json orders --retry 0 --into texts -- sed 's/^/x /'
says "line 1 of its output: not JSON"
expect 2 estream-consume -g text orders
says "group 'text' writes into 'texts'; give --into texts, or bind it anew with --seek"
expect 2 estream-consume -g text orders --into orders
says "is read and written"

# Two groups of one name, in two roots, write into one topic.
cp -r "$ESTREAM_DIR" "$work/second"
rm -r "$work/second/.groups"
expect 0 estream-consume -g same -n 50 orders --into "$ESTREAM_DIR/shared"
expect 0 estream-consume -d "$work/second" -g same -n 70 orders --into "$ESTREAM_DIR/shared"
expect 0 estream-consume -g same orders --into "$ESTREAM_DIR/shared"
expect 0 estream-consume -d "$work/second" -g same orders --into "$ESTREAM_DIR/shared"
[ "$(stored -c shared)" = 400 ] || fail "two groups of one name: $(stored -c shared)"

# Kills: of the consumer, and of its command.
cat >stamp <<'END'
#!/bin/sh
jq -c --arg run "$$" '{n, run: $run, batch: $ENV.ESTREAM_FIRST}'
sleep 0.02
END
chmod +x stamp
i=0
while [ $i -lt 25 ]; do
  timeout -s KILL 0.$((i % 5 * 7 + 11)) estream-consume -g kill --batch 5 -K .n orders --into killed -- ./stamp 2>>kills || true
  [ $((i % 4)) != 0 ] || pkill -9 -f ./stamp || true
  i=$((i + 1))
done
expect 0 estream-consume -f --idle 2s -g kill --batch 5 -K .n orders --into killed -- ./stamp
once killed
mixed=$(stored -F '%{.batch} %p %{.run}\n' killed | sort -u | awk '{print $1}' | sort | uniq -c | awk '$1 > 4' | wc -l)
[ "$mixed" = 0 ] || fail "$mixed batches of several runs"
expect 0 estream-inspect verify killed

# Output that is decided and not stored: its owner waits for the lock of the topic, and is killed.
# --seek brings it into the topic first, and so does --forget.
cat >hold <<'END'
import fcntl, struct, sys, time
file = open(sys.argv[1], "r+b")
fcntl.fcntl(file, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, int(sys.argv[2]), 1, 0))  # F_OFD_SETLK
print("held", flush=True)
time.sleep(60)
END
echo '{"n":1}' | estream-produce -q --partitions 1 source
for way in seek forget; do
  estream-consume -f -g "$way" source --into "decided-$way" &
  member=$!
  has_all() { [ "$(stored -c "decided-$way" 2>/dev/null)" = "$(stored -c source)" ]; }
  eventually has_all
  python3 ./hold "$ESTREAM_DIR/decided-$way/0/lock" 0 >held &
  holder=$!
  eventually test -s held
  echo '{"n":2}' | estream-produce -q source
  state() { estream-inspect groups -j "$1" | jq -e '.state == "pending"' >state; }
  eventually state "$way"
  kill -9 $member $holder
  wait $member $holder || true
  [ "$(stored -c "decided-$way")" -lt "$(stored -c source)" ] || fail "it was stored before the kill"
  if [ $way = seek ]; then
    expect 0 estream-consume -g seek --seek latest source
  else
    expect 0 estream-consume -g forget --forget source
  fi
  [ "$(stored "decided-$way" | tail -n 1)" = '{"n":2}' ] || fail "--$way lost what was decided"
  rm held
done

# Another topic in the place of the one that was written to.
rm -r "$ESTREAM_DIR/killed"
expect 2 estream-consume -g kill orders -K .n --into killed -- ./stamp
says "topic 'killed' is not the one that group 'kill' wrote to"
expect 0 estream-consume -g kill --seek earliest --into killed orders
expect 0 estream-consume -g kill orders -K .n --into killed -- ./stamp
once killed
expect 0 estream-consume -g kill --settle missing orders
says "nothing is pending in 2 partitions"
# An older position file.
cp "$ESTREAM_DIR/.groups/kill/orders-0" older
echo '{"n":1}' | estream-produce -q -p 0 orders
expect 0 estream-consume -g kill orders -K .n --into killed -- ./stamp
cp older "$ESTREAM_DIR/.groups/kill/orders-0"
expect 3 estream-consume -g kill orders -K .n --into killed -- ./stamp
says "holds more of group 'kill' than its position file knows: the file is older than the topic"
expect 0 estream-consume --forget -g copy orders
done_checking
