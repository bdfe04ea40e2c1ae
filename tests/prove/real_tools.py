"""What the suites over the real programs share: their command line, the figures that they report,
and how they run a tool.
"""
import argparse
import dataclasses
import json
import os
import pathlib
import random
import shutil
import sys
import tempfile
import time

SANITIZER_MARKS = (b"AddressSanitizer", b"LeakSanitizer", b"runtime error:", b"ThreadSanitizer",
                   b"Assertion", b"terminate called", b"stack smashing")


class Report:
    """Figures in the order in which they were named first, and failures as lines for people."""

    def __init__(self, suite, options):
        self.suite = suite
        self.options = options
        self.figures = {}
        self.failures = []

    def count(self, name, number=1):
        self.figures[name] = self.figures.get(name, 0) + number

    def most(self, name, number):
        self.figures[name] = max(self.figures.get(name, 0), number)

    def fail(self, what, again=""):
        if not again:
            again = f"tests/prove/{self.suite}.py {self.options.tools} --seed {self.options.seed}"
        self.failures.append(what)
        print(f"{self.suite}: {what}\n    again: {again}", file=sys.stderr, flush=True)

    def judge_planted(self, what, category, found):
        """For a self-test: what was planted has to be found as `category`; nothing, when that is None."""
        self.count("planted")
        if category is None and found:
            self.fail(f"{what}: {sorted(found)}, but all is well")
        elif category is not None and category not in found:
            self.fail(f"{what}: not found as {category}, but as {sorted(found)}")
        else:
            self.count("found" if category else "rightly not found")

    def has_enough(self):
        return len(self.failures) >= self.options.failures

    def end(self):
        if self.options.json:
            print(json.dumps({"suite": self.suite, "seed": self.options.seed,
                              "figures": self.figures, "failures": len(self.failures)}))
        else:
            for name, number in self.figures.items():
                print(f"{name}: {number}")
            print(f"failures: {len(self.failures)} (seed {self.options.seed})")
        sys.exit(1 if self.failures else 0)


def parse_options(text, seconds, add_more=None):
    """The command line that all suites have; `seconds` is how long the short form takes."""
    parser = argparse.ArgumentParser(description=text.splitlines()[0])
    parser.add_argument("tools", metavar="TOOLS_DIR", help="the directory of the six programs")
    parser.add_argument("--seconds", type=float, default=seconds)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--failures", type=int, default=10, help="end early when there are so many")
    if add_more:
        add_more(parser)
    options = parser.parse_args()
    options.tools = os.path.abspath(options.tools)
    options.deadline = time.monotonic() + options.seconds
    return options


class Scratch:
    """A directory that is removed at the end, in memory where there is some."""

    def __init__(self, name, in_memory=False):
        shared = "/dev/shm" if in_memory and os.access("/dev/shm", os.W_OK) else None
        self.path = pathlib.Path(tempfile.mkdtemp(prefix=f"estream-{name}-", dir=shared))

    def __enter__(self):
        return self.path

    def __exit__(self, *_):
        for path, directories, _ in os.walk(self.path):
            for directory in directories:
                inside = os.path.join(path, directory)
                if not os.path.islink(inside):
                    os.chmod(inside, 0o700)
        shutil.rmtree(self.path, ignore_errors=True)


@dataclasses.dataclass
class Ending:
    """How a tool ended: `status` is negative after a signal."""
    status: int
    out: bytes
    err: bytes
    rss_kib: int = 0

    def is_crash(self):
        """Ended by a signal that a defect sends, or a sanitizer or assertion spoke."""
        if self.status < 0 and -self.status not in (1, 2, 9, 13, 15):
            return True
        return any(mark in self.err for mark in SANITIZER_MARKS)


class Tools:
    """Runs the programs, one at a time, as cheaply as possible: a suite does it thousands of times.

    Output goes to files, not to pipes, so that nobody has to read it meanwhile."""

    def __init__(self, directory, work, environment):
        self.directory = directory
        self.work = pathlib.Path(work)
        self.environment = environment
        self.out = str(self.work / "stdout")
        self.err = str(self.work / "stderr")
        self.runs = 0

    def run(self, tool, *arguments, input_path="/dev/null"):
        self.runs += 1
        program = f"{self.directory}/estream-{tool}"
        creating = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        pid = os.posix_spawn(program, [program, *arguments], self.environment, file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, input_path, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, self.out, creating, 0o600),
            (os.POSIX_SPAWN_OPEN, 2, self.err, creating, 0o600)])
        _, status, usage = os.wait4(pid, 0)
        return Ending(os.waitstatus_to_exitcode(status), self._read(self.out),
                      self._read(self.err), usage.ru_maxrss)

    @staticmethod
    def _read(path):
        with open(path, "rb") as file:
            return file.read()


def plain_environment(**more):
    """Nothing of the caller's that could change what a tool does, but what sanitizers and
    scripts/planted need."""
    kept = {name: value for name, value in os.environ.items()
            if name in ("PATH", "LD_LIBRARY_PATH", "ESTREAM_PLANTED")
            or name.endswith("SAN_OPTIONS")}
    return {**kept, "TZ": "UTC", "LC_ALL": "C.UTF-8", **more}
