#!/bin/sh
# Copies into another topic: nothing lost, keys and times as asked, the order of each key kept.
. "$(dirname "$0")/common.sh"

seq 1 3000 | awk '{printf "{\"u\":\"u%d\",\"n\":%d,\"t\":%d}\n", ($1 * 7919) % 97, $1, 1e6 + ($1 * 37) % 5000}' >events
jq -c '{ts: .t, key: .u, value: .}' events |
  estream-produce -J --partitions 3 --batch-size 2K -H 'kind=test' src
printf '%s\n' '{"key":"gone","headers":[],"value":null,"tombstone":true}' \
  '{"key":null,"headers":[{"key":"h","value":"x"}],"value":{"n":0}}' | estream-produce -J src

envelopes() { estream-consume -j "$1" | jq -cS 'del(.topic)'; }

# As it is.
expect 0 estream-replay --into copy src
[ ! -s out ] || fail "--into prints something"
envelopes src >wanted
envelopes copy >got
cmp -s wanted got || fail "the copy differs"
expect 0 estream-inspect verify copy
expect 2 estream-replay --into src src
says 'option --into: src is one of the topics'
# Once more appends once more.
expect 0 estream-replay --into copy src
expect 0 estream-consume -c copy
prints 6004

# Into more partitions, and into fewer: keys go where Kafka puts them, their order is kept.
for count in 8 1; do
  expect 0 estream-replay --into p$count --partitions $count src
  estream-consume -j p$count | jq -c '[.key, .headers, .value, .ts]' | sort >got
  estream-consume -j src | jq -c '[.key, .headers, .value, .ts]' | sort >wanted
  cmp -s wanted got || fail "$count partitions: the events differ"
  for topic in src p$count; do
    estream-consume --order partition -F '%k %{.n}\n' $topic | sort -s -k 1,1 >order.$topic
  done
  cmp -s order.src order.p$count || fail "$count partitions: the order of a key changed"
  estream-produce -K .u --partitions $count -i events placed$count
  for topic in placed$count p$count; do
    estream-consume -w 'has("u")' -F '%k %p\n' $topic | sort -u >places.$topic
  done
  cmp -s places.placed$count places.p$count || fail "$count partitions: keys are elsewhere"
done
expect 2 estream-replay --into copy --partitions 8 src
says "topic 'copy' has 3 partitions"

# A part, another key, one more header, other times.
expect 0 estream-replay --into part -S @1002 -U @1004 -w '.n > 100' -K .n -H 'by=me' --retime +1h src
estream-consume -j -S @1002 -U @1004 -w '.n > 100' src |
  jq -c '[(.value.n | tostring), .ts + 3600000, .value, .headers + [{"key":"by","value":"me"}]]' |
  sort >wanted
estream-consume -j part | jq -c '[.key, .ts, .value, .headers]' | sort >got
cmp -s wanted got || fail "the part differs"
expect 0 env ESTREAM_NOW=2000 estream-replay --into now --retime now -w '.n > 0' src
first=$(estream-consume -j src | jq -s '[.[] | select(.value.n > 0)][0].ts')
estream-consume -j -w '.n > 0' src | jq -c --argjson f "$first" '[.ts - $f + 2000000, .value.n]' | sort >wanted
estream-consume -j now | jq -c '[.ts, .value.n]' | sort >got
cmp -s wanted got || fail "--retime now: the distances changed"

# An event without the key stops the copy, is named, and what came before is there.
expect 2 estream-replay --into bad -K .u src
says 'src/'
says 'has no key at .u'
expect 0 estream-inspect verify bad

# The pace holds for copies, too.
expect 0 estream-produce --time-field .t slow <<'EOF'
{"t":1000}
{"t":1000.3}
EOF
expect 0 estream-replay --into slow2 -s 1x slow
# A signal: what was read is appended.
status=0
timeout -s TERM 1 estream-replay --into slow3 -s 0.1x slow || status=$?
[ "$status" = 124 ] || fail "a signal: exit $status"
expect 0 estream-consume -c slow3
prints 1

# An empty topic makes an empty topic.
estream-produce --partitions 2 empty </dev/null
expect 0 estream-replay --into empty2 --partitions 4 empty
expect 0 estream-consume -c empty2
prints 0

# No space: one line, exit 2, and what is there is whole.
if unshare -rm true 2>/dev/null; then
  mkdir small
  cat >full.sh <<EOF
mount -t tmpfs -o size=200k none small || exit 99
estream-replay --into "$work/small/full" -z none src src2 2>err
status=\$?
estream-inspect -q verify "$work/small/full" >verified || status="verify \$?"
echo "\$status"
EOF
  estream-replay --into src2 src
  status=$(unshare -rm sh full.sh)
  [ "$status" = 2 ] || fail "a full disk: $status"
  says 'No space left on device'
fi
done_checking
