#!/usr/bin/env python3
"""verify looks at a topic that is written, rolled, retained and compacted all the while: it finds no
fault where there is none, and it still finds one that is made.

    verify_live.py TOOLS [--seconds N] [--seed S]

Two producers write small segments, one of them with kill -9 now and then, and estream-compact runs
in a loop, by key, with retention and with recompression, --roll and kill -9 included. Two loops of
estream-inspect verify go on until the time is over; each has to end with 0 and to print no fault.
At the end a bit of a sealed segment is flipped under a producer that goes on, and verify must say so.
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


class Live:
    def __init__(self, tools, directory, seed):
        self.tools = tools
        self.directory = directory
        self.seed = seed
        self.problems = []
        self.is_over = threading.Event()
        self.figures = collections.Counter()
        self.longest_s = 0.0

    def command(self, tool, *arguments):
        return [f"{self.tools}/estream-{tool}", *arguments]

    def environment(self):
        return {**os.environ, "ESTREAM_DIR": str(self.directory / "log")}

    def spawn(self, tool, *arguments, **streams):
        return subprocess.Popen(self.command(tool, *arguments), env=self.environment(),
                                stderr=subprocess.PIPE, **streams)

    def feed(self, process, chooser, seconds):
        """Writes events until the time is over; the process may be dead before."""
        end = time.time() + seconds
        while time.time() < end and not self.is_over.is_set():
            lines = [json.dumps({"key": f"k{chooser.randrange(60)}",
                                 "value": {"n": chooser.randrange(1 << 30),
                                           "pad": chooser.randbytes(chooser.randrange(80)).hex()}})
                     for _ in range(chooser.randrange(1, 200))]
            try:
                process.stdin.write("\n".join(lines).encode() + b"\n")
                process.stdin.flush()
            except BrokenPipeError:
                return
            self.figures["events"] += len(lines)
            time.sleep(chooser.random() * 0.01)

    def produce(self, number, kills):
        chooser = random.Random(self.seed + number)
        while not self.is_over.is_set():
            level = chooser.choice(["none", "interval:5ms", "batch"])
            process = self.spawn("produce", "-J", "--segment-bytes", "40000", "--partitions", "2",
                                 "--batch-size", "40", f"--sync={level}",
                                 "-z", chooser.choice(["none", "zstd"]), "live",
                                 stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
            killer = threading.Timer(chooser.random(), process.kill) if kills else None
            if killer:
                killer.start()
            self.feed(process, chooser, chooser.random() * 2)
            try:
                process.stdin.close()
            except BrokenPipeError:
                pass
            errors = process.stderr.read()
            process.wait()
            if killer:
                killer.cancel()
            if process.returncode == -signal.SIGKILL:
                self.figures["kills"] += 1
            elif process.returncode != 0:
                self.problems.append(f"produce ended with {process.returncode}: {errors}")

    def compact(self):
        chooser = random.Random(self.seed + 10)
        while not self.is_over.is_set():
            arguments = chooser.choice([
                ["--max-segments", str(chooser.randrange(3, 8))], ["-z", "zstd:3"],
                ["-L", "--keep-tombstones", "0s"], ["-L", "--keep-tombstones", "0s"]])
            roll = ["--roll"] if chooser.random() < 0.5 else []
            process = self.spawn("compact", *arguments, *roll, "live", stdout=subprocess.DEVNULL)
            if chooser.random() < 0.2:
                time.sleep(chooser.random() * 0.03)
                process.kill()
            errors = process.stderr.read().decode()
            process.wait()
            self.figures["compactions"] += process.returncode == 0
            self.figures["kills"] += process.returncode == -signal.SIGKILL
            if process.returncode not in (0, -signal.SIGKILL):
                self.problems.append(f"compact ended with {process.returncode}: {errors}")

    def verify_once(self):
        start = time.time()
        result = subprocess.run(self.command("inspect", "verify", "-j", "live"),
                                env=self.environment(), capture_output=True, text=True)
        self.longest_s = max(self.longest_s, time.time() - start)
        kinds = collections.Counter(json.loads(line)["type"] for line in result.stdout.splitlines())
        return result, kinds

    def verify(self):
        while not self.is_over.is_set():
            result, kinds = self.verify_once()
            self.figures["looks"] += 1
            self.figures["notes"] += kinds["note"]
            if result.returncode != 0 or kinds["fault"] or kinds["unreadable"]:
                self.problems.append(f"verify ended with {result.returncode}: "
                                     f"{result.stderr}{result.stdout}")
            if kinds["partition"] != 2:
                self.problems.append(f"verify looked at {kinds['partition']} partitions")

    def flip_a_sealed_bit(self):
        """In the oldest segment of a partition; there is always a younger one."""
        for log in sorted(self.directory.glob("log/live/0/*.log")):
            size = log.stat().st_size
            if size == 0:
                continue
            with open(log, "r+b") as file:
                file.seek(size // 2)
                byte = file.read(1)[0] ^ 4
                file.seek(size // 2)
                file.write(bytes([byte]))
            return log
        return None

    def find_a_real_fault(self):
        subprocess.run(self.command("compact", "-L", "--roll", "live"), env=self.environment(),
                       capture_output=True, check=True)
        self.is_over.clear()
        producer = threading.Thread(target=self.produce, args=(7, False))
        producer.start()
        time.sleep(0.3)
        damaged = self.flip_a_sealed_bit()
        for _ in range(3):
            result, _ = self.verify_once()
            if result.returncode != 3 or damaged is None or damaged.name not in result.stdout:
                self.problems.append(f"the flipped bit in {damaged} was not found: {result.stdout}")
        self.is_over.set()
        producer.join()

    def run(self, seconds):
        subprocess.run(self.command("produce", "-J", "--partitions", "2", "live"),
                       input=b'{"key":"k0","value":1}\n', env=self.environment(),
                       capture_output=True, check=True)
        targets = [(self.produce, 1, False), (self.produce, 2, True), (self.compact,),
                   (self.verify,), (self.verify,)]
        threads = [threading.Thread(target=work, args=arguments) for work, *arguments in targets]
        for thread in threads:
            thread.start()
        end = time.time() + seconds
        while time.time() < end and not self.problems:
            time.sleep(0.05)
        self.is_over.set()
        for thread in threads:
            thread.join()
        if not self.problems:
            self.find_a_real_fault()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tools")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    directory = pathlib.Path(tempfile.mkdtemp(prefix="estream-verify-"))
    live = Live(os.path.abspath(options.tools), directory, options.seed)
    live.run(options.seconds)
    if live.problems:
        print("\n".join(live.problems[:5]))
        sys.exit(f"failed; its files are in {directory}; again with --seed {options.seed}")
    shutil.rmtree(directory)
    figures = live.figures
    print(f"{figures['looks']} looks (the longest took {live.longest_s:.2f} s) while {figures['events']} "
          f"events were written and {figures['compactions']} compactions ran, {figures['kills']} kills; "
          f"{figures['notes']} notes, false faults 0")


main()
