"""What `estream-produce -J` reads: envelopes as nothing but a bug or an enemy writes them."""
from hostile_case import Case

STORE = "estream-produce -J t <out-in"
DEEP = 100_000


def envelope(text):
    """The line in out-in; printf(1) would have its own ideas of it."""
    data = text if isinstance(text, bytes) else text.encode()
    return lambda box: (box.cwd / "out-in").write_bytes(data + b"\n")


def nothing_is_made(box, _):
    return "a topic was made" if (box.root / "t").exists() else None


def refused(name, text, says):
    return Case(f"an envelope with {name}", STORE, 2, ("stdin:1: ", says), setup=envelope(text),
                check=nothing_is_made)


def stored(name, text, form, prints):
    """What it means, printed in that form."""
    return Case(f"an envelope with {name}", f"{STORE} && estream-consume -F '{form}' t", 0,
                prints=prints if isinstance(prints, bytes) else prints.encode(),
                setup=envelope(text))


OTHER_TYPES = {"an object": "{}", "an array": "[]"}
INTEGER = "must be an integer from 0 to"

KINDS = [
    *[refused(f"{what} instead of it", text, "the line must be an object")
      for what, text in (("an array", "[]"), ("a text", '"x"'), ("a number", "7"),
                         ("null", "null"))],
    *[refused(f"{name} that is {what}", f'{{"{name}":{text},"value":1}}',
              f"{name} must be a string")
      for name in ("key", "topic") for what, text in OTHER_TYPES.items()],
    *[refused(f"{name} that is {what}", f'{{"{name}":{text},"value":1}}', f"{name} {INTEGER}")
      for name in ("partition", "offset")
      for what, text in (*OTHER_TYPES.items(), ("a text", '"1"'), ("-1", "-1"), ("1.5", "1.5"),
                         ("1e3", "1e3"), ("2^63", "9223372036854775808"), ("1e400", "1e400"),
                         ("a thousand digits", "7" * 1000), ("true", "true"))],
    refused("partition 2^31", '{"partition":2147483648,"value":1}', INTEGER),
    *[refused(f"a ts of {text[:30]}", f'{{"ts":{text},"value":1}}', "ts ")
      for text in ("1e400", "1e19", "9223372036854775808", "true", "{}", "[]", '"yesterday"', '""',
                   '"2026-02-30T00:00:00Z"', '"2026-11-20T14:03:00"', '"2026-11-20T24:00:01Z"',
                   '"999999-01-01T00:00:00Z"', '"2026-11-20T14:03:00+99:99"', "7" * 1000)],
    *[refused(f"a ts of {text}", f'{{"ts":{text},"value":1}}', "before 1970")
      for text in ("-2", "-9223372036854775808", '"1969-12-31T23:59:59Z"')],
    *[stored(f"a ts of {text}", f'{{"ts":{text},"value":1}}', "%d", ms) for text, ms in (
        ("0", "0"), ("1.9", "1"), ("1e3", "1000"), ("9223372036854775807", "9223372036854775807"),
        ('"2016-12-31T23:59:59.999999999Z"', "1483228799999"),
        ('"9999-12-31T23:59:59Z"', "253402300799000"))],
    *[refused(f"headers that are {what}", f'{{"headers":{text},"value":1}}', f"headers {says}")
      for what, text, says in (
          ("an object", '{"a":"b"}', "must be an array"), ("a text", '"a=b"', "must be an array"),
          ("texts", '["a"]', "must hold objects"), ("null", "[null]", "must hold objects"),
          ("empty objects", "[{}]", "must have a key each"),
          ("without key", '[{"value":"x"}]', "must have a key each"),
          ("with a null for a key", '[{"key":null,"value":"x"}]', "must have a key each"))],
    refused("a header's key that is an object", '{"headers":[{"key":{}}],"value":1}',
            "must be a string"),
    refused("a header's value that is an array", '{"headers":[{"key":"a","value":[]}],"value":1}',
            "must be a string"),
]

VALUES = [
    refused("nothing in it", "{}", "value is missing"),
    refused("no value but a key", '{"key":"a"}', "value is missing"),
    refused("two values", '{"value":1,"value_text":"1"}', "is there more than once"),
    refused("three values", '{"value":1,"value_text":"1","value_b64":"MQ=="}', "is there more than once"),
    refused("a tombstone and a value", '{"key":"a","tombstone":true,"value":1}',
            "there is a value"),
    refused("a tombstone and a text", '{"key":"a","tombstone":true,"value_text":""}',
            "there is a value"),
    *[refused(f"a tombstone that is {text}", f'{{"tombstone":{text}}}', "true or false")
      for text in ("1", '"true"', "{}", "[]")],
    refused("a text that is a number", '{"value_text":1}', "value_text must be a string"),
    stored("null for a value", '{"value":null}', "%v", "null"),
    stored("null for a tombstone", '{"value":null,"tombstone":null}', "%v", "null"),
    stored("a value with spaces and doubled names", '{"value": {"a" : 1, "a":2 } }', "%v",
           '{"a" : 1, "a":2 }'),
    stored("a huge number", '{"value":123456789012345678901234567890.10}', "%v",
           "123456789012345678901234567890.10"),
    stored("a number for a key", '{"key":1e400,"value":1}', "%k", "1e400"),
    stored("doubled members, of which the last counts",
           '{"key":"a","key":"b","value":1,"value":2,"ts":1,"ts":2}', "%k %v %d", "b 2 2"),
    stored("a doubled key whose last is null", '{"key":"a","key":null,"value":1}', "[%k]", "[]"),
    stored("members that nobody knows", '{"VALUE":3,"values":4,"value":1,"Key":[[]]}', "%v", "1"),
    stored("names that are escaped", '{"val\\u0075e":1,"k\\u0065y":"a"}', "%k %v", "a 1"),
    stored("a name with a NUL behind it", '{"value\\u0000":2,"value":1}', "%v", "1"),
    refused("half a surrogate in its text", '{"value_text":"a\\ud800b"}',
            "value_text has half a surrogate pair"),
    stored("a NUL in its text", '{"value_text":"a\\u0000b"}', "%v", b"a\0b"),
    stored("another topic and offset", '{"topic":"../u","offset":9,"partition":7,"value":1}',
           "%t %p %o", "t 0 0"),
    Case("an envelope with a partition to keep that is not there", STORE + " --keep-partition", 2,
         "partition 7 is not one of the 1", setup=envelope('{"partition":7,"value":1}')),
]

# Name, what is no padded base64 of RFC 4648.
NO_BASE64 = (("a text", "hello"), ("no padding", "QQ"), ("half a padding", "QQ="),
             ("padding alone", "===="), ("padding within", "QQ==QUJD"),
             ("a newline", "QUJD\\nQUJD"),
             ("the letters for addresses", "-_-_"), ("bits that are left", "QR=="),
             ("one letter", "A"), ("a byte that is no ASCII", "QUJ\u00e4"), ("a NUL", "QUJ\\u0000"))
BASE64 = [
    *[refused(f"{name} for base64", f'{{"value_b64":"{text}"}}',
              "must be a string of padded base64")
      for name, text in NO_BASE64],
    *[refused(f"a text for base64 in {field}", form, "must be a string of padded base64")
      for field, form in (("key", '{"key_b64":"hello","value":1}'),
                          ("a header", '{"headers":[{"key_b64":"hello"}],"value":1}'),
                          ("a header's value",
                           '{"headers":[{"key":"a","value_b64":"!"}],"value":1}'))],
    refused("base64 that is a number", '{"value_b64":1234}', "padded base64"),
    refused("a key that is text and base64", '{"key":"A","key_b64":"QQ==","value":1}',
            "exclude each other"),
    stored("base64 of nothing", '{"value_b64":"","key_b64":""}', "[%K %V]", "[0 0]"),
    stored("a base64 that is escaped", '{"value_b64":"\\u0051Q=="}', "%v", "A"),
]

SHAPES = [
    refused("a cut line", '{"value":1', "not JSON"),
    refused("a name that is not UTF-8", b'{"\xff":1,"value":1}', "not JSON"),
    refused("a text that is not UTF-8", b'{"value_text":"\xff"}', "not JSON"),
    refused("two of them on the line", '{"value":1}{"value":2}', "not JSON"),
    refused("a million brackets in its value", '{"value":' + "[" * 1_000_000 + "}", "not JSON"),
    refused("deep nesting in a member nobody knows",
            '{"value":1,"x":' + "[" * DEEP + "]" * DEEP + "}", "nested too deeply"),
    refused("deep nesting in a header",
            '{"value":1,"headers":[{"key":"a","value":' + "[" * DEEP + "]" * DEEP + "}]}",
            "nested too deeply"),
    stored("100 000 headers", '{"value":1,"headers":['
           + ",".join(['{"key":"a","value":"b"}'] * 100_000)
           + "]}", "%v", "1"),
    stored("100 000 members that nobody knows", "{"
           + "".join(f'"k{n}":{n},' for n in range(100_000))
           + '"value":1}', "%v", "1"),
    Case("an envelope that is too long by what it holds",
         f"(printf '{{\"key\":\"'; head -c {9 << 20} /dev/zero | tr '\\0' k; printf "
         f"'\",\"value_text\":\"'; head -c {6 << 20} /dev/zero | tr '\\0' v; printf '\"}}') | "
         "estream-produce -J t && estream-consume -F '%K %V' t", 0, prints=b"9437184 6291456"),
    Case("bad envelopes are set aside, with line and reason",
         "printf '{\"value\":1}\\n{}\\n[]\\n{\"value\":2}\\n' | estream-produce -J --reject "
         "out-bad t; r=$?; estream-consume t; jq -r '[.input_line,.error,.raw]|@tsv' out-bad | cut "
         "-c1-31; exit $r", 3,
         "2 events rejected, see out-bad",
         prints=b"1\n2\n2\tenvelope: value is missing; n\n3\tenvelope: the line must be an\n"),
]

CASES = [*KINDS, *VALUES, *BASE64, *SHAPES]
