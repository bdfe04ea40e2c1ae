"""What chaos.py knows: all events that were ever attempted, and where anybody has seen them."""
import dataclasses
import json
import random
import re
import threading

from history_events import LARGE, SIZES, Attempts, Planner, Run

# Nothing deleted; erased by key; the last of each key; the oldest deleted. And how many partitions.
TOPICS = {"events": 3, "secret": 2, "state": 1, "aged": 2}
COUNTS = {"small": 500, "mixed": 150, "large": 10, "huge": 3}
STYLES = {"events": ["small", "mixed", "large", "huge"], "secret": ["small", "mixed"],
          "state": ["small"], "aged": ["small", "mixed"]}
KEYS = {"events": 30, "state": 24, "aged": 30}
PERSONS = 8  # Living at a time, in `secret`.
HOUR_MS = 3_600_000
EVENT_ID = re.compile(rb'\{"id":"(\d+)-(\d+)"')
HEADER_ID = re.compile(rb"(\d+)-(\d+)$")


@dataclasses.dataclass(frozen=True)
class Event:
    """What a producer was given. `value` is nothing for a tombstone."""
    topic: str
    key: bytes
    value: bytes
    timestamp: int

    @property
    def is_tombstone(self):
        return self.value is None


def where(topic, partition, offset):
    return f"{topic}/{partition}@{offset}"


def name_of_event(value, header_id):
    """(producer, number), or nothing when that cannot be told."""
    found = HEADER_ID.match(header_id) if header_id else EVENT_ID.match(value or b"")
    return (int(found[1]), int(found[2])) if found else None


class Persons:
    """The keys of `secret`. A person who is retired gets no event any more, and is then erased."""

    def __init__(self):
        self.living = list(range(PERSONS))
        self.erased = []
        self._next = PERSONS
        # Held from the choice of persons until the run is known to have them.
        self.planning = threading.RLock()

    @staticmethod
    def key(person):
        return f"person-{person}."  # No key is the beginning of another.

    def choose(self, chooser):
        return chooser.choice(self.living)

    def retire(self, person):
        with self.planning:
            self.living.remove(person)
            self.living.append(self._next)
            self._next += 1


class ChaosRuns(Attempts):
    """The runs of all producers, and which of them may still write."""

    def __init__(self):
        super().__init__()
        self.is_over = set()

    def end(self, run):
        super().end(run)
        self.is_over.add(id(run))

    def may_still_write(self, key):
        return any(id(run) not in self.is_over and key in run.keys for run in list(self.runs))


class ChaosPlanner(Planner):
    """Chooses what a producer does next, from a seed. `now_ms` is when the round began."""

    def __init__(self, producer, seed, directory, limits, persons, now_ms):
        super().__init__(producer, seed, directory, limits)
        self.persons = persons
        self.now_ms = now_ms

    def plan(self, attempts, may_be_large):
        chooser = self.random
        is_named = self.producer < 2
        topic = chooser.choice(["events"] * 3 + ["state"] * 2 + ["secret"] * 2 +
                               ["aged"] * 2 * (not is_named))
        style = chooser.choice(STYLES[topic] if may_be_large else ["small"])
        count = chooser.randrange(1, COUNTS[style])
        self.next_run += 1
        run = Run(self.producer, self.next_run, topic,
                  f"p{self.producer}-{self.next_run}" if is_named else "", style,
                  f"{self.directory}/in-{self.producer}-{self.next_run}", self.next_event, count)
        self.next_event += count
        with self.persons.planning:
            chosen = [self.persons.choose(chooser) for _ in range(3)] if topic == "secret" else ()
            run.keys = {self.persons.key(person).encode() for person in chosen}
            events, size = self._write(run)
            attempts.add(run, events, size)
        return run

    def options(self, run):
        chooser = self.random_of_repetitions
        is_large = run.style in LARGE
        batch = chooser.choice([70_001, 1 << 20, 3_000_017] if is_large
                               else [333, 999, 5_003, 70_001, 1 << 20])
        sync = chooser.choice(["interval:5ms", "interval:50ms", "batch", "none"])
        options = ["-j", "--partitions", str(TOPICS[run.topic]), "-T", "60s",
                   "--segment-bytes", str(self.limits[run.topic]), "--batch-size", str(batch),
                   "--sync", sync, "-z", "none" if is_large else chooser.choice(["none", "zstd"])]
        options += ["-J"] if run.topic == "state" else ["-K", ".k", "--time-field", ".at"]
        if run.name:
            options += ["--producer", run.name]
        if not is_large and chooser.random() < 0.4:
            options += ["--rate", str(chooser.choice([2_000, 5_000, 20_000]))]
        return [*options, "-i", run.path, run.topic]

    def _event(self, run, number, pad):
        chooser = self.random
        key = chooser.choice(sorted(run.keys)).decode() if run.keys else \
            f"k{chooser.randrange(KEYS[run.topic])}"
        name = f"{self.producer}-{number}"
        # Times go on in about three hours, and are out of order by up to half an hour.
        share = min(1.0, number / 6_000)
        at = self.now_ms - 4 * HOUR_MS + int(3 * HOUR_MS * share) + chooser.randrange(HOUR_MS // 2)
        value = json.dumps({"id": name, "k": key, "at": at,
                            "pad": chooser.randbytes(pad).hex()}, separators=(",", ":"))
        event = Event(run.topic, key.encode(), value.encode(), at)
        if run.topic != "state":
            return value.encode() + b"\n", event
        # A tombstone has no value that could say whose it is, so here a header does.
        stored = value
        if chooser.random() < 0.1:
            stored = "null,\"tombstone\":true"
            event = Event(run.topic, key.encode(), None, at)
        line = (f'{{"ts":{at},"key":"{key}","headers":[{{"key":"id","value":"{name}"}}],'
                f'"value":{stored}}}\n')
        return line.encode(), event


class Ledger:
    """Who is shown something else at a place, or an event at another place, has found a mistake."""

    def __init__(self, attempts, problem):
        self.attempts = attempts
        self.problem = problem
        self.places = {topic: {} for topic in TOPICS}  # (partition, offset) -> event's name
        self.homes = {}                                # event's name -> (partition, offset)
        self._lock = threading.Lock()

    def see(self, topic, partition, offset, name, who):
        """Notes a record that was read, whose content is right already."""
        place = (partition, offset)
        with self._lock:
            known = self.places[topic].setdefault(place, name)
            home = self.homes.setdefault(name, place)
        if known != name:
            self.problem("changed", f"{where(topic, *place)} is event {name} for {who}, and was "
                                    f"event {known}")
        elif home != place:
            self.problem("twice", f"event {name} is at {where(topic, *home)}, and for {who} at "
                                  f"{where(topic, *place)}")

    def check_content(self, topic, partition, offset, key, value, header_id, who):
        """The name of an event that was attempted just so; nothing when there is none."""
        name = name_of_event(value, header_id)
        event = self.attempts.events.get(name)
        if event and event.topic == topic and event.key == key and (event.value or b"") == (value or b""):
            return name
        self.problem("torn reads", f"{who}: {where(topic, partition, offset)} was never produced like "
                                   f"that: {key!r} {(value or b'')[:160]!r}")
        return None

    def take(self, topic, partition, record, who):
        """A record as the file has it. Answers the event's name, or nothing."""
        header_id = dict(record.headers).get(b"id", b"")
        name = self.check_content(topic, partition, record.offset, record.key, record.value, header_id,
                                  who)
        if name and self.attempts.events[name].timestamp != record.timestamp:
            self.problem("changed", f"{who}: {where(topic, partition, record.offset)} has time "
                                    f"{record.timestamp}, not {self.attempts.events[name].timestamp}")
        if name and self.attempts.events[name].is_tombstone != (record.value is None):
            self.problem("changed", f"{who}: {where(topic, partition, record.offset)}: a tombstone and "
                                    "an empty value are not the same")
        if name:
            self.see(topic, partition, record.offset, name, who)
        return name

    def event_at(self, topic, place):
        name = self.places[topic].get(place)
        return self.attempts.events.get(name)


def seeded(*parts):
    return random.Random(" ".join(map(str, parts)))
