#!/bin/sh
# Which text of a line is the key, which headers are stored, and which line a message names.
. "$(dirname "$0")/common.sh"

echo 'a|b|c' | estream-produce --format text --key-delimiter '|' keys
expect 0 estream-consume -F '%k %v\n' keys
prints 'a b|c'
echo '{"key":"e","headers":[{"key":"e","value":"1"}],"value":1}' | estream-produce -J -k given -H h=2 envelope
expect 0 estream-consume -j envelope
[ "$(jq -c '[.key, [.headers[].key]]' out)" = '["given",["e","h"]]' ] || fail "envelope: $(cat out)"

# Headers from fields, behind those that every event gets.
printf '{"a":"x y","n":1.50,"z":null,"o":{"b":[1, 2]}}\n{}\n' |
  estream-produce -H h=1 --header-field from=.a --header-field n=.n --header-field z=.z --header-field o=.o fields
expect 0 estream-consume -F '%h{<%k=%v>}\n' fields
prints '<h=1><from=x y><n=1.50><o={"b":[1, 2]}>
<h=1>'
expect 2 estream-produce --header-field from=a fields
says 'option --header-field: column 1: a path begins with a dot'
expect 2 estream-produce -J --header-field from=.a fields
says '--header-field needs events that are JSON'

# A time that is too far in the future is a wrong event, when the user says how far that is.
printf '{"at":"2100-01-01T00:00:00Z","n":1}\n{"at":"2025-01-01T00:00:00Z","n":2}\n' >times
expect 0 estream-produce --time-field .at -i times times
expect 3 estream-produce --time-field .at --max-future 1h --reject future -i times times
jq -r .error future >out
prints 'its time 2100-01-01T00:00:00.000Z is too far in the future (--max-future)'
expect 0 estream-consume -c times
prints 3

# Lines are counted in each input, blank ones too.
printf '1\n\n2\n' >one
printf '3\nno\n' >two
expect 2 estream-produce -j -i one -i two lines
says 'two:2: not JSON'
says 'acknowledged 3 events, up to two:1'
[ "$(jq -c .input_line out | xargs)" = '1 3 1' ] || fail "receipts: $(cat out)"
printf '1\n2\n3\nno\n' >four
expect 2 estream-produce -i four lines
says 'acknowledged 3 events, up to four:3'

# Also where the events of both had to be held.
for i in $(seq 40); do echo "{\"k\":\"k$((i % 7))\",\"n\":$i}"; done >in
head -n 20 in >first
tail -n 20 in >second
named() { estream-produce -j --producer job --partitions 2 -K .k -i first -i second held; }
expect 0 named
estream-produce --partitions 2 untouched </dev/null
rm -r "$ESTREAM_DIR/held/1"
cp -a "$ESTREAM_DIR/untouched/1" "$ESTREAM_DIR/held/1"
expect 0 named
[ "$(jq .input_line out | xargs)" = "$(echo $(seq 20) $(seq 20))" ] || fail "receipts: $(jq .input_line out | xargs)"
[ "$(jq -r .ack out | sort -u | xargs)" = 'duplicate synced' ] || fail "receipts: $(cat out)"

done_checking
