#!/bin/sh
# A topic is known by its id: cursors and followers notice another one of the same name.
. "$(dirname "$0")/common.sh"

p() { estream-produce "$@"; }
exits() { wait "$1" && s=0 || s=$?; [ "$s" = "$2" ] || fail "exit $s instead of $2: $3"; }
# reads PID TOPIC: the process has files of the topic open.
reads() { ls -l "/proc/$1/fd" 2>/dev/null | grep -q "log/$2/"; }
counts() { [ "$(grep -c "$3" "$2")" = "$1" ]; }

# A cursor file and a topic that was made anew, a branch, another one of that name, and a copy.
seq 3 | p a; expect 0 estream-consume -q --cursor-file c a
expect 0 estream-replay --branch b a; cp -a log/a keep
for way in 'rm -r log/a; seq 101 105 | p a' 'mv log/a log/old; mv log/b log/a'; do
  eval "$way"
  expect 3 estream-consume --cursor-file c a
  says 'another topic is in its place'
  grep -q "$(jq -r .id keep/topic.json)" err && grep -q "$(jq -r .id log/a/topic.json)" err || fail 'not both ids'
  [ ! -s out ] || fail 'it prints all the same'
done
rm -r log/a; cp -a keep log/a
seq 4 4 | p a; expect 0 estream-consume --cursor-file c a
prints 4

# A cursor file of before is taken over, once.
sed -i 's/"topic_id":"[0-9a-f]*",//' c; seq 5 5 | p a
expect 0 estream-consume --cursor-file c a
prints 5; says 'from before topics had ids'
expect 0 estream-consume --cursor-file c a
[ ! -s err ] || fail 'said twice'
[ "$(jq -r '.positions[0].topic_id' c)" = "$(jq -r .id log/a/topic.json)" ] || fail "$(cat c)"

# One reader for one cursor file; what it leaves is nothing; a file of the user's beside it stays.
touch c.tmp.mine c.tmp.0123456789abcdef; estream-consume -f --cursor-file c a >follow & first=$!
until [ -e .c.estream-lock ]; do sleep .05; done
expect 75 estream-consume --cursor-file c a
says 'another reader uses this cursor file'
kill "$first"; wait "$first" || :
expect 0 estream-consume --cursor-file c a
[ ! -e .c.estream-lock ] && [ -e c.tmp.mine ] && [ ! -e c.tmp.0123456789abcdef ] || fail "left: $(ls -A)"

# Followers of a topic that is removed, renamed, made anew, or whose root is.
seq 2 | p z
for way in 'rm -r log/a' 'rm -r log/a; seq 9 | p a' 'mv log/a log/a2' 'mv log/a log/a2; cp -a log/a2 log/a' \
  'mv log log2; mkdir log; seq 7 | p a'; do
  for reader in 'consume -f a' 'consume -f -r [az]' 'inspect expect count==99 a'; do
    rm -rf log log2; seq 3 | p --partitions 2 a; seq 2 | p z
    estream-$reader -T 60s >out 2>err & pid=$!; eventually reads $pid a
    eval "$way"
    exits $pid 3 "$reader: $way"
    says 'was removed, renamed or exchanged'
    says 'topic id'
  done
done

# No false alarm by what writers and maintenance do.
rm -rf log log2; seq 50 | p --segment-bytes 2000 -K . a
estream-consume -f a >followed 2>err & pid=$!; eventually reads $pid a
for i in 1 2 3 4 5; do
  seq 60 | p -K . a; estream-compact -q --roll --max-segments 50 a; estream-compact -q --roll -L --null-keys=keep a
  estream-compact -q --set retention=9d a; mv log/a/0/commit aside; echo again | p --format text a
done
eventually counts 5 followed again
kill $pid; exits $pid 143 'a false alarm'

# A topic that is made after the start is read from its beginning.
rm -rf log; seq 5 | p there
estream-consume -f --wait -o latest there later >out 2>err & pid=$!; eventually waits $pid
seq 6 7 | p there; seq 101 150 | p later; eventually counts 52 out .; kill $pid; exits $pid 143 wait
[ "$(sort -n out | tr '\n' ' ')" = "6 7 $(seq 101 150 | tr '\n' ' ')" ] || fail "waited: $(cat out)"

done_checking
