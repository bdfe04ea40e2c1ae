#!/bin/sh
# A dry run reports what the run then does, and needs no more than the right to read.
. "$(dirname "$0")/common.sh"

awk 'BEGIN { for (i = 0; i < 300; i++) printf "{\"k\":\"k%d\",\"n\":%d,\"t\":%d}\n", i % 7, i, 1767225600000 + i * 1000 }' >in
estream-produce -K .k --time-field .t --partitions 2 -z none --batch-size 500 --segment-bytes 4000 -i in full
echo 'one' | estream-produce --format text -k k1 small
estream-produce --partitions 1 empty </dev/null
estream-produce -K .k --segment-bytes 4000 --batch-size 500 --producer me -i in named
estream-compact -q --set policy=compact,delete --set min-dirty=0.1 full small named
cp -a log original

# compare STATUS OPTION...: both on a fresh copy, as a table and as JSON.
compare() {
  wanted_status=$1
  shift
  for form in --utc -j; do
    rm -rf log && cp -a original log
    find log -type f -exec cksum {} + | sort >files
    expect "$wanted_status" estream-compact $form --dry-run "$@" full small empty named
    sed 's/"dry_run":true/"dry_run":false/' out >dry
    says 'note: nothing was changed (--dry-run)'
    grep -v 'note: nothing was changed' err >dry_err || :
    find log -type f -exec cksum {} + | sort | cmp -s - files || fail "a dry run changed files: $*"
    expect "$wanted_status" estream-compact $form "$@" full small empty named
    cmp -s out dry || fail "$*: $(diff dry out)"
    cmp -s err dry_err || fail "$*: $(diff dry_err err)"
  done
}

for roll in '' --roll; do
  compare 0 $roll --max-segments 2
  compare 0 $roll --max-records 50 -z zstd:9
  compare 0 $roll --before 40
  compare 0 $roll -L
  compare 0 $roll -L --min-dirty 0.99
  compare 0 $roll -L --keep-tombstones 0s --max-size 5K -z zstd:5
  compare 0 $roll --policy
  compare 0 $roll --drop -k k-none
  compare 0 $roll --drop -w '.n < 30' -k k2
done
compare 1 --drop -w '.n >= 0'
compare 0 --roll --drop -k k2
compare 0 --roll --drop -w '.n >= 0'
compare 0 --roll
mkdir log/full/0/quarantine && echo x >log/full/0/quarantine/1 && rm -rf original && cp -a log original
compare 1 --roll --drop -k k3

chmod -R a-w log
estream=$(command -v estream-compact)
as=''
if [ "$(id -u)" = 0 ]; then
  chmod -R a+rX "$work"
  as='setpriv --reuid=65534 --regid=65534 --clear-groups'
  $as test -x "$estream" || as=''
fi
expect 0 $as "$estream" --dry-run --roll -L full small
says 'nothing was changed'

done_checking
