"""What the readers of history.py were shown: each record once, by its place, and who saw which."""
import array
import dataclasses
import re
import threading
import zlib

from history_events import TOPICS

# Partition, offset, key, headers, value. Keys have no blanks, so that five fields can be cut out.
FORMAT = "%p %o %k %h %v\\n"
EVENT_ID = re.compile(rb'\{"id":"(\d+)-(\d+)"')
HEADER_ID = re.compile(rb"id=(\d+)-(\d+)$")


@dataclasses.dataclass(frozen=True)
class Record:
    event: tuple  # (producer, number)
    key: bytes
    is_tombstone: bool
    line_crc: int


class Passage:
    """What one process printed of a topic: offsets by partition, and what it was killed in."""

    def __init__(self, topic):
        self.topic = topic
        self.offsets = [array.array("q") for _ in range(TOPICS[topic])]
        self.cut = b""

    def next_offsets(self, begin):
        return [offsets[-1] + 1 if offsets else first
                for offsets, first in zip(self.offsets, begin)]


@dataclasses.dataclass
class Session:
    """One process of a reader: where it had to begin, and what it printed."""
    who: str
    begin: list
    passage: Passage
    is_whole: bool  # Not killed: then no line is torn.
    was_told_of_retention: bool = False


class Sightings:
    """All records that anybody was shown. Whoever is shown something else at a place, or an event
    at another place, has found a mistake."""

    def __init__(self, attempts, problem):
        self.attempts = attempts
        self.problem = problem
        self.places = {topic: {} for topic in TOPICS}  # (partition, offset) -> Record
        self.homes = {}  # Event -> (partition, offset); its topic is known.
        self._lock = threading.Lock()

    def take(self, topic, text, who):
        """The passage that is in the text. Lines that were seen before cost little."""
        passage = Passage(topic)
        *lines, passage.cut = text.split(b"\n")
        places = self.places[topic]
        with self._lock:
            for line in lines:
                fields = line.split(b" ", 2)
                if len(fields) < 3 or not (fields[0].isdigit() and fields[1].isdigit()):
                    self.problem("torn reads", f"{who} of {topic}: {line[:200]!r} is no record")
                    continue
                place = (int(fields[0]), int(fields[1]))
                if place[0] >= TOPICS[topic]:
                    self.problem("torn reads", f"{who}: {topic}/{place[0]} does not exist")
                    continue
                passage.offsets[place[0]].append(place[1])
                known = places.get(place)
                if known is None:
                    self._learn(topic, place, line, who)
                elif known.line_crc != zlib.crc32(line):
                    self.problem("changed", f"{where(topic, place)} is not what it was: {who} "
                                            f"read {line[:200]!r}, before it was {known.event}")
        return passage

    def _learn(self, topic, place, line, who):
        record, attempt = self._parse(line)
        fields = line.split(b" ", 4)
        is_attempted = attempt is not None and attempt.topic == topic and \
            attempt.key == record.key and attempt.value_crc == zlib.crc32(fields[4])
        if not is_attempted:
            return self.problem("torn reads", f"{who}: {where(topic, place)} was never produced "
                                              f"like that: {line[:200]!r}")
        home = self.homes.setdefault(record.event, place)
        if home != place:
            self.problem("twice", f"event {record.event} is at {where(topic, home)} and at "
                                  f"{where(topic, place)}")
        self.places[topic][place] = record
        return None

    def _parse(self, line):
        fields = line.split(b" ", 4)
        if len(fields) != 5:
            return None, None
        _, _, key, headers, value = fields
        found = HEADER_ID.match(headers) if headers else EVENT_ID.match(value)
        if not found:
            return None, None
        event = (int(found[1]), int(found[2]))
        attempt = self.attempts.events.get(event)
        is_tombstone = attempt is not None and attempt.is_tombstone
        return Record(event, key, is_tombstone, zlib.crc32(line)), attempt


def where(topic, place):
    return f"{topic}/{place[0]}@{place[1]}"
