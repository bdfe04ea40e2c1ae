#!/bin/sh
# estream-window -g: windows of a group go on where it is.
. "$(dirname "$0")/common.sh"

# events FIRST LAST: one each 100 ms from 2026-01-01 on, of ten keys in three partitions.
events() {
  seq "$1" "$2" | jq -c '{n: ., k: (. % 10), t: (1767225600000 + . * 100)}' |
    estream-produce -q -K .k --time-field .t --partitions 3 orders
}
options='-q orders --tumble 2s -a n=count,s=sum(.n)'
# shellcheck disable=SC2086 # a list of words
window() { estream-window $options "$@"; }
# In the background, with the process id of the tool.
follow() {
  # shellcheck disable=SC2086 # a list of words
  estream-window $options -f --idle 100ms -T 60s "$@" &
}
stored() { estream-consume "$@"; }
same() { cmp -s "$1" "$2" || fail "$3: $(diff "$1" "$2" | head -5)"; }
owner() { estream-inspect groups -j "$1" 2>/dev/null | jq -r 'select(.pid != null) | .pid' | sort -u; }
owns() { [ "$(owner "$1" | tr '\n' ' ')" = "$2" ]; }

# Windows stay open at the end of a run, and the next one goes on, also in another member.
events 1 95
expect 0 window -g cron --into cron
[ "$(stored cron | jq -s 'map(.n) | add')" = 79 ] || fail "a run without -f closed open windows: $(stored cron)"
expect 0 window -g cron --into cron
[ "$(stored -c cron)" = 40 ] || fail "a second run: $(stored -c cron)"
events 96 205
expect 0 window -g cron --member other --into cron
expect 0 window -g cron --into cron --close-at-end
expect 0 window
sort out >wanted
stored cron | sort >there
same there wanted 'one run after the other'
[ "$(stored -F '%k %h %t\n' -n 1 -p 0 cron | grep -c 'estream.window=tumble 2026-01-01T00:00:00.000Z/2026-01-01T00:00:02.000Z')" = 1 ] || fail 'headers'
expect 0 estream-inspect groups -j cron
[ "$(jq -s 'map(.lag) | add' out)" = 0 ] && [ "$(jq -s length out)" = 3 ] || fail "inspect: $(cat out)"

# Printed results move the position, too.
expect 0 window -g printed -a x=count
[ "$(wc -l <out)" = 100 ] || fail "printed: $(wc -l <out)"
expect 0 window -g printed -a x=count
[ "$(wc -l <out)" = 0 ] || fail "printed again: $(cat out)"
expect 0 window -g printed -a x=count --close-at-end
[ "$(wc -l <out)" = 6 ] || fail "closed: $(cat out)"

# All partitions together: one position file, one owner, and another member takes over.
expect 0 window -K .k -g all --into all
[ -e log/.groups/all/all ] || fail 'no position file for all partitions'
expect 0 estream-inspect lag -j orders
[ "$(jq -r 'select(.group == "all") | .partition' out | sort | tr '\n' ' ')" = '0 1 2 ' ] || fail "lag: $(cat out)"
follow -K .k -g all --into all
first=$!
eventually owns all "$first "
expect 75 window -K .k -g all --into all
says 'all partitions are owned by other members'
expect 75 window -K .k -g all --into all --exclusive
follow -K .k -g all --into all
second=$!
sleep 0.2
owns all "$first " || fail 'the second member took what has an owner'
kill -9 $first
events 206 300
eventually owns all "$second "
wait $first || :
# Silence closes the last window, too.
expect 0 window -K .k
sort out >wanted
everything() { [ "$(stored -c all)" = "$(wc -l <wanted)" ]; }
eventually everything
kill $second
wait $second || :
stored all | sort >there
same there wanted 'a standby'

# Two members share the partitions.
follow -g shared --into shared
first=$!
eventually owns shared "$first "
follow -g shared --into shared
second=$!
both() { [ "$(owner shared | wc -l)" = 2 ]; }
eventually both
events 301 400
expect 0 window
sort out >wanted
shared() { [ "$(stored -c shared)" = "$(wc -l <wanted)" ]; }
eventually shared
kill $first $second
wait
stored shared | sort >there
same there wanted 'two members'

# What does not fit is refused.
expect 2 window -g cron --into cron --grace 1s
says "group 'cron' computes other windows"
says 'estream-consume --seek'
expect 2 window -g cron
says "group 'cron' writes into 'cron'"
expect 2 estream-consume -g printed orders
says "group 'printed' computes windows with estream-window"
expect 2 estream-consume -g all orders
says "group 'all' reads all its partitions together"
expect 2 window -g cron -K .k --into cron
says "group 'cron' has a position for each partition"
expect 2 estream-window orders -p 0,1 -K .k --tumble 2s -a 'n=count,s=sum(.n)' -g all --into all
says "group 'all' was made for other partitions than these"
expect 2 window -g own --into orders
says 'is read and written'
expect 2 window -g own --into same --late same
says 'name the same topic'

# Positions by hand.
expect 2 estream-consume -g all --seek earliest -p 1 orders
says 'so --seek has to set all of them'
expect 0 estream-consume -g all --seek earliest --dry-run orders
expect 0 estream-consume -g all --seek earliest --into again orders
expect 0 window -K .k -g all --into again --close-at-end
expect 0 window -K .k
sort out >wanted
stored again | sort >there
same there wanted '--seek of all'
expect 0 estream-consume -g all --settle missing orders
says 'nothing is pending in 3 partitions'
expect 0 estream-consume --forget -g all orders
says 'with its positions in 3 partitions'
expect 0 estream-consume -g printed --seek latest orders
expect 0 window -g printed -a other=count --close-at-end
[ ! -s out ] || fail "after --seek latest: $(cat out)"

# Late events of a group are stored once.
estream-produce -q --partitions 1 disordered <<END
{"t":1767225600000,"k":"a"}
{"t":1767225609000,"k":"b"}
{"t":1767225601000,"k":"c"}
END
late() { estream-window -q disordered --time .t --tumble 1s -g late --into on_time --late late "$@"; }
expect 0 late
expect 0 late --close-at-end
expect 0 stored late
prints '{"t":1767225601000,"k":"c"}'
[ "$(stored -c on_time)" = 2 ] || fail "on time: $(stored on_time)"

# Also those of results that are printed.
expect 0 estream-window -q disordered --time .t --tumble 1s -g printed-late --late late2 --close-at-end
[ "$(wc -l <out)" = 2 ] || fail "printed beside late ones: $(cat out)"
[ "$(stored -c late2)" = 1 ] || fail "late beside printed ones: $(stored late2)"
expect 0 estream-window -q disordered --time .t --tumble 1s -g file-late --into file-late --late ./late.ndjson
[ "$(jq -c .value late.ndjson)" = '{"t":1767225601000,"k":"c"}' ] || fail "late in a file: $(cat late.ndjson)"

# What open windows need is not deleted, if one asks for that; what is deleted is told.
events2() { seq "$1" "$2" | jq -c '{n: ., t: (1767225600000 + . * 1000)}' | estream-produce -q --time-field .t --partitions 1 "$3"; }
minutes() { estream-window -q slow --tumble 1m -a 'n=count,s=sum(.n)' "$@"; }
events2 0 99 slow
expect 0 minutes -g kept --into kept
expect 0 estream-inspect groups -j kept
[ "$(jq .position out)" = 100 ] || fail "position: $(cat out)"
expect 0 estream-compact -q --roll --keep-unread --before @1767225699999 slow
[ "$(stored -n 1 slow | jq .n)" -le 60 ] || fail "events of an open window were deleted: $(stored -n 1 slow)"
events2 100 150 slow
expect 0 minutes -g kept --into kept
[ "$(stored kept | jq -c '[.n, .s]' | tr '\n' ' ')" = '[60,1770] [60,5370] ' ] || fail "kept: $(stored kept)"
expect 0 estream-compact -q --roll slow
events2 151 155 slow
expect 0 minutes -g gap --into gap
expect 0 estream-compact -q --roll --max-segments 1 slow
events2 156 200 slow
expect 3 minutes -g gap --into gap
says "slow/0: group 'gap' needs offset"
says 'for its open windows, but retention deleted everything before'
says '--on-gap start'
expect 0 minutes -g gap --into gap --on-gap start
[ "$(stored gap | jq -c 'select(.incomplete) | [.from, .n]' | wc -l)" = 1 ] || fail "incomplete: $(stored gap)"
done_checking
