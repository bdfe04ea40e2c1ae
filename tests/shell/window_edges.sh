#!/bin/sh
# estream-window from outside: wrong command lines, exit statuses, what goes in and comes out, and all
# its outputs. What it computes is tested elsewhere.
. "$(dirname "$0")/common.sh"

# Of the keys a and b, two minutes; the third event is late.
cat >events.ndjson <<'END'
{"at":"2026-11-20T14:00:10Z","u":"a","v":1}
{"at":"2026-11-20T14:01:10Z","u":"a","v":2.50}
{"at":"2026-11-20T14:00:20Z","u":"b","v":3}
END
estream-produce -K .u --time-field .at -i events.ndjson events
estream-produce -q --partitions 1 empty </dev/null
seq 3 | jq -c '{n: .}' | estream-produce -K .n --partitions 4 numbers
first='{"key":"a","from":"2026-11-20T14:00:00.000Z","to":"2026-11-20T14:01:00.000Z","n":1}'
second='{"key":"a","from":"2026-11-20T14:01:00.000Z","to":"2026-11-20T14:02:00.000Z","n":1}'

# refused SAYS ARGUMENTS...
refused() {
  message=$1
  shift
  expect 2 estream-window "$@"
  says "$message"
  [ ! -s out ] || fail "prints something: $*"
}

# The window.
refused 'what to compute is missing; give one of --tumble' events
refused 'TOPIC... | - is missing' --tumble 1m
refused 'options --tumble and --absent: give only one' events --absent 1m --tumble 1m
refused 'option --tumble: 1 has no unit; write 1s or 1m' events --tumble 1
refused 'option --tumble: 0s is not whole milliseconds; write 1ms or more' events --tumble 0s
refused 'option --dedup: 1us is not whole milliseconds' events --dedup 1us
refused 'option --hop: cannot read 5m; write DUR/STEP, as in 10m/1m' events --hop 5m
refused 'option --hop: 1m/5m has a step that is longer than the window' events --hop 1m/5m
refused 'option --session: cannot read 1m,2m; write GAP,max=DUR' events --session 1m,2m
refused 'option --seq: a sequence begins with --seq EXPR' events --then .a --within 1m
refused 'option --seq: what comes next is missing; give --then EXPR or --times N' events --seq .a
refused 'option --seq: needs --within DUR' events --seq .a --then .b
refused 'option --times: stands behind --seq or --then' events --times 3 --seq .a --within 1m
refused 'option --times: write a number from 1 to 1000' events --seq .a --times 0 --within 1m
refused 'option --within: needs --seq EXPR' events --tumble 1m --within 1m
refused 'option --unmatched: needs --seq EXPR' events --tumble 1m --unmatched
refused 'option --seq: several topics need -K PATH' events numbers --seq .a --then .b --within 1m
refused 'option --then: column 4: ' events --seq .a --then '.' --then '.a =' --within 1m

# The results.
refused 'column 4: expected NAME=FUNCTION, as in avg=mean(.price)' events --tumble 1m -a 'avg(.v)'
refused 'column 3: there is no function avg; write mean' events --tumble 1m -a 'x=avg(.v)'
refused 'column 3: mean needs an expression' events --tumble 1m -a x=mean
refused 'result lines have a member "key"; take another name' events --tumble 1m -a key=count
refused 'the name n is there twice' events --tumble 1m -a n=count -a 'n=sum(.v)'
refused 'option --aggregate: --dedup prints events as they are' events --dedup 1m -a n=count
refused '--dedup has no results but the events' events --dedup 1m --having 'n > 1'
refused 'option --having: column 1: there is no x; there are n, key, from, to' \
  events --tumble 1m --having 'x > 3'
refused 'option --having: column 3: ' events --tumble 1m --having 'n ='
refused 'option --top: cannot read 3; write N:NAME' events --tumble 1m --top 3
refused 'option --top: cannot read 0:n; write N:NAME' events --tumble 1m --top 0:n
refused 'option --top: there is no result x; there are n' events --tumble 1m --top 3:x
refused 'option --top: needs --tumble or --hop' events --session 1m --top 3:n
refused 'options --top and --emit' events --tumble 1m --top 3:n --emit update
refused 'option --emit: goes with --tumble, --hop, --session and --absent' events --dedup 1m --emit both
refused 'option --key-field: temp: column 1: ' events --tumble 1m -K temp
refused 'option --key-field: cannot read .u,; write fields, as in .user,.city' events --tumble 1m -K .u,

# What does not go together.
refused 'option --time: lines of standard input have no timestamp' - --tumble 1m
refused 'option --follow: needs topics; - is standard input' - --time .at --tumble 1m -f
refused 'option --group: needs topics' - --time .at --tumble 1m -g g
refused 'option --dry-run: needs topics' - --time .at --tumble 1m --explain --dry-run
refused 'option --envelope: needs - as the topic' events -J --tumble 1m
refused 'option --into: needs -g GROUP' events --tumble 1m --into new
refused 'option --close-at-end: needs -g GROUP' events --tumble 1m --close-at-end
refused 'option --partitions: needs --into TOPIC' events --tumble 1m -g g --partitions 2
refused 'option --idle: needs -f' events --tumble 1m --idle 1s
refused 'option --dry-run: needs --explain' events --tumble 1m --dry-run
refused 'option --since: needs a run without -g' events --tumble 1m -g g -S today
refused 'option --max: needs a run without -g' events --tumble 1m -g g -n 1
refused '-j, -F and -D go without it' events --tumble 1m -g g --into new -j
refused 'options --into and --late: name the same topic' events --tumble 1m -g g --into new --late new
refused "topic 'events' is read and written" events --tumble 1m -g g --into events
refused "topic 'none' does not exist" none --tumble 1m
[ ! -e log/new ] || fail 'a topic was made'

# Exit statuses.
expect 0 estream-window events --tumble 1m
prints "$first
$second"
says 'warning: 1 late of 3 events'
expect 0 estream-window events --tumble 1m -v
says 'detail: 3 events: 2 accepted, 1 late, 0 skipped, 0 rejected; 2 results'
expect 0 estream-window -q events --tumble 1m
[ ! -s err ] || fail '-q says something'
expect 0 estream-window empty --tumble 1m
[ ! -s out ] || fail 'an empty topic has results'
expect 1 estream-window empty --tumble 1m --having 'n > 0'
expect 1 estream-window events --tumble 1m --having 'n > 5' --grace 1m
expect 0 estream-window events --tumble 1m --having 'n > 5' --ok-empty
expect 1 estream-window events --tumble 1m -w '.v > 5'
expect 0 estream-window events --tumble 1m -S 2027-01-01
expect 0 estream-window events --tumble 1m -a 'm=mean(.x)' --grace 1m -n 1
says 'warning: 3 skipped of 3 events'
expect 3 estream-window events --tumble 1m --time .x
says 'events/0@0: field .x is missing; the event is left out'
says '3 rejected of 3 events'
[ "$(wc -l <err)" = 2 ] || fail 'each rejected event is named'
expect 2 estream-window numbers -K .n --tumble 1m --max-keys 2
says 'more than 2 groups are open at once; --max-keys sets how many may be'
expect 124 estream-window -f events --tumble 1m -T 100ms
expect 124 estream-window none --tumble 1m --wait -T 100ms
expect 0 estream-window -f events --tumble 1m -n 1
prints "$first"
expect 124 estream-window -f events --tumble 1m -g g -T 100ms
prints "$first"
expect 2 estream-window events --tumble 2m -g g
says "group 'g' computes other windows"
expect 2 estream-consume -g g events
says "group 'g' computes windows with estream-window"

# Standard input.
expect 0 sh -c 'estream-window - --time .at -K .u --tumble 1m <events.ndjson'
prints "$first
$second"
expect 3 sh -c '(cat events.ndjson; echo oops; printf "[1\n\n"; printf "{}") |
  estream-window - --time .at --tumble 1h -v'
prints '{"key":null,"from":"2026-11-20T14:00:00.000Z","to":"2026-11-20T15:00:00.000Z","n":3}'
says 'line 4: the value is not JSON; the event is left out'
says 'line 5: the value is not JSON'
says 'line 7: field .at is missing'
expect 0 sh -c 'estream-consume -j events | estream-window - -J --tumble 1m'
prints "$first
$second"
expect 3 sh -c 'estream-window - -J --tumble 1m <events.ndjson'
says 'line 1: envelope: value is missing'
expect 0 sh -c 'estream-window - --time .at --tumble 1m </dev/null'
expect 0 sh -c 'yes "{\"at\":1}" | estream-window - --time .at --trailing 1s -n 2 >out'
expect 0 sh -c 'seq 100000 | jq -c "{at: (. * 1000)}" | estream-window - --time .at --tumble 1s | head -n 1'
prints '{"key":null,"from":"1970-01-01T00:16:40.000Z","to":"1970-01-01T00:16:41.000Z","n":1}'

# Outputs.
expect 0 estream-window events --tumble 1m -n 1 -F '%k %{.n} %d{iso} %h %t %p %o\n'
prints 'a 1 2026-11-20T14:00:59.999Z estream.window=tumble 2026-11-20T14:00:00.000Z/2026-11-20T14:01:00.000Z events 0 0'
expect 0 estream-window events --tumble 1m -n 1 -j --zone +01:00
prints '{"topic":"events","partition":0,"offset":0,"ts":1795183259999,"key":"a","headers":[{"key":"estream.window","value":"tumble 2026-11-20T15:00:00.000+01:00/2026-11-20T15:01:00.000+01:00"}],"value":{"key":"a","from":"2026-11-20T15:00:00.000+01:00","to":"2026-11-20T15:01:00.000+01:00","n":1}}'
expect 0 sh -c 'estream-window -q events --tumble 1m -0 | tr "\0" "!"'
printf '%s!%s!' "$first" "$second" | cmp -s - out || fail "-0: $(cat out)"
expect 0 estream-window -q events --tumble 1m -n 1 -D ';'
printf '%s;' "$first" | cmp -s - out || fail "-D: $(cat out)"
expect 0 estream-window events --dedup 1m -n 1 -F '%k %v %h\n'
prints 'a {"at":"2026-11-20T14:00:10Z","u":"a","v":1} '
expect 0 estream-window events --trailing 2m -K '' --grace 1m -a 'sum=sum(.v), last=last(.u)' -F '%{.sum} %{.last}\n'
prints '1 a
4 b
6.50 a'
expect 2 sh -c 'estream-window events --tumble 1m >/dev/full'
says 'No space left on device'

# Late events.
late='{"topic":"events","partition":0,"offset":2,"ts":1795183220000,"key":"b","headers":[],"value":{"at":"2026-11-20T14:00:20Z","u":"b","v":3}}'
expect 0 estream-window events --tumble 1m --late ./late.ndjson
[ "$(cat late.ndjson)" = "$late" ] || fail "late: $(cat late.ndjson)"
expect 0 estream-window events --tumble 1m --late ./late.ndjson
[ "$(wc -l <late.ndjson)" = 2 ] || fail 'the file of late events is not appended to'
expect 0 estream-window events --tumble 1m --late late
expect 0 estream-consume -F '%k %d %v\n' late
prints 'b 1795183220000 {"at":"2026-11-20T14:00:20Z","u":"b","v":3}'
expect 0 estream-window events --tumble 1m -g late --into minutes --late late
expect 0 estream-consume -c late
prints 2
expect 2 estream-window events --tumble 1m --late ./none/late
says './none/late: cannot open'

# A partition that never had an event lets go of the others: with -f, after --idle. So do the last events,
# which wait to be sorted.
for window in '--tumble 1ms' '--dedup 1s'; do
  for group in '' "-g idle-${window#--* }"; do
    # shellcheck disable=SC2086 # several words
    expect 124 estream-window -f numbers -K .n $window --idle 100ms -T 1s $group
    [ "$(wc -l <out)" = 3 ] || fail "an empty partition holds all others back ($window $group)"
  done
done

# What it would do.
expect 0 estream-window events -K .u --session 30m --grace 10s --explain
paragraph() { tr '\n' ' ' <out; }
paragraph | grep -q '^Reads events to their present end. Events are grouped by .u, over all partitions together. A session' ||
  fail "--explain: $(cat out)"
[ "$(awk 'length > 80' out)" = '' ] || fail '--explain is wider than 80 columns'
expect 0 estream-window events --tumble 1m --top 2:n --having 'n > 1' -g g --explain
paragraph | grep -q '; at the end of the input it stays open for the next run.*; group g goes on where it was.' ||
  fail "--explain: $(cat out)"
paragraph | grep -q 'Only those count for which this is true: n > 1. Of each window, the 2 with the largest n are taken' ||
  fail "--explain: $(cat out)"
expect 0 estream-window events --tumble 1m --explain --dry-run --late late
tail -n 1 out >last
[ "$(cat last)" = '3 events: 2 accepted, 0 skipped, 1 late, 0 rejected; 2 results of 2 keys.' ] ||
  fail "--dry-run: $(cat last)"
expect 0 estream-consume -c late
prints 2

# The config file.
printf 'zone = +02:00\nlinger = 1ms\n' >config
expect 0 env ESTREAM_CONFIG=config estream-window events --tumble 1m -n 1 -F '%{.from}\n'
prints '2026-11-20T16:00:00.000+02:00'
printf 'tumble = 1m\n' >config
expect 2 env ESTREAM_CONFIG=config estream-window events --tumble 1m
says 'config:1: tumble may not be set here'

done_checking
