#!/bin/sh
# The position of a group never comes before what its reader has taken.
. "$(dirname "$0")/common.sh"

# A little more than a pipe takes: the rest waits in the buffer of the member.
seq 1 95000 | jq -c '{n: .}' | estream-produce -q --partitions 1 blocked
mkfifo pipe
sleep 60 <>pipe &
keeper=$!
estream-consume -g blocked blocked >pipe &
member=$!
eventually waits $member
sleep 0.3
kill -9 $member
exec 3<pipe  # While somebody has it open for writing; later this would wait for ever.
kill $keeper
cat <&3 >taken
exec 3<&-
# What was not taken is printed again.
expect 0 estream-consume -g blocked blocked
[ "$(grep -h '}$' taken out | sort -u | wc -l)" = 95000 ] || fail "lost what was not taken: $(head -1 out)"
done_checking
