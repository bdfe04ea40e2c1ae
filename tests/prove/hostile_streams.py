"""Standard streams that are closed, full, slow, or nobody's; and terminals."""
import re

from hostile_case import Case, is_control
from hostile_means import TERMINAL
from hostile_sandbox import THREE_EVENTS


def three(box):
    box.make_topic(3)


def many(box):
    box.make_topic(60_000)


FULL = "No space left"
AFTERWARDS = "; r=$?; estream-consume -c t; exit $r"  # What is in the log then.

STREAMS = [
    Case("standard output closed", "estream-consume t >&-", 2, "standard output", setup=three),
    Case("standard output full", "estream-consume t >/dev/full", 2, FULL, setup=three),
    Case("a full output for many events", "estream-consume t >/dev/full", 2, FULL, setup=many),
    Case("the report's output full", "estream-inspect >/dev/full", 2, FULL, setup=three),
    *[Case(f"{option} of {tool} with a full output", f"estream-{tool} {option} >/dev/full", 2, FULL)
      for tool in ("produce", "consume", "window", "replay", "compact", "inspect")
      for option in ("-h", "--help", "--version", "--completion bash")],
    *[Case(f"{verb} with a full output", f"estream-inspect {verb} t >/dev/full", 2, FULL,
           setup=three)
      for verb in ("topics", "offsets", "segments", "batches", "keys", "hist", "schema", "verify")],
    Case("a state with a full output", "estream-replay -L t >/dev/full", 2, FULL, setup=three),
    Case("a compaction with a full output", "estream-compact --roll -L t >/dev/full; r=$?; "
         "estream-inspect verify t; exit $r", 2, FULL, setup=three),
    Case("receipts with a full output", "echo 1 | estream-produce -j t >/dev/full" + AFTERWARDS, 2,
         FULL, prints=b"1\n"),
    Case("receipts into a closed output", "echo 1 | estream-produce -j t >&-" + AFTERWARDS, 2,
         "standard output"),
    Case("a cursor with a full output", "estream-consume --cursor-file out-c t >/dev/full; r=$?; "
         "grep -q '\"offset\":[^0]' out-c 2>/dev/null && exit 9; exit $r", 2, FULL, setup=three),
    Case("a reader that leaves", "estream-consume t | head -1", 0, setup=many,
         prints=b'{"k":"k0","n":0}\n'),
    Case("a reader of a follower that leaves", "estream-consume -f -T 20s t | head -1", 0,
         setup=three, prints=b'{"k":"k0","n":0}\n'),
    Case("a reader of receipts that leaves",
         "seq 50000 | estream-produce -j t | head -1 >/dev/null; "
         "estream-consume -c t >/dev/null", 0),
    Case("a slow reader", "estream-consume t | (sleep 1; wc -l)", 0, setup=many, prints=b"60000\n"),
    Case("standard input closed", "estream-produce t <&-", 2, "stdin"),
    Case("a directory as input", "estream-produce t <.", 2, "stdin"),
    Case("a directory as input file", "estream-produce -i . t", 2, "."),
    Case("standard error closed", "estream-consume nothing 2>&-", 2, is_mute=True),
    Case("standard error full", "estream-consume nothing 2>/dev/full", 2, is_mute=True),
    Case("all three closed", "estream-consume t <&- >&- 2>&-", 2, setup=three, is_mute=True),
]

# What a terminal would take for orders: names, keys, values and arguments are full of them.
ORDERS = "\\033]0;owned\\007\\033[31m\\177\\302\\233"


def put_orders(box):
    (box.cwd / "out-escapes").write_bytes(b"\x1b]0;owned\x07\xc2\x9b31m:\x1b]0;owned\x07\n")
    (box.cwd / "out-json").write_text('{"\\u001b]0;owned\\u0007":"\\u001b[31m","k":"\\u001b[2J"}\n')
    box.prepare("estream-produce --format=text --key-delimiter : t <out-escapes")
    box.prepare("estream-produce u <out-json")


def has_no_orders(_, ending):
    """JSON is for programs: as from jq, only what it has to escape is escaped."""
    printed = ending.out.decode(errors="replace")
    last = "\x1f" if printed.startswith("{") else "\x9f"
    found = {character for character in printed if is_control(character) and character <= last}
    return f"{found - {chr(13)}!r} are printed" if found - {"\r"} else None


def on_terminal(command):
    return f"script -qec '{command}' out-typescript </dev/null"


REPORTS = ("keys t", "keys -j t", "schema u", "schema -j u", "keys -K .k u", "batches t", "topics",
           "segments t", "expect count==9 t")
# What is before the argument; what it is about is not always repeated.
ARGUMENTS = ("consume", "consume t -S", "consume t -w", "consume t -G", "consume t -p",
             "consume t -o", "produce t -i", "produce t -z", "produce t -K", "compact t --set",
             "compact --roll", "replay t --branch", "replay t -s", "inspect", "inspect expect",
             "inspect t -d", "consume --cursor-file /dev/null t -X")

TERMINALS = [
    *[Case(f"orders to the terminal, inspect {report}, {place}",
           where(f"NO_COLOR=1 estream-inspect {report}"),
           1 if "expect" in report else 0, setup=put_orders, check=has_no_orders,
           needs=TERMINAL if where is on_terminal else "")
      for place, where in (("on one", on_terminal), ("in a pipe", str)) for report in REPORTS],
    Case("orders to the terminal, consume -j", "estream-consume -j t u", 0, setup=put_orders,
         check=has_no_orders),
    Case("orders to the terminal, a reason", "estream-produce -i out-json -K .nothing u", 2,
         "no key at .nothing", setup=put_orders),
    *[Case(f"orders as an argument, {command}", f"estream-{command} \"$(printf '{ORDERS}')\"", 2,
           "error: ", setup=three, check=has_no_orders) for command in ARGUMENTS],
    Case("orders in a directory's name", "estream-consume -d \"$PWD/$(printf '\\033[2J')\" t", 2,
         "\\x1b", check=has_no_orders),
    Case("events look the same on a terminal", on_terminal("estream-consume t") + " | tr -d '\\r'",
         0, setup=three, needs=TERMINAL, prints=THREE_EVENTS),
    Case("a terminal as input, ended at once",
         "printf '\\004' | script -qec 'estream-produce t' out-t", 0, needs=TERMINAL),
    Case("a terminal of no size", on_terminal("stty cols 0 rows 0; estream-inspect -h && "
                                              "estream-inspect hist t"), 0, setup=three,
         needs=TERMINAL),
]


def has_slept(_, ending):
    """times(1) says at last what all children took, in user and system."""
    found = re.findall(r"(\d+)m([\d.]+)s", ending.out.decode().splitlines()[-1])
    seconds = sum(60 * int(minutes) + float(seconds) for minutes, seconds in found)
    return None if seconds < 0.3 else f"was busy for {seconds} s"


GROWING = [
    Case("an input that grows", "(for n in 1 2 3; do echo $n; sleep 0.1; done) >out-in & "
         "timeout 1 estream-produce -f -i out-in t; estream-consume t", 0, prints=b"1\n2\n3\n",
         setup=lambda box: (box.cwd / "out-in").write_bytes(b"")),
    Case("an input that shrinks while it is read",
         "timeout 1 estream-produce -f -i out-in t & sleep 0.3; "
         ": >out-in; wait; estream-consume -c t", 0, prints=b"3\n",
         setup=lambda box: (box.cwd / "out-in").write_bytes(b"1\n2\n3\n")),
    Case("its own output as input", "echo 1 | estream-produce t; estream-consume -f -T 500ms t | "
         "estream-produce -n 20 t; estream-consume -c t", 0, prints=b"21\n"),
    Case("a follower sleeps while nothing comes", "estream-consume -f --idle 1s t; times", 0,
         setup=three, check=has_slept),
    Case("a producer sleeps while nothing comes", "sleep 1 | estream-produce t; times", 0,
         check=has_slept),
]

CASES = [*STREAMS, *TERMINALS, *GROWING]
