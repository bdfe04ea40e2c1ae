#!/bin/sh
# What the world does wrong: wrong arguments, closed descriptors, full disks, missing permission.
. "$(dirname "$0")/common.sh"

echo '{"a":1}' >event

# Names and arguments: nothing is made.
for name in ../x .. . .hidden a/../b '' "$(printf 'a\nb')" 'a b' "$(head -c 250 /dev/zero | tr '\0' a)"; do
  expect 2 estream-produce -i event -- "$name"
  says 'estream-produce: error: '
done
[ ! -e "$ESTREAM_DIR" ] && [ ! -e ../x ] || fail "something was made"
expect 2 estream-produce -i event --no-create typo
says "topic 'typo' does not exist"
expect 2 estream-produce -i event --partitons 3 orders
says "--partitions"
expect 2 estream-produce -i event -k a -K .b orders
expect 2 estream-produce -i event -z zstd:99 orders
expect 2 estream-produce -i event --sync sometimes orders
expect 2 estream-produce -i event --linger 5 orders
says '5 has no unit; write 5s or 5m'
expect 2 estream-produce -i missing orders
says 'missing: cannot open'
expect 2 estream-produce orders -i /
expect 2 estream-produce
expect 0 estream-produce -i event --partitions 2 orders
expect 2 estream-produce -i event --partitions 3 orders
says "has 2 partitions"
expect 2 estream-produce -i event -p 2 orders
says "has 2 partitions, and no number 2"

# Descriptors.
expect 2 sh -c 'estream-produce orders <&-'
says 'stdin: cannot read'
expect 2 sh -c 'estream-produce -j orders <event >&-'
says 'standard output: cannot write'
expect 2 sh -c 'estream-produce -j orders <event >/dev/full'
says 'standard output: cannot write: No space left'
before=$(estream-consume -c orders)
# The reader is gone before the last receipts are printed, however slow it is: it is waited for.
mkfifo receipts_pipe
expect 0 sh -c 'yes 1 | head -200000 | { estream-produce -j orders >receipts_pipe; echo $? >status; } &
  head -1 receipts_pipe; wait'
[ "$(cat status)" = 2 ] || fail "a closed pipe of receipts gives $(cat status)"
[ "$(estream-consume -c orders)" -gt "$before" ] || fail "nothing was kept"

# A directory that is no topic, links, FIFOs.
mkdir "$ESTREAM_DIR/plain"
expect 2 estream-produce -i event plain
says 'is not a topic'
mkdir target && ln -s "$work/target" "$ESTREAM_DIR/link"
expect 2 estream-produce -i event link
[ -z "$(ls target)" ] || fail "a link was followed"
expect 0 estream-produce -i event fifo
mv "$ESTREAM_DIR/fifo/0/commit" kept && mkfifo "$ESTREAM_DIR/fifo/0/commit"
expect 2 timeout 20 estream-produce -i event fifo
says 'is not a regular file'
mkdir kafka && : >kafka/meta.properties
expect 2 estream-produce -i event -d kafka orders
says "Kafka broker's directory"

# Permission: only meaningful for somebody who is not root.
expect 0 estream-produce -i event locked
if [ "$(id -u)" != 0 ]; then
  chmod a-w "$ESTREAM_DIR" "$ESTREAM_DIR/locked/0"/*
  expect 2 estream-produce -i event locked
  says 'Permission denied'
  expect 2 estream-produce -i event other
  says 'Permission denied'
  expect 0 estream-consume locked
  chmod -R u+w "$ESTREAM_DIR"
elif command -v setpriv >/dev/null; then
  chmod 755 "$work" "$ESTREAM_DIR"
  chmod -R a+rX "$ESTREAM_DIR"
  expect 2 setpriv --reuid 65534 --clear-groups "$tools/estream-produce" -i event locked
  says 'Permission denied'
  expect 0 setpriv --reuid 65534 --clear-groups "$tools/estream-consume" locked
  prints '{"a":1}'
fi

# A full disk, in a file system of our own: every event that was acknowledged is there afterwards,
# and the log goes on working when there is room again.
if unshare -rm true 2>/dev/null; then
  mkdir small
  cat >in_small <<'EOS'
set -eu
mount -t tmpfs -o size=14m none small
export ESTREAM_DIR=$PWD/small/log
status=0
yes '{"n":1,"pad":"0123456789"}' | head -3000000 |
  estream-produce -j -z none --batch-size 50000 --partitions 2 orders >receipts 2>err || status=$?
echo "$status" >status
wc -l <receipts >acknowledged
estream-consume -c orders >there
# Room again: something else goes.
mount -o remount,size=40m small
echo '{"after":1}' | estream-produce orders
estream-consume --order partition orders | grep -c after >after
estream-consume -c orders >then
mount -o remount,ro small
code=0
echo 1 | estream-produce orders 2>ro_err || code=$?
echo "$code" >ro_status
estream-consume -c orders >ro_there
EOS
  expect 0 unshare -rm sh in_small
  cp err err.full
  [ "$(cat status)" = 2 ] || fail "a full disk gives $(cat status)"
  grep -q 'No space left on device; free some space' err.full || fail "the full disk: $(cat err.full)"
  [ "$(cat acknowledged)" -gt 0 ] || fail "nothing was acknowledged before the disk was full"
  [ "$(cat there)" -ge "$(cat acknowledged)" ] || fail "acknowledged $(cat acknowledged), there $(cat there)"
  # Those that are there and not acknowledged would be there twice.
  [ "$(sed -n 's/.*acknowledged \([0-9 ]*\) event.*/\1/p' err.full | tr -d ' ')" = "$(cat acknowledged)" ] ||
    fail "$(cat acknowledged) receipts: $(cat err.full)"
  rest=$(sed -n 's/.*; up to \([0-9 ]*\) more may be stored without acknowledgement.*/\1/p' err.full | tr -d ' ')
  [ $(($(cat acknowledged) + ${rest:-0})) -ge "$(cat there)" ] || fail "$(cat there) are there: $(cat err.full)"
  grep -q 'it stores them twice (give --producer NAME' err.full || fail "no word of a rerun: $(cat err.full)"
  [ "$(cat after)" = 1 ] || fail "nothing can be appended after the disk was full"
  [ "$(cat ro_status)" = 2 ] || fail "a read-only disk gives $(cat ro_status)"
  grep -q 'Read-only file system' ro_err || fail "the read-only disk: $(cat ro_err)"
  # The next writer may find events of the one before that nobody could see yet.
  { [ "$(cat then)" -gt "$(cat there)" ] &&
    [ "$(cat then)" -le $(($(cat acknowledged) + ${rest:-0} + 1)) ]; } ||
    fail "$(cat then) are there after $(cat there) and one more: $(cat err.full)"
  [ "$(cat ro_there)" = "$(cat then)" ] ||
    fail "a read-only log must be readable: $(cat ro_there) of $(cat then)"
else
  echo "SKIPPED: no user namespaces here, so no disk of our own to fill"
fi

done_checking
