#!/bin/sh
# --atomic: killed at random moments, all of an input is stored, or nothing of it.
. "$(dirname "$0")/common.sh"

seed=${ESTREAM_TEST_SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
echo "seed $seed"
runs=40
rows=15000
input_of() { seq $rows | awk -v run="$1" '{ printf "{\"run\":%d,\"k\":\"k%d-%d\"}\n", run, run, $1 }'; }
run() { exec estream-produce -q --atomic -K .k -z none --batch-size 20000 -i "$1" orders 2>/dev/null; }
left() { find "$ESTREAM_DIR/orders/.producers" -name '.atomic*' | wc -l; }
echo '{"run":0}' | estream-produce -q -k foreign --partitions 3 --segment-bytes 300K orders

# The kills come while a run reads, decides and stores, however fast this machine is.
input_of 1 >in
begin=$(date +%s%N)
(run in)
whole_ns=$(($(date +%s%N) - begin))
delays=$(awk -v seed="$seed" -v runs=$runs -v whole=$whole_ns 'BEGIN {
  srand(seed)
  while (runs-- > 0) printf "%.6f\n", rand() * 1.3 * whole / 1e9
}')

mkfifo pipe
# Whoever comes next settles: another producer, a compaction, or the next run.
whole=0
none=0
run=1
for delay in $delays; do
  run=$((run + 1))
  input_of $run >in
  # Each fourth one is killed for sure before its end.
  [ $((run % 4)) = 0 ] && input=pipe || input=in
  run $input & killed=$!
  [ $input = in ] || { exec 3>pipe; cat in >&3; }
  sleep "$delay"
  kill -KILL $killed 2>/dev/null || :
  wait $killed && ended=0 || ended=$?
  exec 3>&-
  case $((run % 3)) in
    0) echo '{"run":0}' | estream-produce -q -k foreign orders ;;
    1) expect 0 estream-compact -q --roll -L orders ;;
    2) echo '{"run":0}' | estream-produce -q -k foreign --atomic orders ;;
  esac
  count=$(estream-consume -w ".run == $run" -F '%o\n' orders | wc -l)
  case $count in
    0) none=$((none + 1)); [ $ended != 0 ] || fail "seed $seed: run $run ended well, and is not there" ;;
    $rows) whole=$((whole + 1)) ;;
    *) fail "seed $seed: $count of $rows events of run $run" ;;
  esac
done
echo "of $runs runs, $whole are there and $none are not"
[ $none -ge $((runs / 4)) ] || fail "seed $seed: an input without an end was stored"
[ "$(left)" = 0 ] || fail "left: $(ls -A "$ESTREAM_DIR/orders/.producers")"
expect 0 estream-inspect verify orders
done_checking
