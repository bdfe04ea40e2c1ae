#!/bin/sh
# Windows of time over batches whose base timestamp is not their smallest.
. "$(dirname "$0")/common.sh"

expect 0 python3 "$tests/shell/kafka_times.py"
cat out
done_checking
