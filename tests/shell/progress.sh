#!/bin/sh
# How far a command has come: on a terminal, in a log, as JSON, and when it is interrupted.
. "$(dirname "$0")/common.sh"

seq 200000 | jq -c '{n: ., pad: "0123456789012345678901234567890123456789"}' >events
gzip -k events
grows() { expect 0 estream-produce --progress=json --batch-size 4K -K .n "$@" t; }

# last FILTER: the last JSON line on standard error passes it; all lines are JSON of this form.
last() {
  grep '^{' err >lines || fail "no progress: $(cat err)"
  jq -e 'keys == ["bytes","bytes_per_second","events","seconds","seconds_left","share","tool","type","what"]
    and .type == "progress" and .seconds >= 0 and (.share == null or (.share >= 0 and .share <= 1))' \
    lines >/dev/null || fail "not as it should be: $(cat lines)"
  tail -1 lines | jq -e "$1" >/dev/null || fail "the end: $(tail -1 lines)"
}

grows -i events
last '.tool == "estream-produce" and .what == "stored" and .share == 1 and .events == 200000 and .seconds_left == 0'
grows -i events.gz
last '.share == 1 and .bytes > 10000000'
expect 0 sh -c 'estream-produce --progress=json u <events'
last '.share == null and .seconds_left == null and .events == 200000'
expect 0 sh -c 'estream-consume --progress=json t >all'
last '.tool == "estream-consume" and .what == "read" and .share == 1 and .events == null'
expect 0 estream-consume --progress=json --reverse -n 10 t
last '.share < 0.1'
expect 0 estream-consume --progress=json -w '.n < 0' --ok-empty t
last '.share == 1'
expect 0 estream-replay --progress=json -s max -o -50000 t
last '.tool == "estream-replay" and .share == 1'
expect 0 estream-replay --progress=json -L t
last '.share == 1'
expect 0 estream-replay --progress=json --into v t
last '.what == "copied" and .share == 1'
for verb in keys hist schema; do
  expect 0 estream-inspect "$verb" --progress=json t u
  last '.tool == "estream-inspect" and .share == 1 and .bytes > 0'
done
expect 0 estream-inspect verify --progress=json t u
last '.what == "verified" and .share == 1 and .bytes > 1000000'
expect 0 estream-compact --progress=json --roll -L t v
last '.tool == "estream-compact" and .share == 1 and .bytes > 0'
expect 0 estream-compact --progress=json --roll --drop -w '.n == 7' v
last '.share == 1'
expect 0 estream-compact --progress=json --max-segments 1 u
last '.share == null or .share == 1'

# Lines for a log begin with the tool's name.
expect 0 estream-inspect verify --progress=always t
says 'estream-inspect: verified '
expect 0 estream-inspect verify -q --progress=always t
says 'estream-inspect: verified '

# Nothing is shown in a pipe, nor of what takes no time; and never with -q.
for command in 'consume -c' 'inspect verify' 'inspect keys' 'compact --max-age 1d'; do
  # shellcheck disable=SC2086 # a list of words
  expect 0 estream-$command t
  [ ! -s err ] || fail "$command: $(cat err)"
done

# A terminal gets one line that is taken off again, also when a message comes meanwhile.
on_terminal() { script -qec "$1" /dev/null </dev/null >shown; }
slow='estream-replay --rate 20000/s -n 40000'
on_terminal "$slow t >file"
grep -q 'estream-replay: read .*%), .*left' shown || fail "a terminal shows $(od -c shown | tail -5)"
tr '\r' '\n' <shown | tail -1 | grep -q '[^ ]' && fail "the line stays: $(od -c shown | tail -5)"
on_terminal "$slow t"
grep -q '%)' shown && fail "events and progress are mixed"
on_terminal "$slow -q t >file"
grep -q '%)' shown && fail "-q shows progress"

# Who interrupts learns how far it came.
estream-replay --rate 1000/s --into slow t 2>err &
eventually sh -c 'estream-consume -c slow 2>/dev/null | grep -q "[1-9]"'
kill -TERM $!
wait $! && fail "an interrupted copy ends with 0"
grep -q 'estream-replay: note: ' err || fail "a copy says nothing: $(cat err)"
# interrupted SAYS FILE COMMAND...: it gets a signal when the file has something in it.
interrupted() {
  wanted=$1 begun=$2
  shift 2
  "$@" >printed 2>err & run=$!
  eventually test -s "$begun"
  kill -TERM $run
  wait $run && fail "interrupted, and ends with 0: $*"
  says "$wanted"
}
interrupted 'note: stopped after ' printed estream-replay --rate 1000/s t
interrupted 'error: stopped before the record was found; run it again' begun \
  estream-replay --bisect 'echo 1 >begun; sleep 1' t
# A report of a part is none. A run that ends before the signal is tried again.
for try in $(seq 100); do
  estream-inspect keys -K .n t >printed 2>err & run=$!
  sleep 0.0$((try % 9 + 1))
  kill -TERM $run 2>/dev/null || :
  status=0
  wait $run || status=$?
  [ $status = 0 ] || [ ! -s printed ] || fail "an interrupted report: $(cat printed)"
  if grep -q 'interrupted before all was read, so nothing is reported' err; then break; fi
  [ "$try" -lt 100 ] || fail "never interrupted"
done
expect 124 estream-replay -L -T 0s t
says 'error: stopped before all was read, so nothing is printed; run it again'
mkfifo pipe
estream-consume --cursor-file seen t >pipe 2>err &
{
  head -c 10000 >/dev/null
  kill -TERM $!
  cat >/dev/null
} <pipe
wait $! && fail "an interrupted consumer ends with 0"
grep -q 'estream-consume: note: stopped after [0-9]* events, read .*; the next run with seen goes on from there' err ||
  fail "consume says: $(cat err)"
done_checking
