#!/usr/bin/env python3
"""Compaction and retention under a topic that is written, followed and read all the while: no error,
no event that is lost or comes twice beyond what they mean.

    compact_live.py TOOLS [--rounds N] [--seed S] [--kills]

One producer writes keyed events and tombstones with receipts (-j), one consumer follows, one reads
everything from the start again and again. Meanwhile estream-compact runs N times: by key, with and
without --roll, with recompression, and retention. With --kills some of the runs are ended by kill -9,
and the next one has to finish their work. Checked:

  - every command ends well, and no diagnostic speaks of damage;
  - each record that is read is the one that was acknowledged at its offset; offsets only increase;
  - a record that is missing between the first and the last one read is a tombstone or has a later
    one of its key, or it is below the log start offset;
  - at the end, the last value of every key is the last one produced, as far as retention kept it,
    and nothing is left over in the directory.
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
import threading
import time

PARTITIONS = 2
KEYS = 40


class Live:
    def __init__(self, tools, directory, seed, kills):
        self.tools = tools
        self.directory = directory
        self.random = random.Random(seed)
        self.wants_kills = kills
        self.problems = []
        self.sent = []  # By line of the input: (key, number or None).
        self.is_over = False
        self.passes = []
        self.kills = 0
        self.figures = collections.Counter()

    def environment(self):
        return {**os.environ, "ESTREAM_DIR": str(self.directory / "log")}

    def run_tool(self, tool, *arguments):
        result = subprocess.run([f"{self.tools}/estream-{tool}", *arguments],
                                env=self.environment(), capture_output=True, text=True)
        if result.returncode != 0:
            self.problems.append(f"estream-{tool} {' '.join(arguments)} ended with "
                                 f"{result.returncode}: {result.stderr}")
        return result.stdout

    def start(self, tool, *arguments, **streams):
        return subprocess.Popen([f"{self.tools}/estream-{tool}", *arguments],
                                env=self.environment(), stderr=subprocess.PIPE, **streams)

    def produce(self):
        """Writes until the rounds are over. Its receipts are the truth about the log."""
        with open(self.directory / "receipts", "wb") as receipts:
            process = self.start("produce", "-J", "-j", "--partitions", str(PARTITIONS),
                                 "--segment-bytes", "30000", "--batch-size", "3000",
                                 "--sync=interval:5ms", "live", stdin=subprocess.PIPE,
                                 stdout=receipts)
        chooser = random.Random(self.random.random())
        while not self.is_over:
            for _ in range(chooser.randrange(1, 60)):
                key, number = f"k{chooser.randrange(KEYS)}", len(self.sent)
                if chooser.random() < 0.1:
                    self.sent.append((key, None))
                    event = {"key": key, "value": None, "tombstone": True}
                else:
                    self.sent.append((key, number))
                    pad = chooser.randbytes(chooser.choice([0, 3, 50, 400])).hex()
                    event = {"key": key, "value": {"n": number, "pad": pad}}
                process.stdin.write(json.dumps(event).encode() + b"\n")
            process.stdin.flush()
            time.sleep(chooser.random() * 0.02)
        self.finish(process, "producer")

    def finish(self, process, name):
        _, errors = process.communicate(timeout=60)
        if process.returncode != 0 or errors:
            self.problems.append(f"{name} ended with {process.returncode}: {errors.decode()}")

    def read_again_and_again(self):
        while not self.is_over:
            self.passes.append(self.records(self.run_tool(
                "consume", "-j", "--order", "partition", "live"), "reader"))

    def records(self, text, name):
        """(partition, offset) -> (key, number); checks that offsets increase."""
        found, last = {}, {}
        for line in text.splitlines():
            record = json.loads(line)
            partition, offset = record["partition"], record["offset"]
            if offset <= last.get(partition, -1):
                self.problems.append(f"{name}: {partition}@{offset} after {last[partition]}")
            last[partition] = offset
            value = record["value"]
            found[(partition, offset)] = (record["key"], value["n"] if value else None)
        return found

    def compact_once(self):
        choice = self.random.random()
        if choice < 0.12:
            arguments = ["--max-segments", str(self.random.randrange(4, 12))]
        elif choice < 0.2:
            arguments = ["-z", "zstd:3"]
        else:
            arguments = ["-L", "--keep-tombstones", self.random.choice(["0s", "200ms", "1h"])]
        if self.random.random() < 0.4:
            arguments.append("--roll")
        if self.wants_kills and self.random.random() < 0.4:
            process = self.start("compact", *arguments, "live", stdout=subprocess.DEVNULL)
            time.sleep(self.random.random() * 0.03)
            process.kill()
            process.communicate()
            self.kills += process.returncode == -signal.SIGKILL
            return
        report = self.run_tool("compact", "-j", *arguments, "live")
        for line in report.splitlines():
            for name in ("deleted_segments", "rewritten_segments"):
                self.figures[name] += json.loads(line)[name]

    def run(self, rounds):
        follower_out = open(self.directory / "follower", "wb")
        follower = self.start("consume", "-f", "-j", "-o", "earliest", "--wait", "live",
                              stdout=follower_out)
        threads = [threading.Thread(target=self.produce)]
        threads[0].start()
        while not (self.directory / "log/live").exists():
            time.sleep(0.01)
        threads.append(threading.Thread(target=self.read_again_and_again))
        threads[1].start()
        for _ in range(rounds):
            self.compact_once()
            if self.problems:
                break
            time.sleep(self.random.random() * 0.05)
        self.is_over = True
        for thread in threads:
            thread.join()
        self.wait_for_follower(follower)
        self.check()

    def wait_for_follower(self, follower):
        """Until it has been silent for a while, at the end of the log."""
        path, size, deadline = self.directory / "follower", -1, time.time() + 60
        while time.time() < deadline and path.stat().st_size != size:
            size = path.stat().st_size
            time.sleep(1)
        follower.terminate()
        _, errors = follower.communicate(timeout=20)
        # A follower that retention overtakes says so.
        errors = [line for line in errors.decode().splitlines() if "deleted" not in line]
        if follower.returncode != -signal.SIGTERM or errors:
            self.problems.append(f"follower ended with {follower.returncode}: {errors}")

    def check(self):
        truth = {}
        for line in (self.directory / "receipts").read_text().splitlines():
            receipt = json.loads(line)
            truth[(receipt["partition"], receipt["offset"])] = self.sent[receipt["input_line"] - 1]
        if len(truth) != len(self.sent):
            self.problems.append(f"{len(self.sent)} events were sent, {len(truth)} acknowledged")
        final = self.records(self.run_tool("consume", "-j", "--order", "partition", "live"), "end")
        starts = {}
        for line in self.run_tool("compact", "-j", "--roll", "live").splitlines():
            report = json.loads(line)
            starts[report["partition"]] = report["first_offset_after"]
        followed = self.records((self.directory / "follower").read_text(), "follower")
        last = {}
        for place in sorted(truth):
            last[(place[0], truth[place][0])] = place[1]
        for number, found in enumerate(self.passes):
            self.check_pass(f"reader {number}", found, truth, last, starts)
        self.check_pass("follower", followed, truth, last, starts)
        self.check_pass("end", final, truth, last, starts)
        for partition, key in last:
            place = (partition, last[(partition, key)])
            is_gone = place[1] < starts[partition] or truth[place][1] is None
            if place not in final and not is_gone:
                self.problems.append(f"the last event of {key}, at {place}, is lost")
        strays = list(self.directory.glob("log/live/*/*.cleaned"))
        if strays:
            self.problems.append(f"left over: {strays}")
        self.figures["events"] = len(truth)
        self.figures["passes"] = len(self.passes)

    def check_pass(self, name, found, truth, last, starts):
        for place, event in found.items():
            if truth.get(place) != event:
                self.problems.append(f"{name}: {event} at {place}, not {truth.get(place)}")
        for partition in range(PARTITIONS):
            offsets = [offset for p, offset in found if p == partition]
            if not offsets:
                continue
            for offset in range(max(starts[partition], min(offsets)), max(offsets)):
                event = truth.get((partition, offset))
                if (partition, offset) in found or event is None:
                    continue
                if event[1] is not None and last[(partition, event[0])] == offset:
                    self.problems.append(f"{name}: {event} at {partition}@{offset} is missing")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tools")
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--kills", action="store_true")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    directory = pathlib.Path(tempfile.mkdtemp(prefix="estream-live-"))
    live = Live(os.path.abspath(options.tools), directory, options.seed, options.kills)
    live.run(options.rounds)
    if live.problems:
        print("\n".join(live.problems[:20]))
        sys.exit(f"failed; its files are in {directory}; again with --seed {options.seed}")
    shutil.rmtree(directory)
    figures = live.figures
    print(f"{options.rounds} runs, {figures['events']} events, {figures['passes']} passes of the "
          f"reader; {figures['rewritten_segments']} segments rewritten, "
          f"{figures['deleted_segments']} deleted, {live.kills} kills; lost 0, twice 0, damage 0")


main()
