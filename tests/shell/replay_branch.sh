#!/bin/sh
# Branches: a topic that shares the files of another, while that is written to, compacted, removed.
. "$(dirname "$0")/common.sh"

seq 1 5000 | awk '{printf "{\"u\":\"u%d\",\"n\":%d}\n", $1 % 50, $1}' >events
estream-produce -K .u --partitions 3 --segment-bytes 20K --batch-size 4K -z none -i events main
estream-consume -j main | jq -c 'del(.topic)' >original

expect 0 estream-replay -v --branch side main
says '; shared: '
[ ! -s out ] || fail "--branch prints something"
estream-consume -j side | jq -c 'del(.topic)' >got
cmp -s original got || fail "the branch differs"
expect 0 estream-inspect verify main side
shared=$(find log/side -name '*.log' -links 2 | wc -l)
[ "$shared" -ge 6 ] || fail "only $shared segments are shared"

# Each goes its own way.
echo '{"u":"u1","n":-1}' | estream-produce -K .u side
expect 0 estream-compact -q --roll -L side
expect 0 estream-compact -q --roll --drop -k u7 side
expect 0 estream-inspect verify main side
estream-consume -j main | jq -c 'del(.topic)' >got
cmp -s original got || fail "what was done to the branch changed the original"
expect 0 estream-consume -c side
prints 49
expect 0 estream-replay --branch other main
rm -r log/main
expect 0 estream-inspect verify other
estream-consume -j other | jq -c 'del(.topic)' >got
cmp -s original got || fail "removing the original changed the branch"

# To another place, of a read-only topic, of an empty one.
mkdir elsewhere
expect 0 estream-replay --branch ./elsewhere/copy other
expect 0 estream-inspect verify ./elsewhere/copy
estream-produce --partitions 2 empty </dev/null
expect 0 estream-replay --branch empty2 empty
expect 0 estream-consume -c empty2
prints 0
chmod -R a-w log/other
expect 0 estream-replay --branch of-read-only other
estream-consume -j of-read-only | jq -c 'del(.topic)' >got
cmp -s original got || fail "the branch of a read-only topic differs"
chmod -R u+w log/other

# While others write, compact and delete, each branch is whole.
seq 1 40000 | awk '{printf "{\"u\":\"u%d\",\"n\":%d}\n", $1 % 50, $1; if ($1 % 200 == 0) fflush()}' |
  estream-produce -K .u --partitions 2 --segment-bytes 30K --rate 20k/s busy &
producer=$!
sleep 0.2
for i in 1 2 3 4 5 6; do
  estream-compact -q -L busy || fail "estream-compact ended with $?"
  expect 0 estream-replay --branch "busy$i" busy
  expect 0 estream-inspect verify "busy$i"
  estream-compact -q --max-segments 8 busy || fail "estream-compact ended with $?"
done
wait $producer || fail "the producer ended with $?"
expect 0 estream-inspect verify busy

expect 2 estream-replay --branch side other
says "choose another name"
expect 2 estream-replay --branch x other side
says 'option --branch: name the one topic'
expect 2 estream-replay --branch x other:1
expect 2 estream-replay --branch x nowhere
expect 2 estream-replay --branch ../x other
done_checking
