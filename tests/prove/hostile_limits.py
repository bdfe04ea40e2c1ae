"""Limits of the process, and what surrounds it: umask, memory, descriptors, locale, zone, clock."""
from hostile_case import Case
from hostile_means import ADDRESS_SPACE, TIGHT_LIMITS


def three(box):
    box.make_topic(3)


def many(box):
    box.make_topic(20_000)


def is_sound(box, _):
    ending = box.run("estream-inspect verify t && estream-consume -c t")
    return None if ending.status == 0 else f"the topic is damaged: {ending.out!r} {ending.err!r}"


def has_at_least(count):
    """Sound, and with every event that was there before."""
    def check(box, ending):
        found = box.run("estream-consume -c t")
        if found.status != 0 or int(found.out) < count:
            return f"{found.out!r} of {count} events are left: {found.err!r}"
        return is_sound(box, ending)
    return check


def has_modes(mask):
    """What the umask closes is closed, and nobody gets more than 0666 and 0777."""
    def check(box, _):
        for path in box.root.rglob("*"):
            wanted = (0o777 if path.is_dir() else 0o666) & ~mask
            if path.name == "lock":  # Only those who may write can hold it.
                is_shared = 0o777 & ~mask & 0o030 == 0o030
                wanted = (0o660 if is_shared else 0o600) & ~mask
            if path.lstat().st_mode & 0o777 != wanted:
                return f"{path.name} has the mode {path.lstat().st_mode & 0o777:o}"
        return None
    return check


APPEND = "echo 1 | estream-produce t"
COMPACT = "estream-compact -q --roll -L t"
COMMANDS = {"produce": "estream-produce t", "consume": "estream-consume t", "compact": COMPACT,
            "replay": "estream-replay -L t", "into": "estream-replay --into u t",
            "verify": "estream-inspect verify t"}

LIMITS = [
    *[Case(f"{limit} open files, {tool}", f"(ulimit -n {limit}; {command}) <events >&2", status,
           says, setup=three, check=has_at_least(2),  # A compaction keeps two.
           needs=TIGHT_LIMITS)
      for tool, command in COMMANDS.items()
      for limit, status, says in ((4, 2, "Too many open files"), (5, 2, "Too many open files"),
                                  (6, 2, "Too many open files"), (24, 0, ""))],
    # With none nothing can be said either, for standard error is a file here.
    *[Case(f"files of at most {blocks} blocks", f"ulimit -f {blocks}; seq 100000 | "
           "estream-produce -z none t", 2, "File too large" * (blocks > 0), setup=three,
           check=has_at_least(3), is_mute=blocks == 0) for blocks in (0, 1, 2, 8, 100)],
    *[Case(f"files of at most {blocks} blocks for a compaction", f"ulimit -f {blocks}; {COMPACT}",
           2, "File too large" * (blocks > 0), check=has_at_least(3000), is_mute=blocks == 0,
           setup=lambda box: box.make_topic(3000, "-z none")) for blocks in (0, 1)],
    # How much each needs is not promised; only that it ends in order.
    *[Case(f"{mebibytes} MiB of address space, {tool}", f"ulimit -v {mebibytes << 10}; {command}",
           (0, 2) if mebibytes < 1000 else 0, setup=many, check=is_sound, needs=ADDRESS_SPACE)
      for mebibytes in (12, 15, 20, 25, 30, 35, 45, 60, 1000)
      for tool, command in (("produce", "estream-produce t <events"),
                            ("consume", "estream-consume t >/dev/null"),
                            ("replay", "estream-replay -L t >/dev/null"),
                            ("compact", COMPACT), ("verify", "estream-inspect verify t >&2"))],
    Case("a small stack", "ulimit -s 256; seq 10000 | estream-produce t && estream-consume -c t", 0,
         prints=b"10000\n"),
    Case("deep JSON on a small stack", "ulimit -s 256; estream-produce t <out-in && "
         "estream-consume -c -w '.[0][0][0] == 1' t", 1, prints=b"0\n",
         setup=lambda box: (box.cwd / "out-in").write_text("[" * 1024 + "]" * 1024)),
    Case("the last in the queue",
         "seq 10000 | nice -n 19 estream-produce t && estream-consume -c t", 0,
         prints=b"10000\n"),
    Case("a second of processor time", "ulimit -S -t 1; yes 1 | estream-produce --format=text t",
         152, seconds=10, is_mute=True, check=is_sound, needs=TIGHT_LIMITS),
]

MODES = [
    *[Case(f"umask {mask:03o}", f"umask {mask:03o}; echo '{{\"k\":1}}' | estream-produce -K .k t "
           f"&& {COMPACT} && estream-consume --cursor-file out-c -c t && "
           "estream-replay --branch u t", 0,
           prints=b"1\n", check=has_modes(mask)) for mask in (0o000, 0o022, 0o077, 0o027)],
    Case("umask 777", "umask 777; " + APPEND, 0, check=has_modes(0o777)),
]

SURROUNDINGS = [
    *[Case(f"{name}={value}", "echo '{\"I\":\"\u0130i\"}' | estream-produce -K .I t && "
           "estream-consume -S -1h -w '.I =~ \"^.i$\"' -F '%k %{.I}\\n' t && "
           "estream-inspect hist t >/dev/null", 0,
           prints="\u0130i \u0130i\n".encode(), environment={name: value})
      for name, value in (("LC_ALL", "tr_TR.UTF-8"), ("LC_ALL", "de_DE"), ("LC_ALL", "nothing"),
                          ("LANG", "\x1b[2J"), ("TZ", "Asia/Kathmandu"), ("TZ", "Nothing/Where"),
                          ("TZ", ":/etc/passwd"), ("TZ", "AAA-99:99"), ("TZ", "x" * 5000),
                          ("TZ", ""), ("COLUMNS", "-1"), ("COLUMNS", "99999999999"),
                          ("TERM", "%n%n"), ("TMPDIR", "/nowhere"), ("HOME", ""))],
    Case("numbers have a point in every locale",
         "echo 1.5 | estream-produce t && estream-consume -w "
         "'. == 1.5' t && estream-replay -s 2.5x t", 0, prints=b"1.5\n1.5\n",
         environment={"LC_ALL": "de_DE.UTF-8"}),
    Case("no place for temporary files", "estream-replay -L --memory 64K t", 2, "/nowhere",
         setup=lambda box: box.prepare("seq 60000 | estream-produce -K . t"),
         environment={"TMPDIR": "/nowhere"}),
    Case("no data root is known", "env -u ESTREAM_DIR -u HOME estream-consume t", 2, "ESTREAM_DIR"),
    Case("a data root that is relative", "ESTREAM_DIR=out-d; export ESTREAM_DIR; "
         "echo 1 | estream-produce t && estream-consume t", 0, prints=b"1\n"),
    *[Case(f"ESTREAM_NOW={value[:30]}", APPEND, 2, "ESTREAM_NOW", setup=three,
           check=has_at_least(3), environment={"ESTREAM_NOW": value})
      for value in ("x", "-1", "1.5", "9" * 30, "9223372036854775807", " 1")],
]

# Events of these times, each in a segment of its own; then retention, as if now were then.
def sealed_at(*times):
    return "; ".join(f"echo '{{\"ts\":{time},\"value\":0}}' | estream-produce -J t; "
                     "estream-compact -q --roll --max-age 99999d t" for time in times)


def retention(name, now, times, keeps):
    return Case(f"retention {name}", "estream-compact -q --max-age 1d t; "
                "estream-consume --order offset -F '%d ' t", 0,
                setup=lambda box: box.prepare(sealed_at(*times)),
                prints="".join(f"{time} " for time in keeps).encode(),
                environment={} if now is None else {"ESTREAM_NOW": str(now)})


FUTURE = 9_223_372_036_854_775_807
CLOCKS = [
    retention("with a clock at 1970", 0, (10, 20, 30), (10, 20, 30)),
    retention("of events of the far future", None, (FUTURE, FUTURE - 1, FUTURE),
              (FUTURE, FUTURE - 1, FUTURE)),
    retention("of events that go back", 2_000_000, (2_000_000_000, 5, 2_000_000_000),
              (2_000_000_000, 5, 2_000_000_000)),
    retention("in the year 8307", 200_000_000_000, (0, FUTURE, 1), (FUTURE, 1)),
]

CASES = [*LIMITS, *MODES, *SURROUNDINGS, *CLOCKS]
