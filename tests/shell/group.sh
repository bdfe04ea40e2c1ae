#!/bin/sh
# Consumer groups: shares, takeover, positions.
. "$(dirname "$0")/common.sh"

events() { seq "$1" "$2" | jq -c '{n: .}' | estream-produce -q -K .n --partitions 4 orders; }
count() { cat "$@" | wc -l; }
has() { [ "$(count $2)" -ge "$1" ]; }
# Every event up to N is in the files, each once.
each_once() {
  wanted=$1
  shift
  [ "$(cat "$@" | jq .n | sort -n | uniq | wc -l)" = "$wanted" ] || fail "lost: $(count "$@") lines of $wanted events"
  [ "$(count "$@")" = "$wanted" ] || fail "printed twice: $(count "$@") lines of $wanted events"
}
owners() { estream-inspect groups -j "$1" 2>/dev/null | jq -r 'select(.pid != null) | .member' | sort | uniq -c | awk '{print $1}' | tr '\n' ' '; }
owns() { [ "$(owners "$1")" = "$2" ]; }

# One after the other.
events 1 100
expect 0 estream-consume -g one orders
cp out part1
expect 0 estream-consume -g one orders
prints_nothing() { [ ! -s out ] || fail "prints $(cat out)"; }
prints_nothing
events 101 150
expect 0 estream-consume -g one -n 20 orders
cp out part2
[ "$(count part2)" = 20 ] || fail "-n: $(count part2)"
expect 0 estream-consume -g one orders
cp out part3
each_once 150 part1 part2 part3
# Each group for itself; a new one begins at -o.
expect 0 estream-consume -g other -o -1 orders
[ "$(count out)" = 4 ] || fail "-o -1: $(cat out)"
expect 0 estream-consume -g filtered -w '.n > 148' orders
[ "$(count out)" = 2 ] || fail "-w: $(cat out)"
expect 1 estream-consume -g filtered -w '.n > 148' orders

# Two share; the second gets its part when it is a second old, the first everything when it dies.
timeout 60 estream-consume -f -g live orders >a 2>a.err &
a=$!
eventually has 150 a
estream-consume -f -T 60s -g live orders >b 2>b.err &
b=$!
eventually owns live '2 2 '
events 151 250
eventually has 250 'a b'
[ -s b ] || fail "the second member got nothing"
kill -9 $b
events 251 350
eventually has 350 'a b'
eventually owns live '4 '
each_once 350 a b
expect 75 estream-consume -g live --exclusive orders
says "another member of group 'live' owns it"
expect 75 estream-consume -g live --seek earliest orders
says "a member of group 'live' owns it; let the members end first"
expect 75 estream-consume --forget -g live orders
# Four members with one partition each: a fifth without -f has nothing to do.
members=$a
for n in 1 2 3; do
  timeout 60 estream-consume -f -g live orders >more.$n 2>&1 &
  members="$members $!"
done
eventually owns live '1 1 1 1 '
expect 75 estream-consume -g live orders
says 'all partitions are owned by other members'
# A signal ends a member in order: nothing is printed twice.
# shellcheck disable=SC2086 # a list of words
kill $members
wait
events 351 400
expect 0 estream-consume -g live orders
each_once 400 a b more.1 more.2 more.3 out

# Kills: what is printed again was printed by a member that died, and nothing is lost.
seq 401 60000 | jq -c '{n: .}' | estream-produce -q -K .n orders
: >killed
for round in 1 2 3 4 5 6 7 8; do
  estream-consume -g kills -F '%{.n}\n' --sync none orders >"killed.$round" 2>/dev/null &
  sleep 0.0$round
  kill -9 $! 2>/dev/null || :
  wait $! 2>/dev/null || :
done
expect 0 estream-consume -g kills -F '%{.n}\n' orders
# The last line of a file may be a part of one.
for printed in killed.* out; do cat "$printed"; echo; done | grep . | sort -n | uniq |
  awk 'END {exit NR != 60000}' || fail "kills have lost events"

# Positions by hand.
expect 0 estream-consume -g live --seek earliest --dry-run orders
says 'nothing was changed'
expect 0 estream-consume -g live orders
cp out rest
expect 0 estream-consume -g live --seek 2=-3 orders
[ "$(wc -l <out)" = 2 ] || fail "--seek of one partition: $(cat out)"
expect 0 estream-consume -g live -o stored orders
[ "$(count out)" = 3 ] || fail "-o stored: $(cat out)"
expect 0 estream-consume -g live -o stored+2 -p 2 orders
[ "$(count out)" = 1 ] || fail "-o stored+2: $(cat out)"
expect 0 estream-consume -g live -p 2 orders
[ "$(count out)" = 3 ] || fail "after --seek: $(cat out)"
expect 0 estream-consume -g twin --seek group:live orders
expect 0 estream-consume -g twin orders
prints_nothing
expect 0 estream-consume -g live --commit none -n 1 --seek -1 -p 1 orders
expect 0 estream-consume -g live --commit none orders
[ "$(count out)" = 1 ] || fail "--commit none: $(cat out)"
expect 0 estream-consume -g live --commit end orders
[ "$(count out)" = 1 ] || fail "--commit end: $(cat out)"
expect 0 estream-consume -g live orders
prints_nothing
expect 0 estream-inspect lag orders
[ "$(awk '$1 == "live" {print $6}' out | tr '\n' ' ')" = '0 0 0 0 ' ] || fail "lag: $(cat out)"
expect 1 estream-inspect lag --max-lag 100 orders
expect 0 estream-inspect groups --max-lag 1h live
expect 2 estream-inspect groups nobody
says "group 'nobody' does not exist"
expect 0 estream-consume --forget -g twin orders
expect 2 estream-consume --forget -g twin orders
expect 2 estream-consume -g twin -o stored orders
says "group 'twin' does not exist"

# A named member gets back what it had.
estream-consume -f -T 60s -g names --member ann orders >ann 2>ann.err &
eventually owns names '4 '
expect 75 estream-consume -g names --member ann orders
says "member 'ann' of the group is alive"
kill $!
wait $! || :
estream-consume -f -T 60s -g names --member bob --rejoin-grace 2s orders >bob 2>&1 &
bob=$!
sleep 0.5
owns names '' || fail "bob does not wait for ann: $(owners names)"
estream-consume -f -T 60s -g names --member ann orders >ann2 2>&1 &
eventually owns names '2 2 '
kill $! $bob
wait

# What does not fit is told, and nothing is moved.
expect 0 estream-compact -q --roll --max-segments 1 orders
events 60001 60010
expect 0 estream-consume -g gap --seek earliest orders
expect 0 estream-compact -q --roll --max-segments 1 orders
expect 3 estream-consume -g gap orders
says "group 'gap' needs offset"
says '--on-gap start'
expect 0 estream-consume -g gap --on-gap start orders
says 'before group '"'gap'"' had read them'
cp -r log/orders kept
rm -r log/orders
events 1 5
expect 3 estream-consume -g gap orders
says "group 'gap' has read the topic with topic id"
rm -r log/orders && mv kept log/orders
expect 0 estream-consume -g gap orders
dd if=/dev/zero of=log/.groups/gap/orders-1 bs=1 seek=20 count=4 conv=notrunc 2>/dev/null
dd if=/dev/zero of=log/.groups/gap/orders-1 bs=1 seek=4116 count=4 conv=notrunc 2>/dev/null
printf '\7' | dd of=log/.groups/gap/orders-1 bs=1 seek=30 conv=notrunc 2>/dev/null
expect 3 estream-consume -g gap orders
says 'log/.groups/gap/orders-1: a slot is damaged; restore the file from a copy'
cp log/.groups/one/orders-1 log/.groups/gap/orders-1
expect 3 estream-consume -g gap orders
says 'is the position of another group or partition'

# Topics that are made later.
echo 1 | estream-produce -q new-1
estream-consume -f -T 60s -g later -r 'new-.*' -o latest >later 2>&1 &
later=$!
eventually sh -c 'estream-inspect groups later 2>/dev/null | grep -q new-1'
echo 2 | estream-produce -q new-2
eventually grep -q 2 later
kill $later
wait $later && fail "a signal is no error"
[ "$(cat later)" = 2 ] || fail "a topic that came later: $(cat later)"
expect 0 estream-consume -g later -r 'new-.*'
prints_nothing
expect 0 estream-consume -g synced --sync batch new-1
prints 1
# A pipe that is closed keeps what it has taken, up to 1 MiB, and the position does not come before
# that.
seq 600000 | estream-produce -q many
estream-consume -g piped many | head -1 >piped
[ "$(cat piped)" = 1 ] || fail "piped: $(cat piped)"
expect 0 estream-consume -g piped many
[ "$(tail -1 out)" = 600000 ] || fail "after a closed pipe: $(tail -1 out)"
[ "$(wc -l <out)" -gt 300000 ] || fail "the position went beyond the pipe: $(wc -l <out)"

# What -g does not go with.
for other in '--cursor-file c' '--tail 1' -c '-S today' '-U now' '--to 1' --reverse '-q -k a'; do
  # shellcheck disable=SC2086 # a list of words
  expect 2 estream-consume -g one $other orders
  says 'do not go together'
done
expect 2 estream-consume --member ann orders
says 'need -g GROUP'
expect 2 estream-consume -o stored orders
says 'stored is the position of a group; give -g GROUP'
expect 2 estream-consume -g ../x orders
says "option --group: the group '../x'"
mkdir kafka && : >kafka/meta.properties && mkdir kafka/orders-0
expect 2 estream-consume -d kafka -g one orders
says "is in a Kafka broker's directory"

done_checking
