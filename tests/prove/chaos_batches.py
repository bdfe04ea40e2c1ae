"""Reads partitions from their bytes, and writes some: Kafka's record batches, version 2, and the commit
file. Written from doc/format.md alone: what chaos.py says about a log must not rest on the product.
"""
import ctypes
import dataclasses
import functools
import pathlib
import struct

HEADER = struct.Struct(">qiibIhiqqqhii")
SLOT = struct.Struct(">4s4xqqqqqqqqqqiIi4x16s4sI")
SLOT_STRIDE = 4096
POISONED = 1
CHECKED_FROM = 21  # The checksum covers what comes behind itself.
LENGTH_COVERS_FROM = 12
CODEC_MASK = 7
NONE, ZSTD = 0, 4
LARGEST_BATCH_BYTES = 128 << 20


class Damage(Exception):
    """The bytes are no batch, or not the one that has to be here."""


def crc_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


CRC_TABLE = crc_table()
LIBZSTD = ctypes.CDLL("libzstd.so.1")
LIBZSTD.ZSTD_decompress.restype = ctypes.c_size_t
LIBZSTD.ZSTD_decompress.argtypes = [ctypes.c_char_p, ctypes.c_size_t] * 2
LIBZSTD.ZSTD_compress.restype = ctypes.c_size_t
LIBZSTD.ZSTD_compress.argtypes = [ctypes.c_char_p, ctypes.c_size_t] * 2 + [ctypes.c_int]
LIBZSTD.ZSTD_getFrameContentSize.restype = ctypes.c_ulonglong
LIBZSTD.ZSTD_getFrameContentSize.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
LIBZSTD.ZSTD_isError.argtypes = [ctypes.c_size_t]


# Sealed segments are read again and again.
@functools.lru_cache(maxsize=3000)
def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = CRC_TABLE[(crc ^ byte) & 255] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def unpacked(data):
    size = LIBZSTD.ZSTD_getFrameContentSize(data, len(data))
    if size > LARGEST_BATCH_BYTES:
        raise Damage("a zstd frame without a size that makes sense")
    out = ctypes.create_string_buffer(max(size, 1))
    done = LIBZSTD.ZSTD_decompress(out, size, data, len(data))
    if LIBZSTD.ZSTD_isError(done) or done != size:
        raise Damage("a zstd frame that cannot be unpacked")
    return out.raw[:size]


def packed(data):
    out = ctypes.create_string_buffer(len(data) + (len(data) >> 7) + 1024)
    size = LIBZSTD.ZSTD_compress(out, len(out), data, len(data), 1)
    return out.raw[:size]


@dataclasses.dataclass(frozen=True)
class Record:
    offset: int
    timestamp: int
    key: bytes      # Or nothing.
    value: bytes    # Or nothing: a tombstone.
    headers: tuple  # Pairs of name and value.


@dataclasses.dataclass
class Batch:
    position: int
    base: int
    last: int
    size: int
    records: list


class Cursor:
    """A place in the records of a batch."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def varint(self):
        shift = value = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value >> 1 ^ -(value & 1)

    def bytes(self):
        size = self.varint()
        if size < 0:
            return None
        self.at += size
        if self.at > len(self.data):
            raise Damage("a record that is longer than its batch")
        return self.data[self.at - size:self.at]


def read_records(data, count, base, first_time):
    cursor, records = Cursor(data), []
    try:
        for _ in range(count):
            size = cursor.varint()
            end = cursor.at + size
            cursor.at += 1  # No attributes.
            timestamp = first_time + cursor.varint()
            offset = base + cursor.varint()
            key, value = cursor.bytes(), cursor.bytes()
            headers = tuple((cursor.bytes(), cursor.bytes()) for _ in range(cursor.varint()))
            if cursor.at != end:
                raise Damage(f"record {offset} has not the length that it says")
            records.append(Record(offset, timestamp, key, value, headers))
    except IndexError:
        raise Damage("records that end in the middle") from None
    if cursor.at != len(data):
        raise Damage("bytes behind the last record")
    return records


def read_batch(data, at):
    """The batch at this position, all of it checked."""
    if len(data) - at < HEADER.size:
        raise Damage("less than a header")
    (base, length, _, magic, crc, attributes, delta, first_time, max_time, _, _, _,
     count) = HEADER.unpack_from(data, at)
    end = at + LENGTH_COVERS_FROM + length
    if magic != 2 or length < HEADER.size - LENGTH_COVERS_FROM or end > len(data):
        raise Damage(f"a header that makes no sense: magic {magic}, length {length}")
    if crc32c(bytes(data[at + CHECKED_FROM:end])) != crc:
        raise Damage("a wrong checksum")
    body = bytes(data[at + HEADER.size:end])
    codec = attributes & CODEC_MASK
    if codec not in (NONE, ZSTD):
        raise Damage(f"codec {codec}, which estream does not write")
    records = read_records(unpacked(body) if codec == ZSTD else body, count, base, first_time) \
        if count else []
    offsets = [record.offset for record in records]
    if offsets != sorted(set(offsets)) or offsets and not base <= offsets[0] <= offsets[-1] <= base + delta:
        raise Damage("offsets that do not grow, or lie outside of the batch")
    if any(record.timestamp > max_time for record in records):
        raise Damage("a record that is newer than its batch says")
    return Batch(at, base, base + delta, end - at, records)


def read_batches(data):
    """All batches from the beginning on, and what was wrong then, or nothing."""
    batches, at = [], 0
    while at < len(data):
        try:
            batches.append(read_batch(data, at))
        except Damage as damage:
            return batches, f"byte {at}: {damage}"
        at += batches[-1].size
    return batches, ""


def write_batch(records, base, last, codec=NONE):
    """The bytes of a batch that covers these offsets."""
    body = bytearray()
    first_time = min((record.timestamp for record in records), default=0)
    for record in records:
        fields = bytearray(1)
        for number in (record.timestamp - first_time, record.offset - base):
            fields += varint(number)
        for field in (record.key, record.value):
            fields += varint(-1 if field is None else len(field)) + (field or b"")
        fields += varint(len(record.headers))
        for name, value in record.headers:
            fields += varint(len(name)) + name + varint(len(value)) + value
        body += varint(len(fields)) + fields
    stored = packed(bytes(body)) if codec == ZSTD and records else bytes(body)
    newest = max((record.timestamp for record in records), default=-1)
    rest = struct.pack(">hiqqqhii", codec if records else NONE, last - base, first_time, newest, -1, -1,
                       -1, len(records)) + stored
    return struct.pack(">qiibI", base, len(rest) + CHECKED_FROM - LENGTH_COVERS_FROM, 0, 2,
                       crc32c(rest)) + rest


def varint(number):
    number = number << 1 ^ number >> 63
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


@dataclasses.dataclass
class Commit:
    sequence: int
    segment_base: int
    written: int
    published: int
    published_offset: int
    log_start: int
    is_poisoned: bool


def read_commit(path):
    """What the newer of the two whole slots says; nothing when there is none."""
    data = path.read_bytes() if path.exists() else b""
    newest = None
    for at in (0, SLOT_STRIDE):
        slot = data[at:at + SLOT.size]
        if len(slot) < SLOT.size or crc32c(slot[:-4]) != SLOT.unpack(slot)[-1]:
            continue
        (_, sequence, _, segment, written, _, _, _, published, end, start, _, flags, _, _, _,
         _) = SLOT.unpack(slot)
        if newest is None or sequence > newest.sequence:
            newest = Commit(sequence, segment, written, published, end, start, bool(flags & POISONED))
    return newest


class Partition:
    """A partition as its bytes have it now. What is wrong with it is a list of texts."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.wrong = []
        self.segments = []  # (base, size)
        self.batches = []
        self.commit = read_commit(self.path / "commit")
        if self.commit is None:
            self.wrong.append("no slot of the commit file is whole")
        for log in sorted(self.path.glob("*.log")):
            self._take(log)
        self._check_tiling()
        start = self.commit.log_start if self.commit else 0
        self.records = [record for batch in self.batches for record in batch.records
                        if record.offset >= start]
        self.end = self.batches[-1].last + 1 if self.batches else start

    def _take(self, log):
        base = int(log.stem)
        data = log.read_bytes()
        if self.commit and base == self.commit.segment_base:
            if len(data) < self.commit.published:
                self.wrong.append(f"{log.name} has {len(data)} bytes of {self.commit.published}")
            data = data[:self.commit.published]
        elif self.commit and base > self.commit.segment_base:
            return  # A roll that is not over.
        batches, wrong = read_batches(data)
        if wrong:
            self.wrong.append(f"{log.name} at {wrong}")
        if batches and batches[0].base != base:
            self.wrong.append(f"{log.name} begins with offset {batches[0].base}")
        if self.batches and batches and batches[-1].last <= self.batches[-1].last:
            return  # Left of a compaction that was killed: all of it is in the segment before.
        self.segments.append((base, len(data)))
        self.batches += batches

    def _check_tiling(self):
        for before, batch in zip(self.batches, self.batches[1:]):
            if batch.base != before.last + 1:
                self.wrong.append(f"offset {before.last + 1} is followed by {batch.base}")
        if self.commit and self.batches and self.batches[-1].last + 1 != self.commit.published_offset:
            self.wrong.append(f"it ends at {self.batches[-1].last + 1}, and {self.commit.published_offset}"
                              " is published")


def partition_for(key, count):
    """Where Kafka's clients put a key: murmur2, positive, modulo."""
    mask = 0xFFFFFFFF
    hashed = (0x9747B28C ^ len(key)) & mask
    whole = len(key) & ~3
    for (word,) in struct.iter_unpack("<I", key[:whole]):
        word = word * 0x5BD1E995 & mask
        word = (word ^ word >> 24) * 0x5BD1E995 & mask
        hashed = hashed * 0x5BD1E995 & mask ^ word
    if len(key) > whole:
        hashed = (hashed ^ int.from_bytes(key[whole:], "little")) * 0x5BD1E995 & mask
    hashed = (hashed ^ hashed >> 13) * 0x5BD1E995 & mask
    return ((hashed ^ hashed >> 15) & 0x7FFFFFFF) % count
