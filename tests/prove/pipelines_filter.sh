#!/bin/sh
# The command of pipelines.py: drops some events, and makes several of others. All that one run on one
# batch prints has the same stamp, which no other run has.
#
#   pipelines_filter.sh FORM HABIT
#
# FORM: lines or envelopes, for -J. HABIT: prompt; slow; stubborn, which ignores SIGTERM and so outlives
# its consumer; moody, which fails now and then after it has printed something; poisoned, which fails at
# each event of key 7.
form=$1
habit=$2
[ "$habit" != stubborn ] || trap '' TERM

begin_batch() {
  first=$n
  read -r uuid </proc/sys/kernel/random/uuid
  stamp=$$-$uuid
  mood=well
  case $habit-$uuid in
    slow-[0-7]*) sleep 0.03 ;;
    stubborn-[0-3]*) sleep 0.2 ;;
    moody-[0-1]*) mood=bad ;;
    moody-2*) exit 75 ;;
  esac
}

print() {
  value="{\"p\":$p,\"n\":$n,\"i\":$i,\"k\":\"$key\",\"f\":$first,\"s\":\"$stamp\"}"
  if [ "$form" = envelopes ]; then
    printf '{"key":"%s","value":%s}\n' "$key" "$value"
  else
    printf '%s\n' "$value"
  fi
}

first=
while IFS=':,}' read -r _ p _ n _ copies _ k _; do
  if [ -z "$p" ]; then
    # The end of a batch of --keep, and the answer to it.
    printf '\n'
    first=
    continue
  fi
  [ -n "$first" ] || begin_batch
  i=0
  key=$k
  while [ $i -lt "$copies" ]; do
    print
    i=$((i + 1))
    key=x$key
  done
  [ $mood = well ] || exit 1
  [ "$habit-$k" != poisoned-7 ] || exit 1
done
