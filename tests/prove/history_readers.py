"""Who reads in history.py: followers, and a reader who begins at the start again and again."""
import json
import os
import pathlib
import random
import signal
import time

import history_checker
from history_events import TOPICS
from history_sightings import FORMAT, Session

ENDS_AFTER_S = 90


class Follower:
    """Follows a topic; killed, it goes on from its cursor file, from where it was, or anew."""

    def __init__(self, stage, sightings, name, topic, has_cursor):
        self.stage = stage
        self.sightings = sightings
        self.name = name
        self.topic = topic
        self.cursor = pathlib.Path(stage.path(f"{name}.cursor")) if has_cursor else None
        self.out = stage.path(f"{name}.out")
        self.random = random.Random(f"{stage.seed} {name}")
        self.sessions = []
        self.printed = [0] * TOPICS[topic]  # The offsets after what was printed last.
        self.process = None
        self.is_ending = False
        self.has_ended = False

    def load_cursor(self):
        offsets = [0] * TOPICS[self.topic]
        if self.cursor.exists():
            for position in json.loads(self.cursor.read_text())["positions"]:
                offsets[position["partition"]] = position["offset"]
        return offsets

    def choose_begin(self):
        """The options that say where, and the offsets that follow from them."""
        if self.cursor:
            begin = self.load_cursor()
            history_checker.check_cursor(self.stage.problem, self.name, begin, self.printed)
            return ["--cursor-file", str(self.cursor)], begin
        if self.topic != "events" or self.random.random() < 0.3 or not any(self.printed):
            return ["-o", "earliest"], [0] * TOPICS[self.topic]
        options = [f"-o{p}={offset}" for p, offset in enumerate(self.printed)]
        return options, list(self.printed)

    def act(self):
        try:
            while not (self.is_ending or self.stage.is_given_up):
                self.follow()
        finally:
            self.has_ended = True

    def follow(self):
        if not self.stage.exists(self.topic):
            return time.sleep(0.02)
        options, begin = self.choose_begin()
        order = self.random.choice(["time", "partition", "offset"])
        self.process = self.stage.start(self.name, "consume", "-f", "-F", FORMAT, "--order", order,
                                        *options, self.topic, out=self.out)
        status, err = self.stage.wait(self.process, None)
        self.take_session(begin, status, err)
        if not self.stage.was_ended(self.process, status):
            self.stage.problem("wrong endings", f"{self.name} ended with {status}: {err!r}; "
                                                f"{self.process.arguments[1:]}")
            self.is_ending = True
        return None

    def take_session(self, begin, status, err):
        who = f"session {len(self.sessions) + 1} of {self.name}"
        passage = self.sightings.take(self.topic, pathlib.Path(self.out).read_bytes(), who)
        self.sessions.append(Session(who, begin, passage, status != -signal.SIGKILL,
                                     b"retention deleted" in err))
        self.stage.count("sessions of followers")
        for partition, offset in enumerate(passage.next_offsets(begin)):
            self.printed[partition] = max(self.printed[partition], offset)

    def finish(self, ends):
        """Waits until all has been printed up to `ends`, and asks it to end."""
        deadline = time.monotonic() + ENDS_AFTER_S
        while not self.has_ended and not self.has_come_to(ends):
            if time.monotonic() > deadline:
                self.stage.problem("hangs", f"{self.name} does not come to {ends}")
                break
            time.sleep(0.02)
        self.is_ending = True
        while not self.has_ended:
            self.stage.signal_living(
                signal.SIGTERM, lambda living: [self.process] * (self.process in living))
            time.sleep(0.05)
            if time.monotonic() > deadline + ENDS_AFTER_S:
                self.stage.problem("hangs", f"{self.name} does not end when it is asked to")
                self.stage.signal_living(signal.SIGKILL, lambda living: [self.process])
                break

    def has_come_to(self, ends):
        if self.cursor and self.load_cursor() != ends:
            return False
        return all(self.has_printed(*end) for end in enumerate(ends))

    def has_printed(self, partition, end):
        if self.printed[partition] >= end:
            return True
        wanted = b"%d %d " % (partition, end - 1)
        text = pathlib.Path(self.out).read_bytes() if os.path.exists(self.out) else b""
        at = 0 if text.startswith(wanted) else text.rfind(b"\n" + wanted) + 1
        return (at > 0 or text.startswith(wanted)) and b"\n" in text[at:]


class Reader:
    """Reads topics from the start, again and again."""

    def __init__(self, stage, sightings, ends):
        self.stage = stage
        self.sightings = sightings
        self.ends = ends
        self.random = random.Random(f"{stage.seed} reader")
        self.longest = {}  # Partition of `events` -> what the longest pass printed.
        self.sessions = []

    def act(self):
        while not self.stage.is_over:
            time.sleep(self.random.random() * 0.1)
            topic, partition = self.random.choice(
                [("events", 0), ("events", 1), ("state", 0), ("aged", 0)])
            if self.stage.exists(topic):
                self.read(topic, partition)

    def read(self, topic, partition):
        least = self.ends.get((topic, partition), 0)
        out = self.stage.path("reader.out")
        process, status, err = self.stage.run("reader", "consume", "-F", FORMAT, "-p",
                                              str(partition), topic, out=out)
        self.stage.count("passes of readers")
        if status != 0 and not self.stage.was_ended(process, status):
            self.stage.problem("wrong endings", f"a reader of {topic} ended with {status}: {err!r}")
        text = pathlib.Path(out).read_bytes()
        if topic != "events":
            who = f"pass {len(self.sessions) + 1} of the reader"
            passage = self.sightings.take(topic, text, who)
            self.sessions.append(Session(who, [0], passage, status != -signal.SIGKILL,
                                         b"retention deleted" in err))
            return
        self.longest[partition] = history_checker.check_passes(
            self.stage.problem, partition, self.longest.get(partition, b""), text, status == 0)
        if status == 0:
            history_checker.check_reach(self.stage.problem, "a pass", partition, text, least)
