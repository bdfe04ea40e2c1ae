#!/bin/sh
# Input that is wrong or odd: each gives the documented exit status and one clear line, and what came
# before it is kept.
. "$(dirname "$0")/common.sh"

feed() { printf "$1" | estream-produce $2; }

# Bad lines.
expect 2 feed '{"a":1}\n{"a":\n{"a":3}\n' orders
says 'stdin:2: not JSON'
says 'acknowledged 1 event, up to stdin:1'
says 'if you run it again with the same input, it stores them twice (give --producer'
expect 0 estream-consume orders
prints '{"a":1}'
expect 2 feed '{"a":"\377"}\n' utf8
! grep -q acknowledged err || fail "nothing was tried, and it speaks of acknowledgements"
says 'stdin:1: not JSON'
expect 2 feed '{"a":1} {"b":2}\n' two
says 'stdin:1: not JSON'
expect 2 feed '{"a":\000}\n' nul
says 'stdin:1: not JSON'
expect 2 feed '[1,2\n' short
says 'it ends too early'
expect 2 sh -c 'head -c 10000000 /dev/zero | tr "\0" "[" | estream-produce deep'
says 'stdin:1: not JSON'
[ ! -e "$ESTREAM_DIR/deep" ] || fail "a topic was made for an input that is wrong from the start"

# Odd lines that are right.
expect 0 feed '{"a":1}' last
expect 0 estream-consume last
prints '{"a":1}'
expect 0 feed '' empty
[ ! -e "$ESTREAM_DIR/empty" ] || fail "a topic was made for an empty input"
expect 0 feed '\n\n{"a":1}\n\n' blank
expect 0 estream-consume blank
prints '{"a":1}'
big='{"n":123456789012345678901234567890,"f":1e400,"a":1,"a":2 , "x" :[ ]}'
expect 0 feed "$big\n" exact
expect 0 estream-consume exact
prints "$big"
expect 0 feed 'one\000two\n\nthree\377\n' '--format=text text'
expect 0 estream-consume text
printf 'one\000two\n\nthree\377\n' | cmp -s - out || fail "text is not stored byte for byte"
expect 0 sh -c 'printf "a\0b\nc\0" | estream-produce -0 --format=text nulls'
expect 0 estream-consume -0 nulls
printf 'a\0b\nc\0' | cmp -s - out || fail "NUL-delimited events changed"
expect 0 sh -c 'printf "{\"a\":1};;{\"a\":2};;" | estream-produce -D ";;" delimited'
expect 0 estream-consume -c delimited
prints 2

# What gzip and zstd have compressed, also from a pipe that gives a byte at a time, and joined.
seq 50000 | jq -c '{n: .}' >plain
gzip -k plain
zstd -q plain -o plain.zst
for file in plain.gz plain.zst; do
  rm -rf "$ESTREAM_DIR/packed"
  expect 0 estream-produce -i $file packed
  expect 0 estream-consume packed
  cmp -s plain out || fail "$file is stored differently"
done
expect 0 sh -c '{ head -c 1 plain.gz; sleep 0.2; tail -c +2 plain.gz; cat plain.gz; } | estream-produce twice'
expect 0 estream-consume -c twice
prints 100000
expect 0 sh -c 'estream-produce -i plain -i plain.zst -i plain.gz three'
expect 0 estream-consume -c three
prints 150000
head -c 100000 plain.gz >cut.gz
expect 2 estream-produce -i cut.gz cut
says 'cut.gz: gzip: the data ends too early; read it again from a whole copy'
{ cat plain.gz; echo '{}'; } >more.gz
expect 2 estream-produce -i more.gz more
says 'more.gz: gzip: other bytes follow its end'
expect 0 sh -c 'head -c 20 plain.gz | estream-produce -D @@ --format=text bytes'
expect 0 estream-consume -F %v bytes
head -c 20 plain.gz | cmp -s - out || fail "text is unpacked"
expect 0 sh -c 'printf "{\"a\":1}" | gzip | estream-produce small'
expect 0 estream-consume small
prints '{"a":1}'
expect 0 sh -c 'printf "" | gzip | estream-produce none'

# Rejected lines.
expect 3 feed '{"k":1}\nnope\n{"k":2}\n{}\n' '-K .k --reject bad rejects'
says '2 events rejected, see bad'
expect 0 estream-consume -c rejects
prints 2
jq -e -s 'length == 2 and .[0].input_line == 2 and .[0].raw == "nope" and .[1].raw == "{}"' \
  bad >out || fail "the reject file is $(cat bad)"
expect 2 feed 'no\nno\nno\n' '--reject bad2 --reject-limit 2 rejects'
says 'more than 2 events were rejected'

# Long lines. The limit is 16 MiB; what is longer is passed over without being held.
line() { printf '{"pad":"'; head -c "$1" /dev/zero | tr '\0' x; printf '"}\n'; }
long() { { printf '{"a":1}\n'; line "$1"; printf '{"a":2}\n'; } | estream-produce $2; }
expect 0 long 16000000 most
expect 0 estream-consume -c most
prints 3
expect 2 long 17000000 toolong
says 'stdin:2: longer than 16MiB'
expect 3 long 100000000 '--reject long.bad toolong'
expect 0 estream-consume -c toolong
prints 3
[ "$(wc -c <long.bad)" -lt 10000 ] || fail "all of a long line is in the reject file"

# What -j prints, -J takes: the largest event that there is, of bytes that take most room there, as its
# value, its key and its headers. One byte more is refused.
largest() {
  case $1 in
    value) head -c "$2" /dev/zero | estream-produce --format=text "$3" ;;
    binary) head -c "$2" /dev/zero | tr '\0' '\377' | estream-produce --format=text "$3" ;;
    key) { head -c "$2" /dev/zero; printf ':'; } | estream-produce --format=text --key-delimiter : "$3" ;;
  esac
}
for kind in value binary key; do
  expect 0 largest $kind 16777216 "$kind"
  expect 0 sh -c "estream-consume -j $kind | estream-produce -J $kind.again"
  estream-consume -F '%k %v' $kind >wanted
  estream-consume -F '%k %v' $kind.again | cmp -s - wanted || fail "$kind: -J makes another event of it"
  expect 2 largest $kind 16777217 "$kind"
  says 'longer than 16MiB'
done
rm -r "$ESTREAM_DIR/value"* "$ESTREAM_DIR/binary"* "$ESTREAM_DIR/key"* wanted

# Files of Windows: the value is kept to the byte, and is JSON for all who look at it.
expect 0 feed '{"a":1}\r\n{"a":2}\r\n' crlf
expect 0 estream-consume crlf
printf '{"a":1}\r\n{"a":2}\r\n' | cmp -s - out || fail "CR LF: $(od -c out)"
expect 0 sh -c 'estream-consume -j crlf | jq -c .value'
[ "$(tr '\n' ' ' <out)" = '{"a":1} {"a":2} ' ] || fail "CR LF in the envelope: $(cat out)"
expect 0 sh -c 'estream-consume -j crlf | estream-produce -J crlf2; estream-consume crlf2'
printf '{"a":1}\r\n{"a":2}\r\n' | cmp -s - out || fail "CR LF through the envelope: $(od -c out)"
expect 0 estream-consume -c -w '.a == 2' crlf
prints 1

# Files that are named for two things.
echo 1 >both
expect 2 estream-produce --reject both -i both orders
says 'option --reject: both is an input'
expect 2 sh -c 'estream-produce --reject both orders <both'
says 'option --reject: both is an input'
expect 2 sh -c 'estream-produce -j --reject both2 orders <both >both2'
says 'both2 is standard output'
expect 2 sh -c 'estream-produce -j -i both orders >>both'
says 'standard output: is the input both'
[ "$(cat both)" = 1 ] || fail "the input was written to"
expect 2 estream-produce --reject - -i both orders
says 'option --reject: cannot read -; name a file'
expect 2 estream-consume --cursor-file - orders
says 'option --cursor-file: cannot read -; name a file'
expect 2 estream-produce -f -i both -i event orders
says '-f follows one file'

# Waits that no clock has room for.
expect 0 sh -c '{ echo 1; sleep 0.1; } | timeout 20 estream-produce --linger 50d --sync interval:100000d waits'
expect 0 timeout 20 estream-produce -T 100000d --linger 100000d -i both waits
expect 0 timeout 20 estream-consume -T 100000d waits
expect 0 timeout 20 estream-replay -T 100000d -s max waits
expect 0 estream-produce -q --time-field .t gap <<'EOS'
{"t":1}
{"t":2}
EOS
expect 0 timeout 20 estream-replay --max-gap 100000d gap

# Keys, headers, times, tombstones.
expect 0 feed '{"id":7,"at":"2026-01-02T03:04:05Z"}\n' '-K .id --time-field .at -H a=1 -H a=2 meta'
expect 0 estream-consume -j meta
prints '{"topic":"meta","partition":0,"offset":0,"ts":1767323045000,"key":"7","headers":[{"key":"a","value":"1"},{"key":"a","value":"2"}],"value":{"id":7,"at":"2026-01-02T03:04:05Z"}}'
expect 0 feed 'a|{"v":1}\nb|\n' '--key-delimiter | -Z stones'
expect 0 estream-consume -F '%k %V;' stones
[ "$(cat out)" = 'a 7;b -1;' ] || fail "tombstones: $(cat out)"
expect 2 feed '{"a":1}\n' '-K .id keyless'
says 'has no key at .id'
expect 0 feed '{"a":1}\n' '-K .id --key-missing=null keyless'

# Limits and receipts.
expect 0 feed '1\n2\n3\n' '-n 2 -j counted'
[ "$(jq -s -c 'map([.offset,.input_line,.ack])' out)" = '[[0,1,"synced"],[1,2,"synced"]]' ] ||
  fail "receipts: $(cat out)"
expect 0 feed '1\n' '-j --sync none counted'
[ "$(jq -r .ack out)" = written ] || fail "--sync none must say written"
expect 0 feed '4\n5\n' '--tee counted'
[ "$(tr '\n' ' ' <out)" = '4 5 ' ] || fail "--tee: $(cat out)"
expect 0 feed '4\n5\n' '--dry-run dry'
says 'would append 2 events'
[ ! -e "$ESTREAM_DIR/dry" ] || fail "a dry run made a topic"
expect 3 feed '4\nno\n' '--dry-run -j --reject dry.bad dry'
says '1 event would be rejected'
[ "$(jq -r .ack out)" = dry-run ] && [ ! -e dry.bad ] || fail "a dry run wrote something"
expect 0 feed '' '--partitions 3 made'
expect 0 estream-consume -c made
prints 0
printf '1\n2' >one.in
printf '3\n' >two.in
expect 0 estream-produce -i one.in -i two.in files
expect 0 estream-consume files
[ "$(tr '\n' ' ' <out)" = '1 2 3 ' ] || fail "two inputs: $(cat out)"

done_checking
