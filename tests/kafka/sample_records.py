#!/usr/bin/env python3
"""Records of all shapes for the tests beside it, as envelopes that estream-produce -J takes.

  tests/kafka/sample_records.py COUNT [SEED] > envelopes

The first ones are the odd ones, each once: bytes that are no text, text that is no JSON, JSON that
a library would change, null against empty, a tombstone against a JSON null, headers repeated,
without value, not UTF-8. After them come ordinary events. Timestamps jump back now and then.
"""
import base64
import json
import random
import sys

START = 1_760_000_000_000
BYTES = bytes(range(256))


class Json(bytes):
    """A value that goes into the envelope as it is."""


# (key, value, headers); None is null.
ODD = [
    (BYTES, BYTES, []),
    (b"\x80", b"\xff\xfe", [("h", b"\xc3")]),
    (b"", b"", []),
    (None, None, []),
    (None, b"", []),
    (b"tombstone", None, []),
    (b"json-null", Json(b"null"), []),
    (b"text", b"not JSON", []),
    (b"lines", b"two\nlines\r\nand a \x00, a \x1b, a \"quote\" and a \\", []),
    (b"json in lines", b'{\n  "a": 1\n}\n', []),
    ("cl\u00e9-\u043a\u043b\u044e\u0447".encode(), Json('{"emoji":"\U0001f600"}'.encode()), []),
    ("\u2028".encode(), "\u2028 \ufeff \U0010ffff".encode(), []),
    (b"numbers", Json(b'{"big":12345678901234567890,"huge":1e400,"small":-0.0}'), []),
    (b"digits", Json(b"0.10000000000000000000000000000000000000001"), []),
    (b"twice", Json(b'{"a":1,"a":2}'), []),
    (b"escapes", Json(b'{"a\\u0062":"\\ud83d\\ude00\\u0000\\/"}'), []),
    (b"spaces", Json(b'{ "a" : [ 1 , 2 ] }'), []),
    (b"deep", Json(b"[" * 50 + b"]" * 50), []),
    (b"scalar", Json(b"42"), []),
    (b"string", Json(b'"quoted"'), []),
    (b"header", Json(b"{}"), [("a", b"1")]),
    (b"headers", Json(b"{}"), [("a", b"1"), ("a", b"2"), ("b", b""), ("c", None), ("a", b"1")]),
    (b"odd headers", Json(b"{}"), [("", b"no name"), ("\u952e", BYTES), ("q\"\\", b"\n")]),
    (b"many headers", Json(b"{}"), [(f"h{i}", b"x" * i) for i in range(200)]),
]


def envelope_field(name, data):
    if data is None:
        return f'"{name}":null'
    try:
        return f'"{name}":{json.dumps(data.decode())}'
    except UnicodeDecodeError:
        return f'"{name}_b64":"{base64.b64encode(data).decode()}"'


def value_field(value):
    if value is None:
        return '"value":null,"tombstone":true'
    if isinstance(value, Json):
        return f'"value":{value.decode()}'
    return envelope_field("value_text", value).replace('"value_text_b64"', '"value_b64"')


def envelope(record):
    time, key, value, headers = record
    parts = ",".join("{%s,%s}" % (f'"key":{json.dumps(name)}', envelope_field("value", data))
                     for name, data in headers)
    return f'{{"ts":{time},{envelope_field("key", key)},"headers":[{parts}],{value_field(value)}}}'


def event(chance, number):
    return json.dumps({"n": number, "user": f"u{chance.randrange(300)}",
                       "amount": chance.randrange(10**6) / 100,
                       "id": f"{chance.getrandbits(128):032x}"}, separators=(",", ":")).encode()


def records(count, seed=1):
    """(time, key, value, headers) each, the same ones for the same arguments."""
    chance = random.Random(seed)
    time = START
    for number in range(count):
        time += chance.randrange(9) - (100 if chance.randrange(50) == 0 else 0)
        if number < len(ODD):
            yield (time, *ODD[number])
            continue
        key = None if chance.randrange(10) == 0 else f"k{chance.randrange(500)}".encode()
        value = None if key and chance.randrange(40) == 0 else Json(event(chance, number))
        headers = [("trace", f"t{chance.randrange(1000)}".encode())] * (chance.randrange(5) == 0)
        yield time, key, value, headers


if __name__ == "__main__":
    for each in records(*(int(argument) for argument in sys.argv[1:3])):
        print(envelope(each))
