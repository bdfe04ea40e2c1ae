#!/bin/sh
# A topic on another disk: its directory in the data root is a link.
. "$(dirname "$0")/common.sh"

mkdir elsewhere
seq 100 | jq -c '{n: .}' >events
estream-produce -K .n --partitions 2 -i events t
mv log/t elsewhere/orders
ln -s ../elsewhere/orders log/t

expect 0 estream-consume -c t
prints 100
expect 0 estream-produce -K .n -i events t
expect 0 estream-inspect -j
[ "$(jq -r '.topic + " " + (.records | tostring)' out)" = 't 200' ] || fail "the list: $(cat out)"
expect 0 estream-inspect verify
expect 0 estream-compact -q --roll -L t
expect 0 estream-consume -c ./log/t
prints 100
expect 0 estream-compact -q --set retention=1d t
expect 0 estream-compact -q --all --policy
expect 0 estream-replay --into u t
expect 0 estream-replay --branch b t
expect 0 estream-inspect verify
expect 0 estream-consume -c b
prints 100
expect 0 estream-replay --into t u
expect 0 estream-consume -c -r '.*'
prints 400
# A branch that shares segments is found behind a link, too.
mv log/b elsewhere/branch && ln -s "$PWD/elsewhere/branch" log/b
expect 1 estream-compact --roll --drop -w '.n == 5' t
says 'that have other names: b ('
# The one who follows learns when the link leads elsewhere.
estream-consume -f -o latest t >followed 2>err &
eventually waits $!
cp -r elsewhere/orders elsewhere/copy
ln -sfn ../elsewhere/copy log/t
wait $! && fail "who follows does not see that the link has changed"
grep -q 'was removed, renamed or exchanged while it was read' err || fail "who follows says $(cat err)"

# Links that lead to no topic, and links inside of one.
ln -s nowhere log/broken
expect 2 estream-consume broken
says 'is a link that leads nowhere'
expect 2 estream-produce -i events broken
says 'is a link that leads nowhere'
mkdir plain && ln -s "$PWD/plain" log/plain
expect 2 estream-produce -i events plain
says 'is not a topic'
[ -z "$(ls plain)" ] || fail "something was made behind a link"
ln -s "$PWD/events" log/file
expect 2 estream-consume file
expect 0 estream-inspect -c
rm log/broken log/plain log/file
mv log/u/0 elsewhere/0 && ln -s ../../elsewhere/0 log/u/0
expect 2 estream-consume u
says 'links inside a log are not followed'
rm -r log/u

# What another user made is not followed.
if [ "$(id -u)" = 0 ]; then
  chown 65534 log
  expect 0 estream-consume -c b
  chown -h 65534 log/b && chown 65534 elsewhere/branch
  expect 0 estream-consume -c b
  chown -h 65533 log/b
  expect 2 estream-consume b
  says 'is a link that another user made; a link is followed when the owner of the data root, or root, made it'
  expect 2 estream-inspect
  says 'is a link that another user made'
  expect 2 estream-inspect verify b
  chown -h 0 log/b && chown 65533 elsewhere/branch
  expect 2 estream-produce -i events b
  says 'leads to a directory of another user'
else
  echo "SKIPPED: only root can make links of other users"
fi
done_checking
