"""Those who make trouble for the members of a consumer group: by signals to members, to their commands,
and to who else is there.
"""
import random
import signal
import time

import group_files

# Seconds from one blow to the next.
ODDS = {"some": (0.03, 0.2), "many": (0.005, 0.08), "very many": (0.0, 0.03)}
BOTH_ODDS = 0.5
LOOKS_S = 0.05


class GroupTrouble:
    """`blows` says how likely each kind is: the names of the methods, and their weights."""

    def __init__(self, stage, group, odds, blows):
        self.stage = stage
        self.group = group  # Its directory.
        self.random = random.Random(f"{stage.seed} trouble")
        self.pauses = ODDS[odds]
        self.blows = blows
        self.stopped = []  # (when it goes on, process)

    def act(self):
        while not self.stage.is_calm:
            time.sleep(self.random.uniform(*self.pauses))
            self.wake(time.monotonic())
            blow, = self.random.choices(list(self.blows), list(self.blows.values()))
            getattr(self, blow)()
        self.wake(float("inf"))

    def kill_member(self):
        self.stage.signal_living(signal.SIGKILL, self.one_of("member"))

    def end_member(self):
        self.stage.count("asked to end",
                         len(self.stage.signal_living(signal.SIGTERM, self.one_of("member"))))

    def kill_other(self):
        self.stage.signal_living(signal.SIGKILL, self.one_of("foreign", "compact"))

    def kill_everything(self):
        self.stage.count("kills of everything at once")
        self.stage.signal_living(signal.SIGKILL, lambda living: [
            process for process in living if process.label.startswith(("member", "foreign", "compact"))])

    def kill_command(self):
        """Also one that has outlived its member."""
        self.look_for(self.kill_command_of)

    def kill_both(self):
        """A member and the command that it runs."""
        if self.random.random() < BOTH_ODDS:
            self.look_for(lambda owner: self.kill_command_of(owner) and self.kill_owner(owner))
        else:
            self.look_for(lambda owner: self.kill_owner(owner) and self.kill_command_of(owner))

    def kill_while_pending(self):
        """A member whose output is decided, and not all stored."""
        self.look_for(self.kill_if_pending)

    def look_for(self, strike):
        """Strikes at each owner in turn until that was of use; for a short time, because commands live
        no longer than that."""
        deadline = time.monotonic() + LOOKS_S
        while time.monotonic() < deadline and not self.stage.is_calm:
            owners = group_files.owners_of(self.group)
            self.random.shuffle(owners)
            if any(strike(owner) for owner in owners):
                return

    def kill_if_pending(self, owner):
        position = self.group / owner.partition
        if not position.exists() or not group_files.has_pending(position):
            return False
        has_killed = self.kill_owner(owner)
        self.stage.count("kills that left output decided and not stored",
                         has_killed and group_files.has_pending(position))
        return has_killed

    def kill_command_of(self, owner):
        has_killed = owner.command_pid != 0 and group_files.signal_command(
            owner.command_pid, self.stage.root, signal.SIGKILL)
        self.stage.count("kills of commands", has_killed)
        return has_killed

    def kill_owner(self, owner):
        return bool(self.stage.signal_living(signal.SIGKILL, lambda living: [
            process for process in living
            if process.label.startswith("member") and process.pid == owner.pid]))

    def stop_member(self):
        seconds = self.random.uniform(0.005, self.random.choice([0.05, 0.3, 1.5]))
        for process in self.stage.signal_living(signal.SIGSTOP, self.one_of("member")):
            self.stage.count("stops")
            self.stopped.append((time.monotonic() + seconds, process))

    def wake(self, now):
        for when, process in self.stopped:
            if when <= now:
                self.stage.signal_living(signal.SIGCONT, lambda living, p=process: [p] * (p in living))
        self.stopped = [(when, process) for when, process in self.stopped if when > now]

    def one_of(self, *labels):
        def choose(living):
            chosen = [process for process in living if process.label.startswith(labels)]
            return [self.random.choice(chosen)] if chosen else []
        return choose
