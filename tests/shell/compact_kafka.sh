#!/bin/sh
# Key compaction leaves the records that Apache Kafka's cleaner left of the same segments.
. "$(dirname "$0")/common.sh"

command -v zstd >/dev/null || { echo 'zstd is missing'; exit 77; }
mkdir kafka
tar --zstd -xf "$tests/golden/kafka-4.1-cleaner-before-and-after.tar.zst" -C kafka

# The cleaner's input is still there, under names that end in .deleted: it becomes a topic of ours.
# Its first segment has been cleaned before, so that the offsets missing there are filled up.
mkdir -p log/t/0
for file in kafka/pub.cleaner-0/*.deleted; do
  case $file in
    *.log.deleted) cp "$file" "log/t/0/$(basename "$file" .deleted)" ;;
  esac
done
cp kafka/pub.cleaner-0/00000000000000020000.log kafka/pub.cleaner-0/leader-epoch-checkpoint log/t/0
"$tests"/kafka/fill-gaps log/t/0/*.log
echo '{"version":1,"partitions":1,"config":{"cleanup.policy":"compact"}}' >log/t/topic.json

expect 0 estream-consume -c t
before=$(cat out)
expect 0 estream-compact -j -L --null-keys=drop t
says 'was missing and was made again'
cat out >report
expect 0 estream-consume -j t
jq -c '[.offset, .ts, .key, .value, .value_text, .headers]' out >ours
expect 0 estream-consume -j -d kafka pub.cleaner
jq -c '[.offset, .ts, .key, .value, .value_text, .headers]' out >theirs
cmp -s ours theirs || fail "$(wc -l <ours) records, Kafka's cleaner left $(wc -l <theirs)"
[ "$(wc -l <ours)" -lt "$before" ] || fail 'nothing was compacted'
checks=$((checks + $(wc -l <ours)))
[ "$(jq .segments_after report)" = 2 ] || fail "$(cat report)"

# And what it leaves is a log that goes on.
echo '{"more":1}' | estream-produce -k more t
expect 0 estream-consume -c t
prints $(($(wc -l <ours) + 1))

done_checking
