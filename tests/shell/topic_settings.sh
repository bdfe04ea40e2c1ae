#!/bin/sh
# Every setting: set, shown, sound for verify, kept by a branch and a copy, obeyed by --policy. And the id.
. "$(dirname "$0")/common.sh"

id_of() { jq -r .id "log/$1/topic.json"; }

for pair in retention.ms=1d:86400000 retention.bytes=1G:1073741824 segment.bytes=1M:1048576 segment.ms=1h:3600000 \
  delete.retention.ms=2d:172800000 min.cleanable.dirty.ratio=0.3:0.3 cleanup.policy=compact,delete:'"compact,delete"' \
  min.compaction.lag.ms=1h:3600000 max.compaction.lag.ms=2d:172800000 null.keys=drop:'"drop"'; do
  name=${pair%%=*} set=${pair%%:*} value=${pair#*:}
  rm -rf log; echo 1 | estream-produce t
  jq '. + {note: "mine"}' log/t/topic.json >new && cp new log/t/topic.json
  expect 0 estream-compact -q --set "$set" t
  [ "$(estream-inspect -j t | jq -c ".settings[\"$name\"]")" = "$value" ] || fail "$name: $(estream-inspect -j t)"
  estream-inspect -v t | grep -q "$name=$(echo "$value" | tr -d '"')" || fail "$name is not shown"
  expect 0 estream-replay --branch branch t
  expect 0 estream-replay --into copy t
  expect 0 estream-replay --into more --partitions 3 t
  for other in t branch copy more; do
    [ "$(jq -c "[.config[\"$name\"], .note]" "log/$other/topic.json")" = "[$value,\"mine\"]" ] || fail "$other lost $name"
    expect 3 estream-inspect verify -q "$other"
    jq 'del(.note)' "log/$other/topic.json" >new && cp new "log/$other/topic.json"
    expect 0 estream-inspect verify -q "$other"
    expect 0 estream-compact -q --policy "$other"
  done
done

# What --set takes, --policy takes, and the other way round.
for bad in delete.retention.ms=9223372036854775808 segment.ms=0 segment.bytes=5 min-dirty=2; do
  expect 2 estream-compact --set "$bad" t
done
expect 0 estream-compact -q --set delete.retention.ms=9223372036854775807 t
expect 0 estream-compact -q --policy t; expect 0 estream-compact -q --set keep-tombstones=1d t

# Each has an id of its own, which a copy of the files keeps.
[ "$(for t in t branch copy more; do id_of $t; done | sort -u | grep -c '^[0-9a-f]\{32\}$')" = 4 ] || fail 'ids'
[ "$(estream-inspect -j t | jq -r .topic_id)" = "$(id_of t)" ] && estream-inspect -v t | grep -q "$(id_of t)" || fail 'no id shown'

# A topic of before gets one from the next writer, and only from a writer.
old() { jq 'del(.id)' log/t/topic.json >new && cp new log/t/topic.json; }
old; expect 0 estream-consume -c t; expect 0 estream-inspect verify t; expect 0 estream-compact --dry-run --policy t
[ "$(id_of t)" = null ] || fail 'a reader wrote'
expect 0 sh -c 'echo 2 | estream-produce t'
says 'note: t: got an id'
first=$(id_of t); echo 3 | estream-produce t
[ "$(id_of t)" = "$first" ] && [ "$first" != null ] || fail 'another id'
for writer in '--roll' '--set retention=1d'; do
  old; expect 0 estream-compact -q $writer t
  [ "$(id_of t)" != null ] || fail "compact $writer gave no id"
done
old
for i in 1 2 3 4 5 6; do echo $i | estream-produce t 2>>notes & done; wait
[ "$(grep -c 'got an id' notes)" = 1 ] || fail "ids at once: $(cat notes)"

done_checking
