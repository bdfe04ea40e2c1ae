"""One hostile case: what is run and what has to come of it; and who compares the two."""
import dataclasses
import os
import re
import time
from typing import Callable, Optional

SECONDS = 20   # A case that takes longer hangs.
RSS_MIB = 100  # What a tool may take, unless a case says otherwise.
CRASHES = tuple(128 + signal for signal in (4, 6, 7, 8, 11))
DIAGNOSTIC = re.compile(r"estream-[a-z]+: (error|warning|note|detail): .")


@dataclasses.dataclass
class Case:
    """`command` is for sh(1), in a directory of its own, the tools in PATH. `status` is the exit
    status, or several of them. `says` (or all of them) must be on standard error, and `prints` be
    standard output. Files that it makes there itself are called out..."""
    name: str
    command: str
    status: object
    says: object = ()
    prints: Optional[bytes] = None
    setup: Optional[Callable] = None   # Called with the sandbox.
    check: Optional[Callable] = None   # Called with sandbox and ending; answers what is wrong.
    rss_mib: int = RSS_MIB
    seconds: float = SECONDS
    environment: dict = dataclasses.field(default_factory=dict)
    needs: str = ""                    # A means of hostile_means: skipped loudly without it.
    is_mute: bool = False              # It fails without a word, because nobody could hear it.

    def statuses(self):
        return self.status if isinstance(self.status, tuple) else (self.status,)

    def sayings(self):
        return self.says if isinstance(self.says, tuple) else (self.says,)


def is_control(character):
    return (character < " " and character not in "\t\n") or "\x7f" <= character <= "\x9f"


class Judge:
    """Runs cases in a sandbox of its own; several judges share a report, and the lock for it."""

    def __init__(self, report, lock, sandbox, is_sanitized):
        self.report = report
        self.lock = lock
        self.sandbox = sandbox
        self.is_sanitized = is_sanitized

    def judge(self, case):
        self.sandbox.clear()
        try:
            if case.setup:
                case.setup(self.sandbox)
        except (OSError, ValueError, StopIteration) as error:
            return self.fail(case, b"", [f"could not be set up: {error!r}"])
        before = self.sandbox.surroundings()
        started = time.monotonic()
        ending = self.sandbox.run(case.command, case.environment, case.seconds)
        seconds = time.monotonic() - started
        outside = self.changes(before)
        problems = [*self.problems(case, ending, seconds), *outside]
        with self.lock:
            self.report.most("largest RSS in MiB", ending.rss_kib >> 10)
            self.report.most("slowest case in ms", int(1000 * seconds))
            self.report.count("files outside of the root", len(outside))
            self.report.count("crashes", self.is_crash(ending))
        if problems:
            return self.fail(case, ending.err, problems)
        with self.lock:
            self.report.count("cases")
            self.report.count("as expected")

    def changes(self, before):
        """What a case made or changed where it should not; files called out... are its own."""
        after = self.sandbox.surroundings()
        names = {name for name in {*before, *after} if before.get(name) != after.get(name)}
        return [f"touched {name}" for name in sorted(names)
                if not os.path.relpath(name, self.sandbox.cwd).startswith("out")]

    @staticmethod
    def is_crash(ending):
        return ending.is_crash() or ending.status in CRASHES or b"estream: bug" in ending.err

    def problems(self, case, ending, seconds):
        if self.is_crash(ending):
            yield "crashed"
        if seconds > case.seconds * self.sandbox.patience:
            yield f"was stopped after {seconds:.0f} s"
        if ending.status not in case.statuses():
            yield f"exit {ending.status} instead of {case.status}"
        yield from self.problems_of_speech(case, ending)
        if case.prints is not None and case.prints != ending.out:
            yield f"prints {ending.out[:200]!r}"
        if not self.is_sanitized and ending.rss_kib >> 10 > case.rss_mib:
            yield f"took {ending.rss_kib >> 10} MiB"
        try:
            wrong = case.check(self.sandbox, ending) if case.check else None
        except (OSError, ValueError) as error:
            wrong = f"could not be checked: {error!r}"
        if wrong:
            yield wrong

    def problems_of_speech(self, case, ending):
        """Whatever happens, there are lines with a level, without anything that moves a cursor."""
        said = ending.err.decode(errors="surrogateescape")
        for saying in case.sayings():
            if saying not in said:
                yield f"does not say '{saying}'"
        if ending.status in (2, 3, 75) and not said and not case.is_mute:
            yield "fails without a word"
        if any(is_control(character) or "\ud800" <= character <= "\udfff" for character in said):
            yield "says control characters, or no UTF-8"
        for line in said.splitlines():
            if line.startswith("estream-") and not DIAGNOSTIC.match(line):
                yield f"says '{line[:80]}', which has no level"

    def fail(self, case, err, problems):
        said = err.decode(errors="replace").strip()[:400]
        with self.lock:
            self.report.count("cases")
            self.report.fail(
                f"{case.name}: {'; '.join(problems)}\n    {case.command[:500]}\n    said: {said}",
                f"tests/prove/hostile.py {self.report.options.tools} --replay '{case.name}'")
