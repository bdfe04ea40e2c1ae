#!/usr/bin/env bash
# Proves that a stopped Kafka broker can be given our segment files and serves them: its consumer
# reads what estream-consume reads, its lookups by time and offset (which use our indexes) are
# right, also where compaction and erasure emptied runs of segments, kcat reads to the end, its producer appends behind our records, and it recovers them after a kill -9. Then that
# estream-consume reads the broker's directory, our records and Kafka's alike: while the broker
# runs, after it was killed, and after it was stopped.
#
#   tests/kafka/broker_test.sh TOOLS_DIR      TOOLS_DIR holds the tools
#
# The broker listens on 127.0.0.1 only, and is gone at the end however this ends. Takes two minutes.
# Exit 77 without Java or Maven; without kcat, its part is left out with a line that says so.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=$(cd "${1:?usage: broker_test.sh TOOLS_DIR}" && pwd)
"$here/fetch-kafka" >/dev/null

scratch=$(mktemp -d)
log=$scratch/log
data=$scratch/broker/data
appended=(shapes segments producer compacted)
emptied=(superseded superseded_jobs erased erased_jobs)
topics=("${appended[@]}" "${emptied[@]}")
trap '"$here/broker" "$scratch/broker" stop || true; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

step() { printf '%5d s  %s\n' "$SECONDS" "$1"; }

die() {
  echo "FAILED: $1" >&2
  exit 1
}

broker() { "$here/broker" "$scratch/broker" "$@"; }

produce() { "$tools/estream-produce" -d "$log" "$@" || die "estream-produce $* ended with $?"; }

# $1: data root; $2: topic
consume() {
  "$tools/estream-consume" -d "$1" -j "$2" || die "estream-consume -d $1 -j $2 ended with $?"
}

# $1: what the two sides are; $2, $3: files of records
same() { "$here/compare-records" "$2" "$3" >"$scratch/same" || die "$1 differ"; }

make_log() {
  "$here/sample_records.py" 3000 1 >"$scratch/shapes.sent"
  "$here/sample_records.py" 6000 2 >"$scratch/segments.sent"
  "$here/sample_records.py" 2000 3 >"$scratch/producer.sent"
  produce --partitions 2 -J shapes <"$scratch/shapes.sent"
  produce --partitions 2 --segment-bytes 64K --batch-size 8K -J segments <"$scratch/segments.sent"
  # Twice under one name, which has to end in one copy.
  produce --partitions 1 -z none --producer p -J producer <"$scratch/producer.sent"
  produce -z none --producer p -J producer <"$scratch/producer.sent"
  # Sealed segments of which only the last record of each key is left, and a few that came after.
  "$here/sample_records.py" 6000 4 >"$scratch/compacted.all"
  produce --partitions 2 --segment-bytes 64K --batch-size 8K -J compacted <"$scratch/compacted.all"
  "$tools/estream-compact" -d "$log" -q --roll -L --null-keys=keep compacted ||
    die "estream-compact ended with $?"
  head -n 100 "$scratch/compacted.all" | produce -J compacted
  consume "$log" compacted >"$scratch/compacted.sent"
  [ "$(wc -l <"$scratch/compacted.sent")" -lt 5000 ] || die "compacted: nothing was"
  [ "$(find "$log/segments" -name '*.log' | wc -l)" -ge 4 ] || die "segments: it has no segments"
  make_emptied
}

# Events of which whole runs will go: by their ten keys, which come again at the end, or by `.goes`.
# Times step back now and then, and leap where a run ends (%.0f: mawk's %d has 32 bits).
events_in_runs() {
  awk 'BEGIN {
    for (i = 0; i < 9000; i++) {
      run = int(i / 1500)
      goes = run % 2 == 0 && i % 1500 > 20 || i >= 8900
      key = goes ? "again" i % 10 : "once" i
      printf "{\"key\":\"%s\",\"ts\":%.0f,\"value\":{\"goes\":%s,\"n\":%d}}\n",
        key, 1767225600000 + run * 3600000 + i * 10 - i % 7 * 50, goes ? "true" : "false", i
    }
  }'
}

# Runs of segments without records: by key and by erasure, of one producer and of several that have
# an id; the batch in which such a producer's sequence numbers end must stay.
make_emptied() {
  local topic job
  for topic in superseded erased; do
    events_in_runs |
      produce --partitions 2 --segment-bytes 8K --batch-size 1K -z none -J "$topic"
    events_in_runs >"$scratch/runs"
    for job in 0 1 2 3 4 5; do
      sed -n "$((job * 1500 + 1)),$((job * 1500 + 1500))p" "$scratch/runs" |
        produce --partitions 2 --segment-bytes 8K --batch-size 1K -z none --producer "job$job" \
          -J "${topic}_jobs"
    done
  done
  for topic in superseded superseded_jobs; do
    "$tools/estream-compact" -d "$log" -q --roll -L "$topic" || die "estream-compact: $?"
  done
  for topic in erased erased_jobs; do
    "$tools/estream-compact" -d "$log" -q --roll --drop -w .goes "$topic" || die "estream-compact: $?"
  done
  for topic in "${emptied[@]}"; do consume "$log" "$topic" >"$scratch/$topic.sent"; done
}

# Puts a topic's files, without the two that are ours alone, in the place of a broker's empty ones.
# $1: topic
hand_over() {
  local partition target
  for partition in "$log/$1"/[0-9]*; do
    target=$data/$1-$(basename "$partition")
    [ -d "$target" ] || die "$target: the broker has no such partition"
    find "$target" -type f ! -name partition.metadata -delete
    cp "$partition"/*.log "$partition"/*.index "$partition"/*.timeindex \
      "$partition/leader-epoch-checkpoint" "$target/"
  done
}

# A broker that met bad data says so in its log, and goes on without it.
check_broker_log() {
  local complaints='Found invalid messages|[Cc]orrupt|[Tt]runcat(ed|ing) |Non-monotonic|Error while'
  complaints+='|Deleting segment|Found file .* is not valid|ERROR'
  if grep -E "$complaints" "$scratch/broker/broker.log" |
    grep -vE 'Truncating to .* has no effect' >"$scratch/complaints"; then
    head -n 10 "$scratch/complaints" >&2
    die "the broker complains about our files $1"
  fi
}

# $1: when; reads every topic by the broker and by estream, from the broker's directory
compare_served() {
  local topic
  broker consume-all "${topics[@]}" >"$scratch/all.kafka"
  for topic in "${topics[@]}"; do
    grep "^{\"topic\":\"$topic\"," "$scratch/all.kafka" >"$scratch/$topic.kafka"
    consume "$data" "$topic" >"$scratch/$topic.estream"
    same "$topic $1: what Kafka and estream read" "$scratch/$topic.kafka" "$scratch/$topic.estream"
    step "$topic $1: $(cat "$scratch/same")"
  done
}

# Kafka's producer appends what its consumer read, keys to partitions of its own choice.
append_by_kafka() {
  local topic=$1 codec=$2
  head -n 700 "$scratch/$topic.kafka" >"$scratch/$topic.first"
  python3 -c '
import json, sys
for line in sys.stdin:
    record = json.loads(line)
    del record["partition"]
    print(json.dumps(record))' <"$scratch/$topic.first" | broker produce "$topic" "$codec"
  cat "$scratch/$topic.sent" "$scratch/$topic.first" >"$scratch/$topic.all"
}

# A key must be in one partition only, after two producers chose one.
check_partitioner() {
  python3 - "$scratch/$1.kafka" <<'PYTHON' || die "$1: Kafka puts keys elsewhere than estream"
import json, sys
seen = {}
for line in open(sys.argv[1], encoding="utf-8"):
    record = json.loads(line)
    if record["key_b64"] is not None:
        seen.setdefault(record["key_b64"], set()).add(record["partition"])
spread = [key for key, partitions in seen.items() if len(partitions) > 1]
if spread or len(seen) < 100:
    sys.exit(f"{len(seen)} keys, {len(spread)} in several partitions: {spread[:5]}")
PYTHON
}

# kcat's consumer is librdkafka, which other languages' clients use, too.
read_by_kcat() {
  local topic partition count
  if ! command -v kcat >/dev/null; then
    echo "SKIPPED: kcat is not installed, so what librdkafka reads is NOT tested" >&2
    return 0
  fi
  for topic in "${topics[@]}"; do
    for partition in "$log/$topic"/[0-9]*; do
      partition=$(basename "$partition")
      timeout 60 kcat -b "$(broker address)" -C -t "$topic" -p "$partition" -o beginning -e \
        -f '%o\n' >"$scratch/kcat" 2>"$scratch/kcat.err" ||
        die "$topic/$partition: kcat ended with $?: $(cat "$scratch/kcat.err")"
      ! grep -q 'might be too large' "$scratch/kcat.err" || die "$topic/$partition: $(cat "$scratch/kcat.err")"
      count=$(grep -c "^{\"topic\":\"$topic\",\"partition\":$partition," "$scratch/$topic.kafka" || true)
      [ "$(wc -l <"$scratch/kcat")" = "$count" ] ||
        die "$topic/$partition: kcat reads $(wc -l <"$scratch/kcat") of $count records"
    done
  done
  step "kcat read all partitions to their ends"
}

make_log
"$here/dump-check" "$log"/{shapes,segments,producer} >/dev/null ||
  die "DumpLogSegments does not accept the log"
for topic in compacted "${emptied[@]}"; do
  "$here/dump-check" --compacted "$log/$topic"/{0,1} >/dev/null ||
    die "DumpLogSegments does not accept $topic"
done
step "log made"

broker start
broker create-topic shapes 2 max.message.bytes=16777216 retention.ms=-1
broker create-topic segments 2 max.message.bytes=16777216 retention.ms=-1
broker create-topic producer 1 max.message.bytes=16777216 retention.ms=-1
for topic in compacted "${emptied[@]}"; do
  broker create-topic "$topic" 2 max.message.bytes=16777216 retention.ms=-1
done
broker stop
for topic in "${topics[@]}"; do hand_over "$topic"; done
# These two names a broker must put up with as well.
cp "$log"/shapes/0/lock "$log"/shapes/0/commit "$data/shapes-0/"
broker start
check_broker_log "after a clean start"
step "broker started on our files"

compare_served "served by the broker"
for topic in "${topics[@]}"; do
  consume "$log" "$topic" >"$scratch/$topic.own"
  same "$topic: what estream reads from its own and the broker's directory" \
    "$scratch/$topic.own" "$scratch/$topic.estream"
  "$here/compare-records" --anywhere "$scratch/$topic.sent" "$scratch/$topic.kafka" >/dev/null ||
    die "$topic: what Kafka reads is not what was produced"
done

for topic in segments shapes compacted "${emptied[@]}"; do
  "$here/seek_queries.py" "$scratch/$topic.kafka" >"$scratch/answers"
  cut -d' ' -f1-3 "$scratch/answers" | broker seek "$topic" >"$scratch/found"
  diff "$scratch/answers" "$scratch/found" >&2 || die "$topic: the broker's lookups are wrong"
  step "$topic: $(wc -l <"$scratch/found") lookups by time and offset right"
done

read_by_kcat
append_by_kafka shapes zstd
append_by_kafka segments lz4
append_by_kafka producer none
append_by_kafka compacted snappy
compare_served "with Kafka's appends, broker running"
for topic in "${appended[@]}"; do
  "$here/compare-records" --anywhere "$scratch/$topic.all" "$scratch/$topic.kafka" >/dev/null ||
    die "$topic: the broker does not have the old and the new records"
done
check_partitioner shapes
check_partitioner segments

broker kill
for topic in "${topics[@]}"; do
  consume "$data" "$topic" >"$scratch/$topic.estream"
  same "$topic after kill -9: what Kafka and estream read" \
    "$scratch/$topic.kafka" "$scratch/$topic.estream"
  cp "$scratch/$topic.kafka" "$scratch/$topic.before"
done
step "read after kill -9"

# Without its checkpoint the broker checks every byte and makes all indexes anew.
rm -f "$data/recovery-point-offset-checkpoint"
broker start
check_broker_log "after recovery"
compare_served "after recovery"
broker stop
for topic in "${topics[@]}"; do
  same "$topic: before and after recovery" "$scratch/$topic.before" "$scratch/$topic.kafka"
  consume "$data" "$topic" >"$scratch/$topic.estream"
  same "$topic stopped: what Kafka and estream read" \
    "$scratch/$topic.kafka" "$scratch/$topic.estream"
done
"$here/dump-check" --broker "$data"/{shapes,segments,producer}-* ||
  die "DumpLogSegments does not accept the directory the broker left"
step "read after a clean stop"
echo "all equal"
