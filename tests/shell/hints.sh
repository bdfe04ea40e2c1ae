#!/bin/sh
# What is said to those who come from kcat, rpk and Kafka's scripts, and about a file in a topic's place.
. "$(dirname "$0")/common.sh"

seq 3 | estream-produce orders
echo '{"a":1}' >events.ndjson

expect 2 estream-produce orders events.ndjson
says 'argument events.ndjson is one too many; to read that file, write -i events.ndjson'
expect 2 estream-produce events.ndjson orders
says 'write -i events.ndjson'
expect 2 estream-produce -t orders ./events.ndjson
says 'write -i ./events.ndjson'
expect 2 estream-produce orders payments
says "argument payments is one too many; try 'estream-produce -h'"
expect 2 estream-produce orders "$(printf %05000d 0)"
says 'is one too many; try'
expect 2 estream-produce orders "$work"
says 'is one too many; try'
[ "$(estream-inspect -j | wc -l)" = 1 ] || fail "a topic was made"

for tool in consume 'window --tumble 1m' 'replay -s max' 'compact --roll' inspect 'inspect hist'; do
  expect 2 estream-$tool ./events.ndjson
  says "argument ./events.ndjson is a file, not a topic; 'estream-produce -i ./events.ndjson TOPIC' stores"
done

for tool in consume 'window --tumble 1m' 'replay -s max' 'compact --roll' inspect 'inspect hist'; do
  expect 2 estream-$tool events.ndjson
  says "it is a file here, and 'estream-produce -i events.ndjson TOPIC' stores its events"
done

# The same letters with other meanings.
expect 2 estream-consume -f '%v\n' orders
says 'argument %v\n is not a topic; -F is for a format'
expect 2 estream-produce -K : orders
says '--key-delimiter says what ends the key on a line'
expect 2 estream-produce -K .a. orders
grep -q key-delimiter err && fail 'a path that is wrong elsewhere is taken for a delimiter'
expect 2 estream-consume -G billing orders
says 'estream-consume -g GROUP reads as a member of a group'
expect 2 estream-consume -o end orders
says 'write latest'
expect 2 estream-consume -C -b broker:9092 -t orders
says 'reading is the default; leave -C out'
expect 2 estream-produce -P -t orders
says 'writing is the default'
expect 2 estream-consume --from-beginning --bootstrap-server broker:9092 --topic orders
says 'unknown option --from-beginning: the beginning is the default; leave it out'
expect 2 estream-consume -c 3 orders
says "topic '3' does not exist in $ESTREAM_DIR; a number of events is given with -n 3"
expect 2 estream-consume -o s@1795183380000 orders
says 'write @TIME, or -S TIME'
expect 2 estream-inspect list
says 'did you mean the verb topics?'
expect 2 estream-inspect help
says "try 'estream-inspect -h'"
for tool in produce consume window replay compact inspect; do
  expect 2 estream-$tool -b broker:9092 -t orders
  says 'there is no broker'
done

# A topic, and a path to one, are still topics.
expect 0 estream-consume -c log/orders
prints 3
expect 0 estream-inspect -c -r 'o[^%]*s'
prints 3

# Lines that are no events of JSON.
printf '{\n "a": 1\n}\n' >pretty
expect 2 estream-produce -i pretty x
says "pretty:1: not JSON: it ends too early, byte 2; 'jq -c .' makes one line of each value"
echo 'a,b,c' >text
expect 2 estream-produce -i text x
says 'text:1: not JSON: expected a value, byte 1; --format=text stores lines of any text'
for program in xz bzip2 lz4; do
  command -v $program >/dev/null || continue
  $program -c <events.ndjson >packed
  expect 2 estream-produce -i packed x
  says "; it is compressed, and '$program -dc FILE' unpacks it"
done
printf '\357\273\277{"a":1}\n' >marked
expect 2 estream-produce -i marked x
says "; 'tail -c +4 FILE' prints it without the mark"
tail -c +4 marked | estream-produce unmarked
expect 0 estream-consume unmarked
prints '{"a":1}'
expect 2 estream-produce -i "$ESTREAM_DIR/orders/0/00000000000000000000.log" x
grep -q 'format=text' err && fail "a segment is taken for text: $(cat err)"
echo '{"a":1' >cut
expect 2 estream-produce -i cut x
grep -q 'byte 7$' err || fail "a hint that does not help: $(cat err)"

done_checking
