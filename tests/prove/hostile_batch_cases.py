"""Segments that were made to be read: right checksums, and everything else as an enemy wants it."""
import gzip
import struct
import zlib

from hostile_batches import GZIP, LZ4, SNAPPY, ZSTD, Zstd, batch, record, varint
from hostile_case import Case

INT32_MAX, INT64_MAX, INT64_MIN = (1 << 31) - 1, (1 << 63) - 1, -1 << 63
UNPACKED_MIB = 200  # A batch may have 128 MiB unpacked; that it grows takes no more.
ZSTD_LIBRARY = Zstd()

LENGTH = len(batch()) - 12  # What the field has to say.

# What no reader may take for records. Name, the batch's bytes.
MALFORMED = {
    "length 0": batch(length=0), "length 48": batch(length=48), "length -1": batch(length=-1),
    "length 2^31-1": batch(length=INT32_MAX), "a length one too short": batch(length=LENGTH - 1),
    "a length one too long": batch(length=LENGTH + 1), "magic 0": batch(magic=0),
    "magic 1": batch(magic=1),
    "magic 3": batch(magic=3), "magic -1": batch(magic=-1), "a wrong checksum": batch(crc=1),
    "codec 5": batch(attributes=5), "codec 7": batch(attributes=7),
    "record count -1": batch(count=-1, last_delta=0), "a record too many": batch(count=2),
    "a record too few": batch(records=[record(), record(1)], count=1, last_delta=1),
    "record count 2^31-1": batch(count=INT32_MAX), "record count 2^31-1 in a small batch":
        batch(count=INT32_MAX, last_delta=INT32_MAX - 1),
    "last offset delta -1": batch(last_delta=-1), "another offset": batch(base=7),
    "offset -1": batch(base=-1), "offset 2^63-1": batch(base=INT64_MAX),
    "epoch 5": batch(epoch=5), "epoch -1": batch(epoch=-1),
    "producer -2": batch(producer=(-2, 0, 0)),
    "no record at all in its bytes": batch(records=[], count=1, last_delta=0),
    "a varint of 11 bytes": batch(stored=b"\x80" * 10 + b"\1", count=1),
    "a record of length 0": batch(stored=b"\0", count=1),
    "a record of length -1": batch(stored=varint(-1), count=1),
    "a record of length 2^31": batch(stored=varint(1 << 31) + record(), count=1),
    "a record longer than the batch": batch(stored=varint(1000) + b"x", count=1),
    "a key of 2^31-1 bytes": batch([record(body=b"\0\0\0" + varint(INT32_MAX) + b"x")]),
    "a value of 2^62 bytes": batch([record(body=b"\0\0\0\1" + varint(1 << 62) + b"x")]),
    "-1 headers": batch([record(body=b"\0\0\0\1\1" + varint(-1))]),
    "2^31-1 headers": batch([record(body=b"\0\0\0\1\1" + varint(INT32_MAX))]),
    "a header without name": batch([record(body=b"\0\0\0\1\1" + varint(1) + varint(-1) + b"\1")]),
    "bytes behind the fields of a record": batch([record(body=b"\0\0\0\1\1\0xyz")]),
    "bytes behind the last record": batch(stored=record() + b"xyz", count=1),
    "an offset below the base": batch([record(-1)]),
    "an offset beyond the last": batch([record(9)]),
    "an offset twice": batch([record(0), record(0)], last_delta=1),
    "offsets that descend": batch([record(1), record(0)]),
}


def packed(codec, stored, count=1):
    return batch(codec=codec, stored=stored, count=count)


def frame(records):
    return ZSTD_LIBRARY.compress(records)


def gzip_of_zeros(mebibytes):
    """A stream whose blocks are all the same; who reads it to its end finds a wrong checksum."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_SYNC_FLUSH)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_SYNC_FLUSH)
    header = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    return header + first + block * (mebibytes - 1) + packer.flush() + bytes(8)


SOUND = frame(record(value=b"x" * 1000))
PACKED = {
    "a zstd bomb of 10 GiB": packed(ZSTD, Zstd.run_of_zeros(10 << 30)),
    "a zstd bomb that tells its size":
        packed(ZSTD, Zstd.run_of_zeros(10 << 30, content_size=10 << 30)),
    "a zstd bomb that lies about its size":
        packed(ZSTD, Zstd.run_of_zeros(1 << 30, content_size=100)),
    "a zstd content size of 2^64-1":
        packed(ZSTD, Zstd.run_of_zeros(1 << 20, content_size=(1 << 64) - 1)),
    "a zstd window of 2 GiB": packed(ZSTD, Zstd.run_of_zeros(1 << 17, window_descriptor=0xA8)),
    "the largest zstd window": packed(ZSTD, Zstd.run_of_zeros(1 << 17, window_descriptor=0xFF)),
    "a cut zstd frame": packed(ZSTD, SOUND[:-3]), "zstd without a frame": packed(ZSTD, b""),
    "a zstd frame and rubbish": packed(ZSTD, SOUND + b"rubbish"),
    "only skippable zstd frames": packed(ZSTD, Zstd.skippable(1000) * 100),
    "a zstd frame with a dictionary": packed(ZSTD, struct.pack("<I", 0xFD2FB528) + b"\x03\x50"
                                             + b"\1\2\3\4" + b"\1\0\0"),
    "zstd that is plain": packed(ZSTD, record()), "a damaged zstd frame":
        packed(ZSTD, SOUND[:8] + bytes([SOUND[8] ^ 0xFF]) + SOUND[9:]),
    "an empty zstd frame": packed(ZSTD, frame(b"")),
    "a gzip bomb of 1 GiB": packed(GZIP, gzip_of_zeros(1024)),
    "a cut gzip stream": packed(GZIP, gzip.compress(record())[:-9]),
    "gzip that is plain": packed(GZIP, record()),
    "snappy that claims 4 GiB": packed(SNAPPY, b"\xff\xff\xff\xff\x0f" + b"\0a"),
    "snappy of Java that claims 2 GiB": packed(SNAPPY, b"\x82SNAPPY\0" + struct.pack(
        ">iii", 1, 1, INT32_MAX) + b"x"),
    "snappy of Java with -1 bytes": packed(SNAPPY, b"\x82SNAPPY\0" + struct.pack(">iii", 1, 1, -1)),
    "snappy that is plain": packed(SNAPPY, record()),
    "lz4 that is plain": packed(LZ4, record()),
    "an lz4 frame without end": packed(LZ4, struct.pack("<I", 0x184D2204) + b"\x60\x70\x73"),
    "an lz4 block of 2 GiB": packed(LZ4, struct.pack("<I", 0x184D2204) + b"\x60\x70\x73"
                                    + struct.pack("<I", INT32_MAX)),
}

# What is strange, and can be read all the same. Name, the batch, how many records it has.
STRANGE = {
    "the largest times": (batch(times=(INT64_MAX, INT64_MAX)), 1),
    "the smallest times": (batch(times=(INT64_MIN, INT64_MIN)), 1),
    "times from end to end": (batch([record(0), record(1, time_delta=-1)],
                                    times=(INT64_MIN, INT64_MAX)),
                              2),
    "a time delta that overflows": (batch([record(time_delta=INT64_MAX)], times=(INT64_MAX,) * 2),
                                    1),
    "a producer of 2^63-1": (batch(producer=(INT64_MAX, 32767, INT32_MAX)), 1),
    "log append time": (batch(attributes=8), 1), "a delete horizon": (batch(attributes=64), 1),
    "attributes that nobody knows": (batch(attributes=0x7F80), 1),
    "gzip and rubbish, as Java reads it": (packed(GZIP, gzip.compress(record()) + b"rubbish"), 1),
    "two zstd frames": (packed(ZSTD, frame(record()) + frame(record(1)), 2), 2),
    "a zstd frame behind skippable ones": (packed(ZSTD, Zstd.skippable(100) + frame(record())), 1),
    "a null key and a null value": (batch([record(value=None)]), 1),
    "an empty header name": (batch([record(headers=[(b"", None)])]), 1),
    "a key of length -2": (batch([record(body=b"\0\0\0" + varint(-2) + b"\1\0")]), 1),
    "a value of 1 MiB of escapes": (batch([record(key=b"\x1b[2J" * 100,
                                                  value=b"\x1b[31m" * 20000)]), 1),
}

READERS = {
    "consume": "estream-consume -j t", "values": "estream-consume t",
    "follow": "estream-consume -f --idle 50ms -j t", "filter": "estream-consume -k x -c t",
    "state": "estream-replay -L -K .k t", "into": "estream-replay --into u t",
    "keys": "estream-inspect keys t", "verify": "estream-inspect verify t >&2",
    "compact": "estream-compact -q -L --null-keys keep t",
    "erase": "estream-compact -q --drop -k x t", "recompress": "estream-compact -q -z zstd:3 t",
}
# Those that trust a header for what is in the batch never look into it.
EASY = "".join(f"estream-{look} t >/dev/null; test $? -lt 128 || exit 9; " for look in (
    "inspect topics", "inspect segments", "inspect batches", "inspect hist",
    "inspect offsets -S @1", "consume -c", "consume -S @1 -U @2 -c", "consume --tail 1",
    "replay --dry-run")) + "exit 0"


def sealed(content, spans=1):
    """The batch fills a sealed segment, and a sound one follows."""
    return lambda box: box.put_segments((0, content), (spans, batch(base=spans)))


def ends_well(box, _):
    ending = box.run(EASY)
    is_well = ending.status == 0 and not ending.is_crash()
    return None if is_well else f"an easy look crashed: {ending.err!r}"


def bad(kind, name, content):
    return [Case(f"{kind}: {name}, {tool}", READERS[tool], 3, "log/t/0", setup=sealed(content),
                 check=ends_well if tool == "consume" else None, rss_mib=UNPACKED_MIB)
            for tool in readers_of(name)]


def readers_of(name):
    """All of them for some; the others, to save time, only some of them."""
    if "bomb of" in name:
        return ("consume", "verify", "recompress")[:3 if "zstd" in name else 2]
    if name in ("record count 2^31-1 in a small batch", "2^31-1 headers", "an offset twice",
                "a wrong checksum"):
        # Compressing again leaves the records as they are, whatever they are.
        return [tool for tool in READERS if tool != "recompress" or name == "a wrong checksum"]
    return ("consume", "verify", "compact", "state")


def count_check(count, tool):
    def check(box, ending):
        found = box.run("estream-consume -F '%o\\n' t | wc -l")
        if int(found.out) != count + 1:
            return f"{found.out!r} events instead of {count + 1}"
        return ends_well(box, ending) if tool == "consume" else None
    return check


def segments(*content, **more):
    return lambda box: box.put_segments(*content, **more)


CASES = [case for name, content in MALFORMED.items() for case in bad("batch", name, content)]
CASES += [case for name, content in PACKED.items() for case in bad("packed", name, content)]
CASES += [Case(f"strange: {name}, {tool}", READERS[tool], 0, setup=sealed(content, count),
               check=count_check(count, tool), rss_mib=UNPACKED_MIB)
          for name, (content, count) in STRANGE.items()
          for tool in ("consume", "verify", "compact", "recompress", "into")]
CASES += [Case(f"the time {time} is printed",
               "estream-consume -n 1 -F '%d %d{iso} %d{strftime[%Y]}\n' t",
               0, prints=says, setup=sealed(batch(times=(time, time))))
          for time, says in (
              (0, b"0 1970-01-01T00:00:00.000Z 1970\n"),
              (-2, b"-2 1969-12-31T23:59:59.998Z 1969\n"),
              (253402300799999, b"253402300799999 9999-12-31T23:59:59.999Z 9999\n"))]
LAST = INT64_MAX - 2  # The offset of a batch behind which there is room for one more.
AT_LAST = segments((LAST, batch(base=LAST)), epochs=f"0\n1\n0 {LAST}\n")
CASES += [
    Case("control batches in a log of ours are not events", "estream-consume -c t", 0,
         prints=b"1\n", setup=sealed(batch([record(key=b"\0\0\0\1")], attributes=0x30))),
    Case("a transaction without end in a log of ours", "estream-consume -c t", 0, prints=b"0\n",
         setup=sealed(batch(attributes=0x10, producer=(1, 0, 0)))),
    Case("a transaction without end in a broker's log", "estream-consume -c t", 0, prints=b"1\n",
         setup=lambda box: box.put_broker({"t-0": batch() + batch(
             base=1, attributes=0x10, producer=(1, 0, 0)) + batch(base=2)})),
    Case("a batch of another topic, with its offset", "estream-consume t", 3,
         "begins at offset 5 instead of 1", setup=segments((0, batch() + batch(base=5)),
                                                           (2, batch(base=2)))),
    Case("a batch of another topic, with its epoch", "estream-consume t", 3, "epoch 3",
         setup=segments((0, batch() + batch(base=1, epoch=3)), (2, batch(base=2)))),
    Case("a whole segment of another topic", "estream-consume t", 3, "00000000000000000001.log",
         setup=segments((0, batch()), (1, batch(base=9)), (2, batch(base=2)))),
    Case("segments that overlap have each offset once", "estream-consume -F '%o' t; "
         "estream-inspect verify t >&2", 0, prints=b"01",
         setup=segments((0, batch() + batch(base=1)), (1, batch(base=1)))),
    Case("the same batch twice", "estream-consume t", 3, "instead of 1",
         setup=segments((0, batch() * 2), (2, batch(base=2)))),
    Case("a hole between segments", "estream-consume t", 3, "missing",
         setup=segments((0, batch()), (7, batch(base=7)))),
    Case("offsets that end with the numbers", "estream-consume -F '%o' t", 0,
         prints=str(LAST).encode(), setup=AT_LAST),
    Case("an append to offsets that end with the numbers", "seq 10 | estream-produce t; r=$?; "
         "estream-consume -F '%o' t; exit $r", 2, "the last possible offset is used", prints=str(LAST).encode(),
         setup=AT_LAST),
    Case("an append behind a damaged batch", "echo 1 | estream-produce t", 3, "crc mismatch",
         setup=segments((0, batch(crc=5) + batch(base=1)))),
    Case("an append behind half a batch", "echo 1 | estream-produce t && estream-consume -c t", 0,
         prints=b"2\n", setup=segments((0, batch() + batch(base=1)[:40]))),
]
