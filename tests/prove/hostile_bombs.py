"""Batches that are small on disk, large in memory, and sound, one behind the other.

Whoever reads them takes the memory of one, and gives it back: 128 MiB of records, and 88 MiB of
what is noted of them.
"""
import functools
import gzip
import shutil
import struct
import subprocess
import sys

from hostile_batches import GZIP, LZ4, NO_CODEC, SNAPPY, ZSTD, Zstd, batch, field, record, varint
from hostile_case import Case

UNPACKED_MAX = 128 << 20  # Of one batch.
RECORDS_MAX = 1 << 20


def head_of(value_bytes):
    """What stands before the value, and makes a record of it with one byte of zero behind."""
    body = b"\0\0\0" + field(b"k") + varint(value_bytes)
    return varint(len(body) + value_bytes + 1) + body


def head_and_zeros():
    """One record, as large as a batch may be: its front, and how many zeros follow it."""
    room = UNPACKED_MAX - 32
    return head_of(room), room + 1


def lz4_of_zeros(head, zeros):
    """A frame of blocks of 4 MiB, each of a few literals and one match that repeats the last."""
    frame = struct.pack("<I", 0x184D2204) + b"\x60\x70\x73"
    while zeros > 0:
        count = min(zeros, (4 << 20) - 100)
        tail = min(count - 1, 12)  # A block ends with literals.
        literals = head + b"\0"
        run = count - 1 - tail - 4
        block = bytes([len(literals) << 4 | 15]) + literals  # Fewer than 15.
        block += b"\1\0" + b"\xff" * ((run - 15) // 255) + bytes([(run - 15) % 255])
        block += bytes([tail << 4]) + bytes(tail)
        frame += struct.pack("<I", len(block)) + block
        head, zeros = b"", zeros - count
    return frame + bytes(4)


def snappy_of_zeros(head, zeros):
    """One raw block: a literal, then copies of 64 bytes that repeat the byte before."""
    literal = head + bytes(1 + (zeros - 1) % 64)
    size, length = len(head) + zeros, b""
    while size > 0x7F:
        length, size = length + bytes([size & 0x7F | 0x80]), size >> 7
    block = length + bytes([size]) + bytes([60 << 2, len(literal) - 1]) + literal
    return block + struct.pack("<BH", 63 << 2 | 2, 1) * ((zeros - 1) // 64)


def zstd_of_zeros(head, zeros):
    """A frame of which the first block is plain, and of which no size is told."""
    frame = struct.pack("<I", 0xFD2FB528) + b"\x00\x50"
    frame += struct.pack("<I", len(head) << 3)[:3] + head
    while zeros > 0:
        count = min(zeros, 1 << 17)
        zeros -= count
        frame += struct.pack("<I", count << 3 | 1 << 1 | (zeros == 0))[:3] + b"\0"
    return frame


def gzip_of_zeros(head, zeros):
    return gzip.compress(head + bytes(zeros), 6)


PACKERS = {ZSTD: zstd_of_zeros, GZIP: gzip_of_zeros, LZ4: lz4_of_zeros, SNAPPY: snappy_of_zeros}


def one_large_record(codec):
    return batch(codec=codec, stored=PACKERS[codec](*head_and_zeros()), count=1)


def many_records(codec, value_bytes=0):
    """As many as a batch may have; they differ by their offsets."""
    plain = b"".join(record(number, key=b"k", value=bytes(value_bytes))
                     for number in range(RECORDS_MAX))
    pack = {NO_CODEC: bytes, GZIP: lambda data: gzip.compress(data, 1), ZSTD: Zstd().compress}
    return batch(codec=codec, stored=pack[codec](plain), count=RECORDS_MAX)


def write_bombs(bomb, path):
    """One behind the other; the base offset lies before what the checksum covers."""
    span = struct.unpack(">i", bomb[23:27])[0] + 1
    with open(path, "wb") as file:
        for number in range(TIMES):
            file.write(struct.pack(">q", number * span) + bomb[8:])


READERS = {
    "consume": "estream-consume t >/dev/null", "follow": "estream-consume -f --idle 50ms t >/dev/null",
    "filter": "estream-consume -k k -c t", "state": "estream-replay -L t >/dev/null",
    "into": "estream-replay --into u t && [ $(estream-consume -c u) = $(estream-consume -c t) ]",
    "keys": "estream-inspect keys t", "verify": "estream-inspect verify t >&2",
    "compact": "estream-compact -q -L t", "recompress": "estream-compact -q -z zstd:3 t",
}
LARGE, TINY, FULL = "a large record", "tiny records", "many bytes in many records"
BOMBS = {LARGE: one_large_record, TINY: many_records,
         FULL: functools.partial(many_records, value_bytes=115)}
NAMES = {ZSTD: "zstd", GZIP: "gzip", LZ4: "lz4", SNAPPY: "snappy", NO_CODEC: "none"}
TIMES = 4
# In MiB. What is written anew is there twice, as it was and as it becomes, and compared.
TOTAL = 260
TOTALS = {"compact": 460, "recompress": 600, "into": 460}


def bombs(kind, codec):
    def put(box):
        made = box.templates / f"{kind} {codec}"
        if not made.exists():
            subprocess.run([sys.executable, __file__, kind, str(codec), made], check=True)
        end = TIMES * (1 if kind == LARGE else RECORDS_MAX)
        box.put_segments((0, b""), (end, batch([record(key=b"k")], base=end)))
        shutil.copyfile(made, box.segment())
    return put


def cases(kind, codec, tools):
    return [Case(f"bombs: {TIMES} of {NAMES[codec]} with {kind}, {tool}", READERS[tool], 0,
                 setup=bombs(kind, codec), rss_mib=TOTALS.get(tool, TOTAL))
            for tool in tools]


CASES = [*cases(LARGE, ZSTD, READERS), *cases(FULL, ZSTD, READERS)]
CASES += [case for kind, codec in ((LARGE, GZIP), (LARGE, LZ4), (LARGE, SNAPPY), (TINY, ZSTD),
                                   (TINY, GZIP), (TINY, NO_CODEC))
          for case in cases(kind, codec, ("consume", "verify"))]
CASES += [
    Case("bombs: tiny records as JSON", "estream-consume -j t >/dev/null", 0,
         setup=bombs(TINY, ZSTD), rss_mib=TOTAL),
    Case("bombs: a large record as JSON, in which a zero takes six bytes",
         "estream-consume -j -n 1 t >/dev/null", 0, setup=bombs(LARGE, ZSTD), rss_mib=1150),
]

if __name__ == "__main__":  # By itself: what makes them must not count as what reads them takes.
    write_bombs(BOMBS[sys.argv[1]](int(sys.argv[2])), sys.argv[3])
