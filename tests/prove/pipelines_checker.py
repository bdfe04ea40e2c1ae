"""What OUT has to hold in the end, whatever happened to those who wrote it."""
import json

from chaos_batches import partition_for
from pipelines_actors import POISON, SOURCE

SHOWN = 3


class Output:
    """An event of OUT that the group wrote. Without a command it has neither copy nor stamp."""

    def __init__(self, value, partition, offset, key):
        self.source = value["p"]
        self.number = value["n"]
        self.copy = value.get("i", 0)
        self.stamp = value.get("s")
        self.first = value.get("f")  # Of the batch, as the command saw it.
        self.name = (self.source, self.number, self.copy)
        self.place = (partition, offset)
        self.key = key
        self.key_in_value = str(value["k"])


def expected_outputs(source, has_command):
    """Name of each event that OUT has to have -> its key."""
    expected = {}
    for partition, events in enumerate(source):
        for number, (copies, key) in enumerate(events):
            for copy in range(copies if has_command else 1):
                expected[partition, number, copy] = "x" * copy + str(key)
    return expected


class Checker:
    """`source` and `foreigner` are what was attempted; the plan is that of the round."""

    def __init__(self, source, plan, foreigner, problem):
        self.source = source
        self.plan = plan
        self.expected = expected_outputs(source, plan.has_command)
        self.foreigner = foreigner
        self.problem = problem
        self.outputs = {}  # By name.
        self.foreign = {}  # Number -> place.
        self.dead = {}     # Source partition and number -> place.

    def check(self, logs, dead):
        """The records of each partition of OUT, and of the topic of dead letters."""
        for partition, records in enumerate(dead):
            self.take_dead(partition, records)
        if self.plan.has_dead_letters:
            self.check_dead()
        for partition, records in enumerate(logs):
            self.take(partition, len(logs), records)
        self.check_complete()
        self.check_foreign()
        if self.plan.has_command:
            self.check_runs()

    def take(self, partition, partitions, records):
        last = {}  # Of each source partition, in this partition.
        for record in records:
            try:
                value = json.loads(record.value)
                key = record.key.decode()
                is_placed = partition_for(record.key, partitions) == partition
                foreign = value.get("foreign")
                output = None if foreign is not None else Output(value, partition, record.offset, key)
            except (ValueError, KeyError, AttributeError, TypeError):
                self.problem("torn reads", f"out/{partition}@{record.offset} was never written like "
                                           f"that: {record}")
                continue
            if not is_placed:
                self.problem("changed", f"out/{partition}@{record.offset}: key {key} belongs to "
                                        "another partition")
            if output is None:
                self.take_foreign(foreign, (partition, record.offset))
            else:
                self.take_output(output, last)

    def take_foreign(self, number, place):
        if number in self.foreign:
            self.problem("twice", f"foreign event {number} is at {self.foreign[number]} and {place}")
        self.foreign[number] = place

    def take_output(self, output, last):
        key = self.expected.get(output.name)
        if output.name[:2] in self.dead:
            self.problem("twice", f"{output.name} is at {output.place}, and a dead letter")
        elif not key == output.key == output.key_in_value:
            self.problem("changed", f"{output.name} at {output.place} has key {output.key}, and its "
                                    f"value {output.key_in_value}, not {key}")
        if output.name in self.outputs:
            self.problem("twice", f"{output.name} is at {self.outputs[output.name].place} and at "
                                  f"{output.place}")
        elif output.name < last.get(output.source, output.name):
            self.problem("out of order", f"{output.name} at {output.place} comes after "
                                         f"{last[output.source]}")
        self.outputs[output.name] = output
        last[output.source] = output.name

    def take_dead(self, partition, records):
        last = {}
        for record in records:
            place = (partition, record.offset)
            value = json.loads(record.value)
            name = (value["p"], value["n"])
            source = f"{SOURCE}/{value['p']}@{value['n']}".encode()
            if dict(record.headers).get(b"estream.source") != source:
                self.problem("changed", f"the dead letter {name} at {place} says that it is "
                                        f"{record.headers}")
            if name in self.dead:
                self.problem("twice", f"the dead letter {name} is at {self.dead[name]} and {place}")
            elif name < last.get(name[0], name):
                self.problem("out of order", f"the dead letter {name} comes after {last[name[0]]}")
            self.dead[name] = place
            last[name[0]] = name

    def check_dead(self):
        """An event is dead, or in OUT; the command never takes one that is poison."""
        for partition, events in enumerate(self.source):
            for number, (_, key) in enumerate(events):
                if key == POISON and (partition, number) not in self.dead:
                    self.problem("lost", f"event {number} of partition {partition} is poison, and is "
                                         "no dead letter")
        self.expected = {name: key for name, key in self.expected.items() if name[:2] not in self.dead}

    def check_complete(self):
        missing = [name for name in self.expected if name not in self.outputs]
        if missing:
            self.problem("lost", f"{len(missing)} of {len(self.expected)} events are not in OUT, the "
                                 f"first {sorted(missing)[:SHOWN]}")

    def check_foreign(self):
        for number, place in self.foreigner.acknowledged.items():
            found = self.foreign.get(number)
            if found != place:
                self.problem("lost", f"foreign event {number} was acknowledged at {place}, and is at "
                                     f"{found}")
        unknown = [number for number in self.foreign if not 0 <= number < self.foreigner.attempted]
        if unknown:
            self.problem("changed", f"foreign events that nobody wrote: {unknown[:SHOWN]}")

    def check_runs(self):
        """In each source partition the batches follow each other, and each is of one run."""
        runs = {}  # Stamp -> source partition and first event.
        before = {}
        for _, output in sorted(self.outputs.items()):
            last = before.get(output.source)
            batch = (output.source, output.first)
            if runs.setdefault(output.stamp, batch) != batch or \
                    not output.first <= output.number:
                self.problem("mixed runs", f"{output.name} is of batch {batch}, and its run "
                                           f"{output.stamp} worked on {runs[output.stamp]}")
            if last and last.stamp != output.stamp and output.first <= last.number:
                self.problem("mixed runs", f"{output.name} is of the run {output.stamp}, which began at "
                                           f"{output.first}; {last.name} is of another one, {last.stamp}")
            before[output.source] = output
        return runs
