"""What must not change the bytes that estream-window prints."""
import dataclasses

import rounds
import window_tool

# Aggregates that do not ask which of two events at the same time is the first.
UNORDERED = ("count", "sum", "mean", "min", "max", "stddev", "distinct", "p50", "p99", "top")
EXACT_MAX = 4096  # Values of percentiles and distinct, until they are estimates.
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
    it. Between the updates of two events, it shows the windows that the second one has closed."""

    def choose(self):
        self.with_k, self.partitions, self.having = False, 1, None
        self.step = self.chance.choice((self.size, max(1, self.size // 3)))
        self.chosen = ["--hop", f"{self.size}ms/{self.step}ms"]

    def play(self, tool):
        self.topic(tool, self.events)
        closed = self.answer(tool)
        self.chosen = [*self.chosen, "--emit", "update"]
        updated = self.answer(tool)
        finals = [line.replace(b',"final":true}', b"}") for line in updated.out.splitlines()
                  if line.endswith(b',"final":true}')]
        if finals != closed.out.splitlines():
            return "other final lines"
        return self.steps_difference(updated)

    def steps_difference(self, updated):
        place = 0
        for number, ids, closing in self.steps(set(updated.late)):
            step, place = updated.lines[place:place + len(ids) + closing], place + len(ids) + closing
            found = sorted(sorted(line["ids"]) for line in step if not line.get("final"))
            if found != sorted(ids) or sum(bool(line.get("final")) for line in step) != closing:
                return f"{step} instead of {ids}, and {closing} that are closed, with event {number}"
        return None

    def steps(self, late):
        """(the event, the events of each window after it, how many windows it closes)"""
        windows, clock = {}, -1
        for event in self.events:
            clock, ids = max(clock, event.time), []
            begin = event.time // self.step * self.step
            while begin > event.time - self.size and event.number not in late:
                if begin + self.size > clock - self.grace:
                    windows.setdefault((event.key, begin), []).append(event.number)
                    ids.append(sorted(windows[event.key, begin]))
                begin -= self.step
            over = [window for window in windows if window[1] + self.size <= clock - self.grace]
            for window in over:
                del windows[window]
            yield event.number, ids, len(over)


class Estimates(Property):
    """Of so many values, percentiles are within 1 % and distinct counts within 5 %, are marked, and are
    the same however the events are dealt to partitions."""

    PERCENTILES = {"p50": 500, "p90": 900, "p99": 990, "p999": 999}

    def choose(self):
        self.with_k, self.size, self.having = True, 60_000, None
        self.chosen = ["--tumble", "1m"]

    def make_events(self):
        chance, start = self.chance, 1_760_000_040_000
        count, scale = chance.randrange(4000, 9000), 10 ** chance.randrange(-3, 8)
        return [window_tool.Event(number, start + chance.randrange(60_000), "a",
                                  (("v", round(chance.lognormvariate(0, 2) * scale, 3)),))
                for number in range(count)]

    def arguments(self):
        names = ", ".join(f"{name}={name}(.v)" for name in self.PERCENTILES)
        return ["-K", ".k", *self.chosen, "--grace", "1m", "-a", f"{names}, d=distinct(.v)", "t"]

    def play(self, tool):
        answers = []
        for self.partitions in (1, 3):
            self.spread()
            self.topic(tool, self.events)
            answers.append(self.answer(tool))
        return self.same(*answers) or self.is_near(answers[0].lines[0])

    def is_near(self, line):
        found = sorted(event.value()["v"] for event in self.events)
        different = len({*found})
        estimates = [*self.PERCENTILES] if len(found) > EXACT_MAX else []
        estimates += ["d"] if different > EXACT_MAX else []
        if sorted(line.get("~", [])) != sorted(estimates):
            return f"marked are {line.get('~')}, not {estimates}: {len(found)} values"
        for name, rank in self.PERCENTILES.items():
            wanted = found[-(-len(found) * rank // 1000) - 1]
            if abs(float(line[name]) - wanted) > (0.0101 * wanted if estimates else 0):
                return f"{name} is {line[name]}, not {wanted}"
        if abs(line["d"] - different) > (0.05 * different if "d" in estimates else 0):
            return f"distinct is {line['d']}, not {different}"
        return None


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


KINDS = (Batches, Live, Partitions, Updates, Estimates, HopIsTumble)
