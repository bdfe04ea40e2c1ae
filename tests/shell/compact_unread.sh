#!/bin/sh
# --keep-unread: what a consumer group has not read is neither deleted nor compacted.
. "$(dirname "$0")/common.sh"

# Ten segments of ten events: one minute each, from 12:00 on. The last one is active.
fill() {
  awk 'BEGIN { for (i = 0; i < 100; i++) printf "{\"n\":%d,\"k\":%d,\"t\":\"2026-01-01T12:%02d:%02dZ\"}\n", i, i % 2, i / 10, i % 10 }' |
    estream-produce -K .k --time-field .t -z none --batch-size 600 --segment-bytes 1024 "$1"
}
first() { estream-consume -n 1 -F '%o' "$1"; }
# keeps N TOPIC OPTION...: with these options the first event is one of the segment that holds N.
keeps() {
  needed=$1 topic=$2
  shift 2
  expect 0 estream-compact -j --dry-run --keep-unread "$@" "$topic"
  after=$(jq .first_offset_after out)
  held=$(jq -r .held_by out)
  expect 0 estream-compact -j --keep-unread "$@" "$topic"
  [ "$(jq .first_offset_after out)" = "$after" ] || fail "not as the dry run: $(cat out)"
  [ "$(jq -r .held_by out)" = "$held" ] || fail "not held as in the dry run: $(cat out)"
  [ "$(jq .first_offset_after out)" -le "$needed" ] || fail "$*: begins at $(first "$topic")"
  [ "$(jq .first_offset_after out)" -gt $((needed - 20)) ] || fail "$*: begins at $(first "$topic")"
}

# Without a group nothing is held.
fill none
expect 0 estream-compact -j --keep-unread --max-segments 1 none
[ "$(jq -c '[.segments_after, .held_segments, .held_by]' out)" = '[1,0,null]' ] || fail "$(cat out)"

# The group that is furthest behind counts, whatever the limit is.
for topic in segments size records age before policy; do fill $topic; done
for topic in segments size records age before policy; do
  expect 0 estream-consume -g slow -n 35 $topic
  expect 0 estream-consume -g fast -n 60 $topic
done
keeps 35 segments --max-segments 1
[ "$held" = slow ] || fail "held by $held"
says "note: segments/0: group 'slow' needs offset 35, so that"
says '(--keep-unread)'
keeps 35 size --max-size 1K
keeps 35 records --max-records 1
keeps 35 age --max-age 1d
keeps 35 before --before 90
expect 0 estream-compact -q --set retention=1d policy
keeps 35 policy --policy
[ "$held" = slow ] || fail "held by $held"
# A limit that reaches less far is not changed.
fill less
expect 0 estream-consume -g slow -n 80 less
expect 0 estream-compact -j --keep-unread --before 50 less
[ "$(jq -c '[.held_segments, .held_by]' out)" = '[0,null]' ] || fail "$(cat out)"
[ ! -s err ] || fail "says: $(cat err)"
[ "$(first less)" -gt 30 ] || fail "begins at $(first less)"
# The group reads on, and later is no more.
expect 0 estream-consume -g slow -n 10 segments
keeps 45 segments --max-segments 1
expect 0 estream-consume --forget -g slow segments
keeps 60 segments --max-segments 1
[ "$held" = fast ] || fail "held by $held"
expect 0 estream-compact -q --max-segments 1 segments
[ "$(first segments)" -gt 60 ] || fail "without the option: begins at $(first segments)"

# Key compaction leaves unread segments as they are.
fill keys
expect 0 estream-consume -g keys -n 50 keys
expect 0 estream-compact -j --keep-unread -L keys
[ "$(jq -r .held_by out)" = keys ] || fail "$(cat out)"
says "keys/0: group 'keys' needs offset 50, so that"
expect 0 estream-consume -F '%o\n' keys
[ "$(awk '$1 >= 50' out)" = "$(seq 50 99)" ] || fail "unread events went: $(xargs <out)"
[ "$(wc -l <out)" -lt 80 ] || fail "nothing was compacted: $(xargs <out)"
expect 0 estream-consume -g keys keys
expect 0 estream-compact -q --keep-unread --roll -L keys
[ "$(estream-consume -c keys)" = 2 ] || fail "$(estream-consume -c keys) events"

# A position that cannot be read ends the run before anything is deleted, in any topic.
fill damaged
fill a-good-one
expect 0 estream-consume -g broken -n 35 damaged
truncate -s 8192 log/.groups/broken/damaged-0
find log -name '*.log' -exec cksum {} + | sort >files
expect 3 estream-compact -j --keep-unread --max-segments 1 a-good-one damaged
says 'log/.groups/broken/damaged-0: the state is damaged'
find log -name '*.log' -exec cksum {} + | sort | cmp -s - files || fail 'files were changed'
cp log/.groups/fast/size-0 log/.groups/broken/damaged-0
expect 3 estream-compact --keep-unread --max-segments 1 --all
says 'damaged-0: is the position of another group or partition'
# Nor is one in another topic of this name.
rm -r log/.groups/broken log/before
fill before
expect 3 estream-compact --keep-unread --max-segments 1 before
says "before/0: group 'fast' has read another topic of this name"
find log/before -name '*.log' | wc -l | xargs test 5 -lt || fail 'segments were deleted'

# What it does not go with.
expect 2 estream-compact --keep-unread --roll age
says 'option --keep-unread: needs an option that deletes'
expect 2 estream-compact --keep-unread --max-age 1d --drop -k a age
says '--drop also erases events that nobody has read'
done_checking
