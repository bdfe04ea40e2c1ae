"""One round of ownership.py: its plan, its members, the calm at its end, and what is compared then."""
import pathlib
import random
import sys
import time

from group_actors import MANY_TRIES, Feeder, Inspector
from group_stage import DONE, GROUP, TRY_AGAIN, GroupStage
from group_trouble import GroupTrouble
from history_stage import CATEGORIES
from history_trouble import Filler
from ownership_checker import Checker
from real_rounds import RoundOnDisk

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = "in"
PARTITIONS = 8
BACKLOG = 320
FIGURES = ("rounds", "rounds on a small disk", "runs of members", "kills of members",
           "kills of everything at once", "asked to end", "stops", "verifications", "full disks met",
           "events read", "batches", "batches begun again", "batches that were not finished",
           "changes of the owner",
           *(category for category in CATEGORIES if category != "cursors ahead"),
           "two at work", "wrong batches")
HARSH = {"kill_member": 5, "stop_member": 2, "kill_everything": 0.3}
BLOWS = {**HARSH, "end_member": 3}


class Member:
    """Joins, works and leaves, again and again."""

    def __init__(self, stage, number, plan):
        self.stage = stage
        self.name = f"member-{number}"
        self.random = random.Random(f"{stage.seed} {self.name}")
        self.plan = plan

    def act(self):
        while not self.stage.is_over:
            self.once()
            time.sleep(self.random.random() * self.random.choice([0.02, 0.5]))

    def once(self):
        chooser = self.random
        way, habit = chooser.choice(self.plan.ways), chooser.choice(self.plan.habits)
        options = ["--batch", str(chooser.choice([1, 5, 20])), *["--keep"] * (way == "kept"),
                   *chooser.choice([[], ["--jobs", "3"], ["--jobs", "8"]])]
        if chooser.random() < 0.2:
            options += ["--member", self.name]
        ends_by_itself = not self.plan.is_harsh and chooser.random() < 0.5
        options += chooser.choice([["-n", str(chooser.randrange(1, 60))], ["-f", "-n", "50"], []]) \
            if ends_by_itself else ["-f"]
        finish_member(self.stage, self.name, options, habit, way)
        self.stage.count("runs of members")


def finish_member(stage, label, options, habit, way):
    """Runs a member to its end. 75: others own everything."""
    # Without what site packages bring, Python starts in half of the time.
    command = [sys.executable, "-I", "-S", str(HERE / "ownership_command.py"), str(stage.directory), habit,
               way]
    stage.finish(label, "consume", "-g", GROUP, *MANY_TRIES, *options, SOURCE, "--", *command,
                 good=(DONE, TRY_AGAIN))


class Plan:
    """What is the same in a round."""

    def __init__(self, chooser):
        self.habits = chooser.choice([["prompt"], ["slow", "stubborn"], ["prompt", "parent"],
                                      ["prompt", "daemon"],
                                      ["prompt", "slow", "stubborn", "parent", "daemon"]])
        self.ways = chooser.choice([["once"], ["kept"], ["once", "kept"]])
        self.members = chooser.choice([2, 3, 5, 8])
        self.odds = chooser.choice(["some", "many"])
        self.is_harsh = chooser.random() < 0.5  # Nobody ends in order before the calm.


class OwnershipRound(RoundOnDisk):
    def __init__(self, options, number, directory):
        super().__init__(options, number, directory, random.Random(f"{options.seed}/{number}"))
        self.plan = Plan(self.random)
        self.stage = GroupStage(options.tools, directory, self.disk, f"{options.seed}/{number}",
                                self.disk_kind is not None, self.random.uniform(4, 8))
        self.trouble = [GroupTrouble(self.stage, self.stage.group, self.plan.odds,
                                     HARSH if self.plan.is_harsh else BLOWS)]
        if self.disk_kind:
            self.trouble.append(Filler(self.stage, self.disk_kind))
        self.members = [Member(self.stage, number, self.plan) for number in range(self.plan.members)]
        self.feeder = Feeder(self.stage, SOURCE, PARTITIONS, BACKLOG)
        self.inspector = Inspector(self.stage)
        self.intervals = self.stage.directory / "intervals"

    def play_on_disk(self):
        self.feeder.feed(BACKLOG // PARTITIONS)
        trouble = self.begin(*[maker.act for maker in self.trouble])
        actors = self.begin(*[actor.act for actor in [*self.members, self.feeder, self.inspector]])
        time.sleep(self.stage.seconds)
        self.stage.is_over = self.stage.is_calm = True
        self.join(trouble)
        self.make_room()
        with open(self.intervals, "a", encoding="ascii") as file:
            file.write("calm -\n")
        self.stage.end_members(actors)
        self.join(actors)
        self.attempt(self.end)

    def end(self):
        """The calm: the last member comes to the end, and what all commands said is compared."""
        self.stage.finish_all(SOURCE, PARTITIONS, lambda: finish_member(
            self.stage, "last-member", [], "prompt", "once"))
        self.inspector.verify()
        self.stage.check_leftovers()
        counts = [len(events) for events in self.feeder.source]
        # A disk that is full is an end in order, too: what was not finished is forgotten.
        has_exact_claims = self.plan.is_harsh and not self.disk_kind
        checker = Checker(SOURCE, counts, has_exact_claims, self.stage.problem)
        checker.check(self.intervals.read_text(encoding="ascii").splitlines())
        for name, number in checker.figures.items():
            self.stage.count(name, number)
        self.stage.count("rounds")
        self.stage.count("rounds on a small disk", self.disk_kind is not None)
        self.stage.count("events read", sum(counts))
