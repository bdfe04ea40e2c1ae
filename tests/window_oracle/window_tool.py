"""How the oracles of windows run estream-window, and what they read from it."""
import dataclasses
import datetime
import decimal
import json
import pathlib
import re
import shutil
import subprocess
import sys

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / "prove")]
import real_tools  # noqa: E402, after the line that says where it is

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
MILLISECOND = datetime.timedelta(milliseconds=1)
HANGS_S = 120  # Nothing here takes a second.
COUNTS = ("accepted", "skipped", "late", "rejected")


@dataclasses.dataclass(frozen=True, eq=False)
class Event:
    """`fields` is the value without its number `i`, its time `t` and its key `k`."""
    number: int
    time: int
    key: str
    fields: tuple = ()
    partition: int = 0

    def value(self):
        return {"i": self.number, "t": self.time, "k": self.key, **dict(self.fields)}

    def envelope(self):
        return {"key": self.key, "ts": self.time, "partition": self.partition,
                "value": self.value()}


def to_json(value):
    """A decimal as it is written."""
    if isinstance(value, decimal.Decimal):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{to_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(to_json, value)) + "]"
    return json.dumps(value)


def to_ms(text):
    return (datetime.datetime.fromisoformat(text.replace("Z", "+00:00")) - EPOCH) // MILLISECOND


def from_ms(ms):
    when = EPOCH + ms * MILLISECOND
    return when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03d}Z"


@dataclasses.dataclass
class Answer:
    status: int
    out: bytes
    err: str
    lines: list
    late: list  # The numbers of the late events.

    def counts(self):
        """What the line of -v says of the events."""
        found = {name: 0 for name in COUNTS}
        for name in COUNTS:
            for number in re.findall(rf"([\d,]+) {name}", self.err):
                found[name] = int(number.replace(",", ""))
        return found


class WindowTool:
    """Makes topics in a scratch directory and runs estream-window over them."""

    def __init__(self, directory, scratch):
        self.directory = directory
        self.scratch = pathlib.Path(scratch)
        self.root = self.scratch / "log"
        self.environment = real_tools.plain_environment(ESTREAM_DIR=str(self.root))
        self.input = self.scratch / "input"
        self.late = self.scratch / "late"

    def call(self, tool, *arguments, input_path="/dev/null"):
        with open(input_path, "rb") as file:
            return subprocess.run([f"{self.directory}/estream-{tool}", *arguments], stdin=file,
                                  capture_output=True, env=self.environment, timeout=HANGS_S,
                                  check=False)

    def make_topic(self, events, *arguments, topic="t"):
        """Anew, of events in the order of their arrival. `arguments` are those of estream-produce."""
        shutil.rmtree(self.root / topic, ignore_errors=True)
        self.append(events, *arguments, topic)

    def append(self, events, *arguments):
        self.input.write_text("".join(to_json(event.envelope()) + "\n" for event in events))
        done = self.call("produce", "-q", "-J", "--keep-partition", "--sync", "none",
                         "-i", str(self.input), *arguments)
        if done.returncode:
            raise RuntimeError(f"estream-produce {arguments}: {done.stderr.decode()}")

    def run(self, *arguments, input_path="/dev/null"):
        self.late.unlink(missing_ok=True)
        future = [] if "--max-future" in arguments else ["--max-future", "9999d"]
        try:
            done = self.call("window", "-v", "--ok-empty", *future, "--late", str(self.late),
                             *arguments, input_path=input_path)
        except subprocess.TimeoutExpired:
            return Answer(1, b"", f"still running after {HANGS_S} s", [], [])
        late = self.late.read_text().splitlines() if self.late.exists() else []
        return Answer(done.returncode, done.stdout, done.stderr.decode(errors="replace"),
                      [json.loads(line, parse_float=decimal.Decimal)
                       for line in done.stdout.splitlines()],
                      [number_of(json.loads(line)) for line in late])

    def follow(self, chunks, partitions, batch_size, arguments):
        """What estream-window -f prints while the topic grows by one chunk after the other."""
        self.make_topic([], "--partitions", str(partitions))
        command = [f"{self.directory}/estream-window", "-f", "--idle", "9999d", "--max-future", "9999d",
                   "-T", f"{HANGS_S}s", *arguments]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              env=self.environment) as window:
            for chunk in chunks:
                self.append(chunk, "--batch-size", batch_size, "t")
            return window.communicate()[0]


def number_of(line):
    """Of an event, or of its envelope."""
    return line["i"] if "i" in line else line["value"]["i"]
