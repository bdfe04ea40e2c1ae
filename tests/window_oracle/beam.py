"""Plays Beam's trigger transcripts (trigger_transcripts.yaml) with estream-window.

A watermark is the clock minus the time of --grace. So a watermark of W is an event of the key `watermark` at
W + grace, and the events of an input, which are earlier than that, move nothing. With --emit update, the
line of such an event says where a step of the transcript ends.

What is not compared:
  index, early, final ...   numbers of panes; here are updates, and one final line
  late panes                here late events are in a file of their own; they must be those that make the
                            late pane differ from the one before
  early panes               here a line comes with each event; the last one of the step must be the pane
  timestamp                 of known_late_data_* (Beam's times of output respect the watermark, which a
                            minimum of times does not), and OUTPUT_AT_EARLIEST_TRANSFORMED
  garbage_collection        a trigger that fires once and ends the window, and the state of a runner
"""
import json
import pathlib
import re

import window_tool

TRANSCRIPTS = pathlib.Path(__file__).resolve().parent / "trigger_transcripts.yaml"
SECOND = 1000
BASE = 1_760_000_000  # Second 0 of the transcripts; windows of ten seconds begin there.
GRACE = 1000
WATERMARK = "watermark"
NOT_APPLICABLE = {"garbage_collection"}
FIELDS = "n=count, values=list(1000, .v), earliest=min(.v), latest=max(.v)"


def plain(text):
    """A value in YAML's flow style, in which only the names of members are not JSON."""
    return json.loads(re.sub(r"(\w+):", r'"\1":', text))


def documents():
    """(the attributes of the document, its steps as (kind, value)): the part of YAML that is used there."""
    text = re.sub(r"(?m)(^|\s)#.*$", "", TRANSCRIPTS.read_text())
    for document in text.split("\n---"):
        head, _, body = document.partition("transcript:")
        attributes = dict(re.findall(r"(?m)^(\w+): *(\S.*?)\s*$", head))
        steps = []
        for kind, value in re.findall(
                r"- (input|watermark|expect|state):\s*(\[.*?\]|\d+|)|- (?=\{)", body):
            if kind in ("input", "watermark"):
                steps.append((kind, plain(value)))
            elif kind:
                steps.append((kind, []))
        for (_, panes), part in zip([step for step in steps if step[0] == "expect"],
                                    re.findall(r"(?s)- expect:\s*(.*?)(?=- (?:input|watermark|state)|$)",
                                               body)):
            panes += [plain(pane) for pane in re.findall(r"(?s)\{.*?\}", part)]
        yield attributes, steps


class Player:
    """One document. Each action is followed by an event of the key `watermark` that moves nothing."""

    def __init__(self, attributes, steps):
        self.attributes = attributes
        self.steps = steps
        window = attributes.get("window_fn", attributes.get("windowfn"))
        self.is_session = window.startswith("Sessions")
        self.size = int(re.search(r"\((\d+)\)", window)[1])
        self.watermark = -GRACE  # None yet.
        self.events = []
        self.actions = []  # Of each step that is not expect or state: the number of its last event.
        for kind, value in steps:
            if kind == "input":
                for number in value:
                    self.add("k", number)
            elif kind == "watermark":
                self.watermark = value
                self.add(WATERMARK, value + GRACE)
            if kind in ("input", "watermark"):
                self.add(WATERMARK, self.watermark + GRACE)
                self.actions.append(len(self.events) - 1)

    def add(self, key, number):
        self.events.append(window_tool.Event(len(self.events), (BASE + number) * SECOND, key,
                                             (("v", number),)))

    def arguments(self):
        operator = "--session" if self.is_session else "--tumble"
        return [operator, f"{self.size}s", "--grace", f"{GRACE}s", "--emit", "update", "-a",
                f"last=last(.i), {FIELDS}", "t"]

    def lines_of_actions(self, lines):
        """The lines of each action, and behind them those of the end."""
        found, ends = [[]], set(self.actions)
        for line in lines:
            if line["key"] != WATERMARK:
                found[-1].append(line)
            elif not line.get("final") and line["last"] in ends:
                found.append([])
        return found

    def window(self, line):
        """As Beam writes it: both ends in it, and a session with its gap."""
        first, last = (window_tool.to_ms(line[name]) // SECOND - BASE for name in ("from", "to"))
        return [first, last + self.size - 1 if self.is_session else last - 1]

    def timestamp(self, line):
        combiner = self.attributes.get("timestamp_combiner", "")
        if self.attributes["name"].startswith("known_late_data") or combiner.endswith("TRANSFORMED"):
            return None
        return {"OUTPUT_AT_EARLIEST": line["earliest"], "OUTPUT_AT_LATEST": line["latest"],
                "OUTPUT_AT_EOW": self.window(line)[1]}.get(combiner)

    def play(self, answer):
        """What differs, or None."""
        lines = self.lines_of_actions(answer.lines)
        if len(lines) != len(self.actions) + 1:
            return f"{len(lines) - 1} ends of steps are there instead of {len(self.actions)}"
        late = [self.events[number].value()["v"] for number in sorted(answer.late)]
        judge = Judge(self, lines, late)
        for place, (kind, value) in enumerate(self.steps):
            is_expected = place + 1 < len(self.steps) and self.steps[place + 1][0] == "expect"
            if kind == "expect":
                complaint = judge.expect(value)
            elif kind in ("input", "watermark"):
                complaint = judge.act(kind, is_expected)
            else:
                continue
            if complaint:
                return f"step {place}, {kind} {value}: {complaint}"
        return f"late without a late pane: {judge.late}" if judge.late else None


class Judge:
    """Compares step by step."""

    def __init__(self, player, lines, late):
        self.player = player
        self.lines = iter(lines)
        self.late = late  # Those that are not explained yet.
        self.is_discarding = player.attributes.get("accumulation_mode") == "discarding"
        self.has_early = "early" in player.attributes.get("trigger_fn", "")
        self.panes = {}  # What each window had when it was seen last.
        self.finals = []
        self.updates = []

    def act(self, kind, is_expected):
        lines = next(self.lines)
        self.finals = [line for line in lines if line.get("final")]
        self.updates = [line for line in lines if not line.get("final")]
        if self.finals and (kind == "input" or not is_expected):
            return f"an unexpected final line: {self.finals}"
        return None

    def expect(self, panes):
        for pane in panes:
            complaint = self.expect_pane(pane)
            if complaint:
                return complaint
        return f"unexpected: {self.finals}" if self.finals else None

    def expect_pane(self, pane):
        window, values = tuple(pane["window"]), sorted(pane["values"])
        before = self.panes.get(window, [])
        if self.is_discarding:
            values = sorted(before + values)
        if window in self.panes and not self.finals and not self.updates:
            return self.expect_late(before, values)
        self.panes[window] = values
        if self.has_early and pane.get("early"):
            found = [line for line in self.updates if self.player.window(line) == list(window)][-1:]
        else:
            found = [line for line in self.finals if self.player.window(line) == list(window)]
            self.finals = [line for line in self.finals if line not in found]
        if len(found) != 1 or sorted(found[0]["values"]) != values:
            return f"expected {pane}, found {found}"
        timestamp = self.player.timestamp(found[0])
        if timestamp is not None and timestamp != pane.get("timestamp"):
            return f"expected {pane}, found the time {timestamp}"
        return None

    def expect_late(self, before, values):
        wanted = list(values)
        for value in before:
            wanted.remove(value)
        found, self.late = self.late[:len(wanted)], self.late[len(wanted):]
        return None if sorted(found) == sorted(wanted) else f"late {found}, not {wanted}"


def run(tool, report):
    """All documents; those with `error` must be refused."""
    for attributes, steps in documents():
        if attributes["name"] in NOT_APPLICABLE:
            report.count("transcripts of Beam that are not applicable")
            continue
        report.count("transcripts of Beam that must be refused" if "error" in attributes
                     else "transcripts of Beam")
        player = Player(attributes, steps)
        tool.make_topic(player.events)
        answer = tool.run(*player.arguments())
        complaint = player.play(answer)
        if answer.status:
            complaint = f"exit {answer.status}: {answer.err}"
        if "error" in attributes:
            complaint = None if complaint and not answer.status else f"not refused ({complaint})"
        if complaint:
            report.fail(f"transcript {attributes['name']}: {complaint}",
                        f"tests/window_oracle/windows.py {report.options.tools} --seconds 1")
