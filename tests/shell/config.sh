#!/bin/sh
# The config file: one for all six tools, with defaults and nothing else.
. "$(dirname "$0")/common.sh"
unset ESTREAM_CONFIG ESTREAM_DIR
HOME=$work/home
XDG_CONFIG_HOME=$work/config
export HOME XDG_CONFIG_HOME
mkdir -p home config/estream

# Without a file, everything is as it was; a missing one costs one call.
printf '{"a":0}\n' | estream-produce -d log orders
cat >config/estream/config <<END
# Defaults of all tools
dir = $work/log
utc = true
compression = none
sync = batch
memory = 1M
progress = never
color = never
timeout = 2s

[topic.orders]
partitions = 7       # The topic is there, and has one.
linger = 1ms
[topic.new]
partitions = 2
END

# Every tool reads it.
TZ=Asia/Tokyo
export TZ
printf '{"a":1}\n' | estream-produce orders
expect 0 estream-consume -c orders
prints 2
expect 0 estream-inspect verify orders
expect 0 estream-replay -s max orders
expect 0 estream-replay -L --include-deleted -K .a --on-corrupt skip orders
expect 0 estream-compact --dry-run --max-age 1d orders
date=$(TZ=UTC date -d '+1 hour' +%FT%H:%M)
expect 0 estream-consume -c -S "$date" orders
prints 0

# The topic's section: for a topic that is made, and for no other.
printf '1\n2\n' | estream-produce new
expect 0 estream-inspect -j new
[ "$(jq .partitions out)" = 2 ] || fail "partitions of a topic that was made: $(cat out)"
printf '1\n2\n' | estream-produce other
[ "$(estream-inspect -j other | jq .partitions)" = 1 ] || fail "a section of another topic counts"
printf '1\n' | estream-produce --partitions 3 -t new2
[ "$(estream-inspect -j new2 | jq .partitions)" = 3 ] || fail "the option does not count first"
expect 2 estream-produce --partitions 4 new
says '--partitions is for a topic that does not exist yet'

# Copies are written by the section of the topic that is written to.
printf '[topic.copy]\ncompression = zstd\n' >>config/estream/config
estream-replay --into copy orders
estream-replay --into plain orders
[ "$(estream-inspect segments -j copy | jq -r .codec)" = zstd ] || fail "--into: no section of the target"
[ "$(estream-inspect segments -j plain | jq -r .codec)" = none ] || fail "--into: another section"

# The environment counts before the file, and options before both.
mkdir -p second/empty
expect 2 env ESTREAM_DIR="$work/second" estream-consume orders
says "topic 'orders' does not exist in $work/second"
expect 0 env ESTREAM_DIR="$work/second" estream-consume -c -d "$work/log" orders
expect 2 estream-consume --no-config orders
says "data root $work/home/.local/share/estream"
expect 2 env ESTREAM_CONFIG= estream-consume orders
says "data root $work/home/.local/share/estream"

# Errors name file and line.
expect 2 env ESTREAM_CONFIG=missing estream-consume orders
says 'ESTREAM_CONFIG: missing: cannot open: No such file or directory'
for tool in produce consume window replay compact inspect; do
  for line in 'lingr = 5ms:unknown key lingr; linger is the nearest' \
    'where = .a:where may not be set here' 'reject = x:reject may not be set here' \
    'max-age = 1d:max-age may not be set here' '[orders]:cannot read [orders]'; do
    printf '\n%s\n' "${line%%:*}" >bad
    expect 2 env ESTREAM_CONFIG=bad "estream-$tool" orders
    says "bad:2: ${line#*:}"
  done
done
printf 'dir = /nowhere\n' >away
expect 2 env ESTREAM_CONFIG=away estream-consume orders
says 'data root /nowhere (of the config file) does not exist'

done_checking
