#!/bin/sh
# Zones and patterns of times, read and printed, and the envelopes of kcat.
. "$(dirname "$0")/common.sh"

echo '{"at":1795183385123}' | estream-produce --time-field .at t
expect 0 estream-consume -F '%d{iso}|%d{strftime[%F %T.%3N %z]}\n' t
prints '2026-11-20T14:03:05.123Z|2026-11-20 14:03:05.123 +0000'
expect 0 estream-consume --zone Europe/Berlin -F '%d{iso}|%d{strftime[%T.%N %Z %s]}\n' t
prints '2026-11-20T15:03:05.123+01:00|15:03:05.123000000 CET 1795183385'
expect 0 estream-consume --zone=-03:30 -F '%d{iso}\n' t
prints '2026-11-20T10:33:05.123-03:30'
for utc in --utc '--zone utc' '--zone Z'; do
  # shellcheck disable=SC2086 # a list of words
  TZ=Asia/Tokyo expect 0 estream-consume $utc -S '2026-11-20 14:03' -U '2026-11-20 14:04' -F '%d{iso}\n' t
  prints '2026-11-20T14:03:05.123Z'
done
TZ=Asia/Tokyo expect 0 estream-consume --zone local -F '%d{iso}\n' t
prints '2026-11-20T23:03:05.123+09:00'
# Without the option times go in local and come out UTC.
TZ=Asia/Tokyo expect 0 estream-consume -S '2026-11-20 23:03' -F '%d{iso}\n' t
prints '2026-11-20T14:03:05.123Z'
expect 0 estream-consume --zone Asia/Tokyo -S '2026-11-20 23:03' -U '2026-11-20 23:04' -c t
prints 1
expect 0 estream-consume --zone Asia/Tokyo -j --time-format rfc3339 t
estream-produce -J again <out
expect 0 estream-consume -F '%d\n' again
prints 1795183385123
expect 0 estream-inspect --zone Asia/Tokyo t
grep -q '2026-11-20T23:03:05.123+09:00' out || fail "the table: $(cat out)"
expect 0 estream-inspect hist --zone Asia/Tokyo --by 1m t
grep -q '2026-11-20T23:03:00.000+09:00' out || fail "hist: $(cat out)"
expect 0 estream-replay -s max --zone Asia/Tokyo -F '%d{iso}\n' t
prints '2026-11-20T23:03:05.123+09:00'
expect 0 estream-consume -v --zone Asia/Tokyo -S 2026-11-20 t
says 'from 2026-11-20T00:00:00.000+09:00'
for zone in Mars/Olympus ../../etc/passwd /etc/localtime zone.tab '' Europe 25:00; do
  expect 2 estream-consume --zone "$zone" t
  says 'option --zone: cannot read'
done
expect 2 estream-consume --zone local --utc t
says 'give only one of them'
expect 2 estream-consume -F '%d{strftime[%-N]}' t
says 'write %N, or %1N to %9N'

# The config file: what is typed counts before it, whichever of the two it is.
echo 'zone = Asia/Tokyo' >config
ESTREAM_CONFIG=$PWD/config expect 0 estream-consume -F '%d{iso}\n' t
prints '2026-11-20T23:03:05.123+09:00'
ESTREAM_CONFIG=$PWD/config expect 0 estream-consume --utc -F '%d{iso}\n' t
prints '2026-11-20T14:03:05.123Z'
echo 'utc = true' >config
ESTREAM_CONFIG=$PWD/config expect 0 estream-consume --zone Asia/Tokyo -F '%d{iso}\n' t
prints '2026-11-20T23:03:05.123+09:00'

# Times of events, by a pattern and by a zone.
# at TIME OPTION...: the time as it is stored.
at() {
  echo "{\"at\":\"$1\"}" >event
  shift
  rm -rf "$ESTREAM_DIR/p"
  expect 0 estream-produce -i event --time-field .at "$@" p
  expect 0 estream-consume -F '%d{iso}\n' p
}
at '10/Oct/2026:13:55:36 +0200' --time-format '%d/%b/%Y:%H:%M:%S %z'
prints '2026-10-10T11:55:36.000Z'
at '2026-11-20 14:03:05,123' --time-format '%F %T,%N' --zone Europe/Berlin
prints '2026-11-20T13:03:05.123Z'
at '2026-11-20 14:03:05' --zone Europe/Berlin
prints '2026-11-20T13:03:05.000Z'
at '2026-11-20' --zone Europe/Berlin
prints '2026-11-19T23:00:00.000Z'
at '2026-11-20T14:03:05+02:00' --zone Europe/Berlin
prints '2026-11-20T12:03:05.000Z'
at 1795183385123 --utc
prints '2026-11-20T14:03:05.123Z'
expect 2 sh -c 'echo "{\"at\":\"2026-11-20 14:03\"}" | estream-produce --time-field .at p'
says 'is not a time; write Unix time, or a date with a zone: 2026-11-20T14:03:05Z; --zone is for dates without a zone'
expect 2 sh -c 'echo "{\"at\":\"14:03\"}" | estream-produce --time-field .at --time-format "%F %T %z" p'
says 'stdin:1: has a time at .at that does not fit --time-format'
for at in '1969-12-31 23:59:59.999 Z' '1960-01-01 00:00:00 Z'; do
  expect 2 sh -c "echo '{\"at\":\"$at\"}' | estream-produce --time-field .at --time-format '%F %T %z' p"
done
expect 2 sh -c 'echo "{\"at\":\"1969-12-31 23:59:59.999\"}" | estream-produce --time-field .at --utc p'
says 'a timestamp before 1970 cannot be stored'
expect 2 estream-produce -i event --time-field .at --time-format '%F %T' p
says 'the times have no zone; give %z in the pattern, or --zone'
expect 2 estream-produce -i event --time-format '%F %z' p
says '--time-format needs --time-field'
expect 2 estream-produce -i event --utc p
says 'need --time-field'
expect 2 estream-produce -i event --time-field .at --time-format '%H:%M' p
says 'must have a year, a month and a day'

# What kcat -J prints.
cat >kcat.ndjson <<'EOS'
{"topic":"t","partition":2,"offset":1,"tstype":"create","ts":1760000000001,"broker":0,"headers":["a","b","c",null],"key":"k","payload":"{\"x\": 1}"}
{"topic":"t","partition":0,"offset":2,"tstype":"unknown","ts":-1,"broker":0,"key":null,"payload":null}
{"key":"","payload":{"from": "avro"}}
{"key":"k","payload":"not JSON"}
EOS
expect 0 estream-produce --envelope=kcat -i kcat.ndjson k
expect 0 estream-consume -F '%k|%h|%v{json}\n' k
prints 'k|a=b,c=|{"x": 1}
||null
||{"from": "avro"}
k||"not JSON"'
expect 0 estream-consume -F '%d\n' -n 2 k
prints '1760000000001
-1'
expect 0 estream-produce --envelope=kcat -n 1 -i kcat.ndjson --partitions 3 --keep-partition kept
expect 0 estream-consume -p 2 -c kept
prints 1
# wrong LINE REASON
wrong() {
  echo "$1" >line
  expect 2 estream-produce --envelope=kcat -i line k
  says "line:1: $2"
}
wrong '{"key":"k"}' 'envelope: payload is missing; kcat -J prints one in each line'
wrong '{"headers":["a"],"payload":""}' 'envelope: headers must hold names and values in turn'
wrong '{"headers":{},"payload":""}' 'envelope: headers must be an array'
wrong '{"ts":"x","payload":""}' 'envelope: ts is not a time'
wrong '[]' 'envelope: the line must be an object'
expect 2 estream-produce --envelope=other -i line k
says 'option --envelope: cannot read other; write kcat, or nothing'
expect 2 estream-produce --envelope=kcat --format text -i line k
says '--format and -J exclude each other'
expect 2 estream-produce --quiet=kcat -i line k
says 'takes no value; leave it out'
done_checking
