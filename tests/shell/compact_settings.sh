#!/bin/sh
# --set writes topic.json, --policy obeys it.
. "$(dirname "$0")/common.sh"

awk 'BEGIN { for (i = 0; i < 300; i++) printf "{\"k\":%d,\"n\":%d,\"t\":%d}\n", i % 3, i, 1767225600 + i }' >in
fill() { estream-produce -K .k --time-field .t -z none --batch-size 500 --segment-bytes 2000 -i in "$1"; }
fill keep; fill old; fill keys

expect 0 estream-compact --set retention=30d --set segment.bytes=1M keep
prints 'TOPIC  SETTING        BEFORE  AFTER
keep   retention.ms   -1      2592000000
keep   segment.bytes  2000    1048576'
[ "$(jq -c '[.config["retention.ms"], .config["segment.bytes"], .partitions]' log/keep/topic.json)" = '[2592000000,1048576,1]' ] ||
  fail "$(cat log/keep/topic.json)"
jq '. + {note: "mine"}' log/keep/topic.json >t && cp t log/keep/topic.json
expect 0 estream-compact -j --set retention.ms=none keep
[ "$(jq -c '[.setting, .before, .after]' out)" = '["retention.ms",2592000000,-1]' ] || fail "$(cat out)"
[ "$(jq -r .note log/keep/topic.json)" = mine ] || fail 'a foreign field was lost'
cp log/keep/topic.json before
expect 0 estream-compact --dry-run --set retention=1h keep
says 'note: nothing was changed (--dry-run)'
cmp -s before log/keep/topic.json || fail 'a dry run changed a setting'
expect 2 estream-compact --set retentoin=1d keep
says 'is not a setting'
expect 2 estream-compact --set segment.bytes=1 keep
says 'segment.bytes is 1'
expect 2 estream-compact --set retention=1d nosuch
cmp -s before log/keep/topic.json || fail 'a refused setting was written'

# One line for all topics, each by its own settings.
expect 0 estream-compact -q --set retention=100s old
expect 0 estream-compact -q --set policy=compact --set min-dirty=0.5 keys
ESTREAM_NOW=1767225900
export ESTREAM_NOW
expect 0 estream-compact -j --policy --all
jq -r .topic out | sort | tr '\n' ' ' >topics
[ "$(cat topics)" = 'keys old ' ] || fail "served: $(cat topics)"
unset ESTREAM_NOW
expect 0 estream-consume -c keep
prints 300
[ "$(estream-consume -n 1 -F %o old)" -gt 150 ] || fail 'old segments of old are there'
left=$(estream-consume -c keys)
[ "$left" -lt 60 ] || fail "$left events in keys"
expect 0 estream-compact -q --policy --all
[ ! -s out ] && [ ! -s err ] || fail 'cron would send mail'
expect 0 estream-consume -c old
prints 0

done_checking
