"""What the commands of ownership.py said, line by line: whether two were ever at work on one partition,
and whether each event came, in order.
"""
import dataclasses


@dataclasses.dataclass
class Batch:
    """What one command, or a child of it, said of one batch. `at` and `end` count lines of the file;
    who was killed has no end."""
    place: str
    first: int
    last: int
    pid: int
    begin_ns: int
    generation: int
    at: int
    is_calm: bool  # Begun after members were asked to end.
    end: int | None = None
    end_ns: int | None = None

    def __str__(self):
        return f"events {self.first} to {self.last} of {self.place} in process {self.pid}"


def read_batches(lines, problem):
    """The batches of each partition, in the order in which they were begun."""
    batches, working, is_calm = {}, {}, False
    for at, line in enumerate(lines):
        what, place, *words = line.split(" ")
        if what == "calm":
            is_calm = True
            continue
        if what == "wrong":
            problem("two at work" if "at work" in line else "wrong batches", line)
            continue
        first, last, pid, time_ns, generation = map(int, words)
        if what == "begin":
            batch = Batch(place, first, last, pid, time_ns, generation, at, is_calm)
            batches.setdefault(place, []).append(batch)
            working[place, pid] = batch
            continue
        batch = working.pop((place, pid), None)
        if batch is None or (batch.first, batch.last) != (first, last):
            problem("wrong batches", f"an end without a beginning: {line}")
        else:
            batch.end, batch.end_ns = at, time_ns
    return batches


class Checker:
    """`counts` are the numbers of events of each partition; `has_exact_claims` says that nobody ended
    in order before the calm, so that a batch that was not finished comes again as it was."""

    def __init__(self, topic, counts, has_exact_claims, problem):
        self.counts = {f"{topic}/{partition}": count for partition, count in enumerate(counts)}
        self.has_exact_claims = has_exact_claims
        self.problem = problem
        self.figures = {"batches": 0, "batches begun again": 0, "batches that were not finished": 0,
                        "changes of the owner": 0}

    def check(self, lines):
        batches = read_batches(lines, self.problem)
        for place, count in self.counts.items():
            of_place = batches.get(place, [])
            self.check_alone(of_place)
            self.check_order(place, of_place, count)
            self.figures["batches"] += len(of_place)
            self.figures["batches that were not finished"] += sum(batch.end is None for batch in of_place)

    def check_alone(self, batches):
        reach = None  # The batch that ended last of all so far.
        for batch in batches:
            if reach and (batch.at < reach.end or batch.begin_ns < reach.end_ns):
                self.problem("two at work", f"{batch} began before {reach} ended")
            if batch.end is not None and (reach is None or batch.end > reach.end):
                reach = batch

    def check_order(self, place, batches, count):
        before = None
        for batch in batches:
            if before is None:
                if batch.first != 0:
                    self.problem("lost", f"{place} begins with {batch}")
            else:
                self.check_next(before, batch)
            before = batch
        if count and (before is None or before.end is None or before.last != count - 1):
            self.problem("lost", f"{place} has {count} events; the last batch has {before}")

    def check_next(self, before, batch):
        if batch.generation < before.generation:
            self.problem("wrong batches", f"{batch} has generation {batch.generation}, after "
                                          f"{before.generation}")
        self.figures["changes of the owner"] += batch.generation != before.generation
        if batch.first == before.first:
            self.figures["batches begun again"] += 1
            if self.has_exact_claims and not batch.is_calm and batch.last != before.last:
                self.problem("wrong batches", f"{before} came again as {batch}")
        elif batch.first != before.last + 1:
            self.problem("out of order", f"after {before} came {batch}")
        elif before.end is None:
            self.problem("lost", f"{before} was not finished, and then came {batch}")
