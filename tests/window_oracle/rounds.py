"""What a round of the oracles is: random events, one operator, and what it has to print."""
import dataclasses
import random
import zoneinfo

import aggregates
import histories
import models
import values
import window_tool


class Aggregate:
    """One of -a."""

    FUNCTIONS = [*aggregates.OF_NUMBERS, *aggregates.OF_VALUES, "list", "top"]

    def __init__(self, name, function, field, most=0):
        self.name, self.function, self.field, self.most = name, function, field, most

    @staticmethod
    def random(name, chance):
        return Aggregate(name, chance.choice(Aggregate.FUNCTIONS), chance.choice("vvvncs"),
                         chance.choice((1, 2, 5, 1000)))

    def text(self):
        if self.field is None:
            return f"{self.name}={self.function}"
        most = f"{self.most}, " if self.function in ("list", "top") else ""
        return f"{self.name}={self.function}({most}.{self.field})"

    def of(self, events):
        return aggregates.of(self.function, events, self.field, self.most)

    def leaves_out(self, event):
        return aggregates.is_left_out(self.function, event, self.field)


class Round:
    """One operator with one choice of its options. Subclasses say which, and what is expected."""

    histories = 8
    longest = 40
    random_fields = staticmethod(values.random_fields)

    def __init__(self, seed):
        self.seed = seed
        self.chance = chance = random.Random(seed)
        self.size = chance.choice((1, 2, 3, 5, 8, 12, 60, 1000, 60_000))
        self.step = self.size
        self.grace = chance.choice((0, 0, 1, 2, self.size, 3 * self.size))
        self.with_k = chance.random() < 0.6
        self.partitions = chance.choice((1, 1, 2, 3))
        self.aggregates = [Aggregate("ids", "list", "i", 1000), Aggregate("n", "count", None),
                           *(Aggregate.random(f"a{number}", chance)
                             for number in range(chance.randrange(4)))]
        self.having = chance.choice((None, None, None, 1, 2))  # More than so many events.
        self.choose()
        self.events = self.make_events()
        self.spread()

    def choose(self):
        """More options."""

    def make_events(self):
        return histories.pack(self.chance, self.histories, self.longest,
                              histories.Shape(self.size, self.step, self.back()),
                              lambda: self.random_fields(self.chance))

    def back(self):
        return 2 * self.size + self.grace

    def spread(self):
        """Over the partitions: with -K anyhow, otherwise by key."""
        where = {}
        for place, event in enumerate(self.events):
            partition = self.chance.randrange(self.partitions)
            if not self.with_k:
                partition = where.setdefault(event.key, partition)
            self.events[place] = dataclasses.replace(event, partition=partition)

    def operator(self):
        raise NotImplementedError

    def arguments(self):
        key = ["-K", ".k"] if self.with_k else []
        return [*key, *self.operator(), "--grace", f"{self.grace}ms", *self.fields(), "t"]

    def fields(self):
        having = [] if self.having is None else ["--having", f"n > {self.having}"]
        return ["-a", ", ".join(each.text() for each in self.aggregates), *having]

    def is_shown(self, events):
        return self.having is None or len(events) > self.having

    def difference(self, answer):
        """One line on what is not as expected, or None."""
        raise NotImplementedError

    def play(self, tool):
        """What is not as expected, or None."""
        tool.make_topic(self.events, "--partitions", str(self.partitions))
        answer = tool.run(*self.arguments())
        if answer.status:
            return f"exit {answer.status}: {answer.err.strip()}"
        counts = answer.counts()
        if sum(counts.values()) != len(self.events) or counts["late"] != len(answer.late):
            return f"the counts of {len(self.events)} events, of which {len(answer.late)} are late: " \
                   f"{answer.err.strip()}"
        return self.difference(answer)

    def line_difference(self, line, events):
        """Whether all aggregates are right."""
        for each in self.aggregates:
            wanted = each.of(events)
            if each.name not in line or not aggregates.is_same(line[each.name], wanted):
                return f"{line}: {each.text()} should be {wanted}"
        return None

    def late_difference(self, answer, late):
        wanted = sorted(event.number for event in late)
        return None if sorted(answer.late) == wanted else f"late are {answer.late}, not {wanted}"

    def skipped(self, used):
        return sum(any(each.leaves_out(event) for each in self.aggregates) for event in used)


class WindowRound(Round):
    """A model gives all windows, and each has one line."""

    def model(self):
        """({(key, from, to): events}, late)"""
        raise NotImplementedError

    def difference(self, answer):
        windows, late = self.model()
        complaint = self.late_difference(answer, late)
        if complaint:
            return complaint
        expected = sorted((window for window, events in windows.items() if self.is_shown(events)),
                          key=lambda window: (window[2], window[1], window[0]))
        found = [(line["key"], window_tool.to_ms(line["from"]), window_tool.to_ms(line["to"]))
                 for line in answer.lines]
        if found != expected:
            wrong = sorted({*found} ^ {*expected})
            return f"other windows: {wrong[:3]}" if wrong else f"another order: {found}"
        for line in answer.lines:
            window = line["key"], window_tool.to_ms(line["from"]), window_tool.to_ms(line["to"])
            complaint = self.line_difference(line, windows[window])
            if complaint:
                return complaint
        used = {event.number: event for events in windows.values() for event in events}
        if answer.counts()["skipped"] != self.skipped(used.values()):
            return f"skipped should be {self.skipped(used.values())}: {answer.err.strip()}"
        return None


class Tumble(WindowRound):
    def operator(self):
        return ["--tumble", f"{self.size}ms"]

    def model(self):
        return models.fixed_windows(self.events, self.size, self.size, self.grace)


class Hop(WindowRound):
    def choose(self):
        self.step = self.chance.randrange(max(1, self.size // 6), self.size + 1)

    def operator(self):
        return ["--hop", f"{self.size}ms/{self.step}ms"]

    def model(self):
        return models.fixed_windows(self.events, self.size, self.step, self.grace)


class Days(WindowRound):
    """Windows of whole days begin at the local midnight of --zone. Events are near changes of the clocks."""

    ZONES = ("UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "America/Havana",
             "Asia/Kolkata", "Asia/Tehran", "Australia/Lord_Howe", "Pacific/Apia")

    def choose(self):
        self.zone = zoneinfo.ZoneInfo(self.chance.choice(self.ZONES))
        self.days = self.chance.choice((1, 1, 2, 7))
        self.step = self.days if self.chance.random() < 0.7 else self.chance.randrange(1, self.days + 1)
        self.grace = self.chance.choice((0, 60_000, models.DAY, 10_000 * models.DAY))

    def make_events(self):
        begin = self.chance.randrange(10_000, 20_000) * models.DAY
        changes = models.changes_of_clock(self.zone, begin, 370)
        events, clock = [], begin
        for number in range(60):
            clock += self.chance.randrange(5 * models.DAY)
            place = self.chance.choice([clock, clock, clock - models.DAY, *changes])
            time = place + self.chance.randrange(-30, 31) * models.HOUR + self.chance.choice((-1, 0))
            events.append(window_tool.Event(number, max(0, time), self.chance.choice("ab"),
                                            self.random_fields(self.chance)))
        return events

    def operator(self):
        size = [f"{self.days}d"] if self.step == self.days else [f"{self.days}d/{self.step}d"]
        return ["--tumble" if self.step == self.days else "--hop", *size, "--zone", self.zone.key]

    def model(self):
        return models.fixed_windows(self.events, self.days, self.step, self.grace,
                                    models.DaysOf(self.zone))


class Session(WindowRound):
    def choose(self):
        self.most = self.chance.choice((None, None, self.size, 3 * self.size + 1))

    def operator(self):
        most = "" if self.most is None else f",max={self.most}ms"
        return ["--session", f"{self.size}ms{most}"]

    def model(self):
        model = models.sessions_in_time_order if self.with_k else models.sessions_by_arrival
        return model(self.events, self.size, self.most, self.grace)


class StepRound(Round):
    """An operator whose lines come in the order in which its events are applied."""

    def choose(self):
        if not self.with_k:
            self.partitions = 1  # Or each has a task, and their lines come in any order.

    def is_sorted(self):
        return self.with_k or self.grace > 0

    def applied(self):
        """(the events in that order, late)"""
        if self.is_sorted():
            return models.in_time_order(self.events, self.grace)
        return self.events, []


class Trailing(StepRound):
    def operator(self):
        return ["--trailing", f"{self.size}ms"]

    def difference(self, answer):
        events, late = self.applied()
        complaint = self.late_difference(answer, late)
        expected = [each for each in models.trailing(events, self.size, self.is_sorted())
                    if self.is_shown(each[1])]
        if not complaint and len(answer.lines) != len(expected):
            complaint = f"{len(answer.lines)} lines instead of {len(expected)}"
        for line, (event, counted) in zip(answer.lines, expected):
            complaint = complaint or self.trailing_difference(line, event, counted)
        return complaint

    def trailing_difference(self, line, event, counted):
        if (line["key"], window_tool.to_ms(line["at"])) != (event.key, event.time) \
                or line["event"] != event.value():
            return f"{line} instead of that of {event}"
        return self.line_difference(line, counted)


class Dedup(StepRound):
    def is_sorted(self):
        return self.with_k

    def operator(self):
        return ["--dedup", f"{self.size}ms"]

    def fields(self):
        return []

    def difference(self, answer):
        events, late = self.applied()
        passed = [window_tool.to_json(event.value()) for event in models.dedup(events, self.size)]
        if answer.out.decode().splitlines() != passed:
            return f"{answer.out.decode()} passed, not {passed}"
        return self.late_difference(answer, late)


class Absent(StepRound):
    def choose(self):
        super().choose()
        self.having = None
        self.is_back_said = self.chance.random() < 0.5

    def operator(self):
        return ["--absent", f"{self.size}ms", *(["--emit", "both"] if self.is_back_said else [])]

    def applied(self):
        if self.is_sorted():
            return super().applied()
        return models.by_arrival(self.events, self.size)

    def difference(self, answer):
        events, late = self.applied()
        expected = models.absent(events, self.size, self.is_back_said)
        found = [(line["key"], window_tool.to_ms(line["from"]), window_tool.to_ms(line["to"]))
                 for line in answer.lines]
        if found != [line[:3] for line in expected]:
            return f"{found} instead of {[line[:3] for line in expected]}"
        for line, (*_, counted) in zip(answer.lines, expected):
            if bool(line.get("back")) != (counted is None):
                return f"{line} instead of one with {counted}"
            complaint = counted and self.line_difference(line, counted)
            if complaint:
                return complaint
        return self.late_difference(answer, late)


class Sequence(StepRound):
    LETTERS = "ABCX"

    def choose(self):
        super().choose()
        self.having = None
        self.size *= self.chance.choice((1, 2, 4))
        self.steps = [(self.letters(), self.chance.choice((1, 1, 1, 2, 3)))
                      for _ in range(self.chance.choice((2, 2, 3)))]
        self.unless = self.chance.choice((None, None, self.letters()))
        self.are_unmatched_shown = self.chance.random() < 0.6

    def letters(self):
        return self.chance.sample(self.LETTERS[:3], self.chance.choice((1, 1, 2)))

    def random_fields(self, chance):
        return *values.random_fields(chance), ("e", chance.choice(self.LETTERS))

    @staticmethod
    def condition(letters):
        return f".e in ({', '.join(map(window_tool.to_json, letters))})"

    def operator(self):
        words = []
        for (letters, times), option in zip(self.steps, ("--seq", "--then", "--then")):
            words += [option, self.condition(letters)]
            words += ["--times", str(times)] if times > 1 or self.seed % 2 else []
        words += ["--unless", self.condition(self.unless)] if self.unless else []
        words += ["--unmatched"] if self.are_unmatched_shown else []
        return [*words, "--within", f"{self.size}ms"]

    def applied(self):
        if self.is_sorted():
            return super().applied()
        return models.by_arrival(self.events, self.size)

    def difference(self, answer):
        events, late = self.applied()
        complaint = self.late_difference(answer, late)
        expected = models.Sequence(self.steps, self.size, self.unless,
                                   self.are_unmatched_shown).run(events)
        if not complaint and len(answer.lines) != len(expected):
            complaint = f"{len(answer.lines)} lines instead of {len(expected)}"
        for line, match in zip(answer.lines, expected):
            complaint = complaint or self.match_difference(line, match)
        return complaint

    def match_difference(self, line, match):
        key, begin, end, events, is_unmatched = match
        if (line["key"], window_tool.to_ms(line["from"]), window_tool.to_ms(line["to"])) \
                != (key, begin, end) or bool(line.get("unmatched")) != is_unmatched \
                or [event["i"] for event in line["events"]] != [event.number for event in events]:
            return f"{line} instead of {match}"
        return self.line_difference(line, sorted(events, key=models.order))


KINDS = (Tumble, Hop, Days, Session, Trailing, Dedup, Absent, Sequence)
