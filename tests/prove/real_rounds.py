"""What history.py and chaos.py share: rounds that are played in threads, on disks of which some are small,
one round after the other until the time is over.
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback

import real_tools

DISKS = ("disk", "bytes", "memory", "inodes")  # By round.
SMALL_DISKS = ("bytes", "inodes")
# A blow that is aimed at an append has to fall within a millisecond.
SWITCH_INTERVAL_S = 0.0002


def disk_of(number):
    return DISKS[number % len(DISKS)]


class RoundOnDisk:
    """A round has a stage, the makers of trouble, and a disk, which may be a small one of its own."""

    def __init__(self, options, number, directory, random):
        self.random = random
        kind = disk_of(number)
        self.disk_kind = kind if kind in SMALL_DISKS and options.has_namespaces else None
        self.disk = directory / "disk"
        self.disk.mkdir()
        self.mount_options = f"size={self.random.randrange(8, 24)}m,nr_inodes=100000"
        if self.disk_kind == "inodes":
            self.mount_options = f"size=400m,nr_inodes={self.random.randrange(120, 600)}"
        self.keeps = options.keep
        self.stage = None
        self.trouble = []

    def play_on_disk(self):
        raise NotImplementedError

    def play(self):
        """What was counted, and what was wrong."""
        self.mount("rw")
        try:
            self.play_on_disk()
        finally:
            self.stage.end_all()
        if self.stage.problems and self.keeps and self.disk_kind:
            shutil.copytree(self.disk, self.stage.directory / "disk-as-it-was", symlinks=True)
        return {"figures": self.stage.figures, "problems": self.stage.problems}

    def mount(self, how):
        if self.disk_kind:
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"{how},{self.mount_options}", "none",
                            self.stage.disk], check=True)

    def make_room(self):
        self.mount_options = "size=2g,nr_inodes=100000"
        self.mount("remount")
        self.stage.is_small_disk = False

    def begin(self, *acts):
        threads = [threading.Thread(target=self.attempt, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        return threads

    def attempt(self, act, *arguments):
        """A mistake in here must not look like a good end."""
        try:
            act(*arguments)
        except Exception:  # pylint: disable=broad-except
            self.stage.is_over = self.stage.is_calm = True
            self.stage.problem("wrong endings", f"the suite itself: {traceback.format_exc()}")

    @staticmethod
    def join(threads):
        for thread in threads:
            thread.join()


class Campaign:
    """`script` is the suite's program, which plays single rounds in namespaces of their own."""

    def __init__(self, suite, script, play_round, figures):
        self.suite = suite
        self.script = os.path.abspath(script)
        self.play_round = play_round  # (options, number, directory) -> figures and problems
        self.figures = figures
        self.has_namespaces = False
        self.is_enough = lambda figures: False  # Of the report, after each round.

    @staticmethod
    def add_options(parser):
        parser.add_argument("--round", type=int, help="only this one")
        parser.add_argument("--keep", action="store_true", help="leave the directory of a failure")
        parser.add_argument("--self-test", action="store_true", help="plant mistakes, find them all")
        parser.add_argument("--inside", help="used by itself: play the round in this directory")

    def run(self, options, self_test):
        """The report, not ended yet; nothing when this process only played one round."""
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        if options.inside:
            options.has_namespaces = True
            print(json.dumps(self.play_round(options, options.round, pathlib.Path(options.inside))))
            sys.exit(0)
        report = real_tools.Report(self.suite, options)
        if options.self_test:
            self_test(report)
            return report
        options.has_namespaces = self._has_namespaces()
        for figure in self.figures:
            report.count(figure, 0)
        number = options.round or 0
        while not report.has_enough():
            self._play_outside(options, number, report)
            number += 1
            if options.round is not None or time.monotonic() > options.deadline or \
                    self.is_enough(report.figures):
                break
        return report

    def _has_namespaces(self):
        if subprocess.run(["unshare", "-Urm", "true"], capture_output=True,
                          check=False).returncode == 0:
            return True
        print(f"{self.suite}: SKIPPED the small disks: no user namespaces here", file=sys.stderr)
        return False

    def _play_inside(self, options, number, directory):
        """Plays the round in a namespace of its own, where file systems may be mounted."""
        command = ["unshare", "-Urm", sys.executable, self.script, options.tools,
                   "--seed", str(options.seed), "--round", str(number), "--inside", str(directory),
                   *["--keep"] * options.keep]
        child = subprocess.run(command, stdout=subprocess.PIPE, check=False)
        try:
            return json.loads(child.stdout)
        except ValueError:
            return {"figures": {}, "problems": [f"round {number} ended with {child.returncode}"]}

    def _play_outside(self, options, number, report):
        with real_tools.Scratch(self.suite, in_memory=disk_of(number) == "memory") as directory:
            os.chdir(directory)
            is_inside = options.has_namespaces and disk_of(number) in SMALL_DISKS
            outcome = self._play_inside(options, number, directory) if is_inside else \
                self.play_round(options, number, directory)
            os.chdir("/")
            if outcome["problems"] and options.keep:
                kept = shutil.move(directory, f"/tmp/{directory.name}-round-{number}-kept")
                print(f"{self.suite}: round {number} is kept in {kept}", file=sys.stderr)
        for name, figure in outcome["figures"].items():
            report.count(name, figure)
        for problem in outcome["problems"]:
            report.fail(f"round {number}: {problem}", f"tests/prove/{self.suite}.py {options.tools} "
                                                      f"--seed {options.seed} --round {number}")
