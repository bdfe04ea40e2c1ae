#!/bin/sh
# --lookup of a group with --into, killed again and again, while the table and the events grow: what
# is stored in the end is what an undisturbed run stores.
. "$(dirname "$0")/common.sh"

# Each event has a version of its customer shortly before it, and later ones after it.
events() { seq "$1" "$2" | jq -c '{at: (. * 10 / 1000), id: ., by: "c\(. % 7)", ip: "X\(. % 3)"}'; }
customers() { seq "$1" "$2" | jq -c '{at: ((. * 10 - 5) / 1000), c: "c\(. % 5)", country: "X\(. % 2)"}'; }
store() { # FIRST LAST: the customers before the events.
  customers "$1" "$2" | estream-produce -q -K .c --time-field .at --partitions 2 customers
  events "$1" "$2" | estream-produce -q -K .id --time-field .at --partitions 3 payments
}
cat >enrich <<'END'
#!/bin/sh
# GROUP OUT OPTION...
group=$1 out=$2
shift 2
exec estream-consume -g "$group" payments --lookup 'customer=customers[.by]' \
  -w '.customer.country != .ip' --into "$out" --batch 50 "$@"
END
chmod +x enrich
stored() { estream-consume -F '%k %d{iso} %v\n' "$1" 2>/dev/null | sort; }

store 1 300
kill_after() { # SECONDS
  ./enrich kill killed -f 2>>kills &
  member=$!
  sleep "$1"
  kill -9 $member
  wait $member 2>/dev/null || true
}
i=0
while [ $i -lt 25 ]; do
  [ $((i % 5)) != 0 ] || store $((301 + i * 60)) $((600 + i * 60))
  kill_after 0.0$((i % 5 * 2 + 1))
  i=$((i + 1))
done
# On a slow machine a run may need longer before it stores anything.
until [ "$(estream-consume -c killed 2>/dev/null || echo 0)" -gt 0 ]; do kill_after 0.5; done
expect 0 ./enrich kill killed
expect 0 ./enrich calm calm
[ "$(estream-consume -c killed)" -gt 500 ] || fail "only $(estream-consume -c killed) events are stored"
stored killed >killed
stored calm >calm
cmp -s killed calm || fail "$(diff killed calm | head -4)"
expect 0 estream-inspect verify killed

# As a command gets them, and jq's answer.
expect 0 ./enrich command commanded --batch 7 -- cat
stored commanded | cut -d ' ' -f 3 | sort >commanded
cut -d ' ' -f 3 calm | sort | cmp -s - commanded || fail 'a command gets other events'
# Dead letters are as they are stored.
expect 3 ./enrich dead dead --retry 0 --dlq letters --dlq-limit 0 -n 20 -- sh -c '! grep -q X1 && cat'
expect 1 estream-consume -w 'has("customer")' letters
expect 0 estream-consume -q -w 'has("ip")' letters
done_checking
