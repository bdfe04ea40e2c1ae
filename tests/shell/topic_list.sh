#!/bin/sh
# No topic is left out in silence, no root that is not there is success, and a topic is itself by any path.
. "$(dirname "$0")/common.sh"

seq 3 | estream-produce a; seq 4 | estream-produce b
mkdir log/foreign log/foreign/7 log/.hidden; touch log/file

# Without its settings a topic is still one.
mv log/b/topic.json kept
expect 3 estream-inspect;                says 'log/b/topic.json: is missing'; grep -q '^a ' out || fail 'a is not shown'
expect 3 estream-inspect -c;             says 'log/b/topic.json: is missing'; prints 3
expect 3 estream-inspect verify;         grep -q 'a/0: sound' out || fail 'a is not verified'
expect 3 estream-consume -c -r '.*';     says 'log/b/topic.json: is missing'
expect 3 estream-compact --all --policy; says 'log/b/topic.json: is missing'
expect 3 estream-consume b
expect 0 estream-consume -c -r 'a.*'
mv kept log/b/topic.json

# Nor does one that cannot be read keep a list from the others.
for verb in offsets segments; do
  mv log/a/topic.json kept
  expect 3 estream-inspect $verb; says 'log/a/topic.json: is missing'; grep -q '^b ' out || fail "$verb: b is not shown"
  expect 3 estream-inspect $verb a b; grep -q '^b ' out || fail "$verb a b: b is not shown"
  mv kept log/a/topic.json
done

# A partition counts once, however it is named.
seq 30 | estream-produce --partitions 3 parts
expect 0 estream-inspect -c parts:0 parts ./log/parts:2; prints 30
expect 0 estream-inspect offsets --no-header parts:1 parts; [ "$(wc -l <out)" = 3 ] || fail "$(cat out)"
expect 0 estream-inspect keys -j parts:1 parts; grep -q '"records":30}' out || fail "$(cat out)"

# Any number of partitions can be looked at with few open files.
seq 100 | estream-produce --partitions 60 wide
for command in '-c wide' 'offsets wide' 'segments wide' 'batches wide' 'keys wide' 'hist wide' 'schema wide' 'verify wide'; do
  expect 0 sh -c "ulimit -n 20; estream-inspect $command"
done
for command in verify offsets -c; do
  expect 2 estream-inspect $command parts:1,3; says 'parts: has no partition 3; it has 3'
  expect 2 estream-inspect $command parts -p 7; says 'parts: has no partition 7; it has 3'
done
rm -r log/parts log/wide

# One that may not be looked into, by a user whom the system does not let in.
if [ "$(id -u)" != 0 ]; then
  as_other() { "$@"; }
else
  chmod 755 . log
  as_other() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
fi
mkdir -p log/dark/0
modes='0 311'
as_other estream-inspect --version >out 2>&1 || { echo "SKIPPED: no other user can run the tools here"; modes=; }
for mode in $modes; do
  for name in b dark; do
    chmod $mode log/$name
    for command in 'inspect' 'inspect -c' 'inspect verify' 'inspect offsets' 'consume -c -r .+'; do
      expect 2 as_other estream-$command; says "log/$name"
      [ "$command" != inspect ] || grep -q '^a ' out || fail "a is not shown beside $name"
    done
    [ "$(id -u)" = 0 ] || { expect 2 estream-compact --all --policy; says "log/$name"; }
    chmod 755 log/$name
  done
done
rm -r log/dark

# A data root that is not there, or no directory.
touch file
for root in "$work/typo" "$work/file" "$work/file/sub"; do
  for command in 'inspect' 'inspect -c' 'inspect verify' 'inspect offsets' 'compact --policy --all' 'consume -c -r .*' \
    'consume a' 'replay a' 'inspect expect count==0 a' 'compact --policy a'; do
    expect 2 estream-$command -d "$root"; says "data root $root (--dir)"
  done
  expect 2 env ESTREAM_DIR="$root" estream-compact --policy --all; says '(ESTREAM_DIR)'
done
expect 2 env -u ESTREAM_DIR HOME="$work" estream-compact --policy --all; says 'ESTREAM_DIR is not set'
mkdir empty
for command in 'inspect' 'inspect verify' 'compact --policy --all'; do expect 0 estream-$command -d empty; done
expect 0 sh -c 'seq 2 | estream-produce -d new/root a'

# Names by which a broker's directory is known.
for name in meta.properties cleaner-offset-checkpoint recovery-point-offset-checkpoint replication-offset-checkpoint \
  log-start-offset-checkpoint; do
  expect 2 sh -c "echo 1 | estream-produce $name"; says "a Kafka broker"
done
cp -a log/a log/meta.properties
expect 0 estream-consume -c a
prints 3
expect 0 sh -c 'echo 4 | estream-produce a'
expect 2 estream-inspect; says meta.properties
rm -r log/meta.properties

# The same topic by another path.
ln -s log link
expect 2 estream-replay --into a a;       says 'is one of the topics that are read'
expect 2 estream-replay --into ./link/a a; says 'is one of the topics that are read'
expect 2 estream-replay --into a ./log/a; says 'is one of the topics that are read'
expect 2 estream-replay -d link --into a ./log/../log/a || :
expect 2 estream-replay --branch ./link/a a
expect 2 estream-replay --branch ./log/a/x a; says 'is a topic, and cannot hold others'
expect 0 estream-consume -c a ./log/a ./link/a; prints 4
expect 0 estream-inspect -c a ./log/a ./link/a a/; prints 4

done_checking
