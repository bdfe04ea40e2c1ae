"""What lies in a data root, or where a tool makes a file, instead of what belongs there."""
import os
import socket

from hostile_case import Case
from hostile_means import DEVICE
from hostile_sandbox import SECRET

LOG = "0/00000000000000000000.log"
HINTS = ("0/00000000000000000000.index", "0/00000000000000000000.timeindex")
LOCK, EPOCHS = "0/lock", "0/leader-epoch-checkpoint"
FILES = ("topic.json", LOG, *HINTS, "0/commit", LOCK, EPOCHS, "0", "")


def three(box):
    box.make_topic(3)


def put_link_outside(path, box):
    os.symlink(box.outside / ("directory" if path.name in ("0", "t") else "secret"), path)


def put_dangling(path, box):
    os.symlink(box.outside / "not-there", path)


def put_fifo(path, _):
    os.mkfifo(path)


def put_socket(path, _):
    descriptor = os.open(path.parent, os.O_PATH)  # Paths of sockets are short.
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"/proc/self/fd/{descriptor}/{path.name}")
    os.close(descriptor)


def put_other_kind(path, _):
    if path.name in ("0", "t"):
        path.write_bytes(b"a file\n")
    else:
        path.mkdir()


def put_loop(path, _):
    os.symlink(path.name, path)


def put_device(path, _):
    os.mknod(path, 0o20666, os.makedev(1, 5))  # As /dev/zero: whoever reads it never ends.


KINDS = {"a link to something else": put_link_outside, "a dangling link": put_dangling,
         "a FIFO": put_fifo, "a socket": put_socket, "a directory or file": put_other_kind,
         "a link to itself": put_loop, "a device": put_device}
COMMANDS = {"consume": "estream-consume t",
            "produce": "echo '{\"k\":\"x\"}' | estream-produce -K .k t",
            "verify": "estream-inspect verify t >&2", "compact": "estream-compact -q --roll -L t",
            "branch": "estream-replay --branch twig t"}
# Readers take an index for a hint and no lock; a writer needs the epochs only when it recovers.
HARMLESS = {(LOCK, "consume"), (EPOCHS, "produce"),
            *[(hint, tool) for hint in HINTS for tool in ("consume", "branch")]}
DAMAGE = {(LOCK, "verify")}


def outside_is_whole(box, _):
    names = sorted(path.name for path in box.outside.iterdir())
    if names != ["directory", "empty", "secret"] or os.listdir(box.outside / "directory"):
        return f"{names} lie outside"
    is_whole = (box.outside / "secret").read_bytes() == SECRET
    return None if is_whole else "the other file was written to"


def replacement(file, kind, tool):
    """Refused by name, and nothing that has been appended before is gone when it is put back."""
    def setup(box):
        box.make_topic(3)
        path = box.root / "t" / file
        os.rename(path, box.path / "moved")
        KINDS[kind](path, box)

    def check(box, ending):
        path = box.root / "t" / file
        if not path.is_symlink() and path.is_dir():
            path.rmdir()
        else:
            path.unlink()
        os.rename(box.path / "moved", path)
        after = box.run("estream-inspect verify t && estream-consume -c t")
        count = 4 if tool == "produce" and ending.status == 0 else 3
        if after.status != 0 or not after.out.endswith(b"\n%d\n" % count):
            return f"the topic is damaged: {after.out!r} {after.err!r}"
        return outside_is_whole(box, ending)

    is_harmless = (file, tool) in HARMLESS
    # A link to a directory is a topic's, but this one holds none.
    is_damage = (file, tool) in DAMAGE or (
        not file and tool == "verify" and kind == "a link to something else")
    return Case(f"{kind} for {file or 'the topic'}, {tool}", COMMANDS[tool],
                0 if is_harmless else 3 if is_damage else 2,
                "" if is_harmless else f"log/t/{file}".rstrip("/"), setup=setup, check=check,
                needs=DEVICE if kind == "a device" else "")


def in_root(make):
    """A topic, and besides it whatever `make` puts into the data root."""
    def setup(box):
        box.make_topic(3)
        make(box)
    return setup


# The producer is alive while another one exchanges what it writes to.
SWAP = ("(echo 1; sleep 0.3; mv $ESTREAM_DIR/{0} $ESTREAM_DIR/{0}.old; ln -s $outside/directory "
        "$ESTREAM_DIR/{0}; echo 2; sleep 0.1; yes 3 | head -30000) | "
        "estream-produce --segment-bytes 1M -z none t")


def swapped_back(name):
    """What was acknowledged is in the old place, which the producer has held on to."""
    def check(box, ending):
        os.unlink(box.root / name)
        os.rename(box.root / f"{name}.old", box.root / name)
        after = box.run("estream-inspect verify t >&2 && estream-consume -c t")
        if after.status != 0 or (ending.status == 0 and after.out != b"30002\n"):
            return f"the topic is damaged: {after.out!r} {after.err!r}"
        return outside_is_whole(box, ending)
    return check


LINKS = [
    Case("a topic that is swapped for a link while it is written", SWAP.format("t"), 2,
         "was removed, renamed or replaced", check=swapped_back("t")),
    Case("a partition that is swapped for a link while it is written", SWAP.format("t/0"), 2,
         "was removed, renamed or replaced", check=swapped_back("t/0")),
    Case("a data root that is a link is followed, as it was typed",
         "ln -s $ESTREAM_DIR out-link; estream-consume -d out-link -c t", 0, prints=b"3\n",
         setup=three),
    Case("a link among the topics is one", "estream-inspect -c", 0, prints=b"6\n",
         setup=in_root(lambda box: os.symlink(box.root / "t", box.root / "u"))),
    Case("a topic behind a link", "estream-consume ./out-link/t/../t", 2, "'..'", setup=three),
    Case("a quarantine that is a link", "echo 1 | estream-produce t", 2, "quarantine",
         check=outside_is_whole, setup=in_root(lambda box: (
             os.symlink(box.outside / "directory", box.partition() / "quarantine"),
             (box.partition() / "commit").unlink(),
             box.segment().write_bytes(box.segment().read_bytes() + bytes(20))))),
    *[Case(f"a link in place of a new file, {tool}", "ln -s $outside/secret $ESTREAM_DIR/t/0/"
           f"00000000000000000000.log.cleaned; {remove} {COMMANDS[tool]}; r=$?; "
           "estream-inspect verify t >&2 || exit 9; exit $r", 0, check=outside_is_whole,
           setup=three)
      for tool, remove in (("compact", ""), ("produce", "rm $ESTREAM_DIR/t/0/commit;"))],
    Case("a branch onto a link", "ln -s $outside/directory $ESTREAM_DIR/u; "
         "estream-replay --branch u t", 2, "topic 'u': there is one", check=outside_is_whole,
         setup=three),
    Case("a new topic onto a link", "ln -s $outside/directory $ESTREAM_DIR/u; "
         "echo 1 | estream-produce u", 2, "log/u", check=outside_is_whole),
    Case("a new topic onto a dangling link", "ln -s $outside/not-there $ESTREAM_DIR/u; "
         "echo 1 | estream-produce u", 2, "log/u", check=outside_is_whole),
    *[Case(f"the first signal ends {what}",
           f"mkfifo out-f; timeout 0.5 estream-produce {options} t", 124, seconds=2, is_mute=True)
      for what, options in (("the wait for a FIFO that nobody reads", "--reject out-f"),
                            ("the wait for a FIFO that nobody writes", "-i out-f"))],
]

# Readers trust the commit file; the proof says what it knows nothing of.
READ_AND_VERIFY = "estream-consume -c t; estream-inspect verify t >&2"
STRAY = "is behind the active segment"

ROOTS = [
    Case("a data root that is a file", "estream-consume -d $outside/secret t", 2, "outside/secret"),
    Case("a data root that is a file, to write to", "echo 1 | estream-produce -d $outside/secret t",
         2, "outside/secret"),
    Case("a data root that is missing", "estream-consume -d $outside/nothing t", 2,
         "outside/nothing"),
    Case("a data root that is empty", "estream-consume -d '' t", 2, "-d"),
    Case("a data root of 5000 bytes", "estream-consume -d $(printf '%05000d' 0) t", 2,
         "File name too long"),
    Case("a data root of 5000 bytes of directories, to write to",
         "echo 1 | estream-produce -d $(yes out-d/ | head -900 | tr -d '\\n') t", 2,
         "File name too long"),
    Case("names that are no UTF-8", "estream-inspect; estream-inspect verify", 0,
         setup=in_root(lambda box: os.mkdir(os.fsencode(box.root) + b"/\xff\xfe"))),
    Case("names that move the cursor", "estream-inspect verify t", 0,
         check=lambda _, ending: "\x1b" in ending.out.decode() and "printed as it is" or None,
         setup=in_root(lambda box: (box.partition() / "\x1b[2J").write_bytes(b""))),
    Case("partition directories that have no such numbers", "estream-consume -c t", 0,
         prints=b"3\n", setup=in_root(lambda box: [os.mkdir(box.root / "t" / name)
                                    for name in ("007", "-1", "2147483648", "x")])),
    Case("segments with names beyond all offsets", "estream-consume -c t; estream-inspect verify t "
         ">&2", 0, "+1.log: is not estream's", prints=b"3\n", setup=in_root(lambda box: [
             (box.partition() / f"{name}.log").write_bytes(b"x") for name in
             ("99999999999999999999", "18446744073709551616", "-1", "+1")])),
    Case("a segment beyond all others", READ_AND_VERIFY, 3,
         "no batch can begin at the largest number there is: move it aside", prints=b"",
         setup=in_root(lambda box: box.segment(base=(1 << 63) - 1).write_bytes(b""))),
    Case("2000 segments without a batch", READ_AND_VERIFY, 3, STRAY, prints=b"",
         setup=in_root(lambda box: [box.segment(base=n).write_bytes(b"") for n in range(3, 2003)])),
    Case("10 000 other files in a partition", "echo 1 | estream-produce t && estream-consume -c t",
         0, prints=b"4\n", setup=in_root(lambda box: [
             (box.partition() / f"other-{n}").write_bytes(b"") for n in range(10_000)])),
]

CASES = [replacement(file, kind, tool) for file in FILES for kind in KINDS for tool in COMMANDS]
CASES += [*LINKS, *ROOTS]
