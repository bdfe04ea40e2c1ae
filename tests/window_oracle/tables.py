"""estream-window against SQLite: one query an operator, over the same events."""
import dataclasses
import decimal
import math
import sqlite3

import aggregates
import rounds
import window_tool

SCHEMA = "CREATE TABLE e (i INTEGER PRIMARY KEY, t INTEGER, p INTEGER, k TEXT, v INTEGER, c INTEGER)"
CENTS = 100

# `w` has each event with each window that it is in; a window begins at `f`. Events are in the order of
# (t, p, i).
WINDOWS = """
WITH RECURSIVE n(j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM n WHERE j < :size / :step),
  w AS (SELECT e.*, t / :step * :step - j * :step AS f FROM e, n
        WHERE t / :step * :step - j * :step + :size > t),
  r AS (SELECT k, f, f + :size AS until, count(*) AS n, count(v) AS nv, total(v) AS sum,
          avg(v) AS mean, min(v) AS min, max(v) AS max, count(DISTINCT v) AS different,
          sum(c) AS money, sum(v * v) AS squares,
          (SELECT v FROM w o WHERE o.k = w.k AND o.f = w.f AND v IS NOT NULL
           ORDER BY t, p, i LIMIT 1) AS first,
          (SELECT v FROM w o WHERE o.k = w.k AND o.f = w.f AND v IS NOT NULL
           ORDER BY t DESC, p DESC, i DESC LIMIT 1) AS last
        FROM w GROUP BY k, f)
"""
ALL = WINDOWS + "SELECT * FROM r ORDER BY until, f, k"
TOP = WINDOWS + """
SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY f ORDER BY {0} DESC, k) AS place
               FROM r WHERE {0} IS NOT NULL)
WHERE place <= :top ORDER BY until, f, k
"""
FIELDS = ("n=count, nv=count(.v), sum=sum(.v), mean=mean(.v), min=min(.v), max=max(.v), "
          "different=distinct(.v), money=sum(.c), dev=stddev(.v), first=first(.v), last=last(.v)")

TRAILING = """
SELECT k, t, i, count(*) OVER d AS n, count(v) OVER d AS nv, total(v) OVER d AS sum,
  avg(v) OVER d AS mean, min(v) OVER d AS min, max(v) OVER d AS max, sum(c) OVER d AS money
FROM e WINDOW d AS (PARTITION BY k ORDER BY t RANGE BETWEEN :size - 1 PRECEDING AND CURRENT ROW)
ORDER BY t, p, i
"""
# Without -K and --grace an event counts what came before it, unless the clock was D further.
TRAILING_BY_ARRIVAL = """
WITH c AS (SELECT *, max(t) OVER (ORDER BY i) AS clock FROM e)
SELECT a.k, a.t, a.i, count(*) AS n, count(b.v) AS nv, total(b.v) AS sum, avg(b.v) AS mean,
  min(b.v) AS min, max(b.v) AS max, sum(b.c) AS money
FROM c a JOIN e b ON b.i = a.i OR (b.k = a.k AND b.i < a.i AND b.t > a.t - :size AND b.t <= a.t
                                   AND b.t > a.clock - :size)
GROUP BY a.i ORDER BY a.i
"""
TRAILING_FIELDS = ("n=count, nv=count(.v), sum=sum(.v), mean=mean(.v), min=min(.v), max=max(.v), "
                   "money=sum(.c)")

# Each key has one `a` at most, and any number of `b`, before and behind it.
JOIN = """
SELECT a.k, a.t AS begins, a.i AS a,
  (SELECT b.i FROM e b WHERE b.k = a.k AND b.v = 2 AND (b.t, b.p, b.i) > (a.t, a.p, a.i)
   AND b.t <= a.t + :size ORDER BY b.t, b.p, b.i LIMIT 1) AS b
FROM e a WHERE a.v = 1
"""


def random_fields(chance):
    """An integer that may be missing, and money."""
    fields = [("c", decimal.Decimal(chance.randrange(-10**4, 10**6)) / CENTS)]
    if chance.random() < 0.85:
        fields.append(("v", chance.randrange(-30, 31)))
    return tuple(fields)


class TableRound(rounds.Round):
    """All events count, for the grace time is long; what is late is compared elsewhere."""

    random_fields = staticmethod(random_fields)

    def choose(self):
        self.grace = 100 * self.size

    def back(self):
        return 50 * self.size

    def rows(self, query, **parameters):
        with sqlite3.connect(":memory:") as base:
            base.row_factory = sqlite3.Row
            base.execute(SCHEMA)
            base.executemany(
                "INSERT INTO e VALUES (?, ?, ?, ?, ?, ?)",
                [(event.number, event.time, event.partition, event.key, event.value().get("v"),
                  int(event.value()["c"] * CENTS)) for event in self.events])
            return base.execute(query, {"size": self.size, "step": self.step, **parameters}).fetchall()

    def compare(self, answer, rows, names):
        if len(answer.lines) != len(rows):
            return f"{len(answer.lines)} lines, but {len(rows)} rows"
        for line, row in zip(answer.lines, rows):
            for name in names:
                wanted = dict(self.wanted(row))[name]
                if not aggregates.is_same(line[name], wanted):
                    return f"{line}: {name} should be {wanted}, as in {dict(row)}"
        return None

    @staticmethod
    def wanted(row):
        """What a line has to have."""
        for name in row.keys():
            value = row[name]
            yield name, int(value) if name == "sum" else value
        yield "key", row["k"]
        yield "money", decimal.Decimal(row["money"]) / CENTS


class TableWindows(TableRound):
    def choose(self):
        super().choose()
        if self.chance.random() < 0.7:
            self.step = self.chance.randrange(max(1, self.size // 6), self.size + 1)
        self.top = self.chance.choice((None, None, 1, 2))
        self.top_of = self.chance.choice(("n", "money", "max", "mean"))

    def operator(self):
        if self.step == self.size:
            return ["--tumble", f"{self.size}ms"]
        return ["--hop", f"{self.size}ms/{self.step}ms"]

    def fields(self):
        return ["-a", FIELDS, *(["--top", f"{self.top}:{self.top_of}"] if self.top else [])]

    @staticmethod
    def wanted(row):
        yield from TableRound.wanted(row)
        yield "from", window_tool.from_ms(row["f"])
        yield "to", window_tool.from_ms(row["until"])
        yield "dev", deviation(row["nv"], row["sum"], row["squares"])

    def difference(self, answer):
        rows = self.rows(TOP.format(self.top_of) if self.top else ALL, top=self.top)
        return self.compare(answer, rows, ("key", "from", "to", "n", "nv", "sum", "mean", "min", "max",
                                           "different", "money", "dev", "first", "last"))


def deviation(count, total, squares):
    if count < 2:
        return None
    total = int(total)
    return math.sqrt((count * squares - total * total) / (count * (count - 1)))


class TableTrailing(TableRound):
    longest = 60

    def choose(self):
        super().choose()
        if not self.with_k:
            self.partitions = 1
            self.grace = self.chance.choice((0, self.grace))

    def operator(self):
        return ["--trailing", f"{self.size}ms"]

    def fields(self):
        return ["-a", TRAILING_FIELDS]

    @staticmethod
    def wanted(row):
        yield from TableRound.wanted(row)
        yield "at", window_tool.from_ms(row["t"])

    def difference(self, answer):
        rows = self.rows(TRAILING if self.with_k or self.grace else TRAILING_BY_ARRIVAL)
        for line, row in zip(answer.lines, rows):
            if line["event"]["i"] != row["i"]:
                return f"{line} instead of that of {row['i']}"
        return self.compare(answer, rows, ("key", "at", "n", "nv", "sum", "mean", "min", "max",
                                           "money"))


class TableJoin(TableRound):
    """--seq as an interval join: orders (v is 1) with the first payment (v is 2) that comes in time."""

    longest = 30

    def choose(self):
        super().choose()
        self.with_k = True
        self.is_left = self.chance.random() < 0.5
        self.has_order = set()

    def spread(self):
        super().spread()
        for place, event in enumerate(self.events):
            kind = 1 if event.key not in self.has_order and self.chance.random() < 0.3 else 2
            if kind == 1:
                self.has_order.add(event.key)
            self.events[place] = dataclasses.replace(
                event, fields=(("v", kind), ("c", decimal.Decimal(0))))

    def operator(self):
        return ["--seq", ".v == 1", "--then", ".v == 2", "--within", f"{self.size}ms",
                *(["--unmatched"] if self.is_left else [])]

    def fields(self):
        return []

    def difference(self, answer):
        expected = {(row["k"], window_tool.from_ms(row["begins"]), row["a"], row["b"])
                    for row in self.rows(JOIN) if self.is_left or row["b"] is not None}
        found = [(line["key"], line["from"],
                  *([event["i"] for event in line["events"]] + [None])[:2]) for line in answer.lines]
        wrong = expected ^ {*found}
        return f"other pairs: {wrong}" if wrong or len(found) != len(expected) else None


KINDS = (TableWindows, TableTrailing, TableJoin)
