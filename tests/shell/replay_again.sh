#!/bin/sh
# --into with --producer NAME: a copy that was killed is run again, and every event is there once.
. "$(dirname "$0")/common.sh"

# grow TOPIC FROM COUNT: events from FROM on, with keys and without, headers, tombstones, and times
# that do not grow, so that the events of a second call belong between those of the first.
grow() {
  awk -v from="$2" -v count="$3" -v pad="$(printf '%0300d' 0)" 'BEGIN {
    for (n = from; n < from + count; n++) {
      key = n % 13 ? "\"k" n * 7919 % 97 "\"" : "null"
      printf "{\"ts\":%d,\"key\":%s,\"headers\":[{\"key\":\"n\",\"value\":\"%d\"}],\"value\":%s}\n",
        1e6 + n * 7907 % 30011, key, n, n % 50 ? "{\"n\":" n ",\"u\":\"u" n % 31 "\",\"pad\":\"" pad "\"}" : "null"
    }
  }' | estream-produce -J --batch-size 20K --partitions 4 "$1"
}
# A line for each event of a topic: partition, number, and a hash of all else. $2 changes events.
lines() {
  estream-consume --order partition -j "$1" |
    jq -rc "$2 | [.partition, (.headers[] | select(.key == \"n\") | .value),
      ([.key, .ts, .headers, .value] | tojson)] | @tsv" | awk -F '\t' '{ print $1 "\t" $2 "\t" $3 }'
}
# same FILTER COPY SOURCE...: the copy has each event of the sources once, changed by the filter, and in
# each partition those of one partition of a source in their order.
same() {
  filter=$1 copy=$2
  shift 2
  : >wanted
  for topic in "$@"; do
    lines "$topic" "$filter" | awk -v topic="$topic" '{ print topic "/" $0 }' >>wanted
  done
  lines "$copy" . >got
  cut -f 2- wanted | sort >wanted.sorted
  cut -f 2- got | sort >got.sorted
  checks=$((checks + 1))
  cmp -s wanted.sorted got.sorted ||
    fail "$copy: $(wc -l <got) events of $(wc -l <wanted): $(diff wanted.sorted got.sorted | cut -c 1-300 | head -n 2)"
  awk -F '\t' 'NR == FNR { from[$2] = $1; at[$2] = NR; next }
    last[$1, from[$2]] > at[$2] { print "event " $2 " of " from[$2] " is behind a later one"; exit 1 }
    { last[$1, from[$2]] = at[$2] }' wanted got >order || fail "$copy: $(cat order)"
}
# Killed at some moments, while the topic grows.
killed() {
  for try in 1 2 3 4 5; do
    timeout -s KILL "$(shuf -n 1 -i 20-250 | awk '{ print $1 / 1000 }')" \
      "$tools/estream-replay" "$@" 2>/dev/null || :
    if [ $try = 2 ] || [ $try = 4 ]; then
      grow src $next 200
      next=$((next + 200))
    fi
  done
}

next=6000
grow src 0 $next
grow other 1000000 1000
for options in '' '--partitions 9 -z none' '--partitions 1 --rate 20k/s' '--partitions 3 --rate 20k/s --sync=batch'; do
  copy=copy$((${#options}))
  # shellcheck disable=SC2086 # Options are words.
  killed --into $copy --producer job $options src
  # shellcheck disable=SC2086
  expect 0 estream-replay --into $copy --producer job $options src
  same . $copy src
  expect 0 estream-inspect -q verify $copy
done
expect 0 estream-replay --into copy0 --producer job src
same . copy0 src
expect 0 estream-replay -v --into copy0 --producer job src
says 'detail: 0 events into copy0; '

# With another key, a header and other times; only some of the events; and two topics, the second of
# which comes later.
changes='select(.value.n) | .key = .value.u | .ts += 3600000 | .headers += [{"key":"by","value":"me"}]'
killed --into users --producer u -w '.n > 0' -K .u -H by=me --retime +1h --rate 20k/s --partitions 2 src
expect 0 estream-replay --into users --producer u -w '.n > 0' -K .u -H by=me --retime +1h src
same "$changes" users src
killed --into users --producer u -w '.n > 0' -K .u -H by=me --retime +1h other src
expect 0 estream-replay --into users --producer u -w '.n > 0' -K .u -H by=me --retime +1h src other
same "$changes" users src other

# What is not the same copy is refused, and nothing is appended; a beginning of it is no harm.
had=$(estream-consume -c users)
refused() {
  expect 3 estream-replay --into users --producer u "$@"
  says "producer 'u' "
  [ "$(estream-consume -c users)" = "$had" ] || fail "appended all the same: $*"
}
refused -w '.n > 0' -K .u -H by=me src other
refused -w '.n > 0' -K .u -H by=you --retime +1h src other
refused -w '.n > 5' -K .u -H by=me --retime +1h src other
refused -w '.n > 0' -K .n -H by=me --retime +1h src other
refused -w '.n > 0' -K .u -H by=me --retime +1h src
refused other
had=$(estream-consume -c copy0)
expect 0 estream-replay --into copy0 --producer job --to 100 src
[ "$(estream-consume -c copy0)" = "$had" ] || fail 'a beginning was appended'
expect 2 estream-replay --into new --producer u --retime now src
says 'does not go with --retime now'
expect 2 estream-replay --into new --producer '' src
expect 2 estream-replay --producer u src
says 'option --producer: does not go with'

# Something that was copied is gone from the source.
grow short 0 2000
estream-compact -q --roll short
expect 0 estream-replay --into short2 --producer s short
grow short 2000 100
had=$(estream-consume -c short2)
estream-compact -q --max-segments 1 short
[ "$(estream-consume -c short)" = 100 ] || fail 'retention left something else'
expect 3 estream-replay --into short2 --producer s short
says "another event there than this input"
[ "$(estream-consume -c short2)" = "$had" ] || fail 'appended though the source had lost events'

# Retention takes from the copy what an earlier run put there. Of one partition that is read it is known
# what that was, of several it is not.
for count in 1 2; do
  feed() { seq "$1" "$2" | estream-produce -K . --partitions $count feed$count; }
  copy_feed() { estream-replay --into kept$count --partitions 1 --producer k feed$count; }
  feed 1 10
  copy_feed
  estream-compact -q --roll kept$count
  feed 11 15
  copy_feed
  estream-compact -q --max-segments 1 kept$count
  feed 16 20
  expect $((count == 1 ? 0 : 3)) copy_feed
  [ "$(estream-consume kept$count | sort -n | tr '\n' ' ')" = "$(seq -s ' ' 11 $((count == 1 ? 20 : 15))) " ] ||
    fail "a copy that lost events has: $(estream-consume kept$count)"
done
says 'were removed from it'

# Two at once: each event once.
estream-replay --into both --producer b --rate 20k/s src 2>/dev/null & first=$!
estream-replay --into both --producer b --rate 20k/s src 2>/dev/null & second=$!
for run in $first $second; do
  status=0
  wait $run 2>/dev/null || status=$?
  case $status in 0 | 75) ;; *) fail "one of two at once ended with $status" ;; esac
done
expect 0 estream-replay --into both --producer b src
same . both src

# A copy that ends early says how far it came, and how to go on.
has_some() { [ "$(estream-consume -c "$1" 2>/dev/null || echo 0)" -gt 0 ]; }
# It is at work when some of its events can be read: a steady pace has waits too short for a batch each.
stopped() {
  estream-replay --rate 3k/s "$@" src 2>err & run=$!
  eventually has_some "$2"
  kill -TERM $run
  status=0
  wait $run 2>/dev/null || status=$?
  [ "$status" = 143 ] || fail "stopped: exit $status"
  reached=$(sed -n 's/.*acknowledged \([0-9 ]*\) events; .*/\1/p' err | tr -d ' ')
}
stopped --into stopped --producer i
says 'if you run it again, it appends only the missing events'
[ "$reached" = "$(estream-consume -c stopped)" ] || fail "stopped: $(cat err)"
expect 0 estream-replay --into stopped --producer i src
same . stopped src
stopped --into twice
says 'if you run it again with the same input, it stores them twice (give --producer NAME'
[ "$reached" = "$(estream-consume -c twice)" ] || fail "stopped: $(cat err)"
expect 124 estream-replay --into timed --producer t -T 1s --rate 2k/s src
says 'if you run it again, it appends only the missing events'

# A disk that was full, and has room again.
if unshare -rm true 2>/dev/null; then
  mkdir small
  cat >full.sh <<EOF2
mount -t tmpfs -o size=1m none small || exit 99
estream-replay --into "$work/small/full" --producer f -z none src 2>err
echo "\$?"
estream-consume -c "$work/small/full" >there
mount -o remount,size=40m small
estream-replay --into "$work/small/full" --producer f -z none src || echo "again: \$?"
cp -r small/full log/full
EOF2
  status=$(unshare -rm sh full.sh)
  [ "$status" = 2 ] || fail "a full disk: $status"
  says 'No space left on device'
  says 'if you run it again, it appends only the missing events'
  same . full src
fi
done_checking
