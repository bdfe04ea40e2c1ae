#!/usr/bin/env python3
"""Proves that dump-check can fail: it damages copies of a broker's directory, one place at a time,
and each damage must be found, and for the reason that belongs to it.

  tests/kafka/dump-check --self-test        (or tests/kafka/dump_check_test.py)
"""
import concurrent.futures
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ARCHIVE = HERE.parent / "golden" / "kafka-4.1-data-clean.tar.zst"
BASE = "00000000000000000000"


def flip(path, position, bit=0):
    data = bytearray(path.read_bytes())
    data[position] ^= 1 << bit
    path.write_bytes(data)


def overwrite(path, position, data):
    with open(path, "r+b") as file:
        file.seek(position)
        file.write(data)


def batch_starts(log):
    data, position, starts = log.read_bytes(), 0, []
    while position < len(data):
        starts.append(position)
        position += 12 + struct.unpack_from(">i", data, position + 8)[0]
    return starts


def split(partition, at_batch):
    """Makes two segments of one, the second without index entries, and returns the second."""
    log = partition / f"{BASE}.log"
    data, start = log.read_bytes(), batch_starts(log)[at_batch]
    second = partition / f"{struct.unpack_from('>q', data, start)[0]:020}.log"
    second.write_bytes(data[start:])
    log.write_bytes(data[:start])
    for segment in (log, second):
        for suffix in (".index", ".timeindex"):
            segment.with_suffix(suffix).write_bytes(b"")
    return second


def swap_entries(path, size):
    data = path.read_bytes()
    path.write_bytes(data[size:2 * size] + data[:size] + data[2 * size:])


def rename_second_segment(partition):
    second = split(partition, 3)
    for suffix in (".log", ".index", ".timeindex"):
        each = second.with_suffix(suffix)
        each.rename(each.with_name(f"{int(each.stem) - 1:020}{suffix}"))


def remove_middle_batch(partition):
    log = partition / f"{BASE}.log"
    starts, data = batch_starts(log), log.read_bytes()
    log.write_bytes(data[:starts[2]] + data[starts[3]:])
    for suffix in (".index", ".timeindex"):
        (partition / f"{BASE}{suffix}").write_bytes(b"")


def cut(path, count):
    path.write_bytes(path.read_bytes()[:-count])


def extend(path, count):
    with open(path, "ab") as file:
        file.write(bytes(count))


def in_file(suffix, change):
    return lambda partition: change(partition / f"{BASE}{suffix}")


# Partitions of a broker with what a damage needs: one that estream itself could have written, the
# same compressed, and one whose time index has several entries, which only append time gave.
PLAIN, ZSTD, APPEND_TIME = "pub.none-0", "pub.zstd-0", "pub.appendtime-0"

# What is done to which partition, and what dump-check then has to say. Positions in the batch
# header: base offset 0, length 8, epoch 12, magic 16, crc 17, attributes 21, records from 61.
UNDAMAGED = [
    ("the directory as it was", PLAIN, lambda p: None, r"^35 batches, 3282 records ok$"),
    ("the same in two segments", PLAIN, lambda p: split(p, 3), r"^35 batches, 3282 records ok$"),
    ("an index with room for more", PLAIN, in_file(".index", lambda p: extend(p, 80)),
     r"^35 batches, 3282 records ok$"),
    ("compressed", ZSTD, lambda p: None, r"^\d+ batches, 3243 records ok$"),
    ("several time index entries", APPEND_TIME, lambda p: None, r"^6 batches, 500 records ok$"),
]
DAMAGED = [
    ("a bit of a record", PLAIN, in_file(".log", lambda p: flip(p, 5000)), r"isvalid: false"),
    ("a bit of compressed records", ZSTD, in_file(".log", lambda p: flip(p, 3000)),
     r"isvalid: false|Exception"),
    ("a bit of the last batch's checksum", PLAIN,
     in_file(".log", lambda p: flip(p, batch_starts(p)[-1] + 17)), r"isvalid: false"),
    ("a bit of the epoch, which no checksum covers", PLAIN, in_file(".log", lambda p: flip(p, 15)),
     r"epoch 1, leader-epoch-checkpoint says 0"),
    ("the base offset of a batch, which no checksum covers", PLAIN,
     in_file(".log", lambda p: flip(p, batch_starts(p)[4] + 7)), r"Non-consecutive offsets"),
    ("a batch that is gone", PLAIN, remove_middle_batch, r"Non-consecutive offsets"),
    ("the last 10 bytes", PLAIN, in_file(".log", lambda p: cut(p, 10)),
     r"invalid bytes at the end"),
    ("zeros after the last batch", PLAIN, in_file(".log", lambda p: extend(p, 100)),
     r"CorruptRecordException"),
    ("a segment named one too low", PLAIN, rename_second_segment, r"segment before ends at"),
    ("the offset of an index entry", PLAIN, in_file(".index", lambda p: flip(p, 3)),
     r"Mismatches in"),
    ("the position of an index entry", PLAIN, in_file(".index", lambda p: flip(p, 6, 6)),
     r"Mismatches in|Exception"),
    ("an index that ends early in zeros", PLAIN,
     in_file(".index", lambda p: overwrite(p, 16, bytes(8))), r"more are used"),
    ("the time of a time index entry", APPEND_TIME, in_file(".timeindex", lambda p: flip(p, 7)),
     r"timestamp mismatch"),
    ("the offset of a time index entry", APPEND_TIME, in_file(".timeindex", lambda p: flip(p, 11)),
     r"not found in the log"),
    ("time index entries out of order", APPEND_TIME,
     in_file(".timeindex", lambda p: swap_entries(p, 12)), r"out of order timestamp"),
    ("a missing index", PLAIN, in_file(".index", pathlib.Path.unlink), r"is missing"),
    ("a missing time index", PLAIN, in_file(".timeindex", pathlib.Path.unlink), r"is missing"),
    ("a missing log", PLAIN, in_file(".log", pathlib.Path.unlink), r"has no .log"),
    ("a missing leader-epoch-checkpoint", PLAIN,
     lambda p: (p / "leader-epoch-checkpoint").unlink(), r"No such file"),
    ("a wrong count in leader-epoch-checkpoint", PLAIN,
     lambda p: (p / "leader-epoch-checkpoint").write_text("0\n2\n0 0\n"), r"version, count"),
]


def judge(scratch, number, case, damaged):
    """Whether dump-check sees what was done to a copy, as (as expected, its run)."""
    _, source, change, expected = case
    copy = shutil.copytree(scratch / source, scratch / f"copy{number}" / "0")
    change(copy)
    options = ["--broker"] if source == APPEND_TIME else []
    done = subprocess.run([HERE / "dump-check", *options, copy.parent],
                          capture_output=True, text=True)
    seen = re.search(expected, done.stderr if damaged else done.stdout)
    return done.returncode == (1 if damaged else 0) and bool(seen), done


def main():
    cases = [(case, False) for case in UNDAMAGED] + [(case, True) for case in DAMAGED]
    misjudged = 0
    fetched = subprocess.run([HERE / "fetch-kafka"], stdout=subprocess.DEVNULL)
    if fetched.returncode:
        sys.exit(fetched.returncode)
    with tempfile.TemporaryDirectory(prefix="estream-dump-check.") as scratch:
        scratch = pathlib.Path(scratch)
        subprocess.run(["tar", "--zstd", "-xf", ARCHIVE, "-C", scratch], check=True)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            runs = [pool.submit(judge, scratch, number, *each) for number, each in enumerate(cases)]
            for (case, _), run in zip(cases, runs):
                right, done = run.result()
                if not right:
                    misjudged += 1
                    print(f"FAILED: {case[0]}: exit {done.returncode}, wanted {case[3]}\n"
                          f"{done.stdout}{done.stderr[:2000]}", file=sys.stderr)
    print(f"{len(UNDAMAGED)} undamaged and {len(DAMAGED)} damaged directories, "
          f"{misjudged} misjudged")
    sys.exit(1 if misjudged else 0)


if __name__ == "__main__":
    main()
