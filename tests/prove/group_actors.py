"""Who is there in the suites over consumer groups beside the members: who feeds the source, and who
looks at everything while it changes.
"""
import json
import random
import time

from group_stage import DONE

COPIES = (0, 0, 1, 1, 1, 2, 3, 5)  # How many events a command may make of one.
KEYS = 40
# A batch whose member or command is killed again and again must not be given up.
MANY_TRIES = ["--retry", "1000000", "--backoff", "1ms..20ms"]


class Feeder:
    """Writes the source. An event's number is its offset, because nobody else writes there, and what
    was cut off by a full disk is repeated under the same name."""

    def __init__(self, stage, topic, partitions, backlog):
        self.stage = stage
        self.topic = topic
        self.backlog = backlog  # With less, more is fed.
        self.random = random.Random(f"{stage.seed} feeder")
        self.source = [[] for _ in range(partitions)]  # (copies, key) of each event.
        self.runs = 0

    def act(self):
        while not self.stage.is_over:
            lag = self.stage.lag("feeder-lag", self.topic)
            if lag is not None and lag < self.backlog:
                self.feed(self.backlog // len(self.source))
            time.sleep(0.1)

    def feed(self, count):
        """So many events for each partition, in turn."""
        path = self.stage.path("feed")
        with open(path, "w", encoding="ascii") as out:
            for _ in range(count):
                for partition, events in enumerate(self.source):
                    copies, key = self.random.choice(COPIES), self.random.randrange(KEYS)
                    value = {"p": partition, "n": len(events), "c": copies, "k": key}
                    events.append((copies, key))
                    json.dump({"partition": partition, "key": str(key), "value": value}, out,
                              separators=(",", ":"))
                    out.write("\n")
        self.runs += 1
        while not self.stage.is_given_up:
            status, _ = self.stage.finish(
                "feeder", "produce", "-q", "-J", "--keep-partition", "--partitions",
                str(len(self.source)), "--producer", f"feeder-{self.runs}", "-i", path, self.topic)
            if status == DONE:
                return
            time.sleep(0.02)


class Inspector:
    """Looks at everything while it changes."""

    def __init__(self, stage):
        self.stage = stage
        self.random = random.Random(f"{stage.seed} inspector")

    def act(self):
        while not self.stage.is_over:
            time.sleep(self.random.uniform(0.2, 0.6))
            self.verify()

    def verify(self):
        self.stage.finish("verify", "inspect", "-q", "verify")
        self.stage.finish("groups", "inspect", "groups")
        self.stage.count("verifications")
