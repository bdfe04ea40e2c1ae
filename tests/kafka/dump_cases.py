#!/usr/bin/env python3
"""The batch shapes of dump_test.sh: each is a topic, made by one or more runs of estream-produce.

  tests/kafka/dump_cases.py TOOLS_DIR SCRATCH

Per topic it checks that Kafka read exactly what went in, that each partition has it in the order of
the input, and that the shape really came about: codec, segments, batches, producer ids. A run that
did not make the shape would prove nothing about it.
"""
import base64
import collections
import json
import pathlib
import random
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import sample_records  # noqa: E402, after the line that keeps the source tree clean

HERE = pathlib.Path(__file__).resolve().parent


class Case:
    """A topic, the runs that make it, and the records (time or None, key, value, header names)."""

    def __init__(self, topic, partitions=1, codec="zstd"):
        self.topic = topic
        self.partitions = partitions
        self.codec = codec
        self.runs = []
        self.expected = []
        self.shape = lambda records: None

    def run(self, arguments, data):
        """One run of estream-produce; the first one makes the topic."""
        creation = [] if self.runs else ["--partitions", str(self.partitions)]
        self.runs.append(([*creation, *arguments], data))
        return self

    def expect(self, records):
        self.expected += records
        return self

    def having(self, name, holds):
        """Adds a shape: `holds` gets the records that Kafka read."""
        before = self.shape

        def shape(records):
            return before(records) or (None if holds(records) else name)

        self.shape = shape
        return self


def lines(values):
    return b"".join(value + b"\n" for value in values)


def events(count, seed=1):
    chance = random.Random(seed)
    return [sample_records.event(chance, number) for number in range(count)]


def plain(values, key=None):
    return [(None, key, value, ()) for value in values]


def user_of(event):
    return json.loads(event)["user"].encode()


def batches(records):
    return collections.Counter((record["directory"], record["batch"]) for record in records)


def segments(records):
    return {(record["directory"], record["segment"]) for record in records}


def from_envelopes(topic, count, arguments=(), **options):
    made = list(sample_records.records(count))
    data = "".join(f"{sample_records.envelope(each)}\n" for each in made).encode()
    return Case(topic, **options).run(["-J", *arguments], data).expect(
        (when, key, value, tuple(name for name, _ in headers))
        for when, key, value, headers in made)


def codecs():
    yield Case("none", codec="none").run(["-z", "none"], lines(events(500))).expect(
        plain(events(500)))
    for level in range(1, 20):
        yield Case(f"zstd-{level}").run(["-z", f"zstd:{level}"], lines(events(300))).expect(
            plain(events(300)))
    mixed = Case("mixed", codec=None).having(
        "both codecs", lambda records: {each["codec"] for each in records} == {"none", "zstd"})
    for number, codec in enumerate(["zstd:1", "none", "zstd:19", "none"]):
        mixed.run(["-z", codec], lines(events(100, number))).expect(plain(events(100, number)))
    yield mixed


def keys_and_values():
    yield Case("null-keys").run([], lines(events(1000))).expect(plain(events(1000)))
    yield Case("one-key").run(["-k", "same"], lines(events(100))).expect(
        plain(events(100), b"same"))
    yield Case("key-field", partitions=3).run(["-K", ".user"], lines(events(3000))).expect(
        (None, user_of(event), event, ()) for event in events(3000)).having(
        "three partitions", lambda records: len({each["directory"] for each in records}) == 3)
    yield Case("tombstones").run(["--format=text", "-Z", "-k", "k"], b"a\n\nb\n\n").expect(
        plain([b"a", None, b"b", None], b"k"))
    yield Case("empty-values").run(["--format=text"], b"\n\nx\n\n").expect(
        plain([b"", b"", b"x", b""]))
    yield Case("headers").run(["-H", "a=1", "-H", "a=2", "-H", "b="], lines(events(50))).expect(
        (None, None, event, ("a", "a", "b")) for event in events(50))


def large_values():
    chance = random.Random(3)
    values = [b'"%s"' % fill for fill in (
        b"x" * 2_000_000, base64.b64encode(chance.randbytes(1_500_000)), b"y" * 2_000_000)]
    for codec in ("none", "zstd"):
        case = Case(f"large-{codec}", codec=codec)
        case.run(["-z", codec], lines(values)).expect(plain(values))
        case.run(["-z", codec], lines(events(10))).expect(plain(events(10)))
        yield case


def batch_shapes():
    single = Case("one-record-batches").having(
        "batches of one record", lambda records: set(batches(records).values()) == {1})
    for event in events(30):
        single.run([], lines([event])).expect(plain([event]))
    yield single
    for codec in ("none", "zstd"):
        yield Case(f"segments-{codec}", partitions=2, codec=codec).run(
            ["--segment-bytes", "32K", "--batch-size", "8K", "-z", codec, "-K", ".user"],
            lines(events(6000))).expect(
            (None, user_of(event), event, ()) for event in events(6000)).having(
            "several segments", lambda records: len(segments(records)) >= 4).having(
            "many batches", lambda records: len(batches(records)) >= 30)
    yield from_envelopes("envelopes", 3000, partitions=4)
    yield from_envelopes("envelopes-none", 3000, ["-z", "none"], codec="none")
    yield from_envelopes("envelopes-small", 2000, ["--segment-bytes", "64K", "--batch-size", "4K"],
                         partitions=2).having(
        "several segments", lambda records: len(segments(records)) >= 2)


def times():
    chance = random.Random(5)
    stamped = [(sample_records.START + chance.randrange(-10**6, 10**6), number)
               for number in range(4000)]
    values = [b'{"ts":%d,"n":%d}' % each for each in stamped]
    yield Case("event-time").run(
        ["--time-field", ".ts", "--segment-bytes", "32K", "--batch-size", "4K"],
        lines(values)).expect(
        (when, None, value, ()) for (when, _), value in zip(stamped, values)).having(
        "times out of order",
        lambda records: [each["timestamp"] for each in records] !=
        sorted(each["timestamp"] for each in records))
    yield Case("time-extremes").run(
        ["-J"], b"".join(b'{"ts":%d,"key":null,"headers":[],"value":%d}\n' % (when, when)
                         for when in (0, 1, 2**41, 253402300799999, 5))).expect(
        (when, None, b"%d" % when, ()) for when in (0, 1, 2**41, 253402300799999, 5))


def producers():
    def sequenced(records):
        last = {}
        for each in records:
            if each["producer"] < 0 or each["sequence"] <= last.get(each["directory"], -1):
                return False
            last[each["directory"]] = each["sequence"]
        return True

    # What was cut off after 700 is run again as a whole: only the rest may be appended.
    yield Case("producer", partitions=2).run(
        ["--producer", "p", "-K", ".user"], lines(events(700))).run(
        ["--producer", "p", "-K", ".user"], lines(events(1500))).run(
        ["--producer", "p", "-K", ".user"], lines(events(1500))).expect(
        (None, user_of(event), event, ()) for event in events(1500)).having(
        "producer ids and rising sequences", sequenced)
    other = Case("producers").having(
        "two producers", lambda records: len({each["producer"] for each in records}) == 2)
    for name in ("one", "two"):
        other.run(["--producer", name], lines(events(200))).expect(plain(events(200)))
    yield other


def produce(tools, root, case):
    for arguments, data in case.runs:
        done = subprocess.run([tools / "estream-produce", "-d", root, *arguments, case.topic],
                              input=data, capture_output=True, timeout=120)
        if done.returncode:
            return f"estream-produce {' '.join(arguments)} ended with {done.returncode}: " \
                   f"{done.stderr.decode(errors='replace')[:300]}"
    return None


def as_read(record):
    key, value = (None if text is None else base64.b64decode(text)
                  for text in (record["key_b64"], record["value_b64"]))
    return key, value, tuple(record["header_keys"])


def named_by_dump(names):
    """The report joins the names of headers by commas, so none and one empty name look the same."""
    return tuple(",".join(names).split(",")) if any(names) else ()


def in_input_order(expected, partition):
    """Whether a partition can be had by taking from the input in its order, as (time, content)."""
    places = collections.defaultdict(list)
    for place, (when, *content) in enumerate(expected):
        places[tuple(content)].append((place, when))
    last = -1
    for record in partition:
        candidates = places[as_read(record)]
        found = next((place for place, when in candidates
                      if place > last and when in (None, record["timestamp"])), None)
        if found is None:
            return f"offset {record['offset']} of {record['directory']} is out of order, or has " \
                   f"another time ({record['timestamp']}) than the input"
        last = found
    return None


def verdict(case, records, started):
    expected = [(when, key, None if value is None else bytes(value), named_by_dump(names))
                for when, key, value, names in case.expected]
    wanted = collections.Counter((key, value, names) for _, key, value, names in expected)
    got = collections.Counter(as_read(record) for record in records)
    if wanted != got:
        lost, extra = (wanted - got).total(), (got - wanted).total()
        example = next(iter((wanted - got).elements()), next(iter((got - wanted).elements()), None))
        return f"{lost} records lost, {extra} not expected, for example {repr(example)[:200]}"
    partitions = collections.defaultdict(list)
    for record in records:
        partitions[record["directory"]].append(record)
    for partition in partitions.values():
        complaint = in_input_order(expected, partition)
        if complaint:
            return complaint
    if case.codec and {record["codec"] for record in records} != {case.codec}:
        return f"batches that are not {case.codec}"
    if case.expected[0][0] is None and not all(
            started <= record["timestamp"] <= time.time() * 1000 for record in records):
        return "timestamps that are not the time of the run"
    missing = case.shape(records)
    return missing and f"the shape did not come about: {missing}"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    tools, scratch = (pathlib.Path(each) for each in sys.argv[1:])
    root = scratch / "log"
    root.mkdir()
    started = int(time.time() * 1000)
    failures = []
    cases = [case for group in (codecs, keys_and_values, large_values, batch_shapes, times,
                                producers) for case in group()]
    for case in cases:
        complaint = produce(tools, root, case)
        if complaint:
            failures.append(f"{case.topic}: {complaint}")
    checked = subprocess.run([HERE / "dump-check", "--records", scratch / "records", root],
                             stdout=subprocess.PIPE, text=True)
    print(f"DumpLogSegments: {checked.stdout}", end="")
    if checked.returncode:
        failures.append("DumpLogSegments does not accept the log, see above")
    by_topic = collections.defaultdict(list)
    with open(scratch / "records", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            by_topic[pathlib.Path(record["directory"]).parent.name].append(record)
    for case in cases:
        complaint = verdict(case, by_topic[case.topic], started)
        print(f"{case.topic:22}{len(by_topic[case.topic]):6} records  {complaint or 'ok'}")
        if complaint:
            failures.append(f"{case.topic}: {complaint}")
    for failure in failures:
        print(f"FAILED: {failure}", file=sys.stderr)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
