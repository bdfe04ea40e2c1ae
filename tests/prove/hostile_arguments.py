"""Command lines: options, names, numbers, times and expressions that nobody should type."""
import shlex

from hostile_case import Case

TOOLS = ("produce", "consume", "window", "replay", "compact", "inspect")
HUGE = "9" * 400


def three(box):
    box.make_topic(3)


def nothing_new(box, _):
    names = sorted(path.name for path in box.root.iterdir())
    return None if names in ([], ["t"]) else f"{names} are in the data root"


def refused(command, says, name=None):
    """A command line without a shell's tricks: status 2, and the topic t is as it was."""
    return Case(name or f"$ {command[:80]}", f"estream-{command}", 2, says, prints=b"", setup=three,
                check=nothing_new)


OPTIONS = [
    *[refused(f"{tool} {arguments}", says) for tool in TOOLS for arguments, says in (
        ("--nothing t", "unknown option --nothing"), ("-9 t", "unknown option -9"),
        ("--dir", "option -d, --dir needs a value: DIR"),
        ("--quiet=yes t", "--quiet takes no value"),
        ("--comp bash", "unknown option --comp"), ("--completion tcsh", "--completion: cannot read tcsh"),
        ("-=", "unknown option"),
        ("--=x t", "unknown option"), ("--help=x", "takes no value"),
        (f"--{'x' * 5000} t", "unknown option --xxx"), ("'--a\x1b[2J' t", "unknown option"),
        (r"""--"$(printf '\377')" t""", "unknown option"), ("---help t", "unknown option"))],
    *[refused(f"{tool} --dir= t", "-d")
      for tool in ("compact --roll" if tool == "compact" else tool for tool in TOOLS)],
    *[Case(f"100 000 arguments to {tool}", f"estream-{tool} {more} $(yes t | head -100000)", 2,
           says, seconds=3, setup=three)
      for tool, more, says in (
          ("produce", "u", "argument t is one too many"),
          ("consume", "x", "topic 'x' does not exist"),
          ("replay", "x", "topic 'x' does not exist"))],
    *[Case(f"40 000 topics that are not there, {command}", f"estream-{command} $(seq 40000)", 2,
           "topic '1' does not exist", seconds=20)
      for command in ("consume", "compact --roll", "inspect")],
    *[Case(f"a topic that is named twice is one, {command}", f"estream-{command} t t", 0,
           prints=prints, setup=three) for command, prints in (
               ("consume -c", b"3\n"), ("inspect -c", b"3\n"), ("inspect offsets --no-header -j",
                b'{"topic":"t","partition":0,"earliest":0,"latest":3,"epoch":0,'
                b'"offset_at":null}\n'))],
    Case("100 KiB of an argument", f"estream-consume -w '.a == \"{'x' * 100000}\"' t", 1,
         prints=b"", setup=three),
    Case("20 000 headers", "echo 1 | estream-produce $(yes -- -Ha=b | head -20000) t && "
         "estream-consume -j --no-value t | jq '.headers|length'", 0, prints=b"20000\n"),
    Case("an option given twice: the last one counts", "estream-consume -n 1 -n 2 -c t", 0,
         prints=b"2\n", setup=three),
    Case("everything behind -- is a topic", "estream-consume -c -- -n", 2,
         "topic '-n' does not exist", setup=three),
    Case("no argument at all", "env -i $(command -v estream-inspect) -d $ESTREAM_DIR -c", 0,
         prints=b"3\n", setup=three),
    *[refused(line, says) for line, says in (
        ("produce", "TOPIC is missing"), ("consume", "TOPIC... is missing"),
        ("replay", "TOPIC... is missing"), ("window", "TOPIC... | - is missing"), ("compact", "TOPIC: name at least one"),
        ("produce t t", "argument t is one too many"), ("consume -C t", "-C"),
        ("consume -b x t", "-b"), ("produce -P t", "-P"), ("inspect expect t", "t"))],
    Case("a verb that is none is a topic", "estream-inspect verfy t", 2,
         "topic 'verfy' does not exist", setup=three),
]

# What the shell gives, and what is wrong with it.
CHARACTERS = "only letters, digits, '.', '_' and '-' may be in it"
PARENT = "'..' may not be in a topic's path"
NAMES = (("..", PARENT), ("a/../b", PARENT), ("../t", PARENT), ("./..", PARENT), ("..//", PARENT),
         (".", "must not begin with a dot"), (".hidden", "must not begin with a dot"),
         ("./.", "must not begin with a dot"), ("", "is empty"), ("/", ""), ("//", ""),
         ("/etc", "etc"), ("/etc/passwd/x", "/etc/passwd"), ("/dev/null/x", "/dev/null"),
         ("x" * 250, "longer than 249"), ("y" * 100_000, "longer than 249"), ("%2e%2e", "%2e%2e"),
         ("%s%n%n%s", "%s%n%n%s"), ("a\nb", CHARACTERS), ("a\x1b[2Jb", CHARACTERS),
         ("a ", CHARACTERS), (" a", CHARACTERS), ("a\u2215b", CHARACTERS), ("a\\b", CHARACTERS),
         ("\u202eab", CHARACTERS),
         ("\u00e4" * 20, CHARACTERS), ("x" + "\u00e4" * 200, "longer than 249"), ("*", CHARACTERS),
         ("$(touch x)", CHARACTERS), ("t:", "no partition after it"), ("t::0", ""),
         ("kafka://x/t", "clusters are not reached yet"))
PARTITIONS = ("-1", "2147483648", "1e3", "x", "0-", "-", "0-99999999999", "2-1", "0,", ",0", "0x0",
              "0 ", HUGE, "0-2147483647")

TOPICS = [
    *[Case(f"the topic {name[:30]!r}, {tool}", f"echo 1 | estream-{tool} {shlex.quote(name)}", 2,
           says, check=nothing_new) for name, says in NAMES
      for tool in ("produce", "consume", "compact --roll")],
    Case("the topic '-rf' as an option", "echo 1 | estream-produce -rf", 2, "unknown option -r"),
    Case("the topic '-rf' as a topic", "echo 1 | estream-produce -- -rf && estream-consume -- -rf",
         0, prints=b"1\n"),
    Case("the longest name", f"echo 1 | estream-produce {'x' * 249} && estream-consume {'x' * 249}",
         0, prints=b"1\n"),
    *[Case(f"the branch {name[:30]!r}", f"estream-replay --branch {shlex.quote(name)} t", 2, says,
           setup=three, check=nothing_new) for name, says in NAMES],
    *[refused(f"consume -p {shlex.quote(text)} t", text.strip()[:20], f"partition {text[:20]!r}")
      for text in PARTITIONS],
    *[refused(f"consume {shlex.quote('t:' + text)}", text.strip()[:20],
              f"t: and partition {text[:20]!r}")
      for text in PARTITIONS],
    *[Case(f"partition {text!r} to write to", f"echo 1 | estream-produce -p {shlex.quote(text)} t",
           2, text.lstrip("0") or "1", setup=three, check=nothing_new)
      for text in ("-1", "1", "2147483648", "1e3", "x", "0x0")],
    refused("consume -p 007 t", "has no partition 7"),
]

# Option and value, all with the option named.
PRODUCE = (("-n", ("-1", "x", "1.5", "9223372036854775808", HUGE, "")),
           ("--rate", ("-1", "0", "x", "1e400", "5/", "/s", "1/fortnight", HUGE + "/s")),
           ("--partitions", ("0", "-1", "2147483648", "x", HUGE)),
           ("--segment-bytes", ("-1", "8E", "x", "1Q", HUGE)),
           ("--batch-size", ("-1", "x", "1e400", "4G", HUGE)),
           ("--linger", ("1", "-1s", "x", HUGE + "s", "1y")),
           ("-T", ("1", "x", "1month")),
           ("-z", ("zstd:20", "zstd:0", "zstd:-5", "gzip", "zstd:", "x")),
           ("--sync", ("x", "interval:", "interval:0", "interval:-1s")), ("--format", ("x", "")),
           ("-H", ("novalue", "")), ("-K", ("", "a", ".a[", ".a[x]", '."a', ".a b", "..a")),
           ("--time-field", ("", "a")), ("-D", ("", "\\", "\\x1", "\\xZZ", "\\q")),
           ("--reject-limit", ("-1", "x")), ("--progress", ("x",)), ("--partitioner", ("x",)),
           ("--key-missing", ("x",)), ("--key-delimiter", ("",)))
TIMES = ("x", "", "99999-01-01", "2026-13-01", "2026-02-30", "2026-01-01T25:00", "25:00",
         "2026-01-01T0", "@", "@x", "@-1", "@" + HUGE, "-" + HUGE + "d", "5", "--1h",
         "1 month ago", "2026-01-01T00:00Q")
READING = (("-o", ("x", "", "-x", "@x", "1=", "=1", "9223372036854775808", "-" + HUGE, "+x",
                   "0=0=0", "2147483648=0", "9=1")),
           ("--to", ("x", "")), ("-S", TIMES), ("-U", TIMES),
           ("--for", ("1", "x", "-1m", HUGE + "d")), ("-n", ("-1", "x", HUGE)), ("-T", ("1", "x")),
           ("-G", ("", "k", "x:a", "k:(", "k:[", "k:a{2,1}", "v:a{99999}", "h:a", "k:(?P<n>",
                   "v:\\")))


LONG = {"-n": "max", "-T": "timeout", "-z": "compression", "-H": "header", "-K": "key-field",
        "-D": "delimiter", "-o": "from", "-S": "since", "-U": "until", "-G": "grep", "-s": "speed"}


def values(tool, table):
    """Whichever of its names is typed, the error has the long one."""
    return [refused(f"{tool} {option} {shlex.quote(value)} t",
                    "option --" + LONG.get(option, option.lstrip("-")),
                    f"{tool} {option} {value[:40]!r}")
            for option, several in table for value in several]


NUMBERS = [
    *[refused(f"produce --segment-bytes {size} t",
              " is not a size from 1K to 2147483647")
      for size in ("0", "1", "1023", "2G")],
    *values("produce", PRODUCE), *values("consume", READING),
    *values("consume", (("--tail", ("-1", "x")), ("--order", ("x",)), ("--idle", ("5",)),
                        ("--on-corrupt", ("x",)), ("-D", ("", "\\x")))),
    *values("replay", (("-s", ("0", "-1x", "x", "0x", "nan", "inf", "1e400", HUGE)), ("--memory", (
        "x", "-1")), ("--retime", ("x", "", "5", "+" + HUGE + "d")), ("--max-gap", ("5", "-1s")),
                       ("--rekey", ("", "a")))),
    *values("compact", (("--max-age", ("5", "-1d", "x", HUGE + "d")),
                        ("--max-size", ("-1", "x", HUGE)),
                        ("--max-records", ("-1", "x")), ("--max-segments", ("-1", "x")),
                        ("--min-dirty", ("-1", "2", "nan", "x")), ("--before", ("x", "")),
                        ("-z", ("gzip", "zstd:99")), ("--set", ("x", "x=1", "retention=x", "=",
                         "cleanup.policy=x", "segment.bytes=1", "retention.bytes=-5")))),
    *values("inspect keys", (("-n", ("-1", "x")), ("-S", ("x",)))),
    *values("inspect hist", (("--by", ("0s", "5", "-1h", "x", HUGE + "h")),)),
    *[refused(f"inspect expect {shlex.quote(text)} t", "", f"expect {text[:40]!r}")
      for text in ("", "count", "count ==", "count == x", "count === 1", "nothing == 1",
                   "count == 1 1", "count(.a == ) == 1", "count == " + HUGE + "x", "((((",
                   "age < 5")],
]

# Filters and formats: what an error in them says, they say before anything is read.
FILTERS = ("", ".a ==", "== 1", ".a = 1", ".a == 1 and", ".a == 'x'", '.a == "x', ".a =~ \"(\"",
           ".a[", ".a[1", ".a.[", "(", ")", "(.a", ".a )", "has()", "has(", "nothing(1)",
           "$nothing == 1", ".a == 1 == 2", "1 +", ".a in ()", ".a in (1", "\x1b[2J", "\u00e4",
           "%n%n",
           "[" * 10, ".a < < 1", "in(1)", ".a | ", "'", "\\", "1e400x", "0x10 == 1", "// 1")
FORMATS = ("%", "%q", "%T", "%{", "%{.a", "%{a}", "%d{", "%d{x}", "%d{strftime}", "%d{strftime[%Y}",
           "%h{", "%h{%q}", "%k{x}", "\\q", "\\x", "\\xZ", "%1", "%n", "%-10k", "%\x1b", "%k{hex",
           "%h{%h{%k}}")

EXPRESSIONS = [
    *[refused(f"consume -w {shlex.quote(text)} t", "option --where: column ", f"filter {text[:40]!r}")
      for text in FILTERS],
    *[refused(f"consume -F {shlex.quote(text)} t", "option --format: column ", f"format {text[:40]!r}")
      for text in FORMATS],
    *[Case(f"a filter of {name}", "estream-consume -w \"$(cat expression)\" t", status, says,
           setup=lambda box, text=text: (three(box), (box.cwd / "expression").write_text(text)))
      for name, text, status, says in (
          ("30 000 brackets", "(" * 30_000 + "1" + ")" * 30_000, 2, "nested"),
          ("30 000 nots", "not " * 30_000 + ".a", 2, "nested"),
          ("30 000 signs", "-" * 30_000 + "1 == 1", 2, "nested"),
          ("8000 alternatives", " or ".join(f".n=={n + 9}" for n in range(8_000)), 1, ""),
          ("30 000 steps", ".a" * 30_000, 1, ""))],
    Case("a regular expression that explodes elsewhere",
         "estream-consume -G 'v:(.*)*(.*)*(.*)*x$' -c t",
         1, prints=b"0\n", seconds=3, setup=lambda box: box.make_topic(20_000)),
    Case("a regular expression of 1000 times 1000",
         "estream-consume -G 'v:((a{1000}){1000}){1000}' t", 2, "option --grep: column 3: ", seconds=3,
         setup=three),
    Case("a format of 100 000 fields", "estream-consume -n 1 -F \"$(yes %k | head -33000 | tr -d "
         "'\\n')\" t | wc -c", 0, prints=b"66000\n", setup=three),
    Case("a strftime of many fields", f"estream-consume -n 1 -F '%d{{strftime[{'%c' * 5000}]}}' t "
         ">out-x",
         0, setup=three),
    Case("division by zero and other nonsense", "estream-consume -w '.n / 0 > 1 or .k * 2 == 1 or "
         ".nothing.of.it[3] == 1' -c t", 1, prints=b"0\n", setup=three),
]

WINDOWS = [
    Case("an offset beyond the end", "estream-consume -o 9223372036854775807 -c t", 0,
         prints=b"0\n", setup=three),
    Case("more before the end than there are", "estream-consume -o -9223372036854775807 -c t", 0,
         prints=b"3\n", setup=three),
    Case("more behind the start than there are", "estream-consume -o +9223372036854775807 -c t", 0,
         prints=b"0\n", setup=three),
    Case("a time that ends before it begins", "estream-consume -S 2030-01-01 -U 2020-01-01 -c t", 2,
         "-S 2030-01-01 is later than -U 2020-01-01", setup=three),
    *[Case(f"the time {time}", f"estream-consume -S {time} -c t", 0, prints=prints, setup=three)
      for time, prints in (("0001-01-01", b"3\n"), ("9999-12-31", b"0\n"), ("@0", b"3\n"),
                           ("-99999d", b"3\n"), ("2016-12-31T23:59:60Z", b"3\n"),
                           ("2024-02-29", b"3\n"))],
    Case("the largest numbers there are", "estream-consume -n 9223372036854775807 --tail "
         "9223372036854775807 -c t", 0, prints=b"3\n", setup=three),
    Case("a speed of almost nothing", "estream-replay -s 0.000001x -T 200ms t", 124,
         setup=lambda box: box.prepare("for t in 1 9999; do echo '{\"t\":'$t'}'; done | "
                                       "estream-produce --time-field .t t")),
]

CASES = [*OPTIONS, *TOPICS, *NUMBERS, *EXPRESSIONS, *WINDOWS]
