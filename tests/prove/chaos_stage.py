"""Where chaos.py plays: the stage of history.py, on which system calls fail as well."""
import os
import signal
import threading

import chaos_faults
from history_stage import CATEGORIES as KNOWN_CATEGORIES, NO_SPACE, Process, Stage

# What a failure can be, each a figure of the report, also when it is zero.
CATEGORIES = (*KNOWN_CATEGORIES, "damage", "silent successes", "erased and still there",
              "deleted too much", "wrong branches", "settings lost", "wrong windows")
DONE, NO, ERROR, DAMAGE, TRY_AGAIN, TIMED_OUT = 0, 1, 2, 3, 75, 124
TOOLS = ("produce", "consume", "replay", "compact", "inspect")
RUNS = tuple(f"runs of {tool}" for tool in TOOLS)


class ChaosStage(Stage):
    def __init__(self, tools, directory, disk, seed, is_small_disk, seconds, share_of_faults):
        super().__init__(tools, directory, disk, seed, is_small_disk, seconds)
        self.plan = chaos_faults.FaultPlan(seed, share_of_faults)
        self.root = self.disk / "log"
        self.rewrites_of_secret = 0
        self._plan_lock = threading.Lock()

    def spawn(self, label, tool, command, out, environment):
        with self._plan_lock:
            fault = None if self.is_calm else self.plan.choose(tool, self.directory)
        under = fault.command() if fault else []
        process = Process(label, [*under, *command], environment, out, self.path(f"{label}.err"))
        process.fault = fault
        self.count(f"runs of {tool}")
        return process

    def wait(self, process, seconds=120):
        status, err = super().wait(process, seconds)
        fault = process.fault
        if fault:
            fault.look(status)
            self.count("faults fired", fault.has_fired)
            if fault.trace.exists():
                os.unlink(fault.trace)
        return status, err

    @staticmethod
    def was_ended(process, status):
        """By a signal: of ours, of strace, or the one that asks to end."""
        return status == -signal.SIGKILL or \
            (status in (-signal.SIGTERM, 128 + signal.SIGTERM) and process.was_asked_to_end)

    def is_excused(self, process, status, err):
        """A failure that is owed to a signal, to a fault, or to a full disk."""
        if status == TRY_AGAIN:
            self.count("ended with 75")
            return True
        if process.fault and process.fault.excuses(status, err):
            self.count("ended with 2 after a fault")
            return True
        is_full = process.may_fill_disk and status == ERROR and NO_SPACE in err
        return is_full or self.was_ended(process, status)
