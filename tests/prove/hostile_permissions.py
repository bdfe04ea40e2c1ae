"""Logs of other users, read-only file systems, full disks, tables without a free inode."""
from hostile_case import Case
from hostile_means import NAMESPACE, NO_THREADS, OTHER_USER

AS_NOBODY = "setpriv --reuid=65534 --regid=65534 --clear-groups"
DENIED = "Permission denied"


def three(box):
    box.make_topic(3)


def unchanged(box, _):
    ending = box.run("chmod -R u+rwX $ESTREAM_DIR; estream-inspect verify t >&2 && estream-consume "
                     "-c t")
    return None if ending.out == b"3\n" and ending.status == 0 else f"the topic is {ending!r}"


def as_nobody(name, closed, command, status, says="", prints=None):
    """`closed` is what root takes away before."""
    return Case(f"another user's log, {name}", f"{closed}{AS_NOBODY} {command}", status, says,
                prints, setup=three, needs=OTHER_USER, check=unchanged)


OTHERS = [
    as_nobody("is read", "", "estream-consume -c t", 0, prints=b"3\n"),
    as_nobody("is followed", "", "estream-consume -f --idle 50ms -c t", 0, prints=b"3\n"),
    as_nobody("is verified", "", "estream-inspect verify t", 0),
    as_nobody("is the source of a state", "", "estream-replay -L -F '%o ' t", 0, prints=b"2 1 "),
    as_nobody("is not written", "echo 1 | ", "estream-produce t", 2, ("log/t", DENIED)),
    as_nobody("gets no new topic", "echo 1 | ", "estream-produce u", 2, ("log", DENIED)),
    as_nobody("is not compacted", "", "estream-compact --roll -L t", 2, ("log/t", DENIED)),
    as_nobody("is not set", "", "estream-compact --set retention=1d t", 2, ("log/t", DENIED)),
    as_nobody("is not branched", "", "estream-replay --branch u t", 2, ("log", DENIED)),
    as_nobody("gets no copy", "", "estream-replay --into u t", 2, ("log", DENIED)),
    *[as_nobody(f"with a closed {name}, {tool}", f"chmod go-rwx $ESTREAM_DIR/{path}; ",
                f"estream-{command} t >&2", 2, (f"log/{path}".rstrip("/"), DENIED))
      for name, path in (("root", ""), ("topic", "t"), ("topic.json", "t/topic.json"),
                         ("partition", "t/0"), ("segment", "t/0/00000000000000000000.log"),
                         ("commit", "t/0/commit"), ("epochs", "t/0/leader-epoch-checkpoint"))
      for tool, command in (("consume", "consume"), ("verify", "inspect verify"))],
    as_nobody("with a closed index", "chmod go-rwx $ESTREAM_DIR/t/0/*index; ",
              "estream-consume -c t", 0, prints=b"3\n"),
    as_nobody("with a closed root, all topics", "chmod go-rwx $ESTREAM_DIR; ", "estream-inspect", 2,
              ("log", DENIED)),
    as_nobody("a cursor where nobody may write", "", "estream-consume --cursor-file c t", 2,
              ("c", DENIED)),
    as_nobody("a reject file where nobody may write", "echo x | ",
              "estream-produce --reject c t", 2, DENIED),
    *[Case(f"another user may start no thread, {tool}",
           f"chmod -R go+rwX $ESTREAM_DIR; {AS_NOBODY}"
           f" sh -c 'ulimit -p 1; exec estream-{command}' <events", 2, "cannot start a thread",
           setup=three, check=unchanged, needs=NO_THREADS)
      for tool, command in (("produce", "produce t"), ("copy", "replay --into u t"))],
    *[Case(f"another user may start no thread, {tool}",
           f"{AS_NOBODY} sh -c 'ulimit -p 1; exec estream-{command}'", 0,
           setup=lambda box: box.make_topic(20_000), needs=NO_THREADS)
      for tool, command in (("consume", "consume t"), ("verify", "inspect verify t"),
                            ("state", "replay -L t"))],
]


def mounted(how, what):
    """In a namespace of its own, where mounting is allowed; what is in it needs no single quote."""
    return f"unshare -Urm --map-root-user sh -c '{how} && {{ {what}; }}'"


def read_only(what):
    return mounted("mount --bind $ESTREAM_DIR $ESTREAM_DIR && "
                   "mount -o remount,ro,bind $ESTREAM_DIR", what)


def small_disk(options, what):
    """The data root is a file system of its own."""
    return mounted(f"mount -t tmpfs -o {options} none $ESTREAM_DIR", what)


SOUND = "r=$?; test ! -d $ESTREAM_DIR/t/0 || estream-inspect verify t >&2 || exit 9; exit $r"

MOUNTS = [
    *[Case(f"a read-only file system, {name}", read_only(command), 0, prints=prints, setup=three,
           needs=NAMESPACE)
      for name, command, prints in (
          ("consume", "estream-consume -c t", b"3\n"),
          ("verify", "estream-inspect verify t >&2", b""),
          ("state", "estream-replay -L -F %o t", b"21"),
          ("dry run of a compaction", "estream-compact -q --dry-run --roll -L t", b""),
          ("cursor elsewhere", "estream-consume --cursor-file out-c -c t", b"3\n"))],
    *[Case(f"a read-only file system, {name}", read_only(command), 2, ("log", "Read-only"),
           setup=three, check=unchanged, needs=NAMESPACE)
      for name, command in (
          ("produce", "echo 1 | estream-produce t"), ("new topic", "echo 1 | estream-produce u"),
          ("compact", "estream-compact --roll -L t"),
          ("set", "estream-compact --set retention=1d t"),
          ("branch", "estream-replay --branch u t"), ("copy", "estream-replay --into u t"))],
    *[Case(f"a disk of {size}", small_disk(f"size={size}",
                                           "seq 100000 | estream-produce -z none t; "
           + SOUND), 2, "No space left", needs=NAMESPACE)
      for size in ("4k", "16k", "20k", "40k", "64k", "200k", "1m")],
    *[Case(f"{inodes} inodes", small_disk(f"nr_inodes={inodes}", "echo 1 | estream-produce t; "
                                          + SOUND),
           2, "No space left", needs=NAMESPACE) for inodes in range(2, 9)],
    Case("20 inodes", small_disk("nr_inodes=20", "echo 1 | estream-produce t; " + SOUND), 0,
         needs=NAMESPACE),
    Case("a full disk that is emptied", small_disk(
        "size=200k", "yes 1 | head -3 | estream-produce t && (head -c 200k /dev/zero "
        ">$ESTREAM_DIR/.fill; seq 9999 | estream-produce -z none t; r=$?; rm $ESTREAM_DIR/.fill; "
        "echo 2 | estream-produce t && estream-consume t | tail -1 && estream-inspect verify t >&2 "
        "&& exit $r)"), 2, "No space left",
        prints=b"2\n", needs=NAMESPACE),
    Case("a compaction on a full disk", small_disk(
        "size=600k", "head -c 300000 /dev/urandom | base64 -w 30 | estream-produce --format=text "
        "-k a -z none t && (head -c 600k /dev/zero >$ESTREAM_DIR/.fill 2>&1; estream-compact -q "
        "--roll --drop -G v:^A t; r=$?; rm $ESTREAM_DIR/.fill; test $(estream-consume -c t) -gt "
        "10000 && estream-inspect verify t >&2 && exit $r)"), 2,
        "No space left", needs=NAMESPACE),
    Case("a file system that runs no programs", small_disk(
        "size=1m,noexec,nosuid,nodev", "echo 1 | estream-produce t && estream-consume t"), 0,
         prints=b"1\n",
        needs=NAMESPACE),
]

CASES = [*OTHERS, *MOUNTS]
