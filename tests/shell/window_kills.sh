#!/bin/sh
# estream-window -g --into: killed at random moments, with clocks that go on by themselves, it stores
# the same bytes as a run that nobody disturbs. ESTREAM_TEST_KILLS is the number of kills.
. "$(dirname "$0")/common.sh"

seed=${ESTREAM_TEST_SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
kills=${ESTREAM_TEST_KILLS:-40}
echo "seed $seed"

# Name, whether the group key is a field, options. Those of a field have the partitions together.
cat >cases <<'END'
tumble   --tumble 300ms --grace 100ms -a n=count,s=sum(.v),l=last(.v)
fields   -K .f --tumble 300ms --grace 100ms -a n=count,s=sum(.v),l=last(.v)
session  --session 60ms --grace 100ms -a n=count,x=list(9,.v)
trailing --trailing 200ms -a n=count,s=sum(.v)
dedup    -K .f --dedup 100ms --grace 50ms
sequence --seq .type=="a" --then .type=="b" --within 200ms --unmatched
absent   -K .f --absent 250ms --grace 50ms
END
[ -z "${ESTREAM_TEST_CASES:-}" ] || { grep -E "^($ESTREAM_TEST_CASES) " cases >chosen; mv chosen cases; }
count=$(wc -l <cases)
chunks=$(((kills + count - 1) / count))

# Chunks of a second of event time, out of order; between them so much passes that no idle clock
# makes an event late, and at times more than --max-future. Then when to kill, in ms.
awk -v seed="$seed" -v chunks=$chunks 'BEGIN {
  srand(seed)
  begin = 1767225600000
  for (chunk = 1; chunk <= chunks; chunk++) {
    file = "chunk" chunk
    for (i = 0; i < 150; i++)
      printf "{\"t\":%.0f,\"k\":\"k%d\",\"f\":%d,\"v\":%d,\"type\":\"%s\"}\n", begin + 150 + i * 7 - int(rand() * 150),
        rand() * 8, rand() * 4, rand() * 1000, (rand() < 0.5 ? "a" : "b") > file
    close(file)
    begin += rand() < 0.3 ? 7200000 : 600000
  }
}'
awk -v seed="$seed" -v kills=$((chunks * count)) 'BEGIN { srand(seed + 1); while (kills-- > 0) printf "0.%03d\n", 5 + rand() * 200 }' >delays
exec 3<delays

# compute OUT GROUP SECONDS OPTIONS...: in the background, for so long.
compute() {
  into=$1
  group=$2
  seconds=$3
  shift 3
  "$tools/estream-window" -q in "$@" -g "$group" --into "$into" --late "late-$into" -f --idle 50ms -T "$seconds" &
}
bytes() { estream-consume -j "$1" | jq -c 'del(.topic)'; }

for chunk in $(seq $chunks); do
  estream-produce -q -K .k --time-field .t --partitions 3 -i "chunk$chunk" in
  while read -r name rest; do
    read -r delay <&3
    # shellcheck disable=SC2086 # a list of words
    compute "$name" "$name" 60s $rest 2>"$name.err"
    sleep "$delay"
    kill -9 $! 2>/dev/null || fail "seed $seed: $name ended by itself: $(cat "$name.err")"
    wait $! 2>/dev/null || :
  done <cases
done

# Then all that is open closes, and the same for those that nobody disturbs.
while read -r name rest; do
  # shellcheck disable=SC2086 # a list of words
  set -- $rest
  compute "$name" "$name" 2500ms "$@" 2>"$name.err"
  disturbed=$!
  compute "calm-$name" "calm-$name" 2500ms "$@" 2>"calm-$name.err"
  wait $disturbed || [ $? = 124 ] || fail "$name: $(cat "$name.err")"
  wait $! || [ $? = 124 ] || fail "$name: $(cat "calm-$name.err")"
  for topic in "$name" "late-$name"; do
    bytes "${topic%"$name"}calm-$name" >wanted
    bytes "$topic" >there
    cmp -s wanted there || fail "seed $seed: $topic: $(diff wanted there | head -4)"
    checks=$((checks + 1))
  done
  results=$(estream-consume -c "$name")
  [ "$results" -gt $((chunks * 3)) ] || fail "$name: only $results results"
  expect 0 estream-inspect verify "$name"
done <cases
echo "$((chunks * count)) kills"
done_checking
