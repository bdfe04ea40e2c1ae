"""Who is there in pipelines.py: the members of the group, and who else writes into its output or compacts
it. Each keeps one process after the other going.
"""
import json
import pathlib
import random
import time

from group_actors import KEYS, MANY_TRIES
from group_stage import DEAD_LETTERS, DONE, GROUP, TRY_AGAIN

HERE = pathlib.Path(__file__).resolve().parent
SOURCE, OUT, DEAD = "in", "out", "dead"
SOURCE_PARTITIONS, OUT_PARTITIONS = 4, 3
FOREIGN_AT_ONCE = 60
POISON = 7  # The key of the events at which the command fails, where there are dead letters.
# A killed member or command may use up the tries, too.
FEW_TRIES = ["--retry", "2", "--backoff", "1ms..5ms", "--dlq", DEAD, "--dlq-limit", "0"]


def member_options(plan, form, habit):
    """What all members of the group have in common, and the command, or nothing."""
    options = ["-g", GROUP, "--into", OUT, "--partitions", str(OUT_PARTITIONS)]
    options += ["-J"] if form == "envelopes" else ["-K", ".k"]
    if not plan.has_command:
        return options, []
    options += FEW_TRIES if plan.has_dead_letters else MANY_TRIES
    return options, ["--", str(HERE / "pipelines_filter.sh"), form, habit]


def finish_member(stage, label, *arguments):
    """Runs a member to its end. 75: others own everything. 3, without an error: some event is dead."""
    status, err = stage.finish(label, "consume", *arguments, good=(DONE, TRY_AGAIN, DEAD_LETTERS))
    if status == DEAD_LETTERS and b"error:" in err:
        stage.problem("wrong endings", f"{label} ended with {status}: {err[-1500:]!r}; {arguments}")


class Member:
    """Joins, works, and joins again whenever it ended. How it works is chosen anew each time."""

    def __init__(self, stage, number, plan):
        self.stage = stage
        self.name = f"member-{number}"
        self.random = random.Random(f"{stage.seed} {self.name}")
        self.plan = plan  # Of the round.

    def act(self):
        while not self.stage.is_over:
            self.once()
            time.sleep(self.random.random() * 0.02)

    def once(self):
        form = self.random.choice(["lines", "envelopes"]) if self.plan.has_command else "lines"
        options, command = member_options(self.plan, form, self.random.choice(self.plan.habits))
        options += ["--batch", str(self.random.choice([1, 7, 50, 50, 50])),
                    "-z", self.random.choice(["zstd", "none"])]
        if self.plan.has_command:
            options += self.random.choice(self.plan.ways)
        if self.random.random() < 0.2:
            options += ["-n", str(self.random.randrange(1, 120))]
        if self.random.random() < self.plan.share_that_follows:
            options += ["-f"]
        finish_member(self.stage, self.name, *options, SOURCE, *command)
        self.stage.count("runs of members")


class Foreigner:
    """Writes into OUT as well. It is killed, and only what was acknowledged has to be there."""

    def __init__(self, stage):
        self.stage = stage
        self.random = random.Random(f"{stage.seed} foreigner")
        self.acknowledged = {}  # An event's number -> partition and offset.
        self.attempted = 0

    def act(self):
        while not self.stage.is_over:
            self.once()
            time.sleep(self.random.uniform(0, 0.1))

    def once(self):
        first, count = self.attempted, self.random.randrange(1, FOREIGN_AT_ONCE)
        path, out = self.stage.path("foreign"), self.stage.path("foreign.out")
        lines = [f'{{"foreign":{first + number},"k":"k{self.random.randrange(KEYS)}"}}\n'
                 for number in range(count)]
        pathlib.Path(path).write_text("".join(lines), encoding="ascii")
        self.attempted += count
        options = ["-j", "-K", ".k", "--partitions", str(OUT_PARTITIONS), "-T", "60s",
                   "--batch-size", self.random.choice(["333", "999", "1M"]),
                   "-z", self.random.choice(["zstd", "none"])]
        self.stage.finish("foreign", "produce", *options, "-i", path, OUT, out=out)
        for line in pathlib.Path(out).read_bytes().split(b"\n")[:-1]:
            receipt = json.loads(line)
            place = (receipt["partition"], receipt["offset"])
            self.acknowledged[first + receipt["input_line"] - 1] = place


class Compactor:
    """Compacts OUT so that nothing of it is deleted: batches are merged and compressed anew."""

    def __init__(self, stage):
        self.stage = stage
        self.random = random.Random(f"{stage.seed} compactor")

    def act(self):
        while not self.stage.is_over:
            time.sleep(self.random.uniform(0.05, 0.4))
            if self.stage.exists(OUT):
                level = self.random.choice(["zstd:1", "zstd:3"])
                self.stage.finish("compact", "compact", "-q", "-T", "60s", "--roll", "-z", level, OUT)
                self.stage.count("compactions")
