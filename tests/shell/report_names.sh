#!/bin/sh
# Reports of all tools: every name that -j prints is in the table of estream(7), headings and numbers are words.
. "$(dirname "$0")/common.sh"

awk 'BEGIN { for (i = 0; i < 300; i++) printf "{\"k\":\"k%d\",\"n\":%d}\n", i % 7, i }' >in
seq 1001 1300 | sed 's/^/{"no":/' >>in
expect 3 estream-produce -j -K .k --segment-bytes 1K --batch-size 500 --reject bad -i in t
cp out receipts
cp -a log/t log/damaged
printf x >>log/damaged/0/00000000000000000000.index

: >all
# show STATUS TOOL ARGUMENT...: as JSON, whose names are gathered, and as a table.
show() {
  wanted_status=$1 tool=$2
  shift 2
  expect "$wanted_status" "$tool" -j "$@"
  [ -s out ] || fail "nothing: $*"
  cat out >>all
  expect "$wanted_status" "$tool" "$@"
}
# aligned: as many words in each line of the table as there are headings.
aligned() {
  awk 'NR == 1 { n = NF } NF != n || n < 2 { exit 1 }' out || fail "not in columns: $(cat out)"
}

for verb in topics offsets segments hist; do show 0 estream-inspect "$verb" t; aligned; done
for verb in batches keys schema; do show 0 estream-inspect "$verb" -n 3 t; done
show 0 estream-inspect topics -c t
show 0 estream-consume -c t
show 1 estream-inspect expect 'count == 1' t
show 3 estream-inspect verify damaged
show 0 estream-replay --dry-run -s max t; aligned
echo '{"no":1}' | estream-produce --producer pg1 --dedup seq:.no u
show 0 estream-inspect producers u
rm -r log/u
cp -a log/t log/u
show 0 estream-compact --dry-run --roll --max-records 50 -z zstd:9 t u; aligned
grep -q '^all  *-  *[0-9]*->[0-9]*  *600->' out || fail "no row for all: $(cat out)"
show 0 estream-compact --dry-run --set retention=1d t; aligned

sed -n '/^\.Sh REPORTS/,/^\.Sh FORMATS/s/^\.It Va \(.*\) Ta ".*/\1/p' "$tests/../man/estream.7" |
  tr -d ' ' | tr , '\n' | sort >known
jq -r 'keys_unsorted[]' all bad receipts | sed -E '/^(before|after)$/!s/_(before|after)$//' | sort -u >printed
comm -13 known printed >unknown
[ ! -s unknown ] || fail "not in estream(7): $(tr '\n' ' ' <unknown)"
[ "$(wc -l <printed)" -gt 50 ] || fail "only these names: $(tr '\n' ' ' <printed)"

done_checking
