"""Whether the checker of pipelines.py can fail: good outputs that are spoilt in one place each."""
import json
import random
import types

from chaos_batches import Record, partition_for
from group_actors import COPIES, KEYS
from pipelines_actors import OUT_PARTITIONS, POISON, SOURCE, SOURCE_PARTITIONS
from pipelines_checker import Checker

BATCH = 7
EVENTS = 60  # Of each source partition.


class Model:
    """An output as it should be, of batches that follow each other, and foreign events in between."""

    def __init__(self, seed, has_command, has_dead_letters=False):
        chooser = random.Random(f"{seed} model")
        self.has_command = has_command
        self.plan = types.SimpleNamespace(has_command=has_command, has_dead_letters=has_dead_letters)
        self.source = [[(chooser.choice(COPIES), chooser.randrange(KEYS)) for _ in range(EVENTS)]
                       for _ in range(SOURCE_PARTITIONS)]
        for number in (5, 20):
            self.source[0][number] = (2, POISON)
        self.foreigner = types.SimpleNamespace(acknowledged={}, attempted=0)
        self.logs = [[] for _ in range(OUT_PARTITIONS)]
        self.dead = []
        for first in range(0, EVENTS, BATCH):
            for partition in range(SOURCE_PARTITIONS):
                self.add_batch(partition, first)
                self.add_foreign(chooser.randrange(KEYS))

    def add_batch(self, partition, first):
        for number in range(first, min(first + BATCH, EVENTS)):
            copies, key = self.source[partition][number]
            if self.plan.has_dead_letters and key == POISON:
                self.dead.append(dead_letter(partition, number, len(self.dead)))
                continue
            for copy in range(copies if self.has_command else 1):
                value = {"p": partition, "n": number, "k": "x" * copy + str(key)}
                if self.has_command:
                    value |= {"i": copy, "f": first, "s": f"run-{partition}-{first}"}
                self.append(value)

    def add_foreign(self, key):
        number = self.foreigner.attempted
        self.foreigner.attempted += 1
        place = self.append({"foreign": number, "k": str(key)})
        if number % 3:
            self.foreigner.acknowledged[number] = place

    def append(self, value):
        key = value["k"].encode()
        partition = partition_for(key, OUT_PARTITIONS)
        log = self.logs[partition]
        log.append(Record(len(log), 0, key, json.dumps(value).encode(), ()))
        return partition, len(log) - 1

    def judge(self, change=None, keeps_offsets=False, dead=None):
        """The categories of what is found wrong. `change` gets each record's value, and where it is,
        and answers the values that take its place. `dead` replaces the dead letters."""
        found = set()
        logs = []
        for partition, log in enumerate(self.logs):
            records = []
            for record in log:
                value = json.loads(record.value)
                for changed in change(value, partition) if change else [value]:
                    offset = record.offset if keeps_offsets else len(records)
                    key = changed.get("key", changed.get("k", "")).encode()
                    records.append(Record(offset, 0, key, json.dumps(changed).encode(), ()))
            logs.append(records)
        checker = Checker(self.source, self.plan, self.foreigner, lambda category, _: found.add(category))
        checker.check(logs, [self.dead if dead is None else dead])
        return found


def dead_letter(partition, number, offset, source=""):
    value = json.dumps({"p": partition, "n": number}).encode()
    source = source or f"{SOURCE}/{partition}@{number}"
    return Record(offset, 0, None, value, ((b"estream.source", source.encode()),))


def only(wanted, change):
    """A change of the values for which `wanted` holds."""
    return lambda value, _: change(value) if wanted(value) else [value]


def is_output(value, name):
    return (value.get("p"), value.get("n"), value.get("i", 0)) == name


def try_outputs(model, find):
    partition, number = next((partition, number) for partition, events in enumerate(model.source)
                             for number, (copies, _) in enumerate(events)
                             if copies > 1 and number % BATCH == 3)
    first = number - number % BATCH
    name = (partition, number, 0)
    of_event = lambda value: value.get("p") == partition and value.get("n") == number
    of_batch = lambda value: value.get("p") == partition and value.get("f") == first
    later = lambda value: of_batch(value) and value["n"] >= number

    def plant(what, category, wanted, change):
        find(what, category, model.judge(only(wanted, change)))

    find("nothing", None, model.judge())
    plant("an output is missing", "lost", lambda value: is_output(value, name), lambda value: [])
    plant("an output is there twice", "twice", lambda value: is_output(value, name),
          lambda value: [value, value])
    plant("an output of no event", "changed", lambda value: is_output(value, name),
          lambda value: [value, {**value, "n": EVENTS + 1}])
    plant("an output has another key", "changed", lambda value: is_output(value, name),
          lambda value: [{**value, "k": value["k"] + "y", "key": value["k"]}])
    plant("an output is in another partition", "changed", lambda value: is_output(value, name),
          lambda value: [{**value, "key": other_key(value["k"])}])
    plant("an output is no JSON object", "torn reads", lambda value: is_output(value, name),
          lambda value: [value, {"k": value["k"]}])
    plant("a batch is missing", "lost", of_batch, lambda value: [])
    plant("a batch is there twice, of one run", "twice", of_batch, lambda value: [value, value])
    plant("one event is of another run", "mixed runs", of_event, lambda value: [{**value, "s": "b"}])
    plant("half a batch is of another run", "mixed runs", later, lambda value: [{**value, "s": "b"}])
    plant("half a batch is of a run with other bounds", None, later,
          lambda value: [{**value, "s": "b", "f": number}])
    plant("a run with other bounds is under another one", "mixed runs", later,
          lambda value: [{**value, "s": "b", "f": number - 3}])
    plant("one output of an event is of another run", "mixed runs", lambda value: is_output(value, name),
          lambda value: [{**value, "s": "b"}])
    plant("a run on two batches", "mixed runs", of_batch,
          lambda value: [{**value, "s": f"run-{(partition + 1) % SOURCE_PARTITIONS}-{first}"}])
    find("two events change places", "out of order", model.judge(swapping(model, partition)))


def other_key(key):
    """One that belongs to another partition."""
    home = partition_for(key.encode(), OUT_PARTITIONS)
    return next(other for other in ("a", "b", "c", "d", "e", "f")
                if partition_for(other.encode(), OUT_PARTITIONS) != home)


def swapping(model, source):
    """Exchanges two neighbours of one source partition in the first partition of OUT."""
    values = [json.loads(record.value) for record in model.logs[0]]
    one, other = [value for value in values if value.get("p") == source][4:6]
    return lambda value, _: [other] if value == one else [one] if value == other else [value]


def try_foreign(model, find):
    known = next(iter(model.foreigner.acknowledged))
    unknown = next(number for number in range(model.foreigner.attempted)
                   if number not in model.foreigner.acknowledged)

    def plant(what, category, number, change):
        find(what, category, model.judge(only(lambda value: value.get("foreign") == number, change),
                                         keeps_offsets=True))

    plant("a foreign event is missing", "lost", known, lambda value: [])
    plant("a foreign event that was not acknowledged is missing", None, unknown, lambda value: [])
    plant("a foreign event is there twice", "twice", unknown, lambda value: [value, value])
    plant("a foreign event of nobody", "changed", unknown,
          lambda value: [value, {**value, "foreign": 10**6}])


def try_dead_letters(model, find):
    letters = model.dead  # At first one of partition 0.
    healthy = next(number for number, (copies, key) in enumerate(model.source[0])
                   if key != POISON and copies > 1)
    is_healthy = lambda value, _: [] if (value.get("p"), value.get("n")) == (0, healthy) else [value]
    more = [*letters, dead_letter(0, healthy, len(letters))]
    more.sort(key=lambda letter: json.loads(letter.value)["n"])
    find("nothing, with dead letters", None, model.judge())
    find("a dead letter is missing", "lost", model.judge(dead=letters[1:]))
    find("a dead letter is there twice", "twice", model.judge(dead=[*letters, letters[0]]))
    find("dead letters change places", "out of order", model.judge(dead=letters[::-1]))
    find("a dead letter is in OUT, too", "twice", model.judge(dead=more))
    find("an event that was killed too often is a dead letter", None,
         model.judge(is_healthy, keeps_offsets=True, dead=more))
    find("a dead letter of another place", "changed", model.judge(
        dead=[dead_letter(0, json.loads(letters[0].value)["n"], 0, "in/9@9"), *letters[1:]]))


def run(report):
    """Each mistake has to be found as what it is, and nothing where there is none."""
    for has_command in (True, False):
        model = Model(report.options.seed, has_command)
        if has_command:
            try_outputs(model, report.judge_planted)
        else:
            report.judge_planted("nothing, without a command", None, model.judge())
            report.judge_planted("an event is missing, without a command", "lost", model.judge(
                lambda value, _: [] if value.get("n") == 3 else [value]))
        try_foreign(model, report.judge_planted)
    try_dead_letters(Model(report.options.seed, True, True), report.judge_planted)
