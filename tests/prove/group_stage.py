"""Where the suites over consumer groups play: the stage of history.py, and the group that all members
belong to. What is killed is counted by kind.
"""
import json
import pathlib
import signal
import time

from history_stage import Stage

DONE, DEAD_LETTERS, TRY_AGAIN = 0, 3, 75
GROUP = "crew"
ALL_DONE_WITHIN_S = 120
KILLS = {"member": "kills of members", "foreign": "kills of foreign producers",
         "compact": "kills of compactions"}


class GroupStage(Stage):
    def __init__(self, tools, directory, disk, seed, is_small_disk, seconds):
        super().__init__(tools, directory, disk, seed, is_small_disk, seconds)
        self.root = self.disk / "log"
        self.group = self.root / ".groups" / GROUP

    def wait(self, process, seconds=120):
        status, err = super().wait(process, seconds)
        if status == -signal.SIGKILL:
            for label, figure in KILLS.items():
                self.count(figure, process.label.startswith(label))
        return status, err

    def end_members(self, actors):
        """Asks again and again: one may have been about to start."""
        deadline = time.monotonic() + ALL_DONE_WITHIN_S
        while any(actor.is_alive() for actor in actors) and time.monotonic() < deadline:
            self.signal_living(signal.SIGTERM, lambda living: [
                process for process in living if process.label.startswith("member")])
            time.sleep(0.2)

    def lag(self, label, topic):
        """How many events of the topic the group has not finished; nothing when it has no positions."""
        out = self.path(f"{label}.out")
        status, _ = self.finish(label, "inspect", "lag", "-j", topic, out=out)
        rows = [json.loads(line) for line in pathlib.Path(out).read_bytes().splitlines()]
        return sum(row["lag"] for row in rows) if status == DONE and rows else None

    def finish_all(self, topic, partitions, finish_member):
        """In the calm: `finish_member` runs a member without -f that ends when all is done, and others
        after it as long as a command that outlived its member holds a partition."""
        deadline = time.monotonic() + ALL_DONE_WITHIN_S
        while True:
            finish_member()
            out = self.path("last-lag.out")
            self.finish("last-lag", "inspect", "lag", "-j", topic, out=out)
            rows = [json.loads(line) for line in pathlib.Path(out).read_bytes().splitlines()]
            if len(rows) == partitions and all(row["lag"] == 0 for row in rows):
                return
            if time.monotonic() > deadline or self.figures["wrong endings"]:
                self.problem("hangs", f"the last member does not come to the end of {topic}: {rows}")
                return
            time.sleep(0.05)

    def check_leftovers(self):
        """In the end, when all members have ended, their files are gone."""
        for path in [*(self.group / "members").iterdir(), *self.group.glob("*.tmp*")]:
            self.problem("leftovers", f"{path} is still there")
