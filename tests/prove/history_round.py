"""One history of history.py: its plan, its actors, the calm at its end, and what is compared then."""
import pathlib
import random
import re
import time

from history_actors import Keeper, Producer
from history_checker import Checker, History, count_found
from history_events import TOPICS, Attempts
from history_readers import Follower, Reader
from history_sightings import FORMAT, Sightings
from history_stage import CATEGORIES, Stage
from history_trouble import ODDS, Chaos, Filler, Tearer
from real_rounds import RoundOnDisk

FIGURES = ("histories", "histories on a small disk", "events attempted", "events acknowledged",
           "events found", "kills", "stops", "asked to end", "kills of everything at once",
           "torn tails", "tails in quarantine", "runs of producers", "sessions of followers", "passes of readers",
           "compactions and retentions", "verifications", "branches", "full disks met", *CATEGORIES)
FILES = re.compile(r"\d{20}\.(log|index|timeindex)|leader-epoch-checkpoint|lock|commit|quarantine"
                   r"|topic\.json|\d+")


class Round(RoundOnDisk):
    def __init__(self, options, number, directory):
        super().__init__(options, number, directory, random.Random(f"{options.seed}/{number}"))
        self.seconds = self.random.uniform(3, 6)
        self.stage = Stage(options.tools, directory, self.disk, f"{options.seed}/{number}",
                           self.disk_kind is not None, self.seconds)
        odds = list(ODDS)[number % len(ODDS)]
        self.trouble = [Chaos(self.stage, odds), Tearer(self.stage)]
        if self.disk_kind:
            self.trouble.append(Filler(self.stage, self.disk_kind))
        self.choose_actors()

    def choose_actors(self):
        limits = {"bytes": self.random.choice([8, 16, 24] if self.disk_kind else [24, 48, 72]) << 20,
                  # A segment costs three files.
                  "events": self.random.choice([100_003, 2_000_003, 7_000_001, 50_000_021][
                      self.disk_kind == "inodes":]),
                  "state": self.random.choice([5_003, 50_021]),
                  "aged": self.random.choice([20_011, 70_001]),
                  # Each may begin a segment.
                  "wild times": self.disk_kind != "inodes"}
        self.attempts = Attempts()
        self.sightings = Sightings(self.attempts, self.stage.problem)
        self.ends = {}  # (topic, partition) -> the offset after the last acknowledged one.
        self.producers = [Producer(self.stage, number, self.attempts, self.ends, limits)
                          for number in range(self.random.choice([3, 4]))]
        self.followers = [
            Follower(self.stage, self.sightings, "follower-0", "events", True),
            Follower(self.stage, self.sightings, "follower-1", "events", False),
            Follower(self.stage, self.sightings, "follower-2",
                     self.random.choice(["state", "aged"]), False)]
        self.reader = Reader(self.stage, self.sightings, self.ends)
        self.keeper = Keeper(self.stage, self.ends)

    def play_on_disk(self):
        (self.stage.disk / "branches").mkdir()
        trouble = self.begin(*[maker.act for maker in self.trouble])
        writers = self.begin(*[producer.act for producer in self.producers])
        others = self.begin(self.reader.act, self.keeper.compact, self.keeper.verify,
                            self.keeper.branch)
        followers = self.begin(*[follower.act for follower in self.followers])
        time.sleep(self.seconds)
        self.stage.is_over = self.stage.is_calm = True
        self.join(trouble)
        self.make_room()
        self.join(writers + others)
        self.attempt(self.end, followers)

    def end(self, followers):
        """The calm: all that was begun is finished, the log is read, and all is compared."""
        for producer in self.producers:
            producer.repeat()
        self.keep_house()
        final = {topic: [self.read_final(topic, partition) for partition in range(count)]
                 for topic, count in TOPICS.items()}
        for follower in self.followers:
            follower.finish([self.sightings.take(follower.topic, text, "the last reader")
                             .next_offsets([0] * TOPICS[follower.topic])[partition]
                             for partition, text in enumerate(final[follower.topic])])
        self.join(followers)
        sessions = [session for actor in (*self.followers, self.reader)
                    for session in actor.sessions]
        history = History(self.attempts, self.sightings, final, sessions, self.reader.longest,
                          self.keeper.branches)
        Checker(history, self.stage.problem).run()
        self.stage.count("histories")
        self.stage.count("histories on a small disk", self.disk_kind is not None)
        self.stage.count("events attempted", len(self.attempts.events))
        self.stage.count("events acknowledged",
                         sum(len(run.acknowledged) for run in self.attempts.runs))
        self.stage.count("events found", count_found(history))

    def keep_house(self):
        """Maintenance of everything, in peace; afterwards nothing is left of those who were killed."""
        for topic, what in (("events", ["--max-segments", "1000000"]), ("state", ["-L"]),
                            ("aged", ["--max-segments", "3"])):
            if self.stage.exists(topic):
                self.keeper.compact_once("--roll", *what, topic)
        if self.stage.exists("events"):
            self.keeper.verify_once()
            self.keeper.branch_once("-last")
        self.stage.run("last", "produce", "-q", "--partitions", "1", "last")
        for path in sorted((self.stage.disk / "log").rglob("*")):
            parts = path.relative_to(self.stage.disk / "log").parts
            self.stage.count("tails in quarantine", "quarantine" in parts[:-1])
            if parts[0] not in (*TOPICS, "last") or (
                    "quarantine" not in parts and len(parts) > 1 and not FILES.fullmatch(parts[-1])):
                self.stage.problem("leftovers", f"{path} is still there")
        for path in (self.stage.disk / "branches").iterdir():
            self.stage.problem("leftovers", f"{path} is still there")

    def read_final(self, topic, partition):
        if not self.stage.exists(topic):
            return b""
        out = self.stage.path("final.out")
        _, status, err = self.stage.run("final", "consume", "-F", FORMAT, "-p", str(partition),
                                        topic, out=out)
        if status != 0:
            self.stage.problem("wrong endings", f"the last reader of {topic}/{partition} ended with "
                                                f"{status}: {err!r}")
        return pathlib.Path(out).read_bytes()
