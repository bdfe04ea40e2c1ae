"""Who writes and who reads in chaos.py. Each keeps one process after the other going."""
import json
import os
import pathlib
import time

from chaos_ledger import TOPICS, ChaosPlanner, seeded
from chaos_stage import DONE, TIMED_OUT
from history_actors import Producer

# Partition, offset, key, headers, value. Keys have no blanks, so that five fields can be cut out.
FORMAT = "%p %o %k %h %v\\n"
COMES_WITHIN_S = 90


class ChaosProducer(Producer):
    def __init__(self, stage, number, attempts, ends, limits, persons, now_ms):
        super().__init__(stage, number, attempts, ends, limits)
        self.planner = ChaosPlanner(number, stage.seed, stage.directory, limits, persons, now_ms)

    def repeat(self):
        """Runs once more what had ended well, in the end: it adds nothing, unless it was erased."""
        done = [run for run in self.runs
                if run.name and run.is_complete and run.topic in ("events", "state")]
        for run in self.random.sample(done, min(len(done), 2)):
            self.once(run)


class Session:
    """What one process of a consumer printed: where it had to begin, and the places, in order."""

    def __init__(self, who, topic, begin, is_told_of_retention):
        self.who = who
        self.topic = topic
        self.begin = begin
        self.is_told_of_retention = is_told_of_retention
        self.offsets = [[] for _ in begin]

    def next_offsets(self):
        return [offsets[-1] + 1 if offsets else first
                for offsets, first in zip(self.offsets, self.begin)]


def cut_line(line):
    """(partition, offset, key, id in a header, value); nothing when it is no line of ours."""
    fields = line.split(b" ", 4)
    if len(fields) < 5 or not (fields[0].isdigit() and fields[1].isdigit()):
        return None
    header_id = fields[3].removeprefix(b"id=")
    return int(fields[0]), int(fields[1]), fields[2], header_id, fields[4]


def take_output(session, text, ledger, was_cut):
    """Fills the session with what was printed, and checks each record's content."""
    *lines, rest = text.split(b"\n")
    if rest and not was_cut:
        ledger.problem("torn reads", f"{session.who} was not killed, and ends in {rest[:200]!r}")
    for line in lines:
        fields = cut_line(line)
        if fields is None or fields[0] >= len(session.begin):
            ledger.problem("torn reads", f"{session.who}: {line[:200]!r} is no record")
            continue
        partition, offset, key, header_id, value = fields
        session.offsets[partition].append(offset)
        name = ledger.check_content(session.topic, partition, offset, key, value, header_id,
                                    session.who)
        if name:
            ledger.see(session.topic, partition, offset, name, session.who)


def load_cursor(path, count):
    offsets = [0] * count
    if path.exists():
        for position in json.loads(path.read_text())["positions"]:
            offsets[position["partition"]] = position["offset"]
    return offsets


def printed_in(text, printed):
    """The offsets after the last whole line of each partition, where they are larger."""
    reach = list(printed)
    for line in text.split(b"\n")[:-1]:
        fields = cut_line(line)
        if fields and fields[0] < len(reach):
            reach[fields[0]] = max(reach[fields[0]], fields[1] + 1)
    return reach


def skipped_by_cursor(cursor, printed):
    """(partition, first, end) of what a cursor has passed and nobody has printed. It may stand behind
    what was printed; before it only where there is no record."""
    return [(partition, printed[partition], offset) for partition, offset in enumerate(cursor)
            if offset > printed[partition]]


class Consumer:
    """Reads a topic with a cursor file, or anew each time; killed, it goes on from there."""

    def __init__(self, stage, ledger, name, topic, is_following, has_cursor):
        self.stage = stage
        self.ledger = ledger
        self.name = name
        self.topic = topic
        self.is_following = is_following
        self.cursor = pathlib.Path(stage.path(f"{name}.cursor")) if has_cursor else None
        self.out = stage.path(f"{name}.out")
        self.random = seeded(stage.seed, name)
        self.sessions = []
        self.skipped = []  # What cursors have passed unprinted: right where nothing is, in the end.
        self.printed = [0] * TOPICS[topic]

    def act(self):
        while not self.stage.is_over:
            if self.stage.exists(self.topic):
                self.once()
            time.sleep(self.random.random() * 0.05)

    def once(self, *more):
        begin = [0] * TOPICS[self.topic]
        options = ["-o", "earliest"]
        if self.cursor:
            begin = load_cursor(self.cursor, len(begin))
            self.check_cursor(self.name, begin, self.printed)
            options = ["--cursor-file", str(self.cursor)]
        if self.is_following:
            options += ["-f", "-T", self.random.choice(["300ms", "2s", "9s"])]
        elif self.random.random() < 0.2:
            options += ["-n", str(self.random.randrange(1, 2_000))]
        order = self.random.choice(["time", "partition", "offset"])
        # What is in the file until it is opened anew belongs to the session before.
        pathlib.Path(self.out).write_bytes(b"")
        return self.take(begin, self.stage.run(
            self.name, "consume", "-F", FORMAT, "--order", order, *options, *more, self.topic,
            out=self.out))

    def take(self, begin, ended):
        process, status, err = ended
        good = (DONE, TIMED_OUT) if "-T" in process.arguments else (DONE,)
        if status not in good and not self.stage.is_excused(process, status, err):
            self.stage.problem("wrong endings", f"{self.name} ended with {status}: {err[-1500:]!r}; "
                                                f"{process.arguments}")
        who = f"session {len(self.sessions) + 1} of {self.name}"
        session = Session(who, self.topic, begin, b"retention deleted" in err)
        text = pathlib.Path(self.out).read_bytes()
        take_output(session, text, self.ledger, status not in good)
        self.sessions.append(session)
        self.printed = printed_in(text, self.printed)
        if self.cursor:
            self.check_cursor(who, load_cursor(self.cursor, len(begin)), self.printed)
        return status, session

    def look_at_cursor(self):
        """While it runs: the cursor first, and then what is printed, which only grows."""
        printed = self.printed
        cursor = load_cursor(self.cursor, len(printed))
        text = pathlib.Path(self.out).read_bytes() if os.path.exists(self.out) else b""
        # The session may have ended in between, and its output counts already.
        reach = [max(pair) for pair in zip(printed_in(text, printed), self.printed)]
        self.check_cursor(f"{self.name}, which is running,", cursor, reach)

    def check_cursor(self, who, cursor, printed):
        self.stage.count("cursors checked")
        self.skipped += [(who, *skipped) for skipped in skipped_by_cursor(cursor, printed)]

    def finish(self, ends):
        """In the end it comes to the end, whatever had happened to it."""
        self.is_following = False
        deadline = time.monotonic() + COMES_WITHIN_S
        while self.cursor and load_cursor(self.cursor, len(ends)) != ends:
            self.once()
            if time.monotonic() > deadline:
                self.stage.problem("hangs", f"{self.name} does not come to {ends}")
                return
        if not self.cursor:
            self.once()


class Spy:
    """Looks at the cursors of those who read meanwhile."""

    def __init__(self, stage, consumers):
        self.stage = stage
        self.consumers = [consumer for consumer in consumers if consumer.cursor]
        self.random = seeded(stage.seed, "spy")

    def act(self):
        while not self.stage.is_over:
            time.sleep(self.random.uniform(0.01, 0.1))
            self.random.choice(self.consumers).look_at_cursor()
