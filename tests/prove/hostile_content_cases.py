"""Files of a data root, and cursors, with a content that nobody would have written."""
import os
import struct

from hostile_batches import batch, crc32c
from hostile_case import Case
from hostile_file_cases import COMMANDS

BLANK = 20 << 20  # Not bytes but a size: a file of so many NULs.
INT64_MAX = (1 << 63) - 1
READ = "estream-consume t"


def write(path, content):
    path.write_bytes(b"" if content is BLANK else content)
    if content is BLANK:
        os.truncate(path, BLANK)


def put(name, content):
    def setup(box):
        box.make_topic(3)
        write(box.root / "t" / name, content)
    return setup


def config(partitions="1", settings=""):
    return put("topic.json", ('{"version":1,"partitions":%s,"partition_epoch":0,"config":{%s}}'
                              % (partitions, settings)).encode())


def everything(status):
    """All tools, each with that status; the last one's is the end."""
    return "".join(f"{command}; test $? = {status} || exit 9; "
                   for command in (READ, COMMANDS["produce"], COMMANDS["verify"],
                                   COMMANDS["compact"])
                   ) + f"exit {status}"


DESCRIPTIONS = [
    *[Case(f"topic.json with {name}", everything(3), 3, ("t/topic.json", says),
           setup=config(partitions, settings))
      for name, says, partitions, settings in (
          ("0 partitions", "partitions is 0", "0", ""),
          ("-1 partitions", "partitions is -1", "-1", ""),
          ("2^31 partitions", "partitions is 2147483648", "2147483648", ""),
          ("2^64 partitions", "partitions is", "18446744073709551616", ""),
          ("1e3 partitions", "not a whole number", "1e3", ""),
          ("a text of partitions", "not a whole number", '"1"', ""),
          ("a thousand million partitions", "partitions is 1000000000", "1000000000", ""),
          ("a segment size of -1", "segment.bytes is -1", "1", '"segment.bytes":-1'),
          ("a segment size of 2^64", "segment.bytes is", "1",
           '"segment.bytes":18446744073709551616'),
          ("a policy of nothing", "cleanup.policy is ''", "1", '"cleanup.policy":""'),
          ("a policy that moves the cursor", "cleanup.policy", "1",
           '"cleanup.policy":"\\u001b[2J"'))],
    *[Case(f"topic.json that is {name}", everything(3), 3, "t/topic.json",
           setup=put("topic.json", text))
      for name, text in (("empty", b""), ("not JSON", b"\xff\xfe"), ("a list", b"[]"),
                         ("nested a million deep", b"[" * 1_000_000), ("20 MiB", BLANK),
                         ("NULs", bytes(300)), ("cut", b'{"version":1,"partitions":1'))],
    Case("topic.json of another version", everything(3), 3, "has version 2", setup=put(
        "topic.json", b'{"version":2,"partitions":1}')),
    Case("topic.json with more partitions than there are", READ, 2, "t/1", setup=config("2")),
    Case("topic.json with the largest retention",
         "estream-compact --policy t; estream-consume -c t",
         0, setup=config("1", f'"retention.ms":{INT64_MAX},"retention.bytes":{INT64_MAX}')),
]

EPOCHS = [
    Case(f"leader-epoch-checkpoint that is {name}", READ, 3, "leader-epoch-checkpoint",
         setup=put("0/leader-epoch-checkpoint", text))
    for name, text in (("of version 1", b"1\n1\n0 0\n"), ("short", b"0\n2\n0 0\n"),
                       ("descending", b"0\n2\n5 5\n4 6\n"), ("negative", b"0\n1\n-1 0\n"),
                       ("of the largest epoch", b"0\n1\n2147483647 0\n"),
                       ("of an offset beyond all", b"0\n1\n0 9223372036854775808\n"),
                       ("of huge numbers", b"0\n1\n99999999999 0\n"),
                       ("of a huge count", b"0\n4294967295\n0 0\n"),
                       ("of a count of -1", b"0\n-1\n0 0\n"), ("of another epoch", b"0\n1\n3 0\n"),
                       ("long", b"0\n1\n0 0\n1 5\n"), ("20 MiB", BLANK), ("text", b"hello\n"))
]


def slot(sequence, generation=1, base=0, size=(0, 0), log_start=0, epoch=0, flags=0):
    """A slot of the commit file with a right checksum (doc/format.md), whatever it says."""
    positions = struct.pack(">Qq", *size) * 3
    begin = struct.pack(">4siqqq", b"ESC1", 0, sequence, generation, base) + positions
    begin += struct.pack(">qiiii", log_start, epoch, flags, 1, 0) + bytes(16)
    begin += struct.pack(">I", crc32c(begin[8:16]))
    return begin + struct.pack(">I", crc32c(begin))


def commit(**fields):
    """Both slots say so, as if written in turn; the rest is what the topic's own would say."""
    def setup(box):
        box.make_topic(3)
        size = (box.segment().stat().st_size, 3)
        first, second = (slot(**{"size": size, "sequence": sequence, **fields})
                         for sequence in (8, 9))
        (box.partition() / "commit").write_bytes(first.ljust(4096, b"\0") + second)
    return setup


COMMITS = [
    Case("a commit file made here is one", READ + " -c", 0, prints=b"3\n", setup=commit()),
    *[Case(f"a commit file that is {name}", everything(3), 3, "0/commit",
           setup=put("0/commit", text))
      for name, text in (("empty", b""), ("NULs", bytes(4224)), ("garbage", bytes(range(256)) * 20),
                         ("one byte", b"x"), ("cut", b"ESC1" + bytes(100)))],
    *[Case(f"a commit file with {name}", command, 3, says, setup=commit(**fields))
      for name, fields, says in (
          ("a generation of -1", {"generation": -1}, "0/commit"),
          ("the largest generation", {"generation": INT64_MAX}, "0/commit"),
          ("the largest sequence", {"sequence": INT64_MAX}, "0/commit"),
          ("the largest epoch", {"epoch": (1 << 31) - 1}, "0/commit"),
          ("a segment at -1", {"base": -1}, "0/commit"),
          ("a segment that is not there", {"base": 2}, "log/t/0"),
          ("a segment beyond its end", {"base": 7}, "0/commit"),
          ("a size within a batch", {"size": (70, 3)}, "log/t/0"),
          ("an end beyond the last event", {"size": (121, 1 << 62)}, "log/t/0"),
          ("a start of -1", {"log_start": -1}, "0/commit"))
      for command, name in ((READ, name), (everything(3), name + ", all tools"))],
    *[Case(f"a commit file with a size of 2^{power}", everything(3), 3,
           "log/t/0", setup=commit(size=((1 << power) - 1, 3))) for power in (40, 62, 64)],
    Case("a commit file whose log starts behind its end", everything(3), 3, "log/t/0",
         setup=commit(log_start=1 << 62)),
]

HINTS = [
    Case(f"an index of {name}", "estream-consume -o 2 t && estream-consume -S @0 -c t", 0,
         prints=b'{"k":"k0","n":2}\n3\n', setup=lambda box, text=text: (
             put("0/00000000000000000000.index", text)(box),
             write(box.segment("timeindex"), text)))
    for name, text in (("garbage", bytes(range(256)) * 100), ("ones", b"\xff" * 9600),
                       ("an odd size", b"x" * 13), ("20 MiB", BLANK), ("nothing", b""))
]

SEGMENTS = [
    Case("a hole of 1 TiB behind the events", READ + " -c", 0, prints=b"3\n", setup=lambda box: (
        box.make_topic(3), os.truncate(box.segment(), 1 << 40))),
    # As a broker leaves it that allocates in advance.
    Case("1 GiB of NULs behind the events of a broker", READ + " -c", 0, prints=b"1\n",
         setup=lambda box: (box.put_broker({"t-0": batch()}),
                            os.truncate(box.root / "t-0" / f"{0:020d}.log", 1 << 30))),
    # Their writer may have had no more time than for the size.
    Case("1 GiB of NULs behind the events of a log of ours", COMMANDS["produce"], 0, "are cut off",
         setup=lambda box: (box.put_segments((0, batch())), os.truncate(box.segment(), 1 << 30))),
    Case("a segment of text", everything(3), 3, "log/t/0",
         setup=put("0/00000000000000000000.log", b"hello\n" * 1000)),
]

JUNK = (("empty", b""), ("NULs", bytes(5000)), ("ones", b"\xff" * 5000))
BROKERS = [
    Case("a broker's directory is read", "estream-consume t", 0, prints=b"{}\n",
         setup=lambda box: box.put_broker({"t-0": batch()})),
    Case("a broker's directory is not written", "echo 1 | estream-produce t", 2, "broker",
         setup=lambda box: box.put_broker({"t-0": batch()})),
    Case("a broker's directory is not compacted", "estream-compact --roll -L t", 2, "broker",
         setup=lambda box: box.put_broker({"t-0": batch()})),
    Case("a broker's partition beyond all numbers", "estream-inspect", 0,
         setup=lambda box: box.put_broker({"t-0": batch(), "t-99999999999": batch()})),
    Case("a broker's partition 2147483646 alone", "estream-consume t", 0, prints=b"{}\n",
         setup=lambda box: box.put_broker({"t-2147483646": batch()})),
    Case("a broker's partition 2147483646 alone is not branched", "estream-replay --branch u t", 2,
         "1 of its 2147483647 partitions",
         setup=lambda box: box.put_broker({"t-2147483646": batch()})),
    Case("a broker's partition 2147483647", "estream-consume t", 2, "does not exist",
         setup=lambda box: box.put_broker({"t-2147483647": batch()})),
    Case("a broker's damaged batch", "estream-consume t", 3, "t-0",
         setup=lambda box: box.put_broker({"t-0": batch(crc=1) + batch(base=1)})),
    *[Case(f"{name} that is {what}", "estream-consume -c t", 0, prints=b"1\n",
           setup=lambda box, name=name, content=content: box.put_broker(
               {"t-0": batch()}, {name: content}))
      for name in ("meta.properties", "recovery-point-offset-checkpoint",
                   "t-0/00000000000000000000.txnindex",
                   "t-0/00000000000000000001.snapshot", "t-0/partition.metadata")
      for what, content in JUNK],
    *[Case(f"a log-start-offset-checkpoint that is {what}", READ, 3, "log-start-offset-checkpoint",
           setup=lambda box, content=content: box.put_broker(
               {"t-0": batch()}, {"log-start-offset-checkpoint": content}))
      for what, content in JUNK],
]


def cursor(text):
    def setup(box):
        box.make_topic(3)
        write(box.cwd / "out-cursor", text)
    return setup


def three(box):
    box.make_topic(3)


POSITION = b'{"version":1,"positions":[{"topic":"t","partition":0,"offset":%s,"epoch":%s}]}'
CURSORS = [
    Case(f"a cursor {name}", "estream-consume -c --cursor-file out-cursor t", status, says,
         prints=prints, setup=cursor(text))
    for name, text, status, says, prints in (
        ("as it should be", POSITION % (b"2", b"0"), 0, "", b"1\n"),
        ("beyond the end", POSITION % (b"9", b"0"), 3, "log ends at 3", None),
        ("of a future epoch", POSITION % (b"2", b"7"), 3, "epoch 7", None),
        ("at -1", POSITION % (b"-1", b"0"), 3, "not a cursor", b""),
        ("at 2^63", POSITION % (b"9223372036854775808", b"0"), 3, "not a cursor", b""),
        ("at 1e3", POSITION % (b"1e3", b"0"), 3, "not a cursor", b""),
        ("at a text", POSITION % (b'"1"', b"0"), 3, "not a cursor", b""),
        ("of version 2", b'{"version":2,"positions":[]}', 3, "not a cursor", b""),
        ("that is empty", b"", 3, "not a cursor", b""),
        ("that is no JSON", b"\xff", 3, "not a cursor", b""),
        ("nested a million deep", b"[" * 1_000_000, 3, "not a cursor", b""),
        ("of 20 MiB", BLANK, 3, "out-cursor", b""),
        ("of another topic", POSITION.replace(b'"t"', b'"u"') % (b"9", b"0"), 0, "", b"3\n"))
] + [
    Case("a cursor that is a link", "ln -s $outside/secret out-cursor; estream-consume "
         "--cursor-file out-cursor t", 2, "is a link, or not a regular file", setup=three),
    Case("a cursor that is a FIFO", "mkfifo out-cursor; estream-consume --cursor-file out-cursor t",
         2, "regular file", setup=three),
    Case("a cursor in a directory that is not there", "estream-consume --cursor-file nowhere/c t",
         2, "nowhere", setup=three),
    Case("a cursor that is a directory", "estream-consume --cursor-file . t", 2, ".", setup=three),
]

CASES = [*DESCRIPTIONS, *EPOCHS, *COMMITS, *HINTS, *SEGMENTS, *BROKERS, *CURSORS]
