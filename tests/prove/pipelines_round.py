"""One round of pipelines.py: its plan, its actors, the calm at its end, and what is compared then."""
import random
import time

from chaos_batches import Partition
from group_actors import Feeder, Inspector
from group_stage import GroupStage
from group_trouble import ODDS, GroupTrouble
from history_stage import CATEGORIES
from history_trouble import Filler
from pipelines_actors import (DEAD, OUT, OUT_PARTITIONS, SOURCE, SOURCE_PARTITIONS, Compactor, Foreigner,
                              Member, finish_member, member_options)
from pipelines_checker import Checker
from real_rounds import RoundOnDisk

KILLS = ("kills of members", "kills of commands", "kills of foreign producers", "kills of compactions")
FIGURES = ("rounds", "rounds on a small disk", "rounds without a command",
           "rounds with dead letters", *KILLS,
           "kills of everything at once",
           "kills that left output decided and not stored", "asked to end", "stops", "runs of members",
           "compactions", "verifications", "torn tails", "full disks met", "events read",
           "events in the output", "dead letters", "runs in the output", "foreign events acknowledged",
           *(category for category in CATEGORIES if category != "cursors ahead"), "mixed runs")
SEGMENT_BYTES = {"disk": "20000", "memory": "20000", "bytes": "100000", "inodes": "1000000"}
BACKLOG = 600
BLOWS = {"kill_member": 5, "kill_command": 5, "kill_both": 2, "kill_while_pending": 3, "kill_other": 2,
         "end_member": 1, "stop_member": 0.5, "kill_everything": 0.3}


class Plan:
    """What is the same in a round: whether there is a command, how it behaves, how members run it."""

    def __init__(self, chooser, number):
        self.has_command = number % 5 != 4
        self.has_dead_letters = number % 5 == 2
        self.habits = chooser.choice([["prompt"], ["prompt", "slow"], ["prompt", "stubborn"],
                                      ["prompt", "moody"], ["prompt", "slow", "stubborn", "moody"]])
        if self.has_dead_letters:
            self.habits = ["poisoned"]
        self.ways = chooser.choice([[[]], [["--keep"]], [["--jobs", "4"]],
                                    [[], ["--keep"], ["--jobs", "4"], ["--keep", "--jobs", "2"]]])
        self.members = chooser.choice([2, 3, 4])
        # Who does not follow reads no further than the ends were when it joined.
        self.share_that_follows = chooser.choice([0.95, 0.5])
        self.odds = chooser.choice(list(ODDS))
        self.is_gentle = chooser.random() < 0.15  # SIGTERM, and nobody is killed.
        self.is_compacted = chooser.random() < 0.5


class PipelinesRound(RoundOnDisk):
    def __init__(self, options, number, directory):
        super().__init__(options, number, directory, random.Random(f"{options.seed}/{number}"))
        self.plan = Plan(self.random, number)
        self.stage = GroupStage(options.tools, directory, self.disk, f"{options.seed}/{number}",
                                self.disk_kind is not None, self.random.uniform(4, 7))
        self.segment_bytes = SEGMENT_BYTES[self.disk_kind or "disk"]
        blows = {"end_member": 1} if self.plan.is_gentle else BLOWS
        self.trouble = [GroupTrouble(self.stage, self.stage.group, self.plan.odds, blows)]
        if self.disk_kind:
            self.trouble.append(Filler(self.stage, self.disk_kind))
        self.members = [Member(self.stage, number, self.plan) for number in range(self.plan.members)]
        self.feeder = Feeder(self.stage, SOURCE, SOURCE_PARTITIONS, BACKLOG)
        self.foreigner = Foreigner(self.stage)
        self.inspector = Inspector(self.stage)
        self.others = [self.feeder, self.foreigner, self.inspector]
        if self.plan.is_compacted:
            self.others.append(Compactor(self.stage))

    def play_on_disk(self):
        self.feeder.feed(1)
        self.stage.finish("maker", "produce", "-q", "--partitions", str(OUT_PARTITIONS),
                          "--segment-bytes", self.segment_bytes, OUT)
        trouble = self.begin(*[maker.act for maker in self.trouble])
        actors = self.begin(*[actor.act for actor in self.members + self.others])
        time.sleep(self.stage.seconds)
        self.stage.is_over = self.stage.is_calm = True
        self.join(trouble)
        self.make_room()
        self.stage.end_members(actors)
        self.join(actors)
        self.attempt(self.end)

    def end(self):
        """The calm: the last member comes to the end, and OUT is compared with what it has to hold."""
        options, command = member_options(self.plan, "lines", self.plan.habits[0])
        self.stage.finish_all(SOURCE, SOURCE_PARTITIONS, lambda: finish_member(
            self.stage, "last-member", *options, SOURCE, *command))
        self.inspector.verify()
        checker = Checker(self.feeder.source, self.plan, self.foreigner, self.stage.problem)
        dead = self.read(DEAD, SOURCE_PARTITIONS) if self.plan.has_dead_letters else []
        checker.check(self.read(OUT, OUT_PARTITIONS), dead)
        self.stage.check_leftovers()
        self.count(checker)

    def read(self, topic, partitions):
        """The records of each partition, by a reader that is not the product's."""
        logs = []
        for number in range(partitions):
            partition = Partition(self.stage.root / topic / str(number))
            for wrong in partition.wrong:
                self.stage.problem("torn reads", f"{topic}/{number}: {wrong}")
            logs.append(partition.records)
        return logs

    def count(self, checker):
        self.stage.count("rounds")
        self.stage.count("rounds on a small disk", self.disk_kind is not None)
        self.stage.count("rounds without a command", not self.plan.has_command)
        self.stage.count("events read", sum(len(events) for events in self.feeder.source))
        self.stage.count("rounds with dead letters", self.plan.has_dead_letters)
        self.stage.count("dead letters", len(checker.dead))
        self.stage.count("events in the output", len(checker.outputs))
        self.stage.count("runs in the output", len({output.stamp for output in checker.outputs.values()}))
        self.stage.count("foreign events acknowledged", len(self.foreigner.acknowledged))
