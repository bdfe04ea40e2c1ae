#!/bin/sh
# --lookup: each event gets what a table had for it at its own time.
. "$(dirname "$0")/common.sh"

# event TOPIC KEY TIME VALUE [OPTION...]: key and value are JSON; a value null is a tombstone.
event() {
  topic=$1 key=$2 time=$3 value=$4
  shift 4
  [ "$value" != null ] || value='null,"tombstone":true'
  printf '{"key":%s,"ts":%s,"value":%s}\n' "$key" "$time" "$value" | estream-produce -q -J "$@" "$topic"
}
# gets WANTED OPTION...: what consume prints, in one line.
gets() {
  lines=$1
  shift
  expect 0 estream-consume "$@"
  [ "$(tr '\n' ' ' <out)" = "$lines" ] || fail "$*: $(cat out)"
}

# The table of joins of a stream and a table in Apache's wiki.
for at in 1=null 3='{"v":"A"}' 5='{"v":"B"}' 7=null 9='{"v":"C"}' 12=null 15='{"v":"D"}'; do
  event left '"k"' "${at%%=*}" "${at#*=}"
done
for at in 2=null 4='"a"' 6='"b"' 8=null 10='"c"' 11=null 13=null 14='"d"'; do
  event right '"k"' "${at%%=*}" "${at#*=}"
done
joined=' {"v":"A","r":null} {"v":"B","r":"a"}  {"v":"C","r":null}  {"v":"D","r":"d"} '
gets "$joined" --lookup r=right left
for order in time offset partition; do gets "$joined" --order $order --lookup r=right left; done
expect 0 estream-replay -s max --lookup r=right left
[ "$(tr '\n' ' ' <out)" = "$joined" ] || fail "replay: $(cat out)"
gets '{"v":"D","r":"d"} {"v":"B","r":"a"} ' --reverse --lookup r=right -w '.r != null' left
gets '{"v":"D","r":"d"} ' --tail 1 --lookup r=right left
gets '6 d ' -F '%o %{.r}\n' --lookup r=right -G 'v:"r":"d"' left
gets '2 ' -c --lookup r=right -w '.r != null' left
expect 1 estream-consume --lookup r=right -w '.r == "b"' left
expect 0 estream-consume -q --lookup r=right -w '.r == "a"' left

# A table whose times are out of order: the greatest time counts, not the last offset. At the same
# time the later offset counts, and the table is before the stream.
for at in 30='"thirty"' 10='"ten"' 20='"twenty"' 20='"twenty again"'; do
  event mixed '"k"' "${at%%=*}" "${at#*=}"
done
for at in 9 10 19 20 29 30 99; do event at '"k"' $at '{}'; done
gets ' ten ten twenty again twenty again thirty thirty ' --lookup m=mixed -F '%{.m}\n' at
# Nothing before -U is missing, nothing after it is asked for.
gets ' ten ten twenty again ' --lookup m=mixed -U @0.029 -F '%{.m}\n' at
gets 'twenty again thirty thirty ' --lookup m=mixed -S @0.025 -F '%{.m}\n' at

# Partitions, keys of any kind, a field of the event, a missing field, a key that nobody has.
for key in '"s"' '"7"' '"true"' '"a\"b"' '"1.50"'; do
  for p in 0 1; do event keyed "$key" "$((100 + p))" "{\"p\":$p}" --partitions 2 -p $p; done
done
for key in '"s"' 7 true '"a\"b"' 1.50 '"7"' null '"nobody"' '[1]' '{"s":1}'; do
  event fields '"other"' 100 "{\"at\":{\"key\":$key}}"
done
expect 0 estream-consume --lookup 'x=keyed[.at.key]' -F '%{.x.p}' fields
[ "$(cat out)" = 000000 ] || fail "keys: $(cat out)"
event fields '"other"' 101 '{"at":{"key":"s"}}'
expect 0 estream-consume --lookup 'x=keyed[.at.key]' --tail 1 fields
prints '{"at":{"key":"s"},"x":{"p":1}}'

# The rest of the event stays byte for byte; a member of that name is replaced in its place.
bytes() {
  printf '%s' "$1" | estream-produce -q --format text bytes
  expect 0 estream-consume -F '%v' --tail 1 --lookup 'x=keyed[.k]' bytes
  [ "$(cat out)" = "$2" ] || fail "of $1: $(cat out)"
}
bytes '{}' '{"x":null}'
bytes ' { } ' ' { "x":null} '
bytes '	{"k":"s", "n": 1.50e0 }  ' '	{"k":"s", "n": 1.50e0 ,"x":{"p":1}}  '
bytes '{"x" : [1, {"y":"}"}],"k":7}' '{"x" : {"p":1},"k":7}'
bytes '{"x":1,"x":2,"k":"nobody"}' '{"x":1,"x":null,"k":"nobody"}'
bytes '{"\u0078":1,"k":7}' '{"\u0078":{"p":1},"k":7}'

# A table of texts, of JSON with line ends, of an empty value.
printf '%s\n' '{"key":"t","value_text":"plain \"text\""}' '{"key":"l","value_text":"{\n \"a\": 1\n}"}' \
  '{"key":"e","value_text":""}' | estream-produce -q -J texts
for key in t l e; do echo "{\"k\":\"$key\"}"; done | estream-produce -q events
gets '{"k":"t","x":"plain \"text\""} {"k":"l","x":{  "a": 1 }} {"k":"e","x":""} ' --lookup 'x=texts[.k]' events

# Several lookups: each one sees what the one before has added. One table may serve both.
event people '"ann"' 1 '{"boss":"bob"}'
event people '"bob"' 2 '{"boss":"eve"}'
event tasks '"t"' 3 '{"who":"ann"}'
gets '{"who":"ann","a":{"boss":"bob"},"b":{"boss":"eve"}} ' \
  --lookup 'a=people[.who]' --lookup 'b=people[.a.boss]' tasks

# Events to which nothing can be added are counted; so is a table that never matches.
printf '%s\n' '[1]' '{"k":"t"}' 'no JSON' | estream-produce -q --format text odd
expect 0 estream-consume --lookup 'x=texts[.k]' odd
prints "$(printf '%s\n' '[1]' '{"k":"t","x":"plain \"text\""}' 'no JSON')"
says '2 events have no JSON object as value, so that --lookup added nothing; the first is odd/0@0'
expect 0 estream-consume -n 1 --lookup 'x=texts[.k]' odd
says '1 event has no JSON object'
expect 0 estream-consume -n 1 -o 1 --lookup 'x=texts[.k]' odd
[ ! -s err ] || fail "a warning of events that were not printed"
expect 0 estream-consume --lookup 'x=texts[.kk]' events
[ ! -s err ] || fail "a warning after three misses"
for n in 1 2 3 4 5 6 7; do echo '{"k":"t"}'; done | estream-produce -q events
expect 0 estream-consume --lookup 'x=texts[.k]' events
[ ! -s err ] || fail "a warning though something was found"
expect 0 estream-consume --lookup 'x=texts[.kk]' events
says "--lookup 'x=texts[.kk]': no event has a key that was in the table at its time"
echo '{"a":1}' | estream-produce -q keyless
expect 0 estream-consume --lookup 'x=keyless' events
says 'the table keyless has 1 event without a key'

rm -r "$ESTREAM_DIR/events"
for key in t l e; do echo "{\"k\":\"$key\"}"; done | estream-produce -q events

# -L, copies and bisect see it as well. Such a copy can be repeated.
expect 0 estream-replay -L --lookup 'x=texts[.k]' -K .k -w '.x != ""' events
[ "$(jq -c .x <out | tr '\n' ' ')" = '"plain \"text\"" {"a":1} ' ] || fail "-L: $(cat out)"
for run in 1 2; do expect 0 estream-replay --lookup 'x=texts[.k]' --into copied --producer c events; done
gets '{"k":"t","x":"plain \"text\""} {"k":"l","x":{  "a": 1 }} {"k":"e","x":""} ' copied
expect 0 estream-replay --bisect 'jq -se "all(.x | type == \"string\")" >/dev/null' --lookup 'x=texts[.k]' events
grep -q '"offset":1,.*"x":{  "a": 1 }' out || fail "bisect: $(cat out)"
expect 0 estream-replay --dry-run -j --lookup 'x=texts[.k]' events
[ "$(jq '.value_size + 3' out)" = "$(estream-consume copied | wc -c)" ] || fail "dry run: $(cat out)"

# What is wrong.
refused() {
  text=$1
  shift
  expect 2 estream-consume "$@"
  says "$text"
}
refused 'cannot read x; write NAME=TOPIC[PATH]' --lookup x events
refused 'cannot read =texts' --lookup =texts events
refused 'cannot read x=texts[.k' --lookup 'x=texts[.k' events
refused 'has no path in its brackets' --lookup 'x=texts[]' events
refused 'begins with a path' --lookup '.x=texts' events
refused 'option --lookup: k: ' --lookup 'x=texts[k]' events
refused 'two lookups are called x' --lookup x=texts --lookup x=keyed events
refused "topic 'nothing' does not exist" --lookup x=nothing events
refused 'option --lookup-wait: needs -f' --lookup x=texts --lookup-wait 1s events
refused 'option --lookup-wait: needs --lookup' -f --lookup-wait 1s events
refused 'option --memory: needs --lookup' --memory 1M events
refused 'option --into: texts is one of the tables of --lookup' -g g --lookup x=texts --into texts events
expect 2 estream-replay --lookup x=texts --into texts events
says 'option --into: texts is one of the tables of --lookup'
expect 2 estream-replay --branch b --lookup x=texts events
says 'option --lookup: does not go with --branch'
expect 2 estream-replay --memory 1M events
printf '{"key":"b","value_b64":"/w=="}\n' | estream-produce -q -J binary
refused 'binary/0@0: the value is neither JSON nor UTF-8, so that it cannot be looked up' --lookup x=binary events
# A path to a table elsewhere.
cp -r "$ESTREAM_DIR/texts" elsewhere
gets 'plain "text" ' -n 1 --lookup 'x=./elsewhere[.k]' -F '%{.x}\n' events

# A damaged table.
log=$ESTREAM_DIR/texts/0/00000000000000000000.log
printf 'x' | dd of="$log" bs=1 seek=70 conv=notrunc 2>/dev/null
expect 3 estream-consume --lookup 'x=texts[.k]' events
[ ! -s out ] || fail "events in spite of a damaged table"
expect 3 estream-consume --on-corrupt skip --lookup 'x=texts[.k]' events
done_checking
