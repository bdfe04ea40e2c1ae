#!/bin/sh
# --lookup against SQL: random tables and events, with times that are out of order and often the
# same, tombstones, and keys that are not there; with the table in memory and in temporary files.
. "$(dirname "$0")/common.sh"

seed=${ESTREAM_TEST_SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
cat >make <<'END'
import json, random, sys
random.seed(int(sys.argv[1]))
keys, span = random.choice([3, 200, 5000]), random.choice([50, 3000, 1000000])
with open("load.sql", "w") as sql:
    sql.write("CREATE TABLE versions (k, ts, p, o, v); CREATE TABLE events (p, o, ts, k); BEGIN;\n")
    for p in range(3):
        with open(f"versions.{p}", "w") as out:
            for o in range(5000):
                k, ts, is_deleted = f"k{random.randrange(keys)}", random.randrange(span), random.random() < 0.2
                v = None if is_deleted else f"{p}/{o}" + "x" * random.randrange(150)
                line = {"key": k, "ts": ts, "value": v}
                if is_deleted: line["tombstone"] = True
                out.write(json.dumps(line) + "\n")
                shown = "NULL" if is_deleted else f"'{v}'"
                sql.write(f"INSERT INTO versions VALUES ('{k}', {ts}, {p}, {o}, {shown});\n")
    for p in range(2):
        with open(f"events.{p}", "w") as out:
            for o in range(3000):
                k, ts = f"k{random.randrange(keys + 5)}", random.randrange(span + 20)
                out.write(json.dumps({"key": "a", "ts": ts, "value": {"id": [p, o], "k": k}}) + "\n")
                sql.write(f"INSERT INTO events VALUES ({p}, {o}, {ts}, '{k}');\n")
    sql.write("COMMIT; CREATE INDEX i ON versions (k, ts, p, o);\n")
    sql.write("""SELECT p || ' ' || o || ' ' || coalesce((SELECT v FROM versions WHERE k = events.k
      AND ts <= events.ts ORDER BY ts DESC, p DESC, o DESC LIMIT 1), '') FROM events;\n""")
END

round=0
while [ $round -lt 4 ]; do
  round=$((round + 1))
  rm -rf "$ESTREAM_DIR"
  python3 ./make $((seed + round))
  for p in 0 1 2; do estream-produce -q -J --partitions 3 -p $p --batch-size 8K -i versions.$p table; done
  for p in 0 1; do estream-produce -q -J --partitions 2 -p $p -i events.$p events; done
  sqlite3 -bail :memory: <load.sql | sort >right
  for memory in 1M 256M; do
    for order in time partition; do
      expect 0 estream-consume --order $order --memory $memory -F '%p %o %{.v}\n' --lookup 'v=table[.k]' events
      sort out | cmp -s - right || fail "ESTREAM_TEST_SEED=$seed, round $round, $memory, by $order"
    done
  done
  expect 0 estream-replay -s max --memory 1M -F '%p %o %{.v}\n' --lookup 'v=table[.k]' events
  sort out | cmp -s - right || fail "ESTREAM_TEST_SEED=$seed, round $round, replay"
  # Only a part of the time.
  expect 0 estream-consume --memory 1M -U @0.025 -F '%p %o %{.v}\n' --lookup 'v=table[.k]' events
  sort out | comm -23 - right >wrong
  [ ! -s wrong ] || fail "ESTREAM_TEST_SEED=$seed, round $round, -U: $(head -1 wrong)"
done
[ "$(wc -l <right)" = 6000 ] || fail "SQL has $(wc -l <right) events"
done_checking
