#!/bin/sh
# State: the last event of each key, at any time; and the event at which a command begins to fail.
. "$(dirname "$0")/common.sh"

seq 1 5000 | awk 'BEGIN{srand(5)} {printf "{\"u\":\"u%d\",\"n\":%d,\"t\":%d}\n", int(rand()*rand()*400), $1, 1e6 + $1}' >events
jq -c '{ts: .t, key: .u, value: .}' events | estream-produce -J --partitions 3 --batch-size 2K log
printf '{"key":"u3","ts":1005001,"value":null,"tombstone":true}\n' | estream-produce -J log

# model UNTIL-MS: what a reader of the events makes of it, in the order in which keys appeared.
cat >model.py <<'PY'
import json, sys
until, latest = int(sys.argv[1]), {}
for line in open("events"):
    event = json.loads(line)
    if event["t"] < until:
        latest[event["u"]] = line
if until > 1005001:
    latest.pop("u3", None)
sys.stdout.writelines(latest.values())
PY
python3 model.py 9999999 >wanted
expect 0 estream-replay -L log
cmp -s wanted out || fail "the state differs"
python3 model.py 1002500 >wanted
expect 0 estream-replay -L -U @1002.5 log
cmp -s wanted out || fail "the state as of a moment differs"
# With next to no memory it comes out of temporary files, and is the same.
mkdir tmp
expect 0 env TMPDIR="$work/tmp" estream-replay -L -U @1002.5 --memory 1K log
cmp -s wanted out || fail "the state from temporary files differs"
[ -z "$(ls tmp)" ] || fail "a temporary file is left"
expect 0 estream-replay -L --include-deleted -j -k u3 log
[ "$(jq -c '[.key, .tombstone]' out)" = '["u3",true]' ] || fail "the tombstone: $(cat out)"
expect 0 estream-replay -L -k u3 log
[ ! -s out ] || fail "a deleted key is printed"

# By a field, with filters, formats and limits.
expect 0 estream-replay -L -K .u -w '.n <= 10' -F '%{.u}\n' -n 3 log
head -3 events | jq -r .u >wanted
cmp -s wanted out || fail "the first three keys: $(tr '\n' ' ' <out)"
estream-produce -i events keyless
expect 2 estream-replay -L keyless
says 'keyless/0@0: '
expect 0 estream-replay -L -K .u keyless
python3 model.py 1005001 >wanted
cmp -s wanted out || fail "the state by a field differs"

# A temporary directory that is not there matters only when it is needed.
expect 0 env TMPDIR=/nowhere estream-replay -L log
expect 2 env TMPDIR=/nowhere estream-replay -L --memory 1K log
says '/nowhere'

# Bisection finds the very event.
expect 0 estream-replay --bisect 'awk "/\"n\":1234,/ {bad = 1} END {exit bad}"' log
[ "$(jq .value.n out)" = 1234 ] || fail "--bisect: $(cat out)"
expect 0 estream-replay -L --bisect 'jq -se "map(.n) | max < 4000" >/dev/null' log
[ "$(jq .value.n out)" = 4000 ] || fail "--bisect -L: $(cat out)"
expect 1 estream-replay --bisect 'cat >/dev/null' log
[ ! -s out ] || fail "--bisect found something"
expect 2 estream-replay --bisect 'no-such-command' log
grep -q 'estream-replay: error: no-such-command: ended with status 127' err || fail "a command that is not there"
expect 2 estream-replay --bisect 'kill -9 $$' log
expect 2 estream-replay --bisect false log
# A command that does not read its input does no harm.
expect 1 estream-replay --bisect true log
done_checking
