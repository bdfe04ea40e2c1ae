"""The commands that corruption.py runs over a damaged topic, and the answers that the manual allows.
"""
import dataclasses
import pathlib
from typing import Callable

import corruption_topic

ALL = ("-F", "%p %o %d %k %h %v\\n")
NEXT = corruption_topic.event(500)
MIDDLE_MS = ((corruption_topic.START + 45) * 1000, (corruption_topic.START + 100) * 1000)


@dataclasses.dataclass
class Answer:
    """What a command made of the topic: its own ending, and for a writer what can be read then."""
    status: int
    out: bytes
    err: bytes
    is_crash: bool


@dataclasses.dataclass
class Command:
    name: str
    run: Callable[[], Answer]
    writes: bool = False
    # What may be printed before an error: a beginning of the right output, any events that there
    # really are (a selection that the damage cut short), or anything (a report about what is left).
    before: str = "beginning"


class Commands:
    def __init__(self, tools, root, old_commit):
        self.tools = tools
        self.root = pathlib.Path(root)
        self.old_commit = old_commit
        (self.root / "next").write_text(NEXT)

    def once(self, tool, *arguments):
        """One command: its output is the answer."""
        def run():
            ending = self.tools.run(tool, *arguments)
            return Answer(ending.status, ending.out, ending.err, ending.is_crash())
        return run

    def die(self):
        """As a writer that died while it appended: the next one recovers."""
        logs = sorted((self.root / "log/t/0").glob("*.log"))
        if logs:
            with open(logs[-1], "ab") as log:
                log.write(b"the beginning of a batch")

    def put_old_commit(self):
        """The next writer has to find all that was written since."""
        (self.root / "log/t/0/commit").write_bytes(self.old_commit)

    def then_read(self, topic, tool, *arguments, source="/dev/null", before=lambda: None):
        """A command that writes to `topic`, and what is in it then."""
        def run():
            before()
            ending = self.tools.run(tool, *arguments, input_path=str(source))
            if ending.status != 0 or ending.is_crash():
                return Answer(ending.status, ending.out, ending.err, ending.is_crash())
            found = self.tools.run("consume", *ALL, topic)
            # Where the writer did not look, a reader may find the damage.
            return Answer(found.status, found.out, ending.err + found.err, found.is_crash())
        return run


def all_commands(tools, root, old_commit):
    make = Commands(tools, root, old_commit)
    cursor = str(make.root / corruption_topic.CURSOR)
    since, until = (f"@{ms}" for ms in MIDDLE_MS)
    keyed = ("-K", ".k", "--time-field", ".at")
    return [
        Command("values", make.once("consume", "t")),
        Command("format", make.once("consume", *ALL, "t")),
        Command("json", make.once("consume", "-j", "t")),
        Command("count", make.once("consume", "-c", "t")),
        Command("window", make.once("consume", *ALL, "-S", since, "-U", until, "t")),
        Command("offset", make.once("consume", *ALL, "-o", "75", "t")),
        Command("tail", make.once("consume", *ALL, "--tail", "9", "t"), before="events"),
        Command("filter", make.once("consume", *ALL, "-k", "k3", "t")),
        Command("resume", make.once("consume", *ALL, "--cursor-file", cursor, "t"), writes=True),
        Command("verify", make.once("inspect", "verify", "t"), before="anything"),
        Command("offsets", make.once("inspect", "offsets", "-j", "t")),
        Command("events", make.once("inspect", "topics", "-c", "t"), before="anything"),
        Command("minutes", make.once("window", "-K", "", "--tumble", "1m", "t")),
        Command("state", make.once("replay", "-L", *ALL, "t"), before="events"),
        Command("into", make.then_read("copy", "replay", "--into", "copy", "t"), writes=True,
                before="events"),
        Command("branch", make.then_read("twig", "replay", "--branch", "twig", "t"), writes=True),
        Command("append", make.then_read("t", "produce", *keyed, "t", source=make.root / "next"),
                writes=True),
        Command("recover", make.then_read("t", "produce", *keyed, "t", source=make.root / "next",
                                          before=make.die), writes=True),
        Command("recover-old", make.then_read("t", "produce", *keyed, "t",
                                              source=make.root / "next",
                                              before=make.put_old_commit), writes=True),
        Command("again", make.then_read("t", "produce", "--producer", "import", *keyed, "t",
                                        source=make.root / "named"), writes=True),
        Command("compact", make.then_read("t", "compact", "-q", "--roll", "-L", "t"), writes=True),
        Command("retain", make.then_read("t", "compact", "-q", "--max-age", "130s", "t"),
                writes=True, before="events"),
        Command("erase", make.then_read("t", "compact", "-q", "--drop", "-k", "k2", "t"),
                writes=True, before="events"),
    ]


HEADER_TIMES = ("base timestamp", "max timestamp")
READING = ("values", "format", "json", "count", "window", "offset", "tail", "filter", "offsets",
           "events", "state", "into", "branch", "resume")


def documented(damage, command, answer, expected):
    """Why another answer is right, or nothing; each is in a manual page or in doc/reliability.md."""
    if damage.path == corruption_topic.CURSOR or corruption_topic.CURSOR in damage.changes:
        return "a cursor file is a text that may be edited" if command == "resume" else None
    if damage.field() in HEADER_TIMES and command in ("window", "events"):
        return "the times of batches that are not read are believed"
    is_table = any(path.endswith("leader-epoch-checkpoint") for path in damage.changes)
    if is_table and command == "offsets":
        return "the epoch that is shown is the one of the table"
    if command == "verify" and b"note: " in answer.out:
        return "what is no fault is a note of verify"
    if damage.kind == "older" and damage.path.endswith("/commit") and answer.status == 0 and \
            command in READING:
        return "of the same boot, an older commit file is believed until somebody writes"
    if damage.kind == "older" and damage.path == corruption_topic.COMPACTED_LOG:
        return "an older version of a compacted segment is a segment as well"
    if command == "recover-old" and damage.kind in ("missing", "exchange", "replace"):
        return "an older commit file, and a segment that only the newer one knew of: two faults"
    if command == "recover-old" and is_cut_and_kept(damage, answer, expected):
        return "behind an older commit file damage looks like a torn end"
    return None


def is_cut_and_kept(damage, answer, expected):
    """An older commit file says that less was synced. Behind that, what is broken is a dead writer's
    unfinished work: it is kept aside, and said; all before it is there, and the new event behind."""
    lines = [line for line in answer.out.splitlines() if not line.endswith(NEXT.encode().strip())]
    is_told = b"moved to quarantine" in answer.err or b"zero bytes" in answer.err
    return damage.path == corruption_topic.LAST_LOG and is_told and \
        len(lines) + 1 == answer.out.count(b"\n") and expected.splitlines()[:len(lines)] == lines


def went_on(damage, command, answer):
    """A writer that recovers must refuse, and touch nothing, where what was synced is damaged, and where
    segments do not join: that a reader finds it afterwards is too late. What is exchanged with the last
    segment is two damages: one is a tail, which goes aside, the other before what recovery reads."""
    if damage.kind == "exchange" and corruption_topic.LAST_LOG in damage.changes:
        return False
    is_found_later = answer.status == 3 and b"moved to quarantine" in answer.err
    is_in_synced = damage.kind == "flip" and damage.path == corruption_topic.LAST_LOG
    return is_found_later and (command == "recover-old" or command == "recover" and is_in_synced)


def is_right_so_far(command, out, expected, events):
    if command.before == "beginning":
        return expected.startswith(out)
    return command.before == "anything" or events.issuperset(out.splitlines())
