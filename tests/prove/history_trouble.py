"""Those who make trouble in history.py: by signals, and by filling the disk."""
import os
import random
import shutil
import signal
import time

# Seconds from one blow to the next. Where they are few, much is stored between them; where they
# are many, a process seldom gets beyond its start.
ODDS = {"few": (0.1, 0.5), "some": (0.02, 0.15), "many": (0.005, 0.05)}
LARGE_GROWTH_BYTES = 20_000


class Chaos:
    """Kills, stops and asks to end whoever lives; which rounds see how much of it is `odds`."""

    def __init__(self, stage, odds):
        self.stage = stage
        self.random = random.Random(f"{stage.seed} chaos")
        self.pauses = ODDS[odds]
        self.stopped = []  # (when it goes on, process)

    def act(self):
        while not self.stage.is_calm:
            time.sleep(self.random.uniform(*self.pauses))
            self.wake(time.monotonic())
            self.strike(self.random.random())
        self.wake(float("inf"))

    def strike(self, chance):
        if chance < 0.02:
            self.stage.count("kills of everything at once")
            self.stage.signal_living(signal.SIGKILL, lambda living: list(living))
        elif chance < 0.12:
            seconds = self.random.uniform(0.005, self.random.choice([0.05, 0.3, 1.5]))
            for process in self.stage.signal_living(signal.SIGSTOP, self.one):
                self.stage.count("stops")
                self.stopped.append((time.monotonic() + seconds, process))
        elif chance < 0.17:
            self.stage.count("asked to end", len(self.stage.signal_living(signal.SIGTERM, self.one)))
        else:
            self.stage.signal_living(signal.SIGKILL, self.one)

    def one(self, living):
        """Who writes is hit more often: there the dangerous moments are."""
        writers = [process for process in living if process.label.startswith("producer")]
        return [self.random.choice(writers if writers and self.random.random() < 0.4 else living)]

    def wake(self, now):
        for when, process in self.stopped:
            if when <= now:
                self.stage.signal_living(signal.SIGCONT, lambda living, p=process: [p] * (p in living))
        self.stopped = [(when, process) for when, process in self.stopped if when > now]


class Tearer:
    """Kills producers in the middle of an append: when the log has just grown by much."""

    def __init__(self, stage):
        self.stage = stage
        self.random = random.Random(f"{stage.seed} tearer")

    def act(self):
        seen = None
        while not self.stage.is_calm:
            time.sleep(0.003)
            large = [process for process in list(self.stage.living) if process.is_large]
            if large and large[-1] is not seen:
                seen = large[-1]
                if self.random.random() < 0.5:
                    self.tear(seen)

    def tear(self, process):
        logs = [path for partition in ("0", "1") for path in
                sorted((self.stage.disk / "log/events" / partition).glob("*.log"))[-1:]]
        before = sum(os.stat(path).st_size for path in logs)
        deadline = time.monotonic() + 0.2
        while time.monotonic() < deadline and process in self.stage.living:
            # It may also be another producer's append, which is all the same in the long run.
            if sum(os.stat(path).st_size for path in logs) > before + LARGE_GROWTH_BYTES:
                break
        self.stage.signal_living(signal.SIGKILL, lambda living: [process] * (process in living))


class Filler:
    """Fills a small disk and empties it again, so that it gets full at any moment of anything."""

    def __init__(self, stage, kind):
        self.stage = stage
        self.kind = kind
        self.random = random.Random(f"{stage.seed} filler")
        self.directory = stage.disk / "filler"

    def act(self):
        while not self.stage.is_calm:
            try:
                self.directory.mkdir(exist_ok=True)
                self.fill()
            except OSError:
                pass  # It is full.
            time.sleep(self.random.uniform(0.01, 0.2))
            shutil.rmtree(self.directory, ignore_errors=True)
            time.sleep(self.random.uniform(0.05, 0.8))

    def fill(self):
        """All but a little: what is begun shall fail half-way, too."""
        free = os.statvfs(self.stage.disk)
        if self.kind == "inodes":
            for number in range(max(0, free.f_ffree - self.random.randrange(6))):
                (self.directory / str(number)).touch()
        else:
            left = self.random.choice([0, 1, 2, 5, 20, 80]) * free.f_bsize
            with open(self.directory / "fill", "wb") as out:
                for _ in range(max(0, free.f_bavail * free.f_bsize - left) >> 16):
                    out.write(bytes(1 << 16))
