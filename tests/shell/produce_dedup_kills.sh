#!/bin/sh
# --dedup: killed at random moments and given the input again, each event is stored once.
. "$(dirname "$0")/common.sh"

seed=${ESTREAM_TEST_SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
echo "seed $seed"
kills=20
rows=4000
# Numbers with holes. Each event has a key of its own, so that a compaction keeps all of them.
seq $((kills * rows)) | awk '{ printf "{\"n\":[1,%d],\"k\":\"k%d\",\"pad\":\"%060d\"}\n", $1 * 3, $1, $1 }' >all
delays=$(awk -v seed="$seed" -v kills=$kills 'BEGIN { srand(seed); while (kills-- > 0) printf "0.%03d\n", rand() * 150 }')
options="-q --producer pg1 --dedup seq:.n --partitions 3 -K .k -z none --batch-size 20000 --segment-bytes 300K -i in orders"

# Each input begins before the end of the one before, as that of a source which has not heard how
# far it came. In between, others write, and compactions and erasures rewrite the events.
killed=0
number=0
for delay in $delays; do
  number=$((number + 1))
  begin=$((number * rows - rows - 499))
  [ $begin -ge 1 ] || begin=1
  sed -n "$begin,$((number * rows))p" all >in
  # shellcheck disable=SC2086 # a list of words
  timeout -s KILL "$delay" "$tools/estream-produce" --rate 30k/s $options 2>/dev/null && status=0 || status=$?
  [ $status = 0 ] || killed=$((killed + 1))
  [ ! -d "$ESTREAM_DIR/orders" ] || case $((number % 4)) in
    1) echo '{"foreign":1}' | estream-produce -q -k foreign orders ;;
    2) expect 0 estream-compact -q --roll -L orders ;;
    3) expect 0 estream-compact -q --roll --drop -k foreign orders ;;
  esac
  # shellcheck disable=SC2086 # a list of words
  expect 0 estream-produce $options
done
[ $killed -gt 0 ] || fail "no run was killed (seed $seed)"
echo "$killed of $kills runs were killed"

estream-consume -w .n -F '%{.n}\n' orders | sort >there
sed 's/.*"n":\(\[[^]]*\]\).*/\1/' all | sort >wanted
cmp -s wanted there || fail "seed $seed: $(wc -l <there) of $(wc -l <wanted) events, $(uniq -d there | wc -l) twice"
# In each partition, in the order of the input.
for partition in 0 1 2; do
  estream-consume -p $partition -w .n -F '%{.n[1]}\n' orders | sort -nc || fail "seed $seed: order of partition $partition"
done
expect 0 estream-inspect verify orders
[ "$(estream-inspect producers -j orders | jq -r .seq)" = "[1,$((kills * rows * 3))]" ] || fail 'the position'
done_checking
