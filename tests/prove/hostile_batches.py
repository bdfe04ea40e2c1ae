"""Record batches made byte by byte, with checksums that are right whatever else is wrong.

The format is Kafka's (doc/format.md); nothing of estream is used to make them.
"""
import ctypes
import ctypes.util
import struct

HEADER_BYTES = 61
NO_CODEC, GZIP, SNAPPY, LZ4, ZSTD = range(5)


def _table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


TABLE = _table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def varint(value):
    """Zigzag, as all numbers of a record are."""
    value = value << 1 ^ value >> 63
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(data):
    return varint(-1) if data is None else varint(len(data)) + data


def record(offset_delta=0, key=None, value=b"{}", headers=(), time_delta=0, body=None):
    """One record; `body` replaces everything behind the length."""
    if body is None:
        body = b"\0" + varint(time_delta) + varint(offset_delta) + field(key) + field(value)
        body += varint(len(headers)) + b"".join(field(k) + field(v) for k, v in headers)
    return varint(len(body)) + body


def batch(records=None, base=0, codec=NO_CODEC, count=None, epoch=0, magic=2, crc=None,
          length=None, attributes=None, last_delta=None, times=(1_700_000_000_000,) * 2,
          producer=(-1, -1, -1), stored=None):
    """A batch of plain `records` (or of `stored` bytes as they are), any field set to anything."""
    records = [record()] if records is None else records
    count = len(records) if count is None else count
    last_delta = max(count - 1, 0) if last_delta is None else last_delta
    attributes = codec if attributes is None else attributes
    body = b"".join(records) if stored is None else stored
    behind_crc = struct.pack(">hiqqqhii", attributes, last_delta, *times, *producer, count) + body
    crc = crc32c(behind_crc) if crc is None else crc
    length = HEADER_BYTES - 12 + len(body) if length is None else length
    return struct.pack(">qiibI", base, length, epoch, magic, crc) + behind_crc


class Zstd:
    """The library that the tools use themselves, for frames that no sane program would make."""

    def __init__(self):
        name = ctypes.util.find_library("zstd") or "libzstd.so.1"
        self.library = ctypes.CDLL(name)
        self.library.ZSTD_compress.restype = ctypes.c_size_t
        self.library.ZSTD_compressBound.restype = ctypes.c_size_t

    def compress(self, data, level=1):
        room = ctypes.create_string_buffer(
            self.library.ZSTD_compressBound(ctypes.c_size_t(len(data))))
        size = self.library.ZSTD_compress(room, ctypes.c_size_t(len(room)), data,
                                          ctypes.c_size_t(len(data)), ctypes.c_int(level))
        return room.raw[:size]

    @staticmethod
    def run_of_zeros(size, window_descriptor=0x50, content_size=None):
        """A frame of RLE blocks: 4 bytes for each 128 KiB of output."""
        frame = struct.pack("<I", 0xFD2FB528)
        if content_size is None:
            frame += bytes([0x00, window_descriptor])
        else:
            frame += bytes([0xC0, window_descriptor]) + struct.pack("<Q", content_size)
        blocks = max(1, size >> 17)
        for number in range(blocks):
            is_last = number == blocks - 1
            block = min(size, 1 << 17) << 3 | 1 << 1 | is_last
            frame += struct.pack("<I", block)[:3] + b"\0"
        return frame

    @staticmethod
    def skippable(size):
        return struct.pack("<II", 0x184D2A50, size) + bytes(size)
