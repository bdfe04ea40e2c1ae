#!/usr/bin/env python3
"""Producers and followers on one topic at once, with kill -9 now and then: nothing acknowledged is
lost, nothing is twice, the order holds per producer and partition, and no reader meets damage.

    produce_follow.py TOOLS [--rounds N] [--seed S]

Each round starts 4 producers and 4 followers on a topic with 4 partitions. Producers write events of
odd sizes with receipts (-j) and random batch settings; half of them are idempotent (--producer), and
those are run again after they were killed. At the end one reader reads everything from the start.
Checked:

  - each acknowledged event is in the log exactly once, at the offset of its receipt;
  - an event without acknowledgement is there at most once;
  - per producer and partition, the numbers of its events increase;
  - offsets have no holes; followers saw the same records at the same offsets, in order, and no
    follower or reader ended with an error.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PARTITIONS = 4


class Round:
    def __init__(self, tools, directory, seed):
        self.tools = tools
        self.directory = directory
        self.random = random.Random(seed)
        self.acknowledged = {}  # (producer, number) -> (partition, offset)
        self.attempted = collections.Counter()
        self.kills = 0
        self.problems = []

    def path(self, name):
        return str(self.directory / name)

    def environment(self):
        return {**os.environ, "ESTREAM_DIR": str(self.directory / "log")}

    def start(self, tool, *arguments, **streams):
        return subprocess.Popen([f"{self.tools}/estream-{tool}", *arguments],
                                env=self.environment(), **streams)

    def write_events(self, producer, first, count):
        """The input of one producer: odd sizes, so that batches end anywhere in a page."""
        name = self.path(f"in-{producer}-{first}")
        with open(name, "w") as out:
            for number in range(first, first + count):
                size = self.random.choice([0, 1, 7, 61, 333, 1501, 4099])
                pad = self.random.randbytes(size).hex()  # Batches stay large when compressed.
                key = self.random.randrange(50)
                out.write(f'{{"k":"{key}","p":{producer},"n":{number},"pad":"{pad}"}}\n')
                self.attempted[(producer, number)] += 1
        return name

    def start_producer(self, producer, name, is_idempotent):
        options = ["-j", "-K", ".k", "--partitions", str(PARTITIONS)]
        options += ["--batch-size", str(self.random.choice([100, 999, 5003, 70001, 1 << 20]))]
        options += ["--sync", self.random.choice(["interval:5ms", "interval:50ms", "batch"])]
        options += ["-z", self.random.choice(["none", "zstd"])]
        if self.random.random() < 0.3:
            options += ["--rate", str(self.random.choice([2000, 20000, 200000]))]
        if is_idempotent:
            options += ["--producer", f"producer-{producer}"]
        receipts = open(self.path(f"receipts-{producer}"), "ab")
        process = self.start("produce", *options, "-i", name, "stress", stdout=receipts,
                             stderr=subprocess.PIPE)
        receipts.close()
        return process

    def start_follower(self, number):
        out = open(self.path(f"follower-{number}"), "ab")
        process = self.start("consume", "-f", "-j", "-o", "earliest", "--wait", "--order",
                             self.random.choice(["time", "partition"]), "stress", stdout=out,
                             stderr=subprocess.PIPE)
        out.close()
        return process

    def run(self):
        counts = [self.random.randrange(50, 600) for _ in range(4)]
        if self.random.random() < 0.25:
            counts[self.random.randrange(4)] = 4000  # Long enough to be killed inside of a write.
        inputs = [self.write_events(p, 0, counts[p]) for p in range(4)]
        followers = [self.start_follower(f) for f in range(4)]
        producers = {}
        for p in range(4):
            producers[p] = self.start_producer(p, inputs[p], p % 2 == 0)
        victims = self.random.sample(range(4), self.random.randrange(0, 3))
        for victim in victims:
            time.sleep(self.random.random() * 0.06)
            if producers[victim].poll() is None:
                producers[victim].send_signal(signal.SIGKILL)
                self.kills += 1
        self.finish_producers(producers, inputs)
        self.read_receipts()
        self.check_log()
        self.check_followers(followers)
        return not self.problems

    def finish_producers(self, producers, inputs):
        for p, process in producers.items():
            for attempt in range(10):
                _, errors = process.communicate(timeout=60)
                if process.returncode == 0:
                    break
                if process.returncode != -signal.SIGKILL:
                    self.problems.append(f"producer {p} ended with {process.returncode}: {errors}")
                    break
                if p % 2 == 1:
                    break  # Not idempotent: what it had acknowledged must be there, no more.
                process = self.start_producer(p, inputs[p], True)
                if attempt < 2 and self.random.random() < 0.3:
                    time.sleep(self.random.random() * 0.02)
                    process.send_signal(signal.SIGKILL)
                    self.kills += 1

    def read_receipts(self):
        for p in range(4):
            lines = pathlib.Path(self.path(f"receipts-{p}")).read_bytes().split(b"\n")
            for line in lines[:-1]:  # The last one may be cut by a kill.
                receipt = json.loads(line) if line.endswith(b"}") else None
                if receipt is None:
                    continue
                event = (p, receipt["input_line"] - 1)
                place = (receipt["partition"], receipt["offset"])
                if self.acknowledged.setdefault(event, place) != place:
                    self.problems.append(f"event {event} was acknowledged at two places")

    def check_log(self):
        result = subprocess.run([f"{self.tools}/estream-consume", "-j", "--order", "partition",
                                 "stress"], env=self.environment(), capture_output=True)
        if result.returncode != 0:
            self.problems.append(f"reader ended with {result.returncode}: {result.stderr}")
        self.log = self.check_records(result.stdout, "log")
        places = collections.defaultdict(list)
        for place, event in self.log.items():
            places[event].append(place)
        for event, found in places.items():
            if len(found) > 1:
                self.problems.append(f"event {event} is at {found}")
            if event not in self.attempted:
                self.problems.append(f"event {event} was never sent")
        for event, place in self.acknowledged.items():
            if self.log.get(place) != event:
                self.problems.append(f"{event} was acknowledged at {place}; there is "
                                     f"{self.log.get(place)}")

    def check_records(self, text, name):
        """Offsets without holes, and order per producer: place -> event."""
        records, next_offset, last = {}, collections.Counter(), {}
        for line in text.splitlines():
            record = json.loads(line)
            partition, offset = record["partition"], record["offset"]
            event = (record["value"]["p"], record["value"]["n"])
            if offset != next_offset[partition]:
                self.problems.append(f"{name}: {partition}@{offset} instead of "
                                     f"{next_offset[partition]}")
            next_offset[partition] = offset + 1
            if last.get((partition, event[0]), -1) >= event[1]:
                self.problems.append(f"{name}: {event} out of order at {partition}@{offset}")
            last[(partition, event[0])] = event[1]
            records[(partition, offset)] = event
        return records

    def check_followers(self, followers):
        deadline = time.time() + 20
        for number, process in enumerate(followers):
            path = pathlib.Path(self.path(f"follower-{number}"))
            while time.time() < deadline and path.read_bytes().count(b"\n") < len(self.log):
                time.sleep(0.01)
            process.terminate()
            _, errors = process.communicate(timeout=20)
            if process.returncode != -signal.SIGTERM:
                self.problems.append(f"follower {number} ended with {process.returncode}: {errors}")
            seen = self.check_records(path.read_bytes().decode(), f"follower {number}")
            if seen != self.log:
                self.problems.append(f"follower {number} saw {len(seen)} records of "
                                     f"{len(self.log)}, or others")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tools")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    events = kills = torn = 0
    for number in range(options.rounds):
        directory = pathlib.Path(tempfile.mkdtemp(prefix="estream-stress-"))
        one = Round(os.path.abspath(options.tools), directory, options.seed * 1000 + number)
        if not one.run():
            print("\n".join(one.problems[:20]))
            sys.exit(f"round {number} failed; its files are in {directory}; again with "
                     f"--seed {options.seed}")
        events += len(one.log)
        kills += one.kills
        torn += len(list((directory / "log").glob("stress/*/quarantine/*")))
        shutil.rmtree(directory)
    print(f"{options.rounds} rounds, {events} events, {kills} kills, {torn} torn tails; lost 0, "
          "twice 0, out of order 0, damage 0")


main()
