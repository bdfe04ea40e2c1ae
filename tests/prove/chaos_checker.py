"""Judges what a round of chaos.py has left. What the log holds it has from its bytes, by a reader of its
own (chaos_batches.py); what was acknowledged and shown, from the processes.
"""
import bisect

import chaos_batches
from chaos_ledger import TOPICS, Persons, where


class Checker:
    def __init__(self, stage, ledger, persons, consumers):
        self.stage = stage
        self.problem = stage.problem
        self.ledger = ledger
        self.persons = persons
        self.consumers = consumers
        self.final = {}    # Topic -> partitions, as they are in the end.
        self.names = {}    # Topic -> by partition, the names of the events.
        self.offsets = {}  # The same for the offsets.

    def run(self):
        for topic in TOPICS:
            self.read(topic)
            self.check_rows(topic)
            self.check_order(topic)
            self.check_places(topic)
        self.check_acknowledged()
        self.check_complete()
        self.check_state()
        for consumer in self.consumers:
            for session in consumer.sessions:
                self.check_session(session)
            self.check_cursors(consumer)

    def read(self, topic):
        """All partitions of the topic, and what is wrong with their bytes."""
        root = self.stage.root / topic
        self.final[topic] = [chaos_batches.Partition(root / str(number)) for number in
                             range(TOPICS[topic])] if (root / "topic.json").exists() else []
        self.names[topic] = [[] for _ in range(TOPICS[topic])]
        self.offsets[topic] = [[] for _ in range(TOPICS[topic])]
        for number, partition in enumerate(self.final[topic]):
            for wrong in partition.wrong:
                self.problem("damage", f"{topic}/{number}: {wrong}")
            for record in partition.records:
                name = self.ledger.take(topic, number, record, "the reader of bytes")
                self.names[topic][number].append(name)
                self.offsets[topic][number].append(record.offset)
            self.stage.count("events checked", len(partition.records))

    def check_rows(self, topic):
        """Each offset once; no holes but where records are removed by key."""
        for number, partition in enumerate(self.final[topic]):
            offsets = self.offsets[topic][number]
            if topic == "events" and offsets and offsets[0] != 0:
                self.problem("lost", f"{where(topic, number, 0)}: it begins at {offsets[0]}")
            if topic in ("events", "aged") and offsets != list(range(partition.end - len(offsets),
                                                                     partition.end)):
                self.problem("lost", f"{topic}/{number} has holes before {partition.end}")
            twice = len(offsets) - len(set(offsets))
            if twice:
                self.problem("twice", f"{topic}/{number} has {twice} offsets twice")

    def check_order(self, topic):
        """Each producer's events, also those that have been removed since."""
        last = {}
        for (number, offset), (producer, event) in sorted(self.ledger.places[topic].items()):
            before = last.get((number, producer), -1)
            if event <= before:
                self.problem("out of order", f"{where(topic, number, offset)} is event {event} of producer "
                                             f"{producer}, after event {before}")
            last[number, producer] = event

    def check_places(self, topic):
        """A key is where Kafka's clients put it."""
        for (number, offset), name in self.ledger.places[topic].items():
            key = self.ledger.attempts.events[name].key
            if chaos_batches.partition_for(key, TOPICS[topic]) != number:
                self.problem("changed", f"{where(topic, number, offset)} has key {key!r}, which belongs "
                                        "elsewhere")

    def is_kept(self, run, name, place):
        """Whether an acknowledged event has to be there in the end."""
        if run.topic == "aged":
            number, offset = place
            partition = self.final["aged"][number]
            return offset >= (partition.commit.log_start if partition.commit else 0)
        erased = {Persons.key(person).encode() for person in self.persons.erased}
        return run.topic == "events" or (run.topic == "secret" and
                                         self.ledger.attempts.events[name].key not in erased)

    def check_acknowledged(self):
        for run in self.ledger.attempts.runs:
            for event, place in run.acknowledged.items():
                self.check_acknowledgement(run, (run.producer, event), place)

    def check_acknowledgement(self, run, name, place):
        if place is None:
            if run.topic not in ("state", "secret"):
                self.problem("lost", f"event {name} of {run}: acknowledged without a place")
            return
        home = self.ledger.homes.get(name, place)
        known = self.ledger.places[run.topic].get(place, name)
        if home != place:
            self.problem("twice", f"event {name} of {run} was acknowledged at {where(run.topic, *place)} "
                                  f"and is at {where(run.topic, *home)}")
        elif known != name:
            self.problem("changed", f"{where(run.topic, *place)} was acknowledged for event {name} of "
                                    f"{run}, and is event {known}")
        elif self.is_kept(run, name, place) and not contains(self.offsets[run.topic][place[0]], place[1]):
            self.problem("lost", f"event {name}, acknowledged at {where(run.topic, *place)}, of {run}")

    def check_complete(self):
        """A run that ended well under a name: all of its events are there, whoever stored them."""
        for run in self.ledger.attempts.runs:
            for event in range(run.first, run.first + run.count) if run.is_complete else ():
                name = (run.producer, event)
                if event not in run.acknowledged:
                    self.problem("lost", f"event {name} of {run}: exit 0 without a receipt")
                elif run.topic == "events" and name not in self.ledger.homes:
                    self.problem("lost", f"event {name} of {run}, which ended well")

    def check_state(self):
        """The last record of each key that anybody knows of is there, and below the active segment no
        other; but a key may be gone, when a tombstone may have come last."""
        last, tombstones = {}, {}  # Key -> the last place; Key -> places of tombstones, or nothing.
        places = {name: place for (place, name) in self.ledger.places["state"].items()}
        for run in self.ledger.attempts.runs:
            for event in range(run.first, run.first + run.count) if run.topic == "state" else ():
                name = (run.producer, event)
                place = places.get(name) or run.acknowledged.get(event)
                attempt = self.ledger.attempts.events[name]
                if attempt.is_tombstone:
                    tombstones.setdefault(attempt.key, []).append(place)
                if place is not None:
                    last[attempt.key] = max(last.get(attempt.key, -1), place[1])
        there = {}
        for offset, name in zip(self.offsets["state"][0], self.names["state"][0]):
            if name:
                there.setdefault(self.ledger.attempts.events[name].key, []).append(offset)
        for key, offset in last.items():
            may_be_gone = not self.stage.keeps_tombstones and any(
                place is None or place[1] >= offset for place in tombstones.get(key, ()))
            if there.get(key, [-1])[-1] != offset and not (key not in there and may_be_gone):
                self.problem("lost", f"{where('state', 0, offset)}, the last of key {key!r}; the log has "
                                     f"{there.get(key)}")
        for key, offsets in there.items():
            if len(offsets) > 1:
                self.problem("silent successes", f"key {key!r} is still at state/0@{offsets} after all was "
                                                 "sealed and compacted")

    def check_session(self, session):
        """What it printed is in order and has no gap, and nothing that was there is left out."""
        for number, offsets in enumerate(session.offsets):
            may_skip = session.topic in ("state", "secret") or session.is_told_of_retention
            for before, offset in zip(offsets, offsets[1:]):
                if offset <= before:
                    self.problem("out of order" if offset < before else "twice",
                                 f"{session.who}: {where(session.topic, number, offset)} after {before}")
                elif offset > before + 1 and not may_skip:
                    self.problem("lost", f"{session.who}: {session.topic}/{number}@{before + 1} to "
                                         f"{offset - 1} left out")
            if offsets:
                self.check_reach(session, number, offsets)

    def check_reach(self, session, number, offsets):
        topic, begin = session.topic, session.begin[number]
        if offsets[0] < begin or (topic == "events" and offsets[0] > begin):
            self.problem("lost" if offsets[0] > begin else "twice",
                         f"{session.who} began at {where(topic, number, offsets[0])} instead of {begin}")
        final = self.offsets[topic][number]
        kept = final[bisect.bisect_left(final, begin):bisect.bisect_right(final, offsets[-1])]
        for offset in sorted(set(kept) - set(offsets)):
            self.problem("lost", f"{session.who} was not shown {where(topic, number, offset)}")
        if topic == "events" and offsets[-1] > (final[-1] if final else -1):
            self.problem("lost", f"{where(topic, number, offsets[-1])}, which {session.who} saw")


    def check_cursors(self, consumer):
        """What a cursor has passed, and nobody printed, must not be there, as what was erased."""
        topic = consumer.topic
        for who, number, first, end in consumer.skipped:
            offsets = self.offsets[topic][number]
            there = offsets[bisect.bisect_left(offsets, first):bisect.bisect_left(offsets, end)]
            if there or topic == "events":
                self.problem("cursors ahead", f"{who} stands at {where(topic, number, end)}, and only what "
                                              f"is before {first} was printed")


def contains(offsets, offset):
    at = bisect.bisect_left(offsets, offset)
    return at < len(offsets) and offsets[at] == offset
