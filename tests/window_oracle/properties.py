"""What must not change the bytes that estream-window prints."""
import collections
import dataclasses

import rounds
import window_tool

# Aggregates that do not ask which of two events at the same time is the first.
UNORDERED = ("count", "sum", "mean", "min", "max", "stddev", "distinct", "p50", "p99", "top")
BATCH_SIZES = ("1", "300", "4K", "1M")


class Property(rounds.Round):
    """Any operator. Two ways have to give the same bytes, and the same events that are late."""

    histories = 20

    def choose(self):
        size = f"{self.size}ms"
        self.chosen = self.chance.choice((
            ["--tumble", size], ["--hop", f"{size}/{max(1, self.size // 3)}ms"], ["--session", size],
            ["--trailing", size], ["--dedup", size], ["--absent", size, "--emit", "both"],
            ["--seq", ".n > 3", "--then", ".n < 0", "--within", size, "--unmatched"]))
        if self.chosen[0] == "--hop":
            self.step = max(1, self.size // 3)

    def operator(self):
        return self.chosen

    def fields(self):
        return [] if self.chosen[0] == "--dedup" else super().fields()

    def topic(self, tool, events, batch_size="1M"):
        tool.make_topic(events, "--partitions", str(self.partitions), "--batch-size", batch_size)

    def answer(self, tool, arguments=None):
        return tool.run(*(arguments or self.arguments()))

    def same(self, one, other):
        for answer in (one, other):
            if answer.status:
                return f"exit {answer.status}: {answer.err.strip()}"
        if one.counts() != other.counts():
            return f"counted {one.counts()} and {other.counts()}"
        if sorted(one.late) != sorted(other.late):
            return f"late are {one.late} and {other.late}"
        if one.out != other.out:
            pairs = zip(one.out.splitlines(), other.out.splitlines())
            return f"other bytes: {next((pair for pair in pairs if pair[0] != pair[1]), 'fewer lines')}"
        return None


class Batches(Property):
    """However the log is cut into batches."""

    def choose(self):
        super().choose()
        if not self.with_k:
            self.partitions = 1  # Or each has a task, and their lines come in any order.
        if self.partitions == 1 and self.chosen[0] in ("--tumble", "--hop", "--session"):
            self.chosen += self.chance.choice(([], ["--emit", "update"]))

    def play(self, tool):
        self.topic(tool, self.events)
        one = self.answer(tool)
        self.topic(tool, self.events, self.chance.choice(BATCH_SIZES[:-1]))
        return self.same(one, self.answer(tool))


class Live(Property):
    """However the partitions come in between each other: with -f, while they grow in another order."""

    histories = 3

    def choose(self):
        super().choose()
        self.with_k = True
        self.partitions = self.chance.choice((2, 3))

    def make_events(self):
        """Behind them two events a partition, far from them and from each other: the first ones close
        what was before, and the second ones say that."""
        events = super().make_events()
        end = max(event.time for event in events)
        self.last = end + 20 * (self.size + self.grace + 100)
        for time in (end + 10 * (self.size + self.grace + 100), self.last):
            for _ in range(self.partitions):
                events.append(window_tool.Event(len(events), time, "flush",
                                                self.random_fields(self.chance)))
        return events

    def spread(self):
        super().spread()
        for place in range(-2 * self.partitions, 0):
            self.events[place] = dataclasses.replace(self.events[place],
                                                     partition=place % self.partitions)

    def chunks(self):
        """The events of each partition in their order, but not those of all."""
        waiting = [[event for event in self.events if event.partition == partition]
                   for partition in range(self.partitions)]
        while any(waiting):
            chosen = self.chance.choice([events for events in waiting if events])
            count = self.chance.choice((1, 10, 30, 100))
            yield chosen[:count]
            del chosen[:count]

    def is_early(self, line):
        """Whether it is printed before the input ends."""
        if "i" in line:
            return line["t"] < self.last
        return window_tool.to_ms(line.get("to") or line["at"]) < self.last

    def play(self, tool):
        self.topic(tool, self.events)
        whole = self.answer(tool)
        lines = whole.out.splitlines(keepends=True)
        count = sum(map(self.is_early, whole.lines))
        if count == 0:
            return whole.status and f"exit {whole.status}: {whole.err.strip()}"
        live = tool.follow(self.chunks(), self.partitions, self.chance.choice(BATCH_SIZES),
                           [*self.arguments(), "-n", str(count)])
        if live != b"".join(lines[:count]):
            pairs = zip(live.splitlines(keepends=True), lines)
            return f"other bytes: {next((pair for pair in pairs if pair[0] != pair[1]), 'fewer lines')}"
        return None


class Partitions(Property):
    """However the events are dealt to partitions, when none is late and no two are at the same time."""

    def choose(self):
        super().choose()
        self.with_k = True
        self.grace = 1000 * self.size
        for each in self.aggregates:
            if each.function not in UNORDERED:
                each.function, each.field = "count", None

    def back(self):
        return 50 * self.size

    def play(self, tool):
        self.events = list({event.time: event for event in reversed(self.events)}.values())[::-1]
        answers = []
        for self.partitions in (1, self.chance.choice((2, 3, 5))):
            self.spread()
            self.topic(tool, self.events)
            answers.append(self.answer(tool))
        return self.same(*answers)


class Updates(Property):
    """--emit update shows each window as it grows by one event after the other, and in the end as without
    it."""

    def choose(self):
        self.step = self.chance.choice((self.size, max(1, self.size // 3)))
        self.chosen = ["--hop", f"{self.size}ms/{self.step}ms"]
        self.having = None
        self.partitions = self.partitions if self.with_k else 1

    def play(self, tool):
        self.topic(tool, self.events)
        closed = self.answer(tool)
        self.chosen = [*self.chosen, "--emit", "update"]
        updated = self.answer(tool)
        shown = collections.defaultdict(list)
        finals = [line.replace(b',"final":true}', b"}") for line in updated.out.splitlines()
                  if line.endswith(b',"final":true}')]
        if finals != closed.out.splitlines():
            return "other final lines"
        for line in updated.lines:
            if not line.get("final"):
                shown[line["key"], line["from"]].append(line["n"])
        sizes = {(line["key"], line["from"]): line["n"] for line in closed.lines}
        if {*shown} != {*sizes}:
            return "updates of other windows"
        return next((f"updates of {window} with {counts}" for window, counts in shown.items()
                     if counts != list(range(1, sizes[window] + 1))), None)


class HopIsTumble(Property):
    """A hop by its own size."""

    def choose(self):
        self.step = self.size
        self.chosen = ["--tumble", f"{self.size}ms"]
        self.partitions = self.partitions if self.with_k else 1

    def play(self, tool):
        self.topic(tool, self.events)
        one = self.answer(tool)
        self.chosen = ["--hop", f"{self.size}ms/{self.size}ms"]
        return self.same(one, self.answer(tool))


KINDS = (Batches, Live, Partitions, Updates, HopIsTumble)
