#!/bin/sh
# Signals that were ignored when a tool began stay ignored: under nohup, and in the background of a
# shell. The others end it as ever.
. "$(dirname "$0")/common.sh"

printf '{"t":1}\n{"t":9000000}\n' | estream-produce --time-field .t t
mkfifo never
exec 9<>never

# Bit n-1 of a mask in /proc is signal n: SIGHUP 1, SIGINT 2, SIGTERM 15.
mask() { sed -n "s/^$1:[^0-9a-f]*/0x/p" "/proc/$tool/status" 2>/dev/null; }
catches_term() { mask=$(mask SigCgt) && [ $((${mask:-0} >> 14 & 1)) = 1 ]; }

for command in 'estream-produce -i never t' 'estream-consume -f t' 'estream-replay -s 0.001x t' \
  'estream-window -f t --tumble 1m' \
  'estream-replay --into copy -s 0.001x t' 'estream-inspect --watch 1h t'; do
  env --ignore-signal=HUP --ignore-signal=INT $command >out 2>err &
  tool=$!
  eventually catches_term
  [ $(($(mask SigIgn) & 3)) = 3 ] || fail "$command: catches what was ignored"
  kill -s HUP $tool || fail "$command: is gone before any signal"
  kill -s INT $tool || fail "$command: SIGHUP ended it"
  kill -s TERM $tool || fail "$command: SIGINT ended it"
  status=0
  wait $tool || status=$?
  [ "$status" = 143 ] || fail "$command: SIGTERM gives $status"
  checks=$((checks + 1))
done

# The one that is caught does not make the others deadly: SIGHUP comes while the last receipts wait for
# somebody who reads them.
mkfifo stuck
exec 8<>stuck
seq 30000 >many
env --ignore-signal=HUP --default-signal=TERM estream-produce -j -i many t >stuck 2>err &
tool=$!
# The first byte of the first receipt: the others fill the pipe, and the tool waits.
dd bs=1 count=1 <&8 >first 2>dd.err
kill -s TERM $tool
eventually sh -c "! grep -q '^SigCgt:.*[4-7c-f]...\$' /proc/$tool/status"
kill -s HUP $tool
cat <stuck >/dev/null 8>&- &
exec 8>&-
status=0
wait $tool || status=$?
[ "$status" = 143 ] || fail "an ignored SIGHUP behind a SIGTERM gives $status"

# How a command ended is known although SIGCHLD was ignored.
env --ignore-signal=CHLD estream-replay --bisect '! grep -q 9000000' t >out 2>err ||
  fail "--bisect without SIGCHLD: $(cat err)"
grep -q 9000000 out || fail "--bisect without SIGCHLD: $(cat out)"
checks=$((checks + 1))

done_checking
