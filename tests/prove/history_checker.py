"""Judges what a round of history.py has left: what was acknowledged, what the log holds at the end,
and what everybody was shown on the way. Knows nothing of estream but what its readers print.
"""
import bisect
import dataclasses
import math
import zlib

import history_events
from history_sightings import where


def check_cursor(problem, who, cursor, printed):
    """A cursor may stand behind what was printed, never before it."""
    for partition, offset in enumerate(cursor):
        if offset > printed[partition]:
            problem("cursors ahead", f"{who} stands at events/{partition}@{offset}, and only what is "
                                     f"before {printed[partition]} was printed")


def end_of(text):
    """The offset after the last whole line of one partition."""
    last = text.rfind(b"\n")
    if last < 0:
        return 0
    line = text[text.rfind(b"\n", 0, last) + 1:last]
    offset = line.split(b" ", 2)[1:2]
    return int(offset[0]) + 1 if offset and offset[0].isdigit() else 0


def check_passes(problem, partition, before, text, is_whole):
    """Two passes over a log that only grows: the shorter is the beginning of the longer, and who
    comes later sees no less. Answers the longer one."""
    short, long = sorted((before, text), key=len)
    if not long.startswith(short):
        same = next(i for i, pair in enumerate(zip(short, long)) if pair[0] != pair[1])
        problem("changed", f"two passes over events/{partition} differ from line "
                           f"{short[:same].count(10) + 1} on: {short[same:same + 60]!r} and "
                           f"{long[same:same + 60]!r}")
    elif is_whole and len(text) < len(before):
        problem("lost", f"a pass over events/{partition} ended at offset {end_of(text)}, an earlier "
                        f"one at {end_of(before)}")
    return long


def check_reach(problem, who, partition, text, acknowledged_end):
    """What was acknowledged before a reader began, it has to see."""
    if end_of(text) < acknowledged_end:
        problem("lost", f"{who} of events/{partition} ended at offset {end_of(text)}, but "
                        f"{acknowledged_end - 1} had been acknowledged before it began")


@dataclasses.dataclass
class History:
    attempts: object
    sightings: object
    final: dict           # Topic -> the text of each partition, as it was read at the end.
    sessions: list        # Of followers, and of readers of what is compacted or deleted.
    longest_passes: dict  # Partition of `events` -> text.
    branches: list        # (partition, length and checksum of the text)


class Checker:
    def __init__(self, history, problem):
        self.history = history
        self.problem = problem
        self.sightings = history.sightings
        self.final = {}  # Topic -> offsets by partition, growing.
        self.lines = {}  # The same for the lines, of `events` alone.

    def run(self):
        for topic, texts in self.history.final.items():
            self.take_final(topic, texts)
            self.check_offsets(topic)
            self.check_order(topic)
        self.check_acknowledged()
        self.check_complete()
        self.check_keys()
        self.check_state()
        for session in self.history.sessions:
            self.check_session(session)
        self.check_beginnings()

    def take_final(self, topic, texts):
        self.final[topic] = []
        for partition, text in enumerate(texts):
            passage = self.sightings.take(topic, text, "the last reader")
            if passage.cut:
                self.problem("torn reads", f"the last reader of {topic}: {passage.cut[:200]!r}")
            self.final[topic].append(passage.offsets[partition])
        if topic == "events":
            self.lines = [text.split(b"\n") for text in texts]

    def check_offsets(self, topic):
        """Growing; without a hole except where records are removed by key; from 0 on except where
        the oldest are deleted."""
        for partition, offsets in enumerate(self.final[topic]):
            if topic == "events" and offsets and offsets[0] != 0:
                self.problem("lost", f"{topic}/{partition} begins at {offsets[0]}")
            self.check_row(topic, partition, offsets, topic != "state", "the last reader")

    def check_row(self, topic, partition, offsets, is_contiguous, who):
        for before, offset in zip(offsets, offsets[1:]):
            if offset <= before:
                self.problem("out of order" if offset < before else "twice",
                             f"{who}: {topic}/{partition}@{offset} after {before}")
            elif is_contiguous and offset != before + 1:
                self.problem("lost", f"{who}: {topic}/{partition}@{before + 1} to {offset - 1} left "
                                     "out")

    def check_order(self, topic):
        """Each producer's events, also those that have been removed since."""
        last = {}
        for place, record in sorted(self.sightings.places[topic].items()):
            producer, number = record.event
            before = last.get((place[0], producer), -1)
            if number <= before:
                self.problem("out of order", f"{where(topic, place)} is event {number} of producer "
                                             f"{producer}, after event {before}")
            last[place[0], producer] = number

    def check_acknowledged(self):
        for run in self.history.attempts.runs:
            for number, place in run.acknowledged.items():
                self.check_acknowledgement(run, (run.producer, number), place)

    def check_acknowledgement(self, run, event, place):
        if place is None:
            if run.topic != "state":
                self.problem("lost", f"event {event} of {run}: acknowledged without a place")
            return
        home = self.sightings.homes.get(event, place)
        if home != place:
            self.problem("twice", f"event {event} of {run} was acknowledged at "
                                  f"{where(run.topic, place)} and is at {where(run.topic, home)}")
        there = self.sightings.places[run.topic].get(place)
        is_there = there is not None and there.event == event
        offsets = self.final[run.topic][place[0]]
        is_kept = run.topic == "events" or \
            (run.topic == "aged" and bool(offsets) and place[1] >= offsets[0])
        if there is not None and not is_there:
            self.problem("changed", f"{where(run.topic, place)} was acknowledged for event {event} "
                                    f"of {run}, and is {there.event}")
        elif is_kept and not (is_there and contains(offsets, place[1])):
            self.problem("lost", f"event {event}, acknowledged at {where(run.topic, place)}, of {run}")

    def check_complete(self):
        """A run that ended well under a name: all of its events are there, whoever stored them."""
        for run in self.history.attempts.runs:
            if not run.is_complete:
                continue
            for number in range(run.first, run.first + run.count):
                event = (run.producer, number)
                if number not in run.acknowledged:
                    self.problem("lost", f"event {event} of {run}: exit 0 without a receipt")
                elif run.topic == "events" and event not in self.sightings.homes:
                    self.problem("lost", f"event {event} of {run}, which ended well")

    def check_keys(self):
        """A key is in one partition; and what is there of a run, killed or not, is its beginning."""
        partition_of = {}
        for (partition, offset), record in self.sightings.places["events"].items():
            if partition_of.setdefault(record.key, partition) != partition:
                self.problem("out of order", f"key {record.key!r} at events/{partition}@{offset}, "
                                             "and elsewhere in the other partition")
        for run in self.history.attempts.runs:
            missing = {}  # Partition -> the first event that is not there.
            for number in range(run.first, run.first + run.count) if run.topic == "events" else ():
                event = (run.producer, number)
                partition = partition_of.get(self.history.attempts.events[event].key)
                if event not in self.sightings.homes:
                    missing.setdefault(partition, event)
                elif partition in missing:
                    self.problem("lost", f"event {missing[partition]} of {run}: a later one, "
                                         f"{event}, is in events/{partition}")

    def check_state(self):
        """The last record of each key that anybody knows of, acknowledged or seen, is there; but a
        tombstone may go, when all that it deletes is gone, also one that nobody saw come."""
        deleted_before = self.tombstones_of_unknown_place()
        last = {}  # Key -> (offset, whether it is a tombstone)
        for (_, offset), record in self.sightings.places["state"].items():
            last[record.key] = max(last.get(record.key, (-1, False)), (offset, record.is_tombstone))
        for run in self.history.attempts.runs:
            for number, place in run.acknowledged.items() if run.topic == "state" else ():
                if place is not None:
                    attempt = self.history.attempts.events[run.producer, number]
                    last[attempt.key] = max(last.get(attempt.key, (-1, False)),
                                            (place[1], attempt.is_tombstone))
        there = {self.sightings.places["state"][0, offset].key: offset
                 for offset in self.final["state"][0] if (0, offset) in
                 self.sightings.places["state"]}
        for key, (offset, is_tombstone) in last.items():
            found = there.get(key)
            may_be_gone = is_tombstone or deleted_before.get(key, -1) > offset
            if found != offset and not (found is None and may_be_gone):
                self.problem("lost", f"state/0@{offset}, the last of key {key!r}; the log has "
                                     f"{found} instead")

    def tombstones_of_unknown_place(self):
        """Key -> before which offset the last tombstone is that a producer was given, and of which
        nobody knows the place: that of the producer's next event of which it is known."""
        places = {self.sightings.places["state"][place].event: place
                  for place in self.sightings.places["state"]}
        for run in self.history.attempts.runs:
            if run.topic == "state":
                places |= {(run.producer, number): place
                           for number, place in run.acknowledged.items() if place is not None}
        before, following = {}, {}
        for event in sorted(self.history.attempts.events, reverse=True):
            attempt = self.history.attempts.events[event]
            if event in places:
                following[event[0]] = places[event][1]
            elif attempt.topic == "state" and attempt.is_tombstone:
                bound = following.get(event[0], math.inf)
                before[attempt.key] = max(before.get(attempt.key, -1), bound)
        return before

    def check_session(self, session):
        """Nothing that was there all the time is left out: what the log holds at the end, between
        where the session began and what it printed last."""
        topic = session.passage.topic
        for partition, offsets in enumerate(session.passage.offsets):
            may_skip = topic == "state" or session.was_told_of_retention
            self.check_row(topic, partition, offsets, not may_skip, session.who)
            if not offsets:
                continue
            if topic == "events" and offsets[0] != session.begin[partition]:
                self.problem("lost" if offsets[0] > session.begin[partition] else "twice",
                             f"{session.who} began at events/{partition}@{offsets[0]} instead of "
                             f"{session.begin[partition]}")
            final = self.final[topic][partition]
            first = bisect.bisect_left(final, session.begin[partition])
            kept = final[first:bisect.bisect_right(final, offsets[-1])]
            for offset in sorted(set(kept) - set(offsets)):
                self.problem("lost", f"{session.who} was not shown {topic}/{partition}@{offset}")
            if topic == "events" and offsets[-1] > (final[-1] if final else -1):
                self.problem("lost", f"events/{partition}@{offsets[-1]}, which {session.who} saw")
        self.check_cut(session)

    def check_cut(self, session):
        """The line in which a session was killed is the beginning of one that is to come."""
        cut = session.passage.cut
        if cut and session.is_whole:
            self.problem("torn reads", f"{session.who} was not killed, and ends in {cut[:200]!r}")
        elif cut and session.passage.topic == "events":
            next_offsets = session.passage.next_offsets(session.begin)
            to_come = [lines[offset] for lines, offset in zip(self.lines, next_offsets)
                       if offset < len(lines)]
            if not any(line.startswith(cut) for line in to_come):
                self.problem("torn reads", f"{session.who} was killed in {cut[:200]!r}, which is not "
                                           f"at {next_offsets}")

    def check_beginnings(self):
        """Passes and branches of `events` are beginnings of what it is in the end."""
        for partition, text in self.history.longest_passes.items():
            final = self.history.final["events"][partition]
            if not final.startswith(text):
                self.problem("lost" if text.startswith(final) else "changed",
                             f"the last pass over events/{partition} does not begin as an earlier "
                             f"one, which ended at {end_of(text)}")
        for partition, size, crc in self.history.branches:
            final = self.history.final["events"][partition]
            if size > len(final) or zlib.crc32(final[:size]) != crc:
                self.problem("changed", f"a branch of events/{partition} with {size} bytes of events "
                                        "is no beginning of it")


def contains(offsets, offset):
    at = bisect.bisect_left(offsets, offset)
    return at < len(offsets) and offsets[at] == offset


def count_found(history):
    """How many events the logs hold in the end."""
    return sum(text.count(b"\n") for topic in history_events.TOPICS
               for text in history.final[topic])
