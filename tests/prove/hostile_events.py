"""Events as they come in: their size, their bytes, and what passes for JSON."""
from hostile_case import Case

MAX = 16 << 20     # Bytes that key, value and headers of an event may have together.
FRAMING = 48       # What the record around them may take.
TOO_LONG = "longer than 16MiB, the limit for one event"
MIB = 1 << 20


def zeros(count):
    return f"head -c {count} /dev/zero"


def text_comes_back(source, options=""):
    """One event of any bytes, without an end of its own."""
    return (f"{source} >out-in; estream-produce --format=text {options} t <out-in && "
            "estream-consume -F %v t | cmp - out-in")


def lines_come_back(source, options=""):
    return (f"{source} >out-in; estream-produce {options} t <out-in && "
            "estream-consume t | cmp - out-in")


def envelopes_come_back(source):
    """What -j prints of any bytes, -J stores again."""
    return (f"{source} >out-in; estream-produce --format=text t <out-in && estream-consume -j t | "
            "estream-produce -J u && estream-consume u | cmp - out-in")


SIZES = [
    Case("an event of one byte", "printf 1 | estream-produce t && estream-consume t", 0,
         prints=b"1\n"),
    Case("nothing at all", "estream-produce t </dev/null && estream-inspect -c && ls $ESTREAM_DIR",
         0, prints=b"0\n"),
    Case("an event close to the limit", text_comes_back(zeros(MAX - FRAMING)), 0),
    Case("the largest event", text_comes_back(zeros(MAX)), 0),
    Case("a byte more than the largest event",
         f"{zeros(MAX + 1)} | estream-produce --format=text t", 2, "stdin:1: " + TOO_LONG),
    Case("an event that is too long by its key",
         f"{zeros(MAX - 100)} | estream-produce --format=text -k {'k' * 200} t", 2,
         "stdin:1: " + TOO_LONG),
    Case("an event that is too long by its headers",
         f"{zeros(MAX - 100)} | estream-produce --format=text -H a={'h' * 200} t", 2,
         "stdin:1: " + TOO_LONG),
    Case("a key of 10 MiB in a value of 10 MiB",
         f"(printf '{{\"k\":\"'; {zeros(10 * MIB)} | tr '\\0' a; printf '\"}}') | "
         "estream-produce -K .k t", 2, "stdin:1: " + TOO_LONG),
    Case("a key of 7 MiB in a value of 7 MiB",
         f"(printf '{{\"k\":\"'; {zeros(7 * MIB)} | tr '\\0' a; printf '\"}}') | "
         "estream-produce -K .k t && estream-consume -F '%K %V\\n' t", 0,
         prints=b"7340032 7340040\n"),
    Case("a line of 1 GiB", f"{zeros(1 << 30)} | estream-produce t", 2, "stdin:1: " + TOO_LONG),
    Case("a line of 1 GiB as text", f"{zeros(1 << 30)} | estream-produce --format=text t", 2,
         "stdin:1: " + TOO_LONG),
    # The envelope of 16 MiB of empty headers has twelve times as many bytes.
    Case("an envelope of 1 GiB", f"{zeros(1 << 30)} | estream-produce -J t", 2,
         "stdin:1: " + TOO_LONG, rss_mib=420),
    Case("a line of 8 GiB in a file",
         "truncate -s 8G out-big; estream-produce --format=text -i out-big t", 2,
         "out-big:1: " + TOO_LONG),
    Case("an input without end", "estream-produce --format=text -i /dev/zero t", 2,
         "/dev/zero:1: " + TOO_LONG),
    Case("a line of 1 GiB without its delimiter's second byte",
         f"{zeros(1 << 30)} | tr '\\0' X | estream-produce --format=text -D XY t", 2,
         "stdin:1: " + TOO_LONG),
    Case("a line of 1 GiB between others, set aside",
         f"(echo 1; {zeros(1 << 30)}; echo; echo 2) | estream-produce --reject out-bad t;"
         " r=$?; estream-consume t; grep -c 'input_line\":2,\"error\":\"longer' out-bad; exit $r",
         3, "1 event rejected, see out-bad", prints=b"1\n2\n1\n"),
    Case("a long line that is set aside does not come back as a short one",
         f"{zeros(17 * MIB)} | tr '\\0' 7 | estream-produce --reject out-bad t; "
         "jq -r '.raw // empty' out-bad | estream-produce t; estream-consume -c t", (0, 2), prints=b""),
    Case("16 MiB of newlines", f"yes '' | head -c {MAX} | estream-produce t && estream-inspect -c",
         0, prints=b"0\n"),
    Case("5 000 000 events", "yes 1 | head -c 10000000 | estream-produce t && estream-consume -c t",
         0, prints=b"5000000\n"),
    Case("an event of 15 MiB of any bytes comes back through its envelope",
         envelopes_come_back(f"head -c {15 * MIB} /dev/urandom | tr '\\n' x; echo"), 0,
         rss_mib=200),
    Case("an event of 4 MiB of escapes comes back through its envelope",
         envelopes_come_back(f"{zeros(4 * MIB)} | tr '\\0' '\\001'; echo"), 0, rss_mib=200),
]

LINES = [
    Case("CRLF", lines_come_back("printf '{\"a\":1}\\r\\n{}\\r\\n'")
         + " && estream-consume -w '.a == 1' -c t", 0, prints=b"1\n"),
    Case("CRLF comes back through its envelope", envelopes_come_back("printf '{\"a\":1}\\r\\n'"),
         0),
    Case("spaces around JSON come back through its envelope",
         envelopes_come_back("printf ' \\t{} \\n'"), 0),
    Case("no newline at the end", "printf '1\\n2' | estream-produce t && estream-consume t", 0,
         prints=b"1\n2\n"),
    Case("blank lines as JSON", "printf '\\n \\t\\n1\\r\\n\\r\\n\\n' | estream-produce t && "
         "estream-consume t", 0, prints=b"1\r\n"),
    Case("blank lines as text", lines_come_back("printf '\\n\\n \\n'", "--format=text"), 0),
    Case("only NULs as text", text_comes_back(zeros(100000)), 0),
    Case("only NULs as JSON", f"{zeros(100000)} | estream-produce t", 2, "stdin:1: not JSON"),
    Case("NULs within text", text_comes_back("printf 'a\\0b\\0'"), 0),
    Case("NULs as the end of events", "printf 'a\\0\\0b' >out-in; estream-produce -0 --format=text "
         "t <out-in && estream-consume -0 t | od -An -c", 0, prints=b"   a  \\0  \\0   b  \\0\n"),
    Case("all bytes there are, as text",
         text_comes_back("head -c 300000 /dev/urandom | tr '\\n' x"), 0),
    Case("all bytes there are come back through their envelope",
         envelopes_come_back("head -c 300000 /dev/urandom | tr '\\n' x; echo"), 0),
    Case("random bytes as JSON", "head -c 300000 /dev/urandom | tr '\\n' '\\377' | estream-produce "
         "t",
         2, "stdin:1: not JSON"),
    Case("half a delimiter at the end", "printf '1XX2X3X' | estream-produce --format=text -D XX t "
         "&& estream-consume t", 0, prints=b"1\n2X3X\n"),
]

# Name, the line as printf(1) takes it, and the byte at which it stops being JSON.
NO_JSON = (
    ("a byte that is not UTF-8", '{"a":"\\377"}', 7), ("an overlong slash", '"\\300\\257"', 2),
    ("an overlong NUL", '"\\300\\200"', 2), ("a surrogate as UTF-8", '"\\355\\240\\200"', 2),
    ("an end beyond Unicode", '"\\364\\220\\200\\200"', 2), ("a cut sequence", '"\\342\\202"', 2),
    ("a continuation alone", '"\\200"', 2), ("a byte order mark", '\\357\\273\\277{}', 1),
    ("a raw NUL", '{"a":"\\000"}', 7), ("a raw tab in a text", '"\\t"', 2),
    ("a number that has no end", "1e", 1), ("leading zeros", "01", 1), ("a plus sign", "+1", 1),
    ("NaN", "NaN", 1), ("Infinity", "-Infinity", 1), ("a comment", "1 //x", 3),
    ("single quotes", "\\047a\\047", 1), ("two values", "1 2", 3), ("a lone bracket", "[", 2),
    ("a trailing comma", "[1,]", 4), ("a wrong escape", '"\\\\x"', 3),
    ("half an escape", '"\\\\u12"', 6), ("an open text", '"a', 3), ("a cut word", "nul", 4),
    ("a vertical tab as space", "\\0131", 1),
)

JSON = [
    *[Case(f"JSON with {name}", f"printf -- '{line}\\n' | estream-produce t; r=$?; ls "
           "$ESTREAM_DIR; exit $r", 2, ("stdin:1: not JSON: ", f", byte {byte}"), prints=b"")
      for name, line, byte in NO_JSON],
    *[Case(f"text with {name}", envelopes_come_back(f"printf -- '{line}\\n'"), 0)
      for name, line, _ in NO_JSON],
    *[Case(f"JSON with {name}", lines_come_back(f"printf '%s\\n' '{line}'")
           + " && estream-consume -j t | estream-produce -J u && estream-consume u | cmp - out-in",
           0)
      for name, line in (
          ("1e400", "[1e400,-1e400]"), ("minus zero", "-0"), ("doubled names", '{"a":1,"a":2}'),
          ("2^63 and 2^64", "[9223372036854775808,18446744073709551616]"),
          ("an empty name", '{"":0}'), ("an escape of NUL", '"\\u0000"'),
          ("half a surrogate", '"\\ud800"'),
          ("surrogates in the wrong order", '"\\udc00\\ud800"'))],
    *[Case(f"a key of {number}", f"echo '{{\"k\":{number}}}' | estream-produce -K .k t && "
           "estream-consume -F '%k\\n' t", 0, prints=f"{number}\n".encode())
      for number in ("1e400", "-0", "9223372036854775808", "18446744073709551616", "1.0",
                     "7" * 5000)],
    Case("of doubled names the last one counts, as for jq",
         "echo '{\"a\":1,\"a\":2}' | estream-produce "
         "-K .a t && estream-consume -w '.a == 2' -F '%k %{.a}\\n' t", 0, prints=b"2 2\n"),
    Case("a key with a NUL", "printf '%s\\n' '{\"k\":\"a\\u0000b\"}' | estream-produce -K .k t && "
         "estream-consume -F '%K\\n' t", 0, prints=b"3\n"),
    Case("100 000 names in an object", "(printf '{\"a\":0'; seq -f ',\"k%.0f\":1' 100000; echo "
         "'}') | tr -d '\\n' | estream-produce -K .k99999 t && estream-consume -F '%k\\n' t", 0,
         prints=b"1\n"),
    Case("a number of a million digits",
         lines_come_back(f"({zeros(1_000_000)} | tr '\\0' 7; echo)"), 0),
]


def nested(opening, depth, core, closing):
    """An event in out-in that only the depth is wrong about."""
    return lambda box: (box.cwd / "out-in").write_text(opening * depth + core + closing * depth)


NESTING = [
    Case(f"JSON of {depth} {kind}", "estream-produce t <out-in", status, says,
         setup=nested(opening, depth, "1", closing))
    for kind, opening, closing in (("arrays", "[", "]"), ("objects", '{"a":', "}"))
    for depth, status, says in ((10, 0, ""), (1024, 0, ""), (1025, 2, "nested too deeply"),
                                (1_000_000, 2, "nested too deeply"))
] + [
    Case("an array of nothing in 1023 others", "estream-produce t <out-in", 0,
         setup=nested("[", 1023, "[]", "]")),
    Case("an array of nothing in 1024 others", "estream-produce t <out-in", 2, "nested too deeply",
         setup=nested("[", 1024, "[]", "]")),
    Case("brackets without end", "estream-produce -K .a.a t <out-in", 2, "stdin:1: not JSON",
         setup=nested('{"a":', 1_000_000, "", "")),
    Case("1024 arrays in an envelope", "estream-produce -J t <out-in && estream-consume -j t | "
         "estream-produce -J u && estream-consume u >out-u && estream-consume t | cmp - out-u", 0,
         setup=lambda box: (box.cwd / "out-in").write_text(
             '{"value":' + "[" * 1024 + "1" + "]" * 1024 + "}")),
    Case("1025 arrays in an envelope", "estream-produce -J t <out-in", 2, "nested too deeply",
         setup=lambda box: (box.cwd / "out-in").write_text(
             '{"value":' + "[" * 1025 + "1" + "]" * 1025 + "}")),
]

CASES = [*SIZES, *LINES, *JSON, *NESTING]
