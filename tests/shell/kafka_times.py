"""Topics with batches as Kafka's producers write them: the base timestamp is that of the first
record, and later records may be older. A broker's directory, a branch of it and a topic of ours
into which its files were copied answer windows of time as a look at every record does."""
import json
import os
import random
import shutil
import struct
import subprocess
import sys

START = 1_795_183_380  # Seconds.
KEYS = 3


def make_crc_table():
    table = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
        table.append(crc)
    return table


CRC_TABLE = make_crc_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ CRC_TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def varint(number):
    number = number << 1 ^ number >> 63
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def batch(base_offset, times):
    records = b""
    for delta, time in enumerate(times):
        value = b"%d" % (base_offset + delta)
        key = b"%d" % ((base_offset + delta) % KEYS)
        body = b"\0" + varint((time - times[0]) * 1000) + varint(delta)
        body += varint(len(key)) + key + varint(len(value)) + value + varint(0)
        records += varint(len(body)) + body
    tail = struct.pack(">hiqqqhii", 0, len(times) - 1, times[0] * 1000, max(times) * 1000, -1, -1,
                       -1, len(times)) + records
    return struct.pack(">qiibI", base_offset, 9 + len(tail), 0, 2, crc32c(tail)) + tail


def make_topics(chance):
    """The times by offset, in seconds, and the roots of the three topics `t`."""
    times, logs = [], []
    for _ in range(3):
        base, log = len(times), b""
        for _ in range(chance.randint(1, 8)):
            of_batch = [START + chance.randint(0, 60) for _ in range(chance.randint(1, 5))]
            log += batch(len(times), of_batch)
            times += of_batch
        logs.append((base, log))
    os.makedirs("broker/t-0")
    os.makedirs("copied/t/0")
    with open("broker/meta.properties", "w", encoding="utf-8") as file:
        file.write("version=1\nnode.id=1\n")
    with open("copied/t/topic.json", "w", encoding="utf-8") as file:
        file.write('{"version":1,"partitions":1,"config":{}}\n')
    for folder in ("broker/t-0", "copied/t/0"):
        with open(folder + "/leader-epoch-checkpoint", "w", encoding="utf-8") as file:
            file.write("0\n1\n0 0\n")
        for base, log in logs:
            with open(f"{folder}/{base:020}.log", "wb") as file:
                file.write(log)
    os.mkdir("branch")
    run("estream-replay", "-d", "broker", "--branch", "./branch/t", "t")
    return times, ["broker", "branch", "copied"]


def run(*words, wanted=(0,)):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode not in wanted:
        sys.exit(f"exit {done.returncode}: {' '.join(words)}: {done.stderr.decode()}")
    return done


def offsets(*words):
    return [json.loads(line)["offset"] for line in run(*words).stdout.splitlines()]


def check(what, found, wanted):
    if found != wanted:
        sys.exit(f"{what}: {found} instead of {wanted}")


def check_window(root, times, since, until):
    window = [word for option, time in (("-S", since), ("-U", until)) if time is not None
              for word in (option, f"@{time}")]
    inside = [offset for offset, time in enumerate(times)
              if (since is None or time >= since) and (until is None or time < until)]
    place = ["-d", root]
    name = f"{root} {window} of {times}"
    check(name, offsets("estream-consume", *place, "-j", *window, "t"), inside)
    count = run("estream-consume", *place, "-c", *window, "t").stdout
    check("-c " + name, int(count), len(inside))
    check("replay " + name,
          sorted(offsets("estream-replay", *place, "-j", "-s", "max", *window, "t")), inside)
    latest = {offset % KEYS: offset for offset in inside}
    check("replay -L " + name,
          sorted(offsets("estream-replay", *place, "-j", "-L", *window, "t")),
          sorted(latest.values()))
    hist = run("estream-inspect", "hist", "-j", *place, *window, "--by", "7s", "t").stdout
    check("hist " + name, sum(json.loads(line)["records"] for line in hist.splitlines()),
          len(inside))
    run("estream-inspect", "hist", "-j", *place, *window, "t")
    run("estream-inspect", "expect", f"count == {len(inside)}", *place, *window, "t")


def random_window(chance):
    """A beginning and an end, or nothing for either; the end is not before the beginning."""
    ends = sorted(START + chance.randint(0, 61) for _ in range(2))
    return [chance.choice([None, end]) for end in ends]


def main():
    seed = int(os.environ.get("ESTREAM_TEST_SEED") or random.SystemRandom().randrange(1 << 32))
    print("seed", seed)
    chance = random.Random(seed)
    for round_number in range(2):
        work = f"round{round_number}"
        os.mkdir(work)
        os.chdir(work)
        times, roots = make_topics(chance)
        windows = [random_window(chance) for _ in range(6)]
        for root in roots:
            for since, until in windows:
                check_window(root, times, since, until)
            check("--tail", offsets("estream-consume", "-d", root, "-j", "--tail", "4", "t"),
                  list(range(len(times)))[-4:])
        # A writer comes, and what is asked afterwards is answered as before.
        run("estream-produce", "-d", "copied", "-q", "-i", "/dev/null", "t")
        run("estream-inspect", "verify", "-d", "copied", "t")
        for since, until in windows:
            check_window("copied", times, since, until)
        os.chdir("..")
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
