#!/usr/bin/env python3
"""Every command that writes, each on a topic of its own, against what has to hold after any of them.

  tests/shell/write_matrix.py TOOLS_DIR [--kafka]

After each command: estream-inspect verify finds every partition sound; topic.json still has all of its
settings, what it does not know included, and a new topic has an id of its own; and a reader that is not
ours finds the records that estream-consume -j prints, byte for byte. That reader is the one of the
chaos suite; with --kafka it is Kafka's DumpLogSegments, which looks at the indexes as well. Exit 77
with --kafka and no Java or Maven.
"""
import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "prove"), str(HERE.parent / "kafka")]
import chaos_batches  # noqa: E402, after the line that keeps the source tree clean

SETTINGS = {"retention.ms": 3153600000000, "retention.bytes": 1 << 40, "segment.bytes": 4096,
            "segment.ms": 864000000, "delete.retention.ms": 60000, "min.cleanable.dirty.ratio": 0.25,
            "cleanup.policy": "compact,delete", "null.keys": "keep"}
START = 1_767_225_600_000

# Each is a name, the topic that it is about, and the command lines; "t" is there before, filled and with
# all settings. {} is the scratch directory. An erasure that does not reach a branch ends with 1.
CASES = [
    ("events", "t", ["produce -K .k -i {}/events t"]),
    ("the best compression", "t", ["produce -K .k -z zstd:19 -i {}/events t"]),
    ("no compression, synced by batch", "t", ["produce -K .k -z none --sync batch -i {}/events t"]),
    ("without syncs", "t", ["produce --sync none -i {}/events t"]),
    ("one batch an event", "t", ["produce --batch-size 1 -n 40 -i {}/events t"]),
    ("event times", "t", ["produce -K .k --time-field .t -i {}/events t"]),
    ("any bytes", "t", ["produce --format text -i {}/bytes t"]),
    ("envelopes", "t", ["produce -J -i {}/envelopes t"]),
    ("a producer's name", "t", ["produce -J --producer p -i {}/envelopes t",
                                "produce -J --producer p -i {}/envelopes t"]),
    ("a new topic", "new", ["produce --partitions 3 -K .k --segment-bytes 4K -i {}/events new"]),
    ("an empty topic", "new", ["produce --partitions 3 -i /dev/null new"]),
    ("a roll", "t", ["compact -q --roll --max-age 9999d t"]),
    ("a roll, and more events", "t", ["compact -q --roll --max-age 9999d t", "produce -i {}/events t"]),
    ("the last of each key", "t", ["compact -q --roll -L --null-keys keep t"]),
    ("the last of each key, twice", "t", ["compact -q --roll -L --null-keys drop --keep-tombstones 0s t",
                                          "produce -J -i {}/envelopes t",
                                          "compact -q --roll -L --null-keys drop --keep-tombstones 0s t"]),
    ("erasure of a key", "t", ["compact -q --roll --drop -k k3 t"]),
    ("erasure of nearly all", "t", ["compact -q --roll --drop -w .n>3 t"]),
    ("erasure of all", "t", ["compact -q --roll --drop -G v:. t", "produce -i {}/events t"]),
    ("better compression", "t", ["compact -q -z zstd:19 t"]),
    ("few segments", "t", ["compact -q --max-segments 2 t"]),
    ("few bytes", "t", ["compact -q --max-size 9K t"]),
    ("few events", "t", ["compact -q --max-records 100 t"]),
    ("from an offset on", "t", ["compact -q --before 100 t"]),
    ("from a time on", "t", [f"compact -q --before @{START // 1000 + 100} t"]),
    ("all by its settings", "t", ["compact -q --policy t"]),
    ("a setting", "t", ["compact -q --set segment.ms=10d t"]),
    ("a branch", "b", ["replay --branch b t"]),
    ("a branch that goes its own way", "b", ["replay --branch b t", "produce -K .k -i {}/events b",
                                             "=1 compact -q --roll --drop -k k1 b"]),
    ("the source of a branch", "t", ["replay --branch b t", "=1 compact -q --roll --drop -k k1 t",
                                     "produce -K .k -i {}/events t"]),
    ("a copy", "c", ["replay --into c t"]),
    ("a copy with other partitions", "c", ["replay --into c --partitions 5 t"]),
    ("a part of it", "c", ["replay --into c -w .n>40 t"]),
    ("other times", "c", ["replay --into c --retime=+1d t"]),
    ("a copy behind what is there", "t", ["produce -K .k --partitions 2 -i {}/events s",
                                          "replay --into t s"]),
]


def forget_unknown(root):
    """Takes out what estream does not know, which verify has to call damage: a flipped bit in the name of
    a setting looks like it."""
    for path in root.glob("*/topic.json"):
        topic = json.loads(path.read_text())
        topic.pop("note", None)
        topic["config"].pop("retention.bytes.per.day", None)
        path.write_text(json.dumps(topic))


class Matrix:
    def __init__(self, tools, scratch, with_kafka):
        self.tools = tools
        self.scratch = scratch
        self.with_kafka = with_kafka
        self.failures = 0
        os.environ.update({"TZ": "UTC", "LC_ALL": "C.UTF-8"})

    def fail(self, what):
        self.failures += 1
        print(f"FAILED: {what}")

    def run(self, root, line):
        words = [word.replace("{}", str(self.scratch)) for word in line.split(" ")]
        wanted = int(words.pop(0)[1:]) if line.startswith("=") else 0
        done = subprocess.run([self.tools / f"estream-{words[0]}", "-d", root, *words[1:]],
                              capture_output=True, stdin=subprocess.DEVNULL)
        if done.returncode != wanted:
            self.fail(f"{line}: exit {done.returncode}: {done.stderr.decode()[:300]}")
        return done.stdout

    def make_inputs(self):
        values = [json.dumps({"k": f"k{i % 7}", "n": i, "t": START + i * 1000 - i % 5 * 3000,
                              "pad": "x" * (i % 90)}, separators=(",", ":")) for i in range(300)]
        (self.scratch / "events").write_text("".join(f"{value}\n" for value in values))
        (self.scratch / "bytes").write_bytes(
            b"".join(bytes(range(i, i + 40)).replace(b"\n", b"") + b"\n" for i in range(200)))
        envelopes = []
        for i, value in enumerate(values):
            envelope = {"key": None if i % 11 == 0 else f"k{i % 7}", "ts": START + i * 1000,
                        "headers": [{"key": "h", "value": str(i)}] if i % 3 == 0 else [],
                        "value": None if i % 13 == 0 else json.loads(value)}
            if i % 13 == 0:
                envelope["tombstone"] = True
            envelopes.append(json.dumps(envelope) + "\n")
        (self.scratch / "envelopes").write_text("".join(envelopes))

    def fill(self, root):
        self.run(root, "produce -J --partitions 2 --segment-bytes 4K --batch-size 1K -i {}/envelopes t")
        path = root / "t/topic.json"
        topic = json.loads(path.read_text())
        topic["config"].update(SETTINGS)
        topic["config"]["retention.bytes.per.day"] = 7
        topic["note"] = "mine"
        path.write_text(json.dumps(topic))

    def check_settings(self, root, name, topic):
        found = json.loads((root / topic / "topic.json").read_text())
        settings = {**SETTINGS, "retention.bytes.per.day": 7}
        if topic == "new":
            settings = {"segment.bytes": 4096} if name == "a new topic" else {}
        for setting, value in settings.items():
            if found["config"].get(setting) != value:
                self.fail(f"{name}: {setting} is {found['config'].get(setting)}, not {value}")
        if topic != "new" and found.get("note") != "mine":
            self.fail(f"{name}: a field that estream does not know is gone")
        ids = [json.loads(path.read_text()).get("id") for path in sorted(root.glob("*/topic.json"))]
        if None in ids or len(set(ids)) != len(ids):
            self.fail(f"{name}: ids of topics: {ids}")

    def printed(self, root, topic):
        """What estream-consume -j prints, as (partition, offset, time, key, value)."""
        records = []
        for line in self.run(root, f"consume -j {topic}").split(b"\n")[:-1]:
            envelope = json.loads(line)
            value = line[line.rindex(b'"value":') + len(b'"value":'):-1] if b'"value":' in line else None
            if envelope.get("tombstone"):
                value = None
            elif "value_text" in envelope:
                value = envelope["value_text"].encode()
            elif "value_b64" in envelope:
                value = base64.b64decode(envelope["value_b64"])
            key = envelope.get("key")
            key = None if key is None else key.encode()
            records.append((envelope["partition"], envelope["offset"], envelope["ts"], key, value))
        return sorted(records, key=lambda record: record[:2])

    def check_records(self, root, name, topic):
        found = []
        for path in sorted((root / topic).glob("[0-9]*")):
            partition = chaos_batches.Partition(path)
            for wrong in partition.wrong:
                self.fail(f"{name}: {topic}/{path.name}: {wrong}")
            found += [(int(path.name), record.offset, record.timestamp, record.key, record.value)
                      for record in partition.records]
        printed = self.printed(root, topic)
        if sorted(found, key=lambda record: record[:2]) != printed:
            self.fail(f"{name}: {topic}: {len(printed)} events are printed, {len(found)} are there,"
                      " or some differ")

    def case(self, name, topic, lines):
        root = self.scratch / f"log-{name}".replace(" ", "-").replace(",", "")
        self.fill(root)
        for line in lines:
            self.run(root, line)
        self.check_settings(root, name, topic)
        forget_unknown(root)
        self.run(root, "inspect verify")
        for path in root.glob("*/topic.json"):
            self.check_records(root, name, path.parent.name)

    def ask_kafka(self):
        directories = [str(path) for path in self.scratch.glob("log-*/*/[0-9]*") if path.is_dir()]
        done = subprocess.run([HERE.parent / "kafka/dump-check", "--compacted", *directories])
        if done.returncode == 77:
            sys.exit(77)
        if done.returncode:
            self.fail("Kafka's DumpLogSegments complains, see above")


def main():
    tools = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="estream-matrix-") as scratch:
        matrix = Matrix(tools, pathlib.Path(scratch), "--kafka" in sys.argv[2:])
        matrix.make_inputs()
        for name, topic, lines in CASES:
            matrix.case(name, topic, lines)
        if matrix.with_kafka:
            matrix.ask_kafka()
        print(f"write_matrix: {len(CASES)} cases, {matrix.failures} failures")
        return 1 if matrix.failures else 0


sys.exit(main())
