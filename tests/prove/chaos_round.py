"""One round of chaos.py: its plan, its actors, the calm at its end, and what is compared then."""
import pathlib
import random
import time

import chaos_branches
import chaos_erasure
from chaos_actors import ChaosProducer, Consumer, Session, Spy, take_output
from chaos_checker import Checker
from chaos_keepers import Compactor, IndexEater, Inspector, Retention
from chaos_ledger import HOUR_MS, TOPICS, ChaosRuns, Ledger, Persons
from chaos_stage import CATEGORIES, DONE, NO, RUNS, ChaosStage
from history_round import FILES
from history_trouble import ODDS, Chaos, Filler, Tearer
from real_rounds import RoundOnDisk

FIGURES = ("rounds", "rounds on a small disk", *RUNS, "kills", "stops", "asked to end",
           "kills of everything at once", "faults fired", "full disks met", "torn tails",
           "events attempted", "events acknowledged", "events checked", "cursors checked", "erasures",
           "erased keys searched in all files", "erased keys in copies of other topics",
           "erased keys in quarantine",
           "deletions", "deletions that deleted", "compactions",
           "indexes removed", "branches", "copies", "settings set", "questions", "verifications",
           "verifications that met a short index",
           "windows compared", "ended with 75", "ended with 2 after a fault", *CATEGORIES)
FORMAT = "%p %o %k %h %v\\n"
WINDOWS = 4


class ChaosRound(RoundOnDisk):
    def __init__(self, options, number, directory):
        super().__init__(options, number, directory, random.Random(f"{options.seed}/{number}"))
        self.now_ms = int(time.time() * 1000)
        seconds = self.random.uniform(3, 6)
        share_of_faults = self.random.choice([0, 0.1, 0.3, 0.6])
        self.stage = ChaosStage(options.tools, directory, self.disk, f"{options.seed}/{number}",
                                self.disk_kind is not None, seconds,
                                share_of_faults if options.has_faults else 0)
        self.stage.keeps_tombstones = self.random.random() < 0.5
        self.trouble = [Chaos(self.stage, list(ODDS)[number % len(ODDS)]), Tearer(self.stage)]
        if self.disk_kind:
            self.trouble.append(Filler(self.stage, self.disk_kind))
        self.choose_actors()

    def choose_actors(self):
        many = self.disk_kind == "inodes"  # Each segment costs three.
        limits = {"bytes": self.random.choice([3, 6, 12]) << 20,
                  "events": self.random.choice([60_003, 400_003, 7_000_001][many:]),
                  "secret": self.random.choice([20_003, 90_001][many:]),
                  "state": self.random.choice([5_003, 50_021][many:]),
                  "aged": self.random.choice([10_007, 50_001][many:])}
        stage = self.stage
        self.attempts = ChaosRuns()
        self.persons = Persons()
        self.ledger = Ledger(self.attempts, stage.problem)
        ends = {}
        self.producers = [ChaosProducer(stage, number, self.attempts, ends, limits, self.persons,
                                        self.now_ms) for number in range(self.random.choice([3, 4]))]
        self.consumers = [
            Consumer(stage, self.ledger, "follower", "events", True, True),
            Consumer(stage, self.ledger, "reader", "events", False, True),
            Consumer(stage, self.ledger, "passer", "events", False, False),
            Consumer(stage, self.ledger, "other-follower", self.random.choice(["state", "aged", "secret"]),
                     True, True),
            Consumer(stage, self.ledger, "other-reader", self.random.choice(["state", "aged", "secret"]),
                     False, True)]
        self.brancher = chaos_branches.Brancher(stage, self.ledger, ends)
        self.eraser = chaos_erasure.Eraser(stage, self.attempts, self.persons)
        self.retention = Retention(stage, self.ledger, self.now_ms)
        self.compactor = Compactor(stage, stage.keeps_tombstones)
        self.inspector = Inspector(stage)
        self.others = [self.brancher, self.eraser, self.retention, self.compactor, self.inspector,
                       IndexEater(stage), Spy(stage, self.consumers)]

    def play_on_disk(self):
        trouble = self.begin(*[maker.act for maker in self.trouble])
        actors = self.begin(*[actor.act for actor in self.producers + self.consumers + self.others])
        time.sleep(self.stage.seconds)
        self.stage.is_over = self.stage.is_calm = True
        self.join(trouble)
        self.make_room()
        self.join(actors)
        self.attempt(self.end)

    def end(self):
        """The calm: all that was begun is finished, the log is read, and all is compared."""
        for producer in self.producers:
            producer.repeat()
        self.keep_house()
        checker = Checker(self.stage, self.ledger, self.persons, self.consumers)
        for topic in TOPICS:
            checker.read(topic)
        for consumer in self.consumers:
            if self.stage.exists(consumer.topic):
                consumer.finish([partition.end for partition in checker.final[consumer.topic]])
        checker.run()
        self.retention.check()
        self.brancher.check(checker.names["events"])
        if self.stage.exists("events"):
            self.brancher.check_settings(self.stage.root / "events")
        for topic in ("events", "aged"):
            self.compare_windows(checker, topic)
        self.compare_state(checker)
        del self.stage.figures["runs of producers"]  # They are counted by tool.
        self.stage.count("rounds")
        self.stage.count("rounds on a small disk", self.disk_kind is not None)
        self.stage.count("events attempted", len(self.attempts.events))
        self.stage.count("events acknowledged", sum(len(run.acknowledged) for run in self.attempts.runs))

    def keep_house(self):
        """Maintenance of everything, in peace; afterwards nothing is left of those who were killed."""
        seal = ["compact", "-T", "60s", "--roll"]
        for topic, what in (("events", ["--max-segments", "1000000"]), ("state", self.compactor.latest()),
                            ("aged", ["--max-segments", "1000000"])):
            if self.stage.exists(topic):
                self.stage.finish("last", *seal, *what, topic)
        if self.stage.exists("secret"):
            self.eraser.erase_everywhere()
        self.stage.finish("last", "produce", "-q", "--partitions", "1", "last")
        self.inspector.verify()
        for path in sorted(self.stage.root.rglob("*")):
            parts = path.relative_to(self.stage.root).parts
            if parts[0].startswith(".") or ("quarantine" not in parts and len(parts) > 1 and
                                            not FILES.fullmatch(parts[-1])):
                self.stage.problem("leftovers", f"{path} is still there")

    def compare_windows(self, checker, topic):
        """What the product shows of a span of time, and what the bytes have in it."""
        if not self.stage.exists(topic):
            return
        for _ in range(WINDOWS):
            since = self.now_ms - self.random.randrange(HOUR_MS, 4 * HOUR_MS)
            until = since + self.random.choice([1, 60_000, 600_000, HOUR_MS])
            out = self.stage.path("window.out")
            self.stage.finish("window", "consume", "-S", f"@{since / 1000:.3f}", "-U", f"@{until / 1000:.3f}",
                              "-F", "%p %o\\n", topic, out=out)
            shown = sorted(tuple(map(int, line.split())) for line in
                           pathlib.Path(out).read_bytes().splitlines())
            wanted = sorted((number, record.offset) for number, partition in
                            enumerate(checker.final[topic]) for record in partition.records
                            if since <= record.timestamp < until)
            self.stage.count("windows compared")
            if shown != wanted:
                self.stage.problem("wrong windows", f"{topic} from {since} to {until}: {len(shown)} events "
                                                    f"are shown, {len(wanted)} are there; missing "
                                                    f"{sorted(set(wanted) - set(shown))[:5]}, too many "
                                                    f"{sorted(set(shown) - set(wanted))[:5]}")

    def compare_state(self, checker):
        """The product's state is the last of each key, as the bytes have it."""
        if not self.stage.exists("state"):
            return
        out = self.stage.path("state.out")
        self.stage.finish("state", "replay", "-L", "-F", FORMAT, "state", out=out, good=(DONE, NO))
        session = Session("the state", "state", [0], True)
        take_output(session, pathlib.Path(out).read_bytes(), self.ledger, False)
        last = {}
        for record in checker.final["state"][0].records:
            last[record.key] = record
        wanted = sorted(record.offset for record in last.values() if record.value is not None)
        if sorted(session.offsets[0]) != wanted:
            self.stage.problem("wrong windows", f"replay -L shows {sorted(session.offsets[0])[:30]} and the "
                                                f"bytes have {wanted[:30]}")
