#!/bin/sh
# Where erased events live on: what dead processes left goes, and what other topics share is named.
. "$(dirname "$0")/common.sh"

fill() {
  for i in $(seq 1 50); do echo "{\"k\":\"bob\",\"secret\":\"bob-lives-at-$i\"}"; done |
    estream-produce -q -K .k -z none --segment-bytes 1K --batch-size 200 "$1"
}
holders() { grep -rl bob-lives log | cut -d/ -f2 | sort -u | xargs; }

# A topic that a dead process was making, with its lock and without.
fill t
for name in .creating-b-1 .creating-b-2; do
  mkdir -p log/$name/0
  ln log/t/0/*0.log log/$name/0/
done
: >log/.creating-b-1.lock
expect 0 estream-compact -q --roll --drop -k bob t
[ -z "$(holders)" ] || fail "bob is in $(holders)"
[ ! -e log/.creating-b-1 ] && [ ! -e log/.creating-b-2 ] || fail 'dead topics are there'

# Any maintenance removes them.
mkdir -p log/.creating-b-1/0
expect 0 estream-compact -q --max-age 1d t
[ ! -e log/.creating-b-1 ] || fail 'a dead topic is there'

# One that is being made has the events, too, and stays.
fill w
python3 - log/.creating-b-3.lock <<'EOF' &
import fcntl, os, struct, sys, time
fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
fcntl.fcntl(fd, 37, struct.pack("hhqqi", fcntl.F_WRLCK, 0, 0, 1, 0))  # F_OFD_SETLK, byte 0
open("locked", "w").close()
while os.path.exists("locked"):
    time.sleep(0.02)
EOF
eventually test -e locked
mkdir -p log/.creating-b-3/0
ln "$(ls log/w/0/*.log | head -n 1)" log/.creating-b-3/0/
expect 1 estream-compact -j --roll --drop -k bob w
says 'that have other names: .creating-b-3 (1); erase them there also'
[ "$(holders)" = .creating-b-3 ] || fail "bob is in $(holders)"
rm locked
wait
rm -r log/.creating-b-3 log/w

# A branch, and a backup somewhere else.
fill u
expect 0 estream-replay -q --branch v u
mkdir backup
shared=$(find log/u -name '*.log' -links +1 | wc -l)
ln log/u/0/00000000000000000000.log backup/
for dry in --dry-run --roll; do
  expect 1 estream-compact -j $dry --roll --drop -k bob u
  says "u/0: the erased events are still in segments that have other names: v ($shared), outside of this data root (1); erase them there also"
  [ "$(jq .shared_segments out)" = "$shared" ] || fail "$(cat out)"
done
[ "$(holders)" = v ] || fail "bob is in $(holders)"
expect 0 estream-consume -c v
prints 50
rm -r backup
expect 0 estream-compact --roll --drop -k bob v
[ -z "$(holders)" ] || fail "bob is in $(holders)"

# A segment that an erasure has merged into its neighbour, and did not come to remove: the next one
# removes it, and says who shares it.
fill x
expect 0 estream-replay -q --branch y x
expect 1 estream-compact -q --roll --drop -k bob x
merged=$(for file in log/y/0/*.log; do [ -e "log/x/0/${file##*/}" ] || echo "${file##*/}"; done | head -n 1)
[ "$merged" ] || fail 'nothing was merged'
ln "log/y/0/$merged" log/x/0/
for dry in --dry-run --roll; do
  expect 1 estream-compact -j $dry --drop -k bob x
  says 'x/0: the erased events are still in segments that have other names: y (1); erase them there also'
done
[ ! -e "log/x/0/$merged" ] || fail 'a merged segment is there'
[ "$(holders)" = y ] || fail "bob is in $(holders)"
expect 0 estream-compact -q --roll --drop -k bob x y
[ -z "$(holders)" ] || fail "bob is in $(holders)"

# What recovery cut off may hold them, too.
mkdir log/v/0/quarantine
echo bob >log/v/0/quarantine/x
expect 1 estream-compact --drop -k bob v
says 'v/0: what recovery cut off may also hold such events (files in quarantine: 1)'
expect 0 estream-compact -L v


# Segments that a limit of the same run deletes: their events are elsewhere, too. Segments without
# such events are of no importance.
fill z
for i in $(seq 1 20); do echo '{"k":"eve","secret":"no"}'; done | estream-produce -q -K .k -z none z
expect 0 estream-replay -q --branch a z
shared=$(find log/a -name '*.log' -links +1 -exec grep -l bob-lives {} + | wc -l)
for dry in --dry-run --roll; do
  expect 1 estream-compact -j $dry --roll --drop -k bob --max-segments 1 z
  says "z/0: the erased events are still in segments that have other names: a ($shared); erase them there also"
done
[ "$(holders)" = a ] || fail "bob is in $(holders)"
done_checking
