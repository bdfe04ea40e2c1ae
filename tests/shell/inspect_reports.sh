#!/bin/sh
# The verbs of estream-inspect that show things, as tables and as JSON.
. "$(dirname "$0")/common.sh"

seq 1 60 | jq -c '{n: ., u: "u\(. % 7)", at: (1700000000000 + . * 60000)}' |
  estream-produce -K .u --time-field .at --partitions 3 orders
printf '{"a":"x"}\n{"a":2,"b":[1,null]}\n' | estream-produce -z none small

expect 0 estream-inspect
[ "$(awk 'NR == 1 {print $1, $3}' out)" = "TOPIC RECORDS" ] || fail "headings: $(cat out)"
[ "$(awk '$1 == "orders" {print $2, $3}' out)" = "3 60" ] || fail "topics: $(cat out)"
expect 0 estream-inspect -j
[ "$(jq -r 'select(.topic == "orders") | "\(.records) \(.first_ts) \(.last_ts)"' out)" = \
  "60 1700000060000 1700003600000" ] || fail "topics -j: $(cat out)"
jq -e 'select(.topic == "small") | .settings["segment.bytes"] == 1073741824' out >/dev/null ||
  fail "settings: $(cat out)"
expect 0 estream-inspect -v small
grep -q '  -  *[0-9a-f]*$' out || fail "settings that nobody changed: $(cat out)"
expect 0 estream-compact -q --set retention=1d small
expect 0 estream-inspect -v small
grep -q '  retention.ms=86400000  ' out || fail "settings: $(cat out)"
expect 0 estream-inspect -c
prints 62
expect 0 estream-inspect --no-header --bytes small
[ "$(wc -l <out)" = 1 ] || fail "--no-header: $(cat out)"

# Every row of a table has as many words as its heading, and the same facts as the JSON.
for verb in topics offsets segments hist; do
  expect 0 estream-inspect "$verb"
  awk 'NR == 1 {n = NF} NF != n {exit 1}' out || fail "$verb is ragged: $(cat out)"
  rows=$(wc -l <out)
  expect 0 estream-inspect "$verb" -j
  jq -e . out >/dev/null || fail "$verb -j is not JSON"
  [ "$(wc -l <out)" = $((rows - 1)) ] || fail "$verb: $rows lines, and $(wc -l <out) objects"
done

expect 0 estream-inspect offsets -j -S @1700001800000 orders
[ "$(jq -s 'map(.latest) | add' out)" = 60 ] || fail "offsets: $(cat out)"
for p in 0 1 2; do
  at=$(jq -r "select(.partition == $p) | .offset_at" out)
  [ "$(estream-consume -c -p $p --to "$at" orders)" = \
    "$(estream-consume -c -p $p -U @1700001800000 orders)" ] || fail "offset of a time: $(cat out)"
done

expect 0 estream-inspect batches -j orders
[ "$(jq -s 'map(.records) | add' out)" = 60 ] || fail "batches: $(cat out)"
[ "$(jq -s 'map(.crc) | unique | .[]' out)" = '"ok"' ] || fail "crc: $(cat out)"
[ "$(jq -s 'map(.ratio > 1) | unique | .[]' out)" = true ] || fail "ratio: $(cat out)"
expect 0 estream-inspect batches -n 1 -j small
[ "$(jq -c '[.position, .base_offset, .last_offset, .codec, .ratio]' out)" = '[0,0,1,"none",1]' ] ||
  fail "batches -n 1: $(cat out)"
expect 0 estream-inspect segments -j small
[ "$(jq -c '[.base_offset, .next_offset, .records, .state]' out)" = '[0,2,2,"active"]' ] ||
  fail "segments: $(cat out)"

expect 0 estream-inspect keys -n 2 -j orders
[ "$(head -1 out | jq -c '[.key, .records, .exact]')" = '["u1",9,true]' ] || fail "keys: $(cat out)"
[ "$(tail -1 out | jq -c '[.distinct, .records]')" = '[7,60]' ] || fail "keys: $(cat out)"
expect 0 estream-inspect keys -K .n -w '.n <= 3' -j orders
[ "$(tail -1 out | jq -c '[.distinct, .records]')" = '[3,3]' ] || fail "keys -K: $(cat out)"
expect 0 estream-inspect keys orders
grep -q '7 different keys in 60 records' out || fail "keys: $(cat out)"

# A batch over several rows is unpacked and counted exactly.
expect 0 estream-inspect hist --by 10m -j orders
[ "$(jq -s 'map(.records) | add' out)" = 60 ] || fail "hist: $(cat out)"
[ "$(jq -s '[.[1:-1][].records] | unique | .[]' out)" = 10 ] || fail "hist: $(cat out)"
[ "$(jq -s 'map(.size) | add' out)" = "$(estream-inspect -j orders | jq .size)" ] ||
  fail "hist shares bytes out"
expect 0 estream-inspect hist --by 10m -S @1700001800000 --for 20m -j orders
[ "$(jq -s 'map(.records) | add' out)" = 20 ] || fail "hist -S: $(cat out)"
expect 0 estream-inspect hist --by 10m -w '.n <= 30' -j orders
[ "$(jq -s 'map(.records) | add' out)" = 30 ] || fail "hist -w: $(cat out)"
[ "$(jq -s 'length' out)" -le 4 ] || fail "hist -w shows rows around what passes: $(cat out)"
expect 0 estream-inspect hist -w '.n == 59' -j orders
[ "$(jq -s -c 'map(.records)' out)" = '[1]' ] || fail "hist -w without --by: $(cat out)"
expect 0 estream-inspect hist -k nobody -j orders
[ ! -s out ] || fail "hist of nothing: $(cat out)"
expect 0 estream-inspect hist --by 1ms -j orders
says 'rows without events are left out'
jq -e -s 'all(.records > 0)' out >all || fail "hist shows what is empty"
printf '{"t":1795183380000}\n{"t":9223372036000000000}\n' | estream-produce --time-field .t far
expect 0 estream-inspect hist -j far
[ "$(jq -s 'map(.records) | add' out)" = 2 ] || fail "hist of a far time: $(cat out)"
expect 0 estream-inspect -c -r "$ESTREAM_DIR/f.r"
prints 2
rm -r "$ESTREAM_DIR/far"
expect 0 estream-inspect hist orders
[ "$(wc -l <out)" -le 50 ] || fail "hist chooses $(wc -l <out) rows"

expect 0 estream-inspect schema -j small
[ "$(jq -c 'select(.path == ".a") | [.types, .share, .min]' out)" = \
  '[{"integer":1,"string":1},1,2]' ] || fail "schema: $(cat out)"
[ "$(jq -c 'select(.path == ".b[]") | .types' out)" = '{"integer":1,"null":1}' ] ||
  fail "schema: $(cat out)"

# Colours only when they are asked for; a terminal's width never matters in a pipe.
expect 0 env COLUMNS=20 estream-inspect
if grep -q "$(printf '\033')" out; then fail "colours in a pipe"; fi
expect 0 estream-inspect --color=always
grep -q "$(printf '\033')" out || fail "no colours"
expect 0 env NO_COLOR=1 CLICOLOR_FORCE=1 estream-inspect
if grep -q "$(printf '\033')" out; then fail "colours in spite of NO_COLOR"; fi

# --watch prints again until it is stopped.
status=0
timeout -s INT 1 estream-inspect --watch 100ms --no-header -c >out 2>err || status=$?
[ "$(grep -c 62 out)" -ge 3 ] || fail "--watch: $(cat out)"

# Names and refusals.
expect 0 estream-inspect -r 'o.*' -j
[ "$(jq -r .topic out)" = orders ] || fail "-r: $(cat out)"
for count in '' -c; do
  # shellcheck disable=SC2086
  expect 2 estream-inspect $count nothing
  says "topic 'nothing' does not exist"
  [ ! -s out ] || fail "an answer about no topic: $(cat out)"
done
expect 2 estream-inspect keys
says 'is missing'
expect 2 estream-inspect segments -n 3
says 'segments does not take it'
expect 0 estream-inspect -h
[ "$(wc -l <out)" -le 40 ] || fail "-h has $(wc -l <out) lines"

# A damaged topic does not hide the others.
printf '\377' |
  dd of="$ESTREAM_DIR/small/0/00000000000000000000.log" bs=1 seek=9 conv=notrunc 2>/dev/null
expect 3 estream-inspect -j
[ "$(jq -r .topic out)" = orders ] || fail "damage hides topics: $(cat out)"

# Nothing was written.
find "$ESTREAM_DIR" -type f -exec sha256sum {} + | sort >before
for verb in topics offsets segments batches hist verify; do
  estream-inspect $verb >/dev/null 2>&1 || :
done
find "$ESTREAM_DIR" -type f -exec sha256sum {} + | sort | cmp -s before - || fail "something was written"

done_checking
