"""How the runs of a trial are judged, each for itself and by the rule of the scenario.
"""
import dataclasses
import re

import system_calls_scenarios
from system_calls_rules import LOST, RULES, SILENT, TWICE, WRONG

FALSE_DAMAGE = "false corruption"
SYNC = "fsync after failure"
HANG = "hangs"
CRASH = "crashes"
NO_WORD = "without a word"
NO_SERVICE = "no service afterwards"
STAYS = "leftovers that stay"
HARMS = (SILENT, LOST, TWICE, WRONG, FALSE_DAMAGE, SYNC, HANG, CRASH, NO_WORD, NO_SERVICE, STAYS)

DONE, ERROR, DATA, TRY_AGAIN = 0, 2, 3, 75
# What is wrong with what; verify says it as its findings.
WORD = r"^(estream-%s: error|unreadable|fault): [^:]*[^ :]: ?\S"


@dataclasses.dataclass
class Run:
    """How one run ended; the status is None where it did not, and below zero after a signal."""
    status: int
    out: bytes
    err: bytes
    is_crash: bool = False
    is_killed: bool = False
    may_look_damaged: bool = False  # The kernel lied about the end of a file.

    def is_done(self):
        return self.status == DONE


@dataclasses.dataclass
class Reference:
    """A clean run, to compare with: the content is a list of (offset, key, value) by partition."""
    files: dict
    before: dict
    after: dict
    out: bytes
    files_after: dict
    accepted: list  # What speaks against the prepared data root already.
    trace: str


def parse_content(out):
    """What READ_ALL prints: topic, partition, offset, key, value."""
    content = {}
    for line in out.decode().splitlines():
        topic, partition, offset, key, value = line.split(" ", 4)
        content.setdefault((topic, int(partition)), []).append((int(offset), key, value))
    return content


def judge_run(run, tool):
    if run.status is None:
        return [(HANG, "it did not end")]
    if run.is_killed:
        return []
    if run.is_crash or run.status < 0:
        return [(CRASH, f"it ended with {run.status}")]
    if run.is_done():
        return []
    if run.status == DATA and not run.may_look_damaged:
        return [(FALSE_DAMAGE, "it reports damage")]
    if run.status not in (ERROR, DATA, TRY_AGAIN):
        return [(NO_WORD, f"exit status {run.status} is not documented")]
    words = (run.err + (run.out if tool == "inspect" else b"")).decode(errors="replace")
    if not re.search(WORD % tool, words, re.MULTILINE):
        return [(NO_WORD, f"exit status {run.status}, and no message that names an object")]
    return []


class Case:
    """What the rules compare with: a clean run of the scenario, and the files as they are now."""

    def __init__(self, scenario, reference, box):
        self.scenario = scenario
        self.box = box
        self.files = reference.files
        self.before = reference.before
        self.after = reference.after
        self.out = reference.out
        self.files_after = reference.files_after
        self.accepted = reference.accepted
        self.lines = [system_calls_scenarios.event(number) for number in scenario.numbers]

    def is_own(self, value):
        """Whether the command under test appended this value, not what was left before it."""
        return not self.lines or value in self.lines

    def read(self, name):
        path = self.box.path / name
        return path.read_bytes() if path.exists() else None

    def exists(self, topic):
        return (self.box.path / "log" / topic).exists()

    def active_logs(self):
        for topic in ("t", "twig"):
            logs = sorted((self.box.path / "log" / topic / "0").glob("*.log"))
            yield logs[-1]

    def judge(self, runs, found):
        return RULES[self.scenario.kind](self, runs, found)
