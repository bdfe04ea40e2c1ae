"""What events are grouped by, where their times are, and which of them do not count."""
import dataclasses

import models
import rounds
import window_tool


class Keys(rounds.WindowRound):
    """Groups by other fields than the record's key: two, a number, something that may be anything, none."""

    FIELDS = (".k,.s", ".n", ".v", ".s,.v,.gone", "")

    def choose(self):
        self.with_k = True
        self.fields_of_key = self.chance.choice(self.FIELDS)

    def operator(self):
        return ["--tumble", f"{self.size}ms"]

    def arguments(self):
        return ["-K", self.fields_of_key, *super().arguments()[2:]]

    def key(self, event):
        """As the line has it, and the bytes that it is sorted by."""
        names = [name[1:] for name in self.fields_of_key.split(",") if name]
        values = [event.value().get(name) for name in names]
        if len(values) == 1:
            value = values[0]
            if value is None:
                return None, (b"", 0)
            is_text = isinstance(value, str)
            return value, ((value if is_text else window_tool.to_json(value)).encode(), 2 - is_text)
        return (values, (window_tool.to_json(values).encode(), 2)) if values else (None, (b"", 0))

    def model(self):
        # By the bytes; what the line has instead of them is put back by the caller.
        self.shown = {}
        events = []
        for event in self.events:
            value, bytes_of_it = self.key(event)
            self.shown[bytes_of_it] = value
            events.append(dataclasses.replace(event, key=bytes_of_it))
        windows, late = models.fixed_windows(events, self.size, self.size, self.grace)
        originals = {event.number: event for event in self.events}
        return {window: [originals[event.number] for event in found]
                for window, found in windows.items()}, late

    def difference(self, answer):
        self.model()
        of_text = {window_tool.to_json(value): key for key, value in self.shown.items()}
        for line in answer.lines:
            text = window_tool.to_json(line["key"])
            if text not in of_text:
                return f"there is no key {text}"
            line["key"] = of_text[text]
        return super().difference(answer)


class Future(rounds.WindowRound):
    """A single event that is too far in the future is late; after a second one both count."""

    def choose(self):
        self.partitions = self.partitions if self.with_k else 1
        self.limit = self.chance.choice((self.size, 3 * self.size, 8 * self.size))

    def operator(self):
        return ["--tumble", f"{self.size}ms", "--max-future", f"{self.limit}ms"]

    def model(self):
        accepted, too_far, clocks, waiting = [], [], {}, {}
        for event in self.events:
            partition = event.partition
            clock, before = clocks.get(partition), waiting.pop(partition, None)
            is_far = clock is not None and event.time > clock + self.limit
            if is_far and before is None:
                waiting[partition] = event
                continue
            if before is not None:
                (accepted if is_far else too_far).append(before)
            accepted.append(event)
            times = [event.time, clock or 0, before.time if is_far and before else 0]
            clocks[partition] = max(times)
        accepted += [waiting[partition] for partition in sorted(waiting)]
        windows, late = models.fixed_windows(accepted, self.size, self.size, self.grace)
        return windows, late + too_far


class Rejects(rounds.Round):
    """Lines of standard input whose time is in a field, some of them without one."""

    BAD = ("not JSON", "", "[]", '{"i":1}', '{"t":"yesterday"}', '{"t":null,"k":"a"}', "{\"t\":1760000000000")

    def choose(self):
        self.with_k = True
        self.grace = 1000 * self.size
        self.partitions = 1

    def back(self):
        return 50 * self.size

    def operator(self):
        return ["--tumble", f"{self.size}ms", "--time", ".t"]

    def play(self, tool):
        """The bad lines are counted, and the others are as if there were none."""
        good = [window_tool.to_json(event.value()) for event in self.events]
        bad = [self.chance.choice(self.BAD) for _ in range(self.chance.randrange(1, 20))]
        mixed = list(good)
        for line in bad:
            mixed.insert(self.chance.randrange(len(mixed) + 1), line)
        bad_count = sum(line != "" for line in bad)  # An empty line is none.
        arguments = [*self.arguments()[:-1], "-"]
        answers = []
        for lines in (good, mixed):
            tool.input.write_text("".join(line + "\n" for line in lines))
            answers.append(tool.run(*arguments, input_path=str(tool.input)))
        one, other = answers
        if (one.status, other.status) != (0, 3 if bad_count else 0):
            return f"exits {one.status} and {other.status}: {other.err.strip()}"
        if one.out != other.out:
            return "other bytes with bad lines between them"
        if other.counts() != {**one.counts(), "rejected": bad_count}:
            return f"counted {other.counts()}, not {bad_count} rejected"
        return None


class Stdin(rounds.Round):
    """Envelopes by standard input give what a topic of one partition gives."""

    def choose(self):
        size = f"{self.size}ms"
        self.with_k, self.partitions, self.grace = False, 1, self.chance.choice((0, self.grace))
        self.chosen = self.chance.choice((["--tumble", size], ["--session", size],
                                          ["--trailing", size], ["--dedup", size],
                                          ["--absent", size]))

    def operator(self):
        return self.chosen

    def fields(self):
        return [] if self.chosen[0] == "--dedup" else super().fields()

    def play(self, tool):
        if self.chosen[0] == "--absent":
            self.having = None
        tool.make_topic(self.events)
        topic = tool.run(*self.arguments())
        tool.input.write_text("".join(
            window_tool.to_json(event.envelope()) + "\n" for event in self.events))
        stdin = tool.run(*self.arguments()[:-1], "-J", "-", input_path=str(tool.input))
        if (topic.status, stdin.status) != (0, 0):
            return f"exits {topic.status} and {stdin.status}: {stdin.err.strip()}"
        if (topic.out, topic.late, topic.counts()) != (stdin.out, stdin.late, stdin.counts()):
            return "other bytes, late events or counts by standard input"
        return None


KINDS = (Keys, Future, Rejects, Stdin)
