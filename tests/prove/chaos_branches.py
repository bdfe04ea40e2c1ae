"""Branches and copies in chaos.py: each holds a beginning of its source, and its settings."""
import json
import shutil
import time

import chaos_batches
from chaos_ledger import TOPICS, name_of_event, seeded
from chaos_stage import DONE

SETTINGS = {"retention.ms": [-1, 3_600_000, 86_400_000], "retention.bytes": [-1, 10_000_000],
            "delete.retention.ms": [1_000, 60_000], "min.cleanable.dirty.ratio": ["0.2", "0.7"],
            "segment.ms": [604_800_000, 86_400_000], "null.keys": ["keep", "refuse"]}


def config_of(path):
    return json.loads((path / "topic.json").read_text())["config"]


def is_same(config, wanted):
    """A number may be written as a text."""
    return all(name in config and str(config[name]) == str(value) for name, value in wanted.items())


class Brancher:
    def __init__(self, stage, ledger, ends):
        self.stage = stage
        self.ledger = ledger
        self.ends = ends  # (topic, partition) -> the offset after the last acknowledged one.
        self.random = seeded(stage.seed, "brancher")
        self.settings = {}    # Of `events`, as they were set last.
        self.beginnings = []  # (what, partition, names of events, offsets or nothing)
        self.number = 0

    def act(self):
        while not self.stage.is_over:
            time.sleep(self.random.uniform(0.02, 0.2))
            if not (self.stage.exists("events") and self.stage.exists("secret")):
                continue
            self.number += 1
            self.random.choice([self.branch, self.copy, self.copy, self.set, self.branch_secret])()

    def set(self):
        """Killed in the middle, it has been set or not; then it is set again."""
        name = self.random.choice(list(SETTINGS))
        value = self.random.choice(SETTINGS[name])
        while not self.stage.is_over:
            status, _ = self.stage.finish("set", "compact", "-q", "--set", f"{name}={value}", "events")
            if status == DONE:
                self.settings[name] = value
                self.stage.count("settings set")
                break
            self.settings.pop(name, None)
        self.check_settings(self.stage.root / "events")

    def check_settings(self, path):
        config = config_of(path)
        if not is_same(config, self.settings):
            self.stage.problem("settings lost", f"{path.name} has {config}, and {self.settings} was set")

    def least(self):
        return [self.ends.get(("events", partition), 0) for partition in range(TOPICS["events"])]

    def branch(self):
        name, least = f"twig-{self.number}", self.least()
        before = config_of(self.stage.root / "events")
        status, _ = self.stage.finish("branch", "replay", "--branch", name, "events")
        path = self.stage.root / name
        if path.exists():  # Also when it was killed: once it is there, it is whole.
            self.stage.count("branches")
            if not is_same(config_of(path), before):
                self.stage.problem("settings lost", f"{name} has {config_of(path)}, events {before}")
            self.take(path, f"branch {name}", least, True)
        elif status == DONE:
            self.stage.problem("silent successes", f"branch {name} is done, and is not there")
        shutil.rmtree(path, ignore_errors=True)

    def branch_secret(self):
        """It stays: an erasure has to name it, or to be run over it."""
        if not self.stage.is_small_disk:
            self.stage.finish("branch", "replay", "--branch", f"twig-{self.number}", "secret")
            self.stage.count("branches")

    def copy(self):
        name, least = f"copy-{self.number}", self.least()
        sync = self.random.choice(["batch", "interval:20ms", "none"])
        status, _ = self.stage.finish("copy", "replay", "--sync", sync, "-z",
                                      self.random.choice(["zstd", "none"]), "--into", name, "events")
        path = self.stage.root / name
        self.stage.count("copies")
        if (path / "topic.json").exists():
            if status != DONE:
                self.recover(name)
            self.take(path, f"copy {name}, which ended with {status},", least if status == DONE else None,
                      False)
        elif status == DONE and any(least):
            self.stage.problem("silent successes", f"copy {name} is done, and is not there")
        shutil.rmtree(path, ignore_errors=True)

    def recover(self, name):
        """The next writer keeps what was written and not acknowledged; that must be right as well."""
        for _ in range(3):
            if self.stage.finish("recover", "compact", "--roll", "--max-segments", "1000000",
                                 name)[0] == DONE:
                return

    def take(self, path, what, least, has_same_offsets):
        """Reads it, and keeps the names for the end, when the source is known."""
        for number in range(TOPICS["events"]):
            partition = chaos_batches.Partition(path / str(number))
            if partition.wrong:
                self.stage.problem("damage", f"{what} {number}: {partition.wrong}")
            names = [name_of_event(record.value, b"") for record in partition.records]
            if any(name not in self.ledger.attempts.events for name in names):
                self.stage.problem("torn reads", f"{what} partition {number} has what nobody produced")
            if least is not None and len(names) < least[number]:
                self.stage.problem("wrong branches", f"{what} has {len(names)} events of partition "
                                                     f"{number}, and {least[number]} had been acknowledged")
            offsets = [record.offset for record in partition.records]
            if offsets != list(range(len(offsets))):
                self.stage.problem("wrong branches", f"{what} partition {number} has holes")
            self.beginnings.append((what, number, names))

    def check(self, final):
        """`final`: by partition of `events`, the names of its events, from offset 0 on."""
        for what, number, names in self.beginnings:
            whole = final[number]
            if names != whole[:len(names)]:
                at = next(i for i, name in enumerate(names) if whole[i:i + 1] != [name])
                twice = "twice" if names[at] in names[:at] else "wrong branches"
                self.stage.problem(twice, f"{what} partition {number} is no beginning of events/{number}: "
                                          f"event {names[at]} at {at} instead of {whole[at:at + 1]}")
