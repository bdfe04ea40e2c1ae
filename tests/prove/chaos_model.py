"""Good histories for the self-test of chaos.py: a data root that is written here, and what was told."""
import json
import pathlib
import random

import chaos_batches
from chaos_actors import Consumer, Session
from chaos_batches import NONE, SLOT, SLOT_STRIDE, ZSTD, Record
from chaos_checker import Checker
from chaos_ledger import PERSONS, TOPICS, ChaosPlanner, ChaosRuns, Ledger, Persons

LIMITS = {"bytes": 0, "events": 0, "secret": 0, "state": 0, "aged": 0}
NOW_MS = 1_800_000_000_000
SETTINGS = {"retention.ms": -1, "segment.bytes": 1000}
ENOUGH = 99  # Events of each partition.


class Stage:
    """What the checks ask of a stage. Problems are kept by category."""

    def __init__(self, root):
        self.root = root
        self.seed = 0
        self.keeps_tombstones = True
        self.found = set()
        self.texts = []

    def problem(self, category, text):
        self.found.add(category)
        self.texts.append(text)

    def count(self, *_):
        pass


class Model:
    def __init__(self, seed, directory):
        self.directory = pathlib.Path(directory)
        self.random = random.Random(f"{seed} model")
        self.attempts = ChaosRuns()
        self.persons = Persons()
        self.logs = {topic: [[] for _ in range(count)] for topic, count in TOPICS.items()}
        planners = [ChaosPlanner(number, seed, directory, LIMITS, self.persons, NOW_MS)
                    for number in range(3)]
        while self.is_poor():
            self.append(self.random.choice(planners).plan(self.attempts, may_be_large=False))
        self.starts = {"aged": [log[len(log) // 2].offset for log in self.logs["aged"]]}
        self.erase()

    def is_poor(self):
        return any(len(log) < ENOUGH for logs in self.logs.values() for log in logs) or not any(
            0 < len(run.acknowledged) < run.count and run.topic == "events"
            for run in self.attempts.runs) or \
            len([record for record in self.logs["secret"][0]
                 if record.key != self.logs["secret"][0][0].key]) < 9 or \
            {record.value is None for record in self.last_of_keys()} != {True, False}

    def last_of_keys(self):
        last = {record.key: record for record in self.logs["state"][0]}
        return sorted(last.values(), key=lambda record: record.offset)

    def append(self, run):
        """All of it under a name, or of `state`; else a part. What is stored is acknowledged."""
        run.is_complete = bool(run.name)
        is_whole = run.name or run.topic == "state"
        for number in range(run.first, run.first + (run.count if is_whole else
                                                    self.random.randrange(run.count + 1))):
            event = self.attempts.events[run.producer, number]
            partition = chaos_batches.partition_for(event.key, TOPICS[run.topic])
            log = self.logs[run.topic][partition]
            headers = ((b"id", b"%d-%d" % (run.producer, number)),) if run.topic == "state" else ()
            run.acknowledged[number] = (partition, len(log))
            log.append(Record(len(log), event.timestamp, event.key, event.value, headers))

    def erase(self):
        """A person is gone from `secret`, and all but the last of each key from `state`."""
        key = self.logs["secret"][0][0].key
        self.persons.erased += [person for person in range(PERSONS) if Persons.key(person).encode() == key]
        self.ends = {topic: [len(log) for log in logs] for topic, logs in self.logs.items()}
        self.secret = [[record for record in log if record.key != key] for log in self.logs["secret"]]
        self.state = self.last_of_keys()

    def final(self):
        """What the files hold: topic -> by partition, the records."""
        return {"events": [list(log) for log in self.logs["events"]],
                "secret": [list(log) for log in self.secret],
                "state": [list(self.state)],
                "aged": [log[start:] for log, start in zip(self.logs["aged"], self.starts["aged"])]}

    def write(self, root, final, ends=None):
        for topic, logs in final.items():
            (root / topic).mkdir(parents=True)
            (root / topic / "topic.json").write_text(json.dumps({"config": SETTINGS}))
            for number, records in enumerate(logs):
                start = self.starts.get(topic, [0] * len(logs))[number]
                end = (ends or self.ends)[topic][number]
                write_partition(root / topic / str(number), records, start, end)

    def judge(self, final, spoil=None, consumers=(), ends=None):
        """The categories of what is found wrong. `spoil` gets the root, when all is written."""
        with_root = self.directory / f"root-{self.random.randrange(1 << 60)}"
        self.write(with_root, final, ends)
        if spoil:
            spoil(with_root)
        stage = Stage(with_root)
        ledger = Ledger(self.attempts, stage.problem)
        Checker(stage, ledger, self.persons, consumers).run()
        return stage.found

    def consumer(self, topic, offsets, begin=0, skipped=()):
        """One that printed these offsets of partition 0, beginning as told."""
        consumer = object.__new__(Consumer)
        session = Session("a session", topic, [begin] + [0] * (TOPICS[topic] - 1), False)
        session.offsets[0] = list(offsets)
        consumer.topic = topic
        consumer.sessions = [session]
        consumer.skipped = list(skipped)
        return consumer


def write_partition(path, records, start, end):
    """Batches of ten offsets, in segments of three batches, packed in turns; and a commit file."""
    path.mkdir(parents=True)
    segments, by_offset, base = [], {record.offset: record for record in records}, start
    if records and records[-1].offset >= end:
        end = records[-1].offset + 1
    while base < end:
        last = min(base + 9, end - 1)
        inside = [by_offset[offset] for offset in range(base, last + 1) if offset in by_offset]
        batch = chaos_batches.write_batch(inside, base, last, (NONE, ZSTD)[base // 10 % 2])
        if not segments or segments[-1][2] == 3:
            segments.append([base, b"", 0])
        segments[-1][1] += batch
        segments[-1][2] += 1
        base = last + 1
    for segment_base, data, _ in segments or [(start, b"", 0)]:
        (path / f"{segment_base:020}.log").write_bytes(data)
    active, data, _ = segments[-1] if segments else (start, b"", 0)
    slot = SLOT.pack(b"ESC1", 2, 0, active, len(data), end, len(data), end, len(data), end, start, 0, 0,
                     1, bytes(16), bytes(4), 0)
    slot = slot[:-4] + chaos_batches.crc32c(slot[:-4]).to_bytes(4, "big")
    (path / "commit").write_bytes(slot + bytes(SLOT_STRIDE))
