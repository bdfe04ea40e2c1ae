#!/usr/bin/env bash
# Proves that Kafka's DumpLogSegments accepts what estream-compact leaves: of compaction by key with
# and without delete horizons, of erasure, recompression, retention, and of all of them in turn.
#
#   tests/kafka/compact_dump_test.sh TOOLS_DIR     TOOLS_DIR holds estream-produce and -compact
#
# Exit 77 without Java or Maven.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=$(cd "${1:?usage: compact_dump_test.sh TOOLS_DIR}" && pwd)
"$here/fetch-kafka" >/dev/null
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export ESTREAM_DIR=$scratch/log
PATH=$tools:$PATH

# Every tenth event deletes its key; the times go back now and then.
for topic in keys stamped erased packed cut all; do
  awk 'BEGIN {
    for (i = 0; i < 6000; i++) {
      value = i % 10 == 3 ? "null,\"tombstone\":true" : sprintf("{\"n\":%d,\"pad\":\"%0*d\"}", i, i % 90, i)
      printf "{\"key\":\"k%d\",\"ts\":%.0f,\"value\":%s}\n", (i * 7919) % 150, 1767225600000 + i * 10 - i % 7 * 50, value
    }
  }' | estream-produce -J --producer job --partitions 2 --batch-size 5000 --segment-bytes 40000 \
    -z "$([ $topic = packed ] && echo none || echo zstd)" $topic
done

estream-compact -q --roll -L --keep-tombstones 0s keys   # The first run stamps the tombstones ...
estream-compact -q -L keys                               # ... and the second one removes them.
estream-compact -q --roll -L stamped
estream-compact -q --roll --drop -w '.n < 3000' erased
estream-compact -q -z zstd:9 packed
estream-compact -q --max-segments 3 cut
estream-compact -q --roll -L all
estream-compact -q --drop -k k7 all
estream-compact -q --max-segments 2 -z zstd:9 all
echo '{"key":"late","value":1}' | estream-produce -J all
"$here/dump-check" --compacted "$ESTREAM_DIR"/{keys,stamped,erased,packed,cut,all}/{0,1}
