#!/bin/sh
# estream-consume -j A | estream-produce -J B makes B equal to A: for every topic that Kafka wrote,
# and for records of all shapes, random ones among them.
. "$(dirname "$0")/common.sh"

# The envelopes of a topic without what may differ: its name and, where Kafka left gaps, the offsets.
envelopes() {
  estream-consume -j --order partition "$@" |
    sed 's/^{"topic":"[^"]*",\("partition":[0-9]*\),"offset":[0-9]*,/{\1,/'
}

# copy SOURCE-ROOT SOURCE TARGET PARTITIONS
copy() {
  estream-consume -d "$1" -j "$2" >piped
  expect 0 estream-produce -J --keep-partition --partitions "$4" "$3" -i piped
  envelopes -d "$1" "$2" >wanted
  envelopes "$3" >got
  cmp -s wanted got || fail "$3 differs from $2: $(diff wanted got | head -3 | cut -c1-300)"
  checks=$((checks + $(wc -l <wanted)))
}

mkdir kafka
zstd -dc "$tests/golden/kafka-4.1-data-clean.tar.zst" | tar -x -C kafka
for topic in none gzip snappy lz4 zstd txn appendtime edge compacted; do
  partitions=$(ls -d kafka/pub.$topic-* | wc -l)
  copy kafka "pub.$topic" "copy.$topic" "$partitions"
done

seed=${SEED:-$(date +%s)}
echo "seed $seed"
python3 "$tests/kafka/sample_records.py" 20000 "$seed" >samples
expect 0 estream-produce -J --partitions 3 -i samples shapes
copy "$ESTREAM_DIR" shapes shapes2 3
copy "$ESTREAM_DIR" shapes2 shapes3 3

done_checking
