"""Random histories of events for windows.

Many small ones are put one after the other, each with keys of its own and so much later that all windows
before it are closed. So one process plays hundreds.
"""
import dataclasses

import window_tool

START = 1_760_000_000_000
KEYS = "abc"


@dataclasses.dataclass(frozen=True)
class Shape:
    """How long what the operator keeps is (its size or gap), and how far times go back."""
    size: int
    step: int
    back: int


def next_time(random, clock, first, shape):
    """Mostly forward by less than a window; often onto a boundary or beside it; sometimes back."""
    choice = random.random()
    if choice < 0.5:
        return clock + random.randrange(shape.size // 2 + 2)
    if choice < 0.6:
        return clock + shape.size + random.randrange(-1, 3)
    if choice < 0.65:
        return clock + random.randrange(3 * shape.size + shape.back)
    if choice < 0.8:
        return max(first, clock - random.randrange(shape.back + 1))
    edge = (clock - random.choice((0, shape.back))) // shape.step * shape.step
    return max(first, clock - shape.back, edge + random.randrange(-1, 2))


def times(random, first, count, shape):
    """Of one history; the first is also the smallest."""
    clock, found = first, [first]
    while len(found) < count:
        found.append(next_time(random, clock, first, shape))
        clock = max(clock, found[-1])
    return found


def pack(random, histories, longest, shape, fields=lambda: ()):
    """The events of so many histories, and behind each one an event of the key `flush` that closes it."""
    events, base = [], START + random.randrange(1000)
    apart = 10 * (shape.size + shape.back) + 100
    for history in range(histories):
        keys = KEYS[:random.randrange(1, len(KEYS) + 1)]
        for time in times(random, base, random.randrange(1, longest + 1), shape):
            key = f"h{history}{random.choice(keys)}"
            events.append(window_tool.Event(len(events), time, key, fields()))
        end = max(event.time for event in events) + apart
        events.append(window_tool.Event(len(events), end, "flush", fields()))
        base = end + apart + random.randrange(shape.size)
    return events
