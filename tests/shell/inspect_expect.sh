#!/bin/sh
# estream-inspect expect: a check for scripts, at once or with patience.
. "$(dirname "$0")/common.sh"

printf '%s\n' '{"type":"paid","n":1}' '{"type":"open","n":2}' '{"type":"paid","n":3}' |
  estream-produce --partitions 2 -K .n t

expect 0 estream-inspect expect 'count == 3' t
[ ! -s out ] || fail "it speaks: $(cat out)"
expect 1 estream-inspect expect 'count == 4' t
prints 'count is 3, expected == 4'
expect 1 estream-inspect expect -q 'count == 4' t
[ ! -s out ] || fail "-q speaks"
expect 0 estream-inspect expect 'count(.type == "paid") >= 2' t
expect 1 estream-inspect expect 'count(.type == "paid" and .n > 1) >= 2' t
expect 0 estream-inspect expect 'partitions == 2' t
expect 0 estream-inspect expect 'first == 0' t
expect 0 estream-inspect expect 'last <= 2' t
expect 0 estream-inspect expect 'size < 10K' t
expect 1 estream-inspect expect 'size > 10K' t
expect 0 estream-inspect expect 'age < 5m' t
expect 1 env ESTREAM_NOW=4000000000 estream-inspect expect 'age < 5m' t
expect 0 estream-inspect expect 'count == 0' -U 2000-01-01 t
expect 1 estream-inspect expect -j 'count == 4' t
[ "$(cat out)" = '{"expect":"count == 4","actual":3,"ok":false}' ] || fail "-j: $(cat out)"
expect 2 estream-inspect expect 'count = 3' t
says "expect: cannot read 'count = 3'; compare"
expect 2 estream-inspect expect 'count == 3' no-such

# With -T it waits, for the topic as well, and no longer than it has to.
expect 124 estream-inspect expect 'count == 4' -T 300ms t
prints 'count is 3, expected == 4'
expect 124 estream-inspect expect 'count == 4' -T 300ms no-such
(sleep 0.5 && echo '{"n":4}' | estream-produce late && echo '{"n":5}' | estream-produce late) &
start=$(date +%s)
expect 0 estream-inspect expect 'count(.n > 0) == 2' -T 60s late
[ $(($(date +%s) - start)) -lt 30 ] || fail "it waited too long"
wait
(sleep 0.3 && echo '{"n":4}' | estream-produce t) &
expect 0 estream-inspect expect 'count >= 4' -T 60s t
wait

# What comes with a topic is news also for who wants only that.
seq 3 | estream-produce -d aside sudden
estream-inspect expect 'count == 3' -T 60s -o latest sudden & pid=$!
eventually waits $pid
mv aside/sudden log/sudden
wait $pid || fail "expect ended with $?"

# What has gone beyond it cannot come true, and is not waited for.
expect 1 estream-inspect expect 'count == 3' -T 60s t
prints 'count is 4, expected == 3'
expect 1 estream-inspect expect 'count(.n > 0) < 4' -T 60s t
expect 0 estream-inspect expect 'count == 4' -T 60s --settle 100ms t
expect 124 estream-inspect expect 'count == 4' -T 100ms --settle 60s t
prints 'count is 4, as expected, but not for as long as --settle asks'
(sleep 0.3 && echo '{"n":6}' | estream-produce t) &
expect 1 estream-inspect expect 'count == 4' -T 60s --settle 5s t
prints 'count is 5, expected == 4'
wait
expect 2 estream-inspect expect 'count == 4' --settle 1s t
estream-produce --partitions 1 empty </dev/null
expect 0 estream-inspect expect 'last == -1' empty

done_checking
