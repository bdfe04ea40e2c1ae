"""Who writes in history.py: producers, and the keeper, who compacts, deletes, verifies and branches.
Each keeps one process after the other going, in a thread of its own.
"""
import json
import pathlib
import random
import shutil
import time
import zlib

import history_checker
from history_events import LARGE, Planner
from history_sightings import FORMAT


class Producer:
    def __init__(self, stage, number, attempts, ends, limits):
        self.stage = stage
        self.number = number
        self.attempts = attempts
        self.ends = ends  # (topic, partition) -> the offset after the last acknowledged one.
        self.planner = Planner(number, stage.seed, stage.directory, limits)
        self.random = random.Random(f"{stage.seed} twins {number}")
        self.limits = limits
        self.runs = []

    def act(self):
        while not self.stage.is_over:
            share = self.attempts.bytes / self.limits["bytes"] - self.stage.share_of_time()
            if share > 0.5:
                time.sleep(0.02)
                continue
            self.runs.append(self.planner.plan(self.attempts, may_be_large=share < 0.05))
            while not self.once(self.runs[-1]) and not self.stage.is_given_up:
                time.sleep(0.01)
            self.attempts.end(self.runs[-1])

    def once(self, run):
        """True when the run is over: all is acknowledged, or it was killed and has no name. Under a
        name it may be run twice at the same time, as by somebody who takes a stopped one for dead."""
        labels = [f"producer-{self.number}"]
        if run.name and self.random.random() < 0.2:
            labels.append(f"producer-{self.number}-twin")
        processes = [self.stage.start(label, "produce", *self.planner.options(run),
                                      out=self.stage.path(f"{label}.out"),
                                      environment=self.planner.clock()) for label in labels]
        for process in processes:
            process.is_large = run.style in LARGE
        are_over = [self.end(run, process) for process in processes]
        return any(are_over)

    def end(self, run, process):
        status, err = self.stage.wait(process)
        self.stage.count("runs of producers")
        count = self.take_receipts(run, self.stage.path(f"{process.label}.out"))
        if status == 0:
            run.is_complete = True
            if count != run.count:
                self.stage.problem("lost", f"exit 0 with {count} of {run.count} receipts: {run}")
            return True
        if self.stage.is_excused(process, status, err):
            return not run.name
        self.stage.problem("wrong endings", f"{process.label} ended with {status}: {err!r}: {run}; "
                                            f"{process.arguments[1:]}")
        return True

    def take_receipts(self, run, path):
        """How many whole ones there are."""
        lines = pathlib.Path(path).read_bytes().split(b"\n")[:-1]
        before = 0
        for line in lines:
            receipt = json.loads(line)
            event = run.first + receipt["input_line"] - 1
            if receipt["input_line"] <= before or receipt["topic"] != run.topic:
                self.stage.problem("out of order", f"receipt {line!r} after line {before}: {run}")
            before = receipt["input_line"]
            # Of an event that compaction has removed since, only the partition is known.
            place = (receipt["partition"], receipt["offset"]) if "offset" in receipt else None
            known = run.acknowledged.setdefault(event, place)
            if place and known is None:
                run.acknowledged[event] = place
            elif place and known != place:
                self.stage.problem("twice", f"event {event} of {run} was acknowledged at {known}, "
                                            f"and at {place}")
            if place:
                end = (run.topic, place[0])
                self.ends[end] = max(self.ends.get(end, 0), place[1] + 1)
        return len(lines)

    def repeat(self):
        """Runs once more what had ended well, in the end: it adds nothing."""
        done = [run for run in self.runs if run.name and run.is_complete]
        for run in self.random.sample(done, min(len(done), 2)):
            self.once(run)


class Keeper:
    """Compacts, deletes, verifies and branches, while the others go on."""

    def __init__(self, stage, ends):
        self.stage = stage
        self.ends = ends
        self.random = random.Random(f"{stage.seed} keeper")
        self.branches = []  # (partition, size and checksum of what was in it)

    def compact(self):
        while not self.stage.is_over:
            time.sleep(self.random.random() * 0.08)
            topic = self.random.choice(["state", "aged"])
            if not self.stage.exists(topic):
                continue
            if topic == "state":
                what = self.random.choice([["-L", "--keep-tombstones", "0s"], ["-z", "zstd:3"],
                                           ["-L", "--keep-tombstones", "300ms"], ["-L"]])
            else:
                what = self.random.choice([["--max-segments", str(self.random.randrange(1, 6))],
                                           ["--max-size", "70K"], ["--max-age", "1h"]])
            clock = {"ESTREAM_NOW": "9000000000"} if self.random.random() < 0.2 else {}
            self.compact_once(*["--roll"] * self.random.randrange(2), *what, topic,
                              environment=clock)

    def compact_once(self, *arguments, environment=None):
        process, status, err = self.stage.run("compact", "compact", "-T", "60s", *arguments,
                                              environment=environment)
        self.stage.count("compactions and retentions")
        if status != 0 and not self.stage.is_excused(process, status, err):
            self.stage.problem("wrong endings", f"estream-compact {arguments} ended with {status}: "
                                                f"{err!r}")

    def verify(self):
        while not self.stage.is_over:
            time.sleep(0.05 + self.random.random() * 0.2)
            if self.stage.exists("events"):
                self.verify_once()

    def verify_once(self):
        out = self.stage.path("verify.out")
        process, status, err = self.stage.run("verify", "inspect", "verify", out=out)
        self.stage.count("verifications")
        if status != 0 and not self.stage.was_ended(process, status):
            self.stage.problem("wrong endings", f"verify ended with {status}: {err!r} "
                                                f"{pathlib.Path(out).read_bytes()[-2000:]!r}")

    def branch(self):
        number = 0
        while not self.stage.is_over:
            time.sleep(0.2 + self.random.random() * 0.6)
            number += 1
            if self.stage.exists("events"):
                self.branch_once(number)

    def branch_once(self, number):
        twig = str(self.stage.disk / f"branches/b{number}")
        least = [self.ends.get(("events", partition), 0) for partition in (0, 1)]
        process, status, err = self.stage.run("branch", "replay", "--branch", twig, "events")
        if status == 0:
            self.look_at(twig, least)
        elif not self.stage.is_excused(process, status, err):
            self.stage.problem("wrong endings", f"a branch ended with {status}: {err!r}")
        shutil.rmtree(twig, ignore_errors=True)

    def look_at(self, twig, least):
        self.stage.count("branches")
        for partition in (0, 1):
            out = self.stage.path("twig.out")
            process, status, err = self.stage.run("twig", "consume", "-F", FORMAT, "-p",
                                                  str(partition), twig, out=out)
            text = pathlib.Path(out).read_bytes()
            if status == 0:
                self.branches.append((partition, len(text), zlib.crc32(text)))
                history_checker.check_reach(self.stage.problem, "a branch", partition, text,
                                            least[partition])
            elif not self.stage.was_ended(process, status):
                self.stage.problem("wrong endings", f"a branch cannot be read: {status}: {err!r}")
