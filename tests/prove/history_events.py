"""The events of history.py: what was attempted, and the plan of one run of a producer."""
import dataclasses
import json
import random
import threading
import zlib

TOPICS = {"events": 2, "state": 1, "aged": 1}  # Nothing deleted; compacted; with retention.
KEYS = 30
SIZES = {"small": [0, 1, 7, 61, 166], "mixed": [0, 61, 333, 1501, 4099],
         "large": [29_999, 70_001, 200_003], "huge": [450_007, 900_001]}
COUNTS = {"small": 900, "mixed": 500, "large": 30, "huge": 5}
STYLES = {"events": ["small", "mixed", "large", "large", "huge", "huge"], "state": ["small", "mixed"],
          "aged": ["small", "mixed"]}
LARGE = ("large", "huge")


@dataclasses.dataclass
class Run:
    """One input, and the processes that were given it: more than one only under a name."""
    producer: int
    number: int
    topic: str
    name: str  # Or nothing.
    style: str
    path: str
    first: int
    count: int
    has_wild_times: bool = False
    acknowledged: dict = dataclasses.field(default_factory=dict)  # Event number -> place, or None.
    is_complete: bool = False
    size: int = 0

    def __str__(self):
        return (f"run {self.number} of producer {self.producer} into {self.topic}, "
                f"{self.style} events {self.first} to {self.first + self.count - 1}"
                f"{', as ' + self.name if self.name else ''}")


@dataclasses.dataclass(frozen=True)
class Attempt:
    topic: str
    key: bytes
    value_crc: int
    is_tombstone: bool


class Attempts:
    """All events that any producer was ever given."""

    def __init__(self):
        self.events = {}  # (producer, number) -> Attempt
        self.runs = []
        self.bytes = 0  # About as much as is stored.
        self._lock = threading.Lock()

    def add(self, run, events, size):
        with self._lock:
            self.events.update(events)
            self.runs.append(run)
            self.bytes += size
            run.size = size

    def end(self, run):
        """What was not acknowledged takes no place, mostly."""
        with self._lock:
            self.bytes -= run.size * (run.count - len(run.acknowledged)) // run.count


class Planner:
    """Chooses what a producer does next, from a seed."""

    def __init__(self, producer, seed, directory, limits):
        self.producer = producer
        self.random = random.Random(f"{seed} producer {producer}")
        # How often a run has to be repeated is chance, and must not change the runs after it.
        self.random_of_repetitions = random.Random(f"{seed} repetitions {producer}")
        self.directory = directory
        self.limits = limits
        self.next_event = 0
        self.next_run = 0

    def plan(self, attempts, may_be_large):
        is_named = self.producer < 2
        # Under a name only where nothing is deleted: retention forgets what a name has stored.
        topic = self.random.choice(["events"] * 3 + ["state"] * 2 + ["aged"] * (not is_named))
        style = self.random.choice(STYLES[topic] if may_be_large else ["small"])
        count = self.random.randrange(1, COUNTS[style])
        self.next_run += 1
        name = f"p{self.producer}-{self.next_run}" if is_named else ""
        run = Run(self.producer, self.next_run, topic, name, style,
                  f"{self.directory}/in-{self.producer}-{self.next_run}", self.next_event, count)
        run.has_wild_times = (self.limits["wild times"] and topic == "events" and count < 60 and
                              self.random.random() < 0.2)
        self.next_event += count
        events, size = self._write(run)
        attempts.add(run, events, size)
        return run

    def options(self, run):
        """Anew for each process: a repetition need not look like what it repeats."""
        chooser = self.random_of_repetitions
        is_large = run.style in LARGE
        batch = chooser.choice([70_001, 1 << 20, 3_000_017, 3_999_971] if is_large
                               else [333, 999, 5_003, 70_001, 1 << 20])
        sync = chooser.choice(["interval:5ms", "interval:50ms", "batch", "none"])
        options = ["-j", "--partitions", str(TOPICS[run.topic]), "-T", "60s",
                   "--segment-bytes", str(self.limits[run.topic]), "--batch-size", str(batch),
                   "--sync", sync, "-z", "none" if is_large else chooser.choice(["none", "zstd"])]
        options += ["-J"] if run.topic == "state" else ["-K", ".k"]
        if run.name:
            options += ["--producer", run.name]
        if run.has_wild_times:
            options += ["--time-field", ".at"]
        if not is_large and chooser.random() < 0.4:
            options += ["--rate", str(chooser.choice([2_000, 5_000, 20_000]))]
        return [*options, "-i", run.path, run.topic]

    def clock(self):
        """Time is data: where the clock stands must not matter."""
        chooser = self.random_of_repetitions
        if chooser.random() > 0.15:
            return {}
        return {"ESTREAM_NOW": str(chooser.choice([0, 1, 10**9, 4 * 10**9]))}

    def _write(self, run):
        events, size = {}, 0
        with open(run.path, "wb") as out:
            for number in range(run.first, run.first + run.count):
                line, attempt = self._event(run, number, self.random.choice(SIZES[run.style]))
                events[(self.producer, number)] = attempt
                size += out.write(line)
        return events, size

    def _event(self, run, number, pad):
        key = f"k{self.random.randrange(KEYS)}"
        name = f"{self.producer}-{number}"
        value = json.dumps({"id": name, "k": key, "at": self.random.randrange(10**13),
                            "pad": self.random.randbytes(pad).hex()}, separators=(",", ":"))
        attempt = Attempt(run.topic, key.encode(), zlib.crc32(value.encode()), False)
        if run.topic != "state":
            return value.encode() + b"\n", attempt
        # A tombstone has no value that could say whose it is, so here a header does.
        if self.random.random() < 0.1:
            value = "null,\"tombstone\":true"
            attempt = Attempt(run.topic, key.encode(), zlib.crc32(b""), True)
        line = f'{{"key":"{key}","headers":[{{"key":"id","value":"{name}"}}],"value":{value}}}\n'
        return line.encode(), attempt
