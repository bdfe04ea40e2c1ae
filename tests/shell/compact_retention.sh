#!/bin/sh
# Retention: by size, count, age and position, with a report, and never of the active segment.
. "$(dirname "$0")/common.sh"

# Ten segments of ten events: one minute each, from 12:00 on. The last one is active.
fill() {
  awk 'BEGIN { for (i = 0; i < 100; i++) printf "{\"n\":%d,\"t\":\"2026-01-01T12:%02d:%02dZ\"}\n", i, i / 10, i % 10 }' |
    estream-produce --time-field .t -z none --batch-size 400 --segment-bytes 1024 "$1"
}
first() { estream-consume -n 1 -F '%o' "$1"; }
report() { estream-compact -j "$@" | jq -c '[.segments_before, .segments_after, .records_after, .first_offset_after, .deleted_segments]'; }

echo '{"n":100}' >events
fill a
expect 2 estream-compact -q a
says 'TOPIC: say what to do with it'
[ ! -s out ] || fail "a report of nothing: $(cat out)"

expect 0 report a --max-records 1000000
set -- $(jq -r '.[0], .[1]' out)
segments=$1
[ "$1" = "$2" ] || fail "segments changed without need: $(cat out)"
[ "$segments" -gt 5 ] || fail "only $segments segments"

# A dry run has the same report and changes nothing.
find log/a -type f -exec cksum {} + | sort >files
expect 0 report a --dry-run --max-segments 4
cp out dry
find log/a -type f -exec cksum {} + | sort | cmp -s - files || fail 'a dry run changed files'
expect 0 report a --max-segments 4
cmp -s out dry || fail "dry run: $(cat dry), run: $(cat out)"
[ "$(jq '.[1]' out)" = 4 ] || fail "not four segments: $(cat out)"
[ "$(first a)" = "$(jq '.[3]' out)" ] || fail "the first event is $(first a)"
[ "$(find log/a/0 -name '*.log' | wc -l)" = 4 ] || fail 'files were left'
[ "$(find log/a/0 -name '*index' | wc -l)" = 8 ] || fail 'indexes were left'

# The same by journalctl's names; at least so much stays.
fill b
expect 0 estream-compact -j --vacuum-files 1 b
[ "$(jq .segments_after out)" = 1 ] || fail 'the active segment alone should stay'
expect 0 estream-produce b </dev/null
fill c
expect 0 estream-compact -j --max-records 30 c
kept=$(jq .records_after out)
[ "$kept" -ge 30 ] && [ "$kept" -lt 50 ] || fail "--max-records 30 kept $kept"
fill d
expect 0 estream-compact -j --max-size 2K d
kept=$(jq .size_after out)
[ "$kept" -ge 2048 ] && [ "$kept" -lt 4096 ] || fail "--max-size 2K kept $kept"

# Age counts from the newest event of a segment; the clock can be set for a test.
fill e
ESTREAM_NOW=$(date -d 2026-01-01T12:05:00Z +%s)
export ESTREAM_NOW
expect 0 estream-compact -q --max-age 3m e
[ ! -s out ] && [ ! -s err ] || fail 'not quiet'
[ "$(first e)" -gt 5 ] && [ "$(first e)" -le 20 ] || fail "--max-age left $(first e)"
unset ESTREAM_NOW
fill f
expect 0 estream-compact --before @2026-01-01T12:04Z f
[ "$(first f)" -gt 20 ] && [ "$(first f)" -le 40 ] || fail "--before left $(first f)"
grep -q '^TOPIC  PARTITION  SEGMENTS  *RECORDS  *SIZE  *FIRST-OFFSET$' out || fail 'no table'
grep -q '^f  *0  ' out || fail 'no line in the table'
expect 0 estream-compact --before 0 f

# --policy seals and deletes a last segment whose time is over, as a broker does; a limit does not.
fill quiet
expect 0 estream-compact -q --max-age 1h quiet
[ "$(estream-inspect -j quiet | jq .records)" -gt 0 ] || fail 'a limit deleted the active segment'
expect 0 estream-compact -q --set retention=1h quiet
ESTREAM_NOW=$(date -d 2026-01-01T12:30:00Z +%s)
export ESTREAM_NOW
expect 0 report --policy quiet
[ "$(jq '.[4]' out)" = 0 ] || fail "an event of the last hour went: $(cat out)"
ESTREAM_NOW=$(date -d 2026-01-01T13:09:10Z +%s)
expect 0 report --dry-run --policy quiet
cp out dry
expect 0 report --policy quiet
cmp -s out dry || fail "dry run: $(cat dry), run: $(cat out)"
[ "$(jq -c '.[2], .[3]' out | xargs)" = '0 100' ] || fail "the last segment stays: $(cat out)"
unset ESTREAM_NOW
expect 0 estream-produce quiet <events
[ "$(first quiet)" = 100 ] || fail "the offsets begin anew: $(first quiet)"

# An event of the future keeps all that comes after it, and is named.
echo '{"n":0,"t":"2100-01-01T00:00:00Z"}' | estream-produce --time-field .t -z none --segment-bytes 1024 far
fill far
expect 0 estream-compact --max-age 3m far
says 'warning: far/0@0: the newest time in this segment is 2100-01-01T00:00:00.000Z, so that its age deletes'
[ "$(first far)" = 0 ] || fail "the event of the future went: $(first far)"
expect 0 estream-compact -q --before "$(sed 's/.*--before \([0-9]*\) .*/\1/' err)" far
[ "$(first far)" -gt 0 ] || fail "the advice does not help"
expect 0 estream-compact --max-age 3m far
[ ! -s err ] || fail "said about a past: $(cat err)"

# Errors: the others are still served.
expect 2 estream-compact -j --max-segments 2 nosuch a
says "topic 'nosuch' does not exist"
[ "$(jq -r '.topic' out)" = a ] || fail 'a was not served'
rm log/c/0/"$(ls log/c/0 | grep log$ | head -2 | tail -1)"
expect 3 estream-compact --max-segments 1 c d
says 'is missing'
[ "$(find log/d/0 -name '*.log' | wc -l)" = 1 ] || fail 'd was not served'

# The status is that of the worst, whichever came last.
expect 3 estream-compact -j --max-segments 1 c nosuch d
says 'is missing'
says "topic 'nosuch' does not exist"
[ "$(jq -r '.topic' out)" = d ] || fail 'd was not served'

# More partitions than files may be open.
echo 1 | estream-produce --partitions 200 wide
expect 0 sh -c 'ulimit -n 64; estream-compact -j --max-segments 1 wide'
[ "$(wc -l <out)" = 200 ] || fail "$(wc -l <out) partitions"
expect 0 sh -c 'ulimit -n 64; estream-compact -j --dry-run --roll -L --null-keys=keep wide'
[ "$(wc -l <out)" = 200 ] || fail "$(wc -l <out) partitions"

# A broker's directory is only read.
mkdir -p kafka/t-0
echo version=1 >kafka/meta.properties
: >kafka/t-0/00000000000000000000.log
expect 2 estream-compact -d kafka --max-segments 1 t
says 'which estream only reads'

# One at a time.
python3 - log/a/0/lock <<'EOF' &
import fcntl, os, struct, sys, time
fd = os.open(sys.argv[1], os.O_RDWR)
fcntl.fcntl(fd, 37, struct.pack("hhqqi", fcntl.F_WRLCK, 0, 1, 1, 0))  # F_OFD_SETLK, byte 1
open("locked", "w").close()
time.sleep(600)
EOF
holder=$!
while [ ! -e locked ]; do sleep 0.01; done
expect 75 estream-compact -T 50ms --max-segments 1 a
kill "$holder"

done_checking
