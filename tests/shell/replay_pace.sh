#!/bin/sh
# The past at its own pace: when events come out, in which order, and what a dry run says of it.
. "$(dirname "$0")/common.sh"

# Three topics, ten seconds of events between them; the times of `b` go back now and then.
seq 0 40 | awk '{printf "{\"t\":%d,\"n\":\"a%d\"}\n", 1000000 + $1 * 250, $1}' >a.ndjson
seq 0 30 | awk '{t = $1 % 7 == 3 ? $1 * 330 - 700 : $1 * 330
  printf "{\"t\":%d,\"n\":\"b%d\"}\n", 1000000 + t, $1}' >b.ndjson
seq 0 9 | awk '{printf "{\"t\":%d,\"n\":\"c%d\"}\n", 1000007 + $1 * 1000, $1}' >c.ndjson
for topic in a b c; do
  jq -c '{ts: .t, value: .}' $topic.ndjson | estream-produce -J --sync=none $topic
done

# The order: within a topic as it was, and of the next ones of each the oldest first.
cat >order.py <<'PY'
import heapq, json, sys
logs = [[json.loads(line) for line in open(f)] for f in sys.argv[1:]]
heap = [(log[0]["t"], i, 0) for i, log in enumerate(logs)]
heapq.heapify(heap)
while heap:
    _, i, at = heapq.heappop(heap)
    print(logs[i][at]["n"])
    if at + 1 < len(logs[i]):
        heapq.heappush(heap, (logs[i][at + 1]["t"], i, at + 1))
PY
python3 order.py a.ndjson b.ndjson c.ndjson >wanted_order
expect 0 estream-replay -s max a b c
jq -r .n out | cmp -s - wanted_order || fail "the order is $(jq -r .n out | tr '\n' ' ')"

# The pace: arrival.py says how far each line came from when it was due.
cat >arrival.py <<'PY'
import json, subprocess, sys, time
speed, start, newest, errors = float(sys.argv[1]), None, None, []
replay = subprocess.Popen(["estream-replay", "-s", sys.argv[1] + "x", "a", "b", "c"],
                          stdout=subprocess.PIPE)
for line in replay.stdout:
    now, t = time.monotonic(), json.loads(line)["t"]
    if start is None:
        start, first, newest = now, t, t
    newest = max(newest, t)
    errors.append((now - start) - (newest - first) / 1000 / speed)
errors.sort(key=abs)
print(f"{len(errors)} events at {speed}x: early {-min(errors) * 1e3:.2f} ms, "
      f"late {max(errors) * 1e3:.2f} ms, median {errors[len(errors) // 2] * 1e3:.2f} ms")
# Not much before it is due (the first one may have come late); the rest is only reported.
sys.exit(0 if min(errors) > -0.3 and len(errors) == 82 else 1)
PY
for speed in 10 4; do
  python3 arrival.py $speed || fail "events came early"
done

# What a dry run promises is how long it takes.
takes() { awk 'NR > 1 { print $5 }' out; }
expect 0 estream-replay --dry-run a b c
grep -qx 'RECORDS  VALUE-SIZE  FIRST  *LAST  *TAKES' out || fail "the dry run says $(cat out)"
[ "$(awk 'NR > 1 { print $1, $5, NF }' out)" = '82 10s 5' ] || fail "the dry run says $(cat out)"
says 'note: 4 records come after one with a later time'
expect 0 estream-replay --dry-run -j -s 4x a
[ "$(jq -c '[.records, .duration_ms, .out_of_order]' out)" = '[41,2500,0]' ] || fail "$(cat out)"
expect 0 estream-replay --dry-run --max-gap 100ms a
[ "$(takes)" = 4s ] || fail "the dry run says $(cat out)"
expect 0 estream-replay --dry-run --rate 10/s a
[ "$(takes)" = 4s ] || fail "the dry run says $(cat out)"
expect 0 estream-replay --dry-run --rate 100/s -n 11 a
[ "$(takes)" = 0.1s ] || fail "the dry run says $(cat out)"
expect 0 estream-replay --dry-run -S @2000 a
[ "$(tail -n 1 out | tr -s ' ')" = ' 0 0B - - 0s' ] || fail "the dry run says $(cat out)"

# Ends: the time is over, nobody reads, a signal; each as soon as it is.
expect 124 estream-replay -T 200ms a
[ "$(wc -l <out)" = 1 ] || fail "more than the first event came in 200 ms"
timeout 5 sh -c 'estream-replay a | head -1 >first' || fail "waits for a reader that has left"
status=0
timeout -s INT 1 estream-replay -s 0.1x a >out || status=$?
[ "$status" = 124 ] && [ "$(wc -l <out)" = 1 ] || fail "an interrupt: exit $status"

# Who is slow is told so; the delay is caught up with.
estream-replay -s 100x a 2>err | (sleep 1.3; cat) >slow
cmp -s slow a.ndjson || fail "a slow reader lost events"
estream-replay -v -s 1000x a 2>err >out
grep -q 'detail: events came up to [0-9.]*s late, at worst a/0@' err || fail "says nothing of lateness"

# Without a terminal there is no Enter; with one, each goes on by one.
expect 2 setsid -w estream-replay --step a </dev/null
says 'option --step: there is no terminal'
if script -qec true /dev/null >/dev/null 2>&1; then
  { sleep 0.5; printf '\n'; sleep 0.3; printf '\n'; sleep 0.3; printf 'q\n'; sleep 0.3; } |
    script -qec "estream-replay --step a" /dev/null >typed 2>&1
  [ "$(grep -c '"n"' typed)" = 3 ] || fail "--step: $(cat typed)"
else
  echo 'SKIPPED: --step at a terminal: no pseudo-terminal here (/dev/pts is not mounted)'
fi

# What contradicts itself.
expect 2 estream-replay -s 2x --rate 5/s a
expect 2 estream-replay -s max --max-gap 1s a
expect 2 estream-replay -s 0 a
says 'option --speed: cannot read 0; write 1x'
expect 2 estream-replay -s -1x a
expect 2 estream-replay -s 1e400 a
expect 2 estream-replay -L -s 2x a
says 'option --speed: does not go with --latest-by-key'
expect 2 estream-replay --retime now a
says 'option --retime: does not go with a replay to standard output'
expect 2 estream-replay nowhere
expect 2 estream-replay
done_checking
