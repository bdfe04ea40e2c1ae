#!/bin/sh
# Filters and what they answer.
. "$(dirname "$0")/common.sh"

printf '%s\n' '{"u":"ann","n":1}' '{"u":"bob","n":9007199254740993}' '{"u":"ann","n":3,"x":[1]}' |
  estream-produce -K .u -H app=web t
printf '{"u":"cyd"}\n' | estream-produce -K .u -H app=cli t

counts() {
  count=$1
  shift
  answer=0
  [ "$count" != 0 ] || answer=1
  expect $answer estream-consume -c "$@" t
  prints "$count"
}

counts 2 -k ann
counts 0 -k an
counts 1 -G 'k:^b'
counts 3 -G '!k:^b'
counts 1 -G 'v:"x"'
counts 3 -G h:app=web
counts 1 -G h:app=web -G 'k:bob'
counts 4 -G 't:^t$'
counts 1 -w '.n == 9007199254740993'
counts 0 -w '.n == 9007199254740992'
counts 2 -w '$key == "ann"' -w '.n'
counts 1 -k ann -w 'has("x")'

# The answer is in the exit status.
expect 0 estream-consume -q -k ann t
[ ! -s out ] || fail "-q prints"
expect 1 estream-consume -q -k zoe t
[ ! -s err ] || fail "-q speaks"
expect 1 estream-consume -k zoe t
expect 0 estream-consume --ok-empty -k zoe t
expect 0 estream-consume -q t
[ "$(wc -l <out)" = 4 ] || fail "-q without a filter prints nothing"
expect 0 estream-consume -S 2030-01-01 t
expect 0 estream-consume -q -n 0 t

# Wrong expressions.
expect 2 estream-consume -w '.a ==' t
says 'column 6'
expect 2 estream-consume -G 'z:x' t
says 'column 1'
expect 2 estream-consume -w '.a' -j -F %v t
expect 2 estream-consume
expect 2 estream-consume --no-such t

done_checking
