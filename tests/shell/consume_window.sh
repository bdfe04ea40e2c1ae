#!/bin/sh
# Which records are printed, and in which order: positions, times, counts, partitions, topics.
. "$(dirname "$0")/common.sh"

# Offsets 0 to 19 in one partition; times 1000 s, 1001 s ... but 5 and 6 are exchanged.
seq 0 19 | awk '{ t = $1; if (t == 5) t = 6; else if (t == 6) t = 5
  printf "{\"i\":%d,\"t\":%d}\n", $1, (1000 + t) * 1000 }' >events
produce() { jq -c '{ts: .t, key: "\(.i)", value: .}' | estream-produce -J --sync=none "$@"; }
sed -n 1,9p events | produce one
sed -n 10,20p events | produce --batch-size 1 one

numbers() { jq -r .i "$work/out" | tr '\n' ' '; }
# shows "NUMBERS " OPTION...
shows() {
  numbers_wanted=$1
  shift
  expect 0 estream-consume "$@"
  [ "$(numbers)" = "$numbers_wanted" ] ||
    fail "$*: shows $(numbers)instead of $numbers_wanted"
}

expect 0 estream-consume one
cmp -s events out || fail "the values changed"

# Positions.
shows "17 18 19 " -o 17 one
shows "17 18 19 " -o -3 one
shows "18 19 " -o +18 one
shows "" -o latest one
shows "" -o 99 one
shows "19 " -o latest -o 0=19 one
shows "0 1 " --to 2 one
shows "3 4 " -o 3 --to 5 one
shows "5 6 7 " -o @@1005 --to 8 one
shows "7 " -o @@1007 --to 8 one
expect 2 estream-consume -o 3=1 one
says 'option --from: partition 3 is not among'
expect 2 estream-consume -o stored one

# A partition as it is printed.
shows "17 18 19 " -o 17 one/0
expect 2 estream-consume one/1
says 'has no partition 1'
expect 2 estream-produce one/0
says 'name the partition with -p N'
mkdir -p dir && echo '{"i":7}' | estream-produce ./dir/0
shows "7 " dir/0

# Newest first.
shows "19 18 17 " --reverse -n 3 one
shows "4 3 " --reverse -o 3 --to 5 one
shows "2 1 0 " --reverse --to 3 one
shows "7 5 " --reverse -S @1005 -U @1008 -w '.i != 6' one
shows "" --reverse -o latest one
estream-consume one | tac >wanted_order
expect 0 estream-consume --reverse one
cmp -s wanted_order out || fail "--reverse is not the reverse"
expect 0 estream-consume --reverse -c one
prints 20
for other in -f '--tail 1' '--cursor-file c' '--on-corrupt skip'; do
  # shellcheck disable=SC2086 # a list of words
  expect 2 estream-consume --reverse $other one
  says 'do not go together'
done

# Times are those of the records, not of the place where the first one is found.
shows "6 " -S @1005 -U @1006 one
shows "4 6 " -S @1004 --for 2s one
shows "5 7 " -U @1008 --for 2s one
shows "18 19 " -S 1970-01-01T00:16:58Z one
shows "" -S @3000 one
expect 2 estream-consume --for 2s one
expect 2 estream-consume --for 2 -S @1 one
says '2 has no unit; write 2s or 2m'

# First and last.
shows "0 1 2 " -n 3 one
shows "" -n 0 one
shows "17 18 19 " --tail 3 one
shows "17 18 " --tail 3 -n 2 one
shows "3 4 " --to 5 --tail 2 one
shows "18 19 " -w '.i > 3' --tail 2 one
shows "6 " -S @1004 -U @1006 --tail 1 one
shows "" --tail 0 one

# Counts come from headers where they can, and agree with what is printed.
for options in "" "-o 3" "-o 3 --to 12" "-S @1005" "-U @1006" "-S @1003 -U @1015" "-n 4" \
  "--tail 4" "-w .i>7" "--tail 3 -o 18"; do
  # shellcheck disable=SC2086
  estream-consume $options one | wc -l >wanted_count
  # shellcheck disable=SC2086
  expect 0 estream-consume -c $options one
  prints "$(cat wanted_count)"
done

# Several partitions and topics.
produce --partitions 3 parts <events
expect 0 estream-consume parts
jq -e -s 'map(.t) == (map(.t) | sort)' out >sorted || fail "not in the order of time: $(numbers)"
expect 0 estream-consume --order partition -j parts
jq -e -s 'map([.partition, .offset]) | . == sort and length == 20' out >sorted ||
  fail "--order partition mixes"
expect 0 estream-consume --order offset -j parts
jq -e -s 'map([.offset, .partition]) | . == sort and length == 20' out >sorted ||
  fail "--order offset does not go by offset"
estream-consume parts >all
for n in 1 2 3 5 19 20 99; do
  expect 0 estream-consume --tail $n parts
  tail -n $n all | cmp -s - out || fail "--tail $n is not the tail of everything"
done
estream-consume -c parts:0 >c0
estream-consume -c -p 1-2 parts >c12
[ $(($(cat c0) + $(cat c12))) = 20 ] || fail "partitions do not add up"
expect 0 estream-consume -c parts:0,2 parts:1 parts
prints 20
expect 2 estream-consume -p 3 parts
says 'parts: has no partition 3'
expect 0 estream-consume -c one parts
prints 40
expect 0 estream-consume -c -t one -t parts
prints 40
expect 0 estream-consume -c -r 'p.*s' 'on.'
prints 40
expect 0 estream-consume -c -r '.*'
prints 40
expect 2 estream-consume -r '['
says "missing ]: ["
expect 2 estream-consume -r 'art'
says "no topic"
expect 2 estream-consume nowhere
says "topic 'nowhere' does not exist"
expect 2 estream-consume ../x/
expect 0 estream-consume -c "$ESTREAM_DIR/one"
prints 20

# Times that jump back: --tail still is the tail of what is printed.
seq 1 300 | awk '{ t = 5000 + $1; if ($1 % 7 == 0) t -= 40; if ($1 == 100) t += 150
  printf "{\"i\":%d,\"t\":%d}\n", $1, t }' |
  produce --partitions 4 --batch-size 300 jumps
estream-consume jumps >all
for n in 1 10 50 120 250; do
  expect 0 estream-consume --tail $n jumps
  tail -n $n all | cmp -s - out || fail "--tail $n is not the tail where times jump back"
done

# Events are counted, not the offsets that a compaction took away.
seq 9 | awk '{ print $1 % 3 ":" $1 }' | estream-produce --format text --key-delimiter : gone
estream-compact -q --roll -L gone
expect 0 estream-consume -F '%o ' -o +1 gone
prints_offsets() { [ "$(cat out)" = "$1" ] || fail "reads $(cat out)instead of $1"; }
prints_offsets "7 8 "
expect 0 estream-consume -F '%o ' -o -2 gone
prints_offsets "7 8 "
expect 0 estream-consume -F '%o ' --to +1 gone
prints_offsets "6 "

expect 2 estream-consume -S 2026-01-02 -U 2026-01-01 one
says 'is later than'

# A part is no count, and its last events are not the last.
expect 124 estream-consume -c -T 0s -w '.i > 0' one
[ ! -s out ] || fail "the count of a part: $(cat out)"
expect 124 estream-consume --tail 1 -T 0s -w '.i > 0' one
[ ! -s out ] || fail "the tail of a part: $(cat out)"

done_checking
