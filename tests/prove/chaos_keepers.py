"""Who keeps house in chaos.py: retention, key compaction, compression, and whoever removes indexes."""
import dataclasses
import os
import re
import time

import chaos_batches
from chaos_ledger import HOUR_MS, TOPICS, seeded, where
from chaos_stage import DAMAGE, DONE

SEGMENT = re.compile(r"\d{20}\.log")


@dataclasses.dataclass
class Removal:
    """What one run of retention took from a partition: the offsets before `end`, by which limit."""
    partition: int
    begin: int
    end: int
    limit: str
    oldest_to_stay_ms: int = None  # All that went has to be older.
    first_to_stay: int = None      # All that went has to be before this offset.


def sizes_of(path, start):
    """Base offset -> size, of the segments that are not removed."""
    logs = {int(name[:20]): os.stat(path / name).st_size for name in os.listdir(path)
            if SEGMENT.fullmatch(name)}
    # A segment that goes on beyond the log's start counts.
    bases = sorted(logs)
    return {base: logs[base] for base, following in zip(bases, bases[1:] + [None])
            if following is None or following > start}


class Retention:
    """Deletes the oldest of `aged`, alone; and sees to it that nothing else went."""

    def __init__(self, stage, ledger, now_ms):
        self.stage = stage
        self.ledger = ledger
        self.now_ms = now_ms
        self.random = seeded(stage.seed, "retention")
        self.removals = []

    def act(self):
        while not self.stage.is_over:
            time.sleep(self.random.uniform(0.02, 0.2))
            if self.stage.exists("aged"):
                self.once(*self.choose())

    def choose(self):
        """The options, and what they are called."""
        kind = self.random.choice(["--max-segments", "--max-size", "--max-records", "--max-age",
                                   "--before", "--before @"])
        value = {"--max-segments": self.random.randrange(1, 6),
                 "--max-size": self.random.choice([20, 70]),
                 "--max-records": self.random.choice([100, 1_000]),
                 "--max-age": self.random.choice([150, 180, 210]),
                 "--before": self.random.randrange(0, 3_000),
                 "--before @": self.now_ms - self.random.randrange(2 * HOUR_MS, 4 * HOUR_MS)}[kind]
        return kind, value

    def options(self, kind, value):
        if kind == "--max-age":
            return [kind, f"{value}m"]
        if kind == "--max-size":
            return [kind, f"{value}K"]
        if kind == "--before @":
            return ["--before", f"@{value / 1000:.3f}"]
        return [kind, str(value)]

    def partitions(self):
        return {number: self.stage.root / "aged" / str(number) for number in range(TOPICS["aged"])}

    def log_start(self, path):
        commit = chaos_batches.read_commit(path / "commit") if path.exists() else None
        return commit.log_start if commit else 0

    def snapshot(self):
        """Notes all that is there, so that it is known what goes."""
        for number, path in self.partitions().items():
            if path.exists():
                for record in read_while_written(path).records:
                    self.ledger.take("aged", number, record, "the snapshot before a deletion")

    def once(self, kind, value):
        self.snapshot()
        before = {number: self.log_start(path) for number, path in self.partitions().items()}
        counts = {number: len(sizes_of(path, before[number]))
                  for number, path in self.partitions().items() if path.exists()}
        rolls = ["--roll"] * self.random.randrange(2)
        self.stage.finish("retention", "compact", "-T", "60s", *rolls, *self.options(kind, value), "aged")
        self.stage.count("deletions")
        for number, path in self.partitions().items():
            end = self.log_start(path)
            if end > before[number]:
                self.note(kind, value, number, (before[number], end), counts.get(number, 0))

    def note(self, kind, value, number, removed, segments_before):
        limit = f"{kind} {value}"
        removal = Removal(number, *removed, limit)
        path = self.stage.root / "aged" / str(number)
        sizes = sizes_of(path, removed[1])
        if kind == "--max-segments" and len(sizes) < min(value, segments_before):
            self.problem(removal, f"{len(sizes)} segments are left of {segments_before}")
        elif kind == "--max-size" and sum(sizes.values()) < value << 10:
            self.problem(removal, f"{sum(sizes.values())} bytes are left")
        elif kind == "--max-records":
            left = len(read_while_written(path).records)
            if left < value:
                self.problem(removal, f"{left} events are left")
        elif kind == "--max-age":
            removal.oldest_to_stay_ms = int(time.time() * 1000) - value * 60_000
        elif kind == "--before @":
            removal.oldest_to_stay_ms = value
        elif kind == "--before":
            removal.first_to_stay = value
        self.removals.append(removal)
        self.stage.count("deletions that deleted")

    def problem(self, removal, text):
        self.stage.problem("deleted too much", f"{removal.limit} deleted aged/{removal.partition}@"
                                               f"{removal.begin} to {removal.end - 1}: {text}")

    def check(self):
        """In the end, when all is known that had been there."""
        for removal in self.removals:
            if removal.first_to_stay is not None and removal.end > removal.first_to_stay:
                self.problem(removal, "beyond the limit")
            if removal.oldest_to_stay_ms is None:
                continue
            for offset in range(removal.begin, removal.end):
                event = self.ledger.event_at("aged", (removal.partition, offset))
                if event and event.timestamp >= removal.oldest_to_stay_ms:
                    self.problem(removal, f"{where('aged', removal.partition, offset)} has time "
                                          f"{event.timestamp}, and {removal.oldest_to_stay_ms} stays")
                    break


def read_while_written(path):
    """A partition that others append to: what was published when it was begun."""
    return chaos_batches.Partition(path)


class Compactor:
    """Compacts `state` by key, and packs `events` and `secret` better."""

    def __init__(self, stage, keeps_tombstones):
        self.stage = stage
        self.random = seeded(stage.seed, "compactor")
        self.keeps_tombstones = keeps_tombstones

    def latest(self):
        keep = ["24h"] if self.keeps_tombstones else ["0s", "300ms"]
        return ["-L", "--keep-tombstones", self.random.choice(keep)]

    def act(self):
        while not self.stage.is_over:
            time.sleep(self.random.random() * 0.1)
            topic = self.random.choice(["state", "state", "state", "events", "secret"])
            if self.stage.exists(topic):
                what = self.latest() if topic == "state" else ["-z", f"zstd:{self.random.randrange(1, 6)}"]
                self.once(topic, what)

    def once(self, topic, what):
        rolls = ["--roll"] * self.random.randrange(2)
        self.stage.count("compactions")
        self.stage.rewrites_of_secret += topic == "secret"  # Odd while one is under way.
        self.stage.finish("compactor", "compact", "-T", "60s", *rolls, *what, topic)
        self.stage.rewrites_of_secret += topic == "secret"


class IndexEater:
    """Removes indexes, which is allowed at any time; sometimes just those that a writer needs."""

    def __init__(self, stage):
        self.stage = stage
        self.random = seeded(stage.seed, "index eater")

    def act(self):
        while not self.stage.is_over:
            time.sleep(self.random.uniform(0.05, 0.6))
            topic = self.random.choice(["events", "aged"])
            paths = sorted((self.stage.root / topic).glob("*/*index"))
            for path in self.random.sample(paths, min(len(paths), self.random.randrange(1, 4))):
                path.unlink(missing_ok=True)
                self.stage.count("indexes removed")


class Inspector:
    """Asks all kinds of questions, and verifies."""

    # Of these topics alone: branches and copies come and go.
    QUESTIONS = [["inspect", "topics", *TOPICS], ["inspect", "offsets", *TOPICS],
                 ["inspect", "segments", *TOPICS], ["inspect", "keys", "events"],
                 ["inspect", "hist", "aged"], ["inspect", "-c", *TOPICS],
                 ["inspect", "batches", "secret"], ["inspect", "expect", "count >= 0", "events"],
                 ["consume", "-c", "events", "aged"], ["consume", "-S", "-3h", "aged"],
                 ["consume", "--tail", "9", "secret"], ["replay", "-s", "max", "events"],
                 ["replay", "-L", "state"], ["replay", "-L", "-U", "-2h", "events"]]

    def __init__(self, stage):
        self.stage = stage
        self.random = seeded(stage.seed, "inspector")

    def act(self):
        while not self.stage.is_over:
            time.sleep(self.random.uniform(0.02, 0.3))
            if not all(self.stage.exists(topic) for topic in TOPICS):
                continue
            if self.random.random() < 0.4:
                self.verify(*TOPICS)
            else:
                self.stage.finish("inspector", *self.random.choice(self.QUESTIONS))
                self.stage.count("questions")

    def verify(self, *topics):
        """Branches come and go; so it is said which topics, until there is peace: then of all."""
        out = self.stage.path("verify.out")
        process, status, err = self.stage.run("verify", "inspect", "verify", *topics, out=out)
        self.stage.count("verifications")
        if status == DONE or self.stage.is_excused(process, status, err):
            return
        with open(out, "rb") as file:
            said = b"\n".join(line for line in file.read().split(b"\n") if b": sound;" not in line)
        faults = re.findall(rb"^fault: (\S+)", said, re.MULTILINE)
        # An index that is being made anew, or whose maker was killed: the next writer goes on with it.
        if status == DAMAGE and topics and faults and all(name.endswith(b"index") for name in faults):
            self.stage.count("verifications that met a short index")
            return
        when = "meanwhile" if topics else "at the end"
        self.stage.problem("wrong endings", f"verify, {when}, ended with {status}: {err!r} "
                                            f"{said[-2000:]!r}")
