#!/bin/sh
# The checkpoints of window groups: some operators need them, for the others they only save reading.
. "$(dirname "$0")/common.sh"

state() { echo "$ESTREAM_DIR/.groups/$1/$2.state$3"; }
stored() { estream-consume "$@"; }

# --dedup: what passes depends on what passed before, without end.
ids() { seq "$1" "$2" | jq -c '{id: (. % 7), t: (1767225600000 + .)}' | estream-produce -q --time-field .t --partitions 1 events; }
unique() {
  group=$1
  shift
  estream-window -q events -K .id --dedup 1h -g "$group" --into "unique-$group" "$@"
}
ids 1 50
expect 0 unique one
expect 0 unique two
expect 0 estream-compact -q --roll events
ids 51 100
expect 0 unique one
[ "$(stored -c unique-one)" = 7 ] || fail "dedup: $(stored unique-one)"
expect 0 estream-inspect groups -j one
[ "$(jq .position out)" = 100 ] || fail "position: $(cat out)"
[ -s "$(state one all 1)" ] || fail 'no checkpoint'
for damage in missing damaged; do
  for number in 1 2; do
    file=$(state two all $number)
    [ ! -e "$file" ] || case $damage in
      missing) mv "$file" "$file.kept" ;;
      damaged) printf x | dd of="$file" bs=1 seek=10 conv=notrunc 2>/dev/null ;;
    esac
  done
  expect 3 unique two
  says "group 'two' needs the checkpoint of its windows"
  says "is $damage"
  says '--on-gap start'
  for number in 1 2; do
    [ ! -e "$(state two all $number).kept" ] || mv "$(state two all $number).kept" "$(state two all $number)"
  done
done
expect 0 unique two --on-gap start
[ "$(stored -c unique-two)" = 14 ] || fail "without memory: $(stored unique-two)"
expect 0 unique two
[ "$(stored -c unique-two)" = 14 ] || fail "after that: $(stored unique-two)"

# What was read before the last checkpoint is not needed any more.
expect 0 estream-compact -q --keep-unread --before @1767225600090 events
[ "$(stored -n 1 events | jq .t)" = 1767225600051 ] || fail "nothing was deleted: $(stored -n 1 events)"
ids 101 150
expect 0 unique one
[ "$(stored -c unique-one)" = 7 ] || fail "after a compaction: $(stored unique-one)"

# A window of a day with many events: an orderly end leaves a checkpoint, which may also be lost.
many() { seq "$1" "$2" | jq -c '{n: ., t: (1767225600000 + .)}' | estream-produce -q --time-field .t --partitions 1 many; }
days() { estream-window -q many --tumble 1d -a 'n=count,s=sum(.n)' -g days --into days "$@"; }
many 0 99999
expect 0 estream-compact -q --roll many
many 100000 149999
expect 0 days
[ -s "$(state days many-0 1)" ] || fail 'no checkpoint of 150000 events'
cp -r "$ESTREAM_DIR" kept
many 150000 150009
all='[150010,11251425045]'
day() { stored days | jq -c '[.n, .s]'; }
expect 0 days --close-at-end
[ "$(day)" = "$all" ] || fail "with the checkpoint: $(day)"
for way in rm damage; do
  rm -r "$ESTREAM_DIR" && cp -r kept "$ESTREAM_DIR"
  many 150000 150009
  case $way in
    rm) rm "$(state days many-0 1)" ;;
    damage) printf xxxx | dd of="$(state days many-0 1)" bs=1 seek=40 conv=notrunc 2>/dev/null ;;
  esac
  expect 0 days --close-at-end
  [ "$(day)" = "$all" ] || fail "$way: $(day)"
done
# From the checkpoint it reads on though older events of the window are gone.
rm -r "$ESTREAM_DIR" && cp -r kept "$ESTREAM_DIR"
expect 0 estream-compact -q --before @1767225700000 many
[ "$(stored -n 1 many | jq .n)" = 100000 ] || fail "nothing was deleted: $(stored -n 1 many)"
many 150000 150009
expect 0 days --close-at-end
[ "$(day)" = "$all" ] || fail "after a compaction: $(day)"
done_checking
