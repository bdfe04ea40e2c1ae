"""What system_calls.py runs: a prepared data root, and one command that is killed or failed in it.
"""
import dataclasses
import json
import os
import pathlib
import re
import shutil
from typing import Callable

START = 1_700_000_000  # Seconds: when the first event is said to have happened.
KEYED = ("-K", ".k", "--time-field", ".at", "-z", "none")
STRAY = re.compile(r"\.cleaned$|\.tmp\.|(^|/)\.creating-")
COPIED = ("--producer", "twin", "--partitions", "2", "-z", "none")
# The numbers of the events that the command under test appends.
NEW = list(range(100, 106))
MANY_NEW = tuple(range(100, 118))
LOG = "log/t/0/{:020d}.log"


def event(number):
    return json.dumps({"k": f"k{number % 5}", "n": number, "at": (START + number) * 1000},
                      separators=(",", ":"))


class Box:
    """A work directory: the data root is `log` in it, a cursor file is beside that."""

    def __init__(self, path, tools, tracer):
        self.path = pathlib.Path(path)
        self.tools = tools
        self.tracer = tracer
        self.input = self.path / "input"

    def offer(self, numbers):
        self.input.write_text("".join(event(n) + "\n" for n in numbers))

    def run(self, tool, *arguments, numbers=()):
        self.offer(numbers)
        ending = self.tools.run(tool, *arguments, input_path=str(self.input))
        assert ending.status == 0, (tool, arguments, ending)
        return ending

    def append(self, topic, numbers, *options):
        self.run("produce", *KEYED, *options, topic, numbers=numbers)

    def broken(self, inject, tool, *arguments, numbers=()):
        """A command that is made to fail, to prepare what it leaves behind."""
        self.offer(numbers)
        status, _ = self.tracer.run((tool, *arguments), self.input, inject=inject)
        assert status != 0, (tool, arguments, inject)

    def files(self):
        """Everything that a tool may have changed; directories have no content."""
        found = {}
        for top in sorted(self.path.glob("[lc]*")):
            for path in [top, *sorted(top.rglob("*"))]:
                name = str(path.relative_to(self.path))
                found[name] = None if path.is_dir() else path.read_bytes()
        return found

    def restore(self, files):
        for top in self.path.glob("[lc]*"):
            if top.is_dir():
                shutil.rmtree(top)
            else:
                top.unlink()
        for name, content in files.items():
            if content is None:
                os.mkdir(self.path / name)
            else:
                (self.path / name).write_bytes(content)


@dataclasses.dataclass(frozen=True)
class Scenario:
    """`kind` says by which rule of system_calls_rules.py the outcome is judged."""
    name: str
    kind: str
    command: tuple
    prepare: Callable
    numbers: tuple = ()  # Of the events that it gets as its input.

    def has_input(self):
        return bool(self.numbers)


def nothing(_):
    pass


def plain(box):
    box.append("t", range(8))


def small_segments(box):
    box.append("t", range(8), "--segment-bytes", "1K", "--batch-size", "150")


def half_named(box):
    box.append("t", range(4))
    box.append("t", NEW[:2], "--producer", "import")


def append_partly(box, base, share, *append):
    """A writer was killed while it appended, or (the share is 1) before it published the batch."""
    before = box.files()
    log = LOG.format(base)
    box.append("t", *append)
    longer = (box.path / log).read_bytes()
    box.restore(before)
    size = len(before[log])
    (box.path / log).write_bytes(longer[:size + int((len(longer) - size) * share)])


def torn(box):
    plain(box)
    append_partly(box, 0, 0.5, [50, 51, 52])


def unpublished(box):
    plain(box)
    append_partly(box, 0, 1, [50, 51, 52])


def named_unpublished(box):
    half_named(box)
    append_partly(box, 0, 1, NEW[:4], "--producer", "import")


def garbage(box):
    plain(box)
    with open(box.path / LOG.format(0), "ab") as log:
        log.write(bytes(range(256)))


def poisoned(box):
    plain(box)
    box.broken("fdatasync:error=EIO:when=1", "produce", *KEYED, "--sync=batch", "t",
               numbers=[50, 51, 52])


def no_commit(box):
    plain(box)
    (box.path / "log/t/0/commit").unlink()


def with_cursor(box):
    box.append("t", range(30), "--partitions", "2")
    box.run("consume", "--cursor-file", str(box.path / "cursor"), "-n", "7", "t")


def sealed_segments(box):
    """Three sealed segments and an active one, with events that compaction takes away."""
    for first in (0, 10, 20):
        box.append("t", range(first, first + 10), "--batch-size", "300")
        box.run("compact", "-q", "--roll", "t", "--max-age", "9999d")
    box.append("t", range(30, 34))


def sealed_and_torn(box):
    sealed_segments(box)
    append_partly(box, 30, 0.5, range(40, 44))


def half_copied(box):
    """The first half of a copy, and then older events in its source."""
    sealed_segments(box)
    box.run("replay", "--into", "copy", *COPIED, "--to", "15", "t")
    box.append("t", range(-2, 0))


def append(name, prepare, *options, topic="t", kind="append", numbers=tuple(NEW)):
    command = ("produce", "-j", "-T", "200ms", *KEYED, *options, topic)
    return Scenario(name, kind, command, prepare, numbers)


def all_scenarios(work):
    """`work` is the work directory in which they are run."""
    cursor = ("--cursor-file", f"{work}/cursor")
    rolls = ("--batch-size", "150")
    compact = ("compact", "-q", "-T", "200ms")
    return [
        append("produce-creates", nothing, "--sync=batch", "--partitions", "2"),
        append("produce-batch", plain, "--sync=batch", "--batch-size", "150"),
        append("produce-interval", plain, "--batch-size", "150"),
        append("produce-none", plain, "--sync=none", "--batch-size", "150"),
        append("produce-rolls", small_segments, "--sync=batch", *rolls, numbers=MANY_NEW),
        append("produce-rolls-later", small_segments, *rolls, numbers=MANY_NEW),
        append("produce-named", half_named, "--sync=batch", "--producer", "import", *rolls,
               kind="once"),
        append("produce-named-unpublished", named_unpublished, "--producer", "import", kind="once"),
        append("produce-atomic", plain, "--atomic", *rolls),
        append("produce-atomic-named", half_named, "--atomic", "--producer", "import", *rolls,
               kind="once"),
        append("produce-torn", torn, "--sync=batch"),
        append("produce-unpublished", unpublished),
        append("produce-garbage", garbage),
        append("produce-poisoned", poisoned, "--sync=batch"),
        append("produce-no-commit", no_commit),
        Scenario("consume-cursor", "read", ("consume", *cursor, "t"), with_cursor),
        Scenario("consume-follows", "read", ("consume", "-f", "--idle", "20ms", *cursor, "t"),
                 with_cursor),
        Scenario("compact-keys", "rewrite", (*compact, "--roll", "-L", "t"), sealed_segments),
        Scenario("compact-erase", "rewrite", (*compact, "--roll", "--drop", "-k", "k2", "t"),
                 sealed_segments),
        Scenario("compact-retention", "rewrite", (*compact, "--max-segments", "2", "t"),
                 sealed_segments),
        Scenario("compact-recovers", "rewrite", (*compact, "-L", "t"), sealed_and_torn),
        Scenario("compact-set", "set", ("compact", "-q", "--set", "retention=30d", "t"), plain),
        Scenario("replay-branch", "branch", ("replay", "--branch", "twig", "t"), sealed_segments),
        Scenario("replay-into", "copy", ("replay", "--into", "copy", "t"), sealed_segments),
        Scenario("replay-into-partitions", "copy",
                 ("replay", "--into", "copy", "--partitions", "3", "-z", "none", "t"),
                 sealed_segments),
        Scenario("replay-into-named", "copy-once",
                 ("replay", "--into", "copy", *COPIED, "--sync=batch", "t"), half_copied),
        Scenario("replay-state", "print", ("replay", "-L", "t"), sealed_segments),
        Scenario("inspect-verify", "look", ("inspect", "verify", "t"), sealed_segments),
    ]
