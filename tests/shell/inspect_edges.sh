#!/bin/sh
# What estream-inspect counts where a batch, a time or a partition ends.
. "$(dirname "$0")/common.sh"

# A batch over the edge of a row, and a window that takes a part of it.
printf '{"t":"1970-01-01T00:%s:%sZ"}\n' 09 59 10 00 | estream-produce --time-field .t edge
whole=$(estream-inspect -j edge | jq .size)
expect 0 estream-inspect hist --by 10m -j edge
[ "$(jq -s -c 'map(.records)' out)" = '[1,1]' ] || fail "hist: $(cat out)"
expect 0 estream-inspect hist --by 10m -j -S 1970-01-01T00:10:00Z edge
[ "$(jq '.size * 2' out)" -le "$whole" ] || fail "hist of a part: $(cat out), the batch has $whole"
expect 0 estream-inspect expect -S 1970-01-01T00:10:00Z 'count(.t != null) == 1' edge
expect 0 estream-inspect expect -S 1970-01-01T00:10:00Z 'count == 1' edge
expect 0 estream-inspect expect -S 1970-01-01T00:09:59.500Z -U 1970-01-01T00:09:59.900Z 'size == 0' edge
expect 0 estream-inspect batches -j -o 1 edge
[ "$(jq -c '[.base_offset, .last_offset]' out)" = '[0,1]' ] || fail "batches -o 1: $(cat out)"

# An empty key is a key, and no key is none.
printf ':a\nb\n' | estream-produce --format text --key-delimiter : --key-missing=null keys
expect 0 estream-inspect keys -j keys
[ "$(jq -s -c 'map([.key, .records]) | sort' out)" = '[[null,1],[null,2],["",1]]' ] || fail "keys: $(cat out)"
[ "$(tail -n 1 out | jq -c '[.distinct, .records]')" = '[1,2]' ] || fail "keys: $(cat out)"

# The first offset of all partitions is the smallest one, wherever it is.
seq 200 | estream-produce -z none --format text --partitions 2 --partitioner round-robin --batch-size 100 \
  --segment-bytes 1K parts
estream-compact -q --before 1=50 parts
[ "$(estream-inspect offsets -j parts | jq '.earliest > 0' | xargs)" = 'false true' ] ||
  fail "--before 1=50: $(estream-inspect offsets parts)"
expect 0 estream-inspect expect 'first == 0' parts

# What cannot be looked at is no sound topic; damage is worse, whichever comes last.
expect 2 estream-inspect verify nosuch parts
says "topic 'nosuch' does not exist"
printf '\377' | dd of="$ESTREAM_DIR/keys/0/00000000000000000000.log" bs=1 seek=9 conv=notrunc 2>/dev/null
expect 3 estream-inspect topics keys nosuch
expect 3 estream-inspect topics nosuch keys

# Codecs.
yes '{"a":"aaaaaaaaaaaaaaaaaaaaaaaa"}' | head -n 50 >in
for codec in none zstd; do estream-produce -z $codec -i in mixed; done
expect 0 estream-inspect segments -j mixed
[ "$(jq -r .codec out)" = mixed ] || fail "codec: $(cat out)"

# A position of a partition that is not there.
seq 3 | estream-produce placed
for command in keys hist schema batches 'expect count==3'; do
  expect 2 estream-inspect $command -o 7=1 placed
  says 'option --from: partition 7 is not among those asked for'
done

# A broker's partitions, one of them, and its transactions, whose ends are no events.
mkdir kafka
tar --zstd -xf "$tests/golden/kafka-4.1-data-clean.tar.zst" -C kafka
expect 0 estream-inspect segments -j -d kafka pub.txn
[ "$(jq -s 'map(.records) | add' out)" = "$(estream-consume --uncommitted -c -d kafka pub.txn)" ] ||
  fail "segments of transactions: $(cat out)"
cp -r kafka/pub.txn-0 kafka/pub.txn-1
expect 0 estream-inspect verify -j -d kafka -p 1 pub.txn
[ "$(jq -c 'select(.type == "partition") | .partition' out)" = 1 ] || fail "verify -p 1: $(cat out)"

# A misspelt verb: not when there is such a topic, whose partitions may be a broker's.
expect 2 estream-inspect tpics
says "topic 'tpics' does not exist in $ESTREAM_DIR; did you mean the verb topics?"
expect 2 estream-inspect keyz -n 3 parts
says 'did you mean the verb keys?'
seq 3 | estream-produce tpics
expect 0 estream-inspect -c tpics
prints 3
mkdir broker
cp -r kafka/pub.txn-0 broker/segment-0
cp kafka/meta.properties broker/ 2>/dev/null || :
expect 0 estream-inspect -d broker segment
expect 2 estream-inspect -d broker segmnet
says 'did you mean the verb segments?'

# The help of a verb.
expect 0 estream-inspect hist -h
grep -q -- '--by DUR' out || fail "hist -h: $(cat out)"
grep -q -- '--no-decode' out && fail "hist -h shows what verify takes"
expect 0 estream-inspect -h
[ "$(sed -n '/^Verbs:/,/^$/p' out | grep -c '^  [a-z]')" = 12 ] || fail "the verbs of -h: $(cat out)"

done_checking
