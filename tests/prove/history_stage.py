"""Where history.py plays: the processes that live, what is counted, and what is wrong."""
import collections
import os
import pathlib
import select
import signal
import threading
import time

import real_tools

# What a failure can be, each a figure of the report, also when it is zero.
CATEGORIES = ("lost", "twice", "changed", "out of order", "torn reads", "cursors ahead",
              "leftovers", "wrong endings", "crashes", "hangs")
NO_SPACE = b"No space left on device"
TORN_TAIL = b"of an unfinished batch moved to"
HANGS_AFTER_S = 120
SHOWN_OF_A_CATEGORY = 3


class Process:
    """A running tool. Signals go by its handle, which never means another process."""

    def __init__(self, label, arguments, environment, out, err):
        self.label = label
        self.arguments = arguments
        self.err = err
        self.was_asked_to_end = False
        self.is_large = False  # It appends batches that take a while.
        creating = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        # A command that outlives its member writes into the same file as the member's next run, and
        # must not overwrite what that one says.
        appending = creating | os.O_APPEND
        self.pid = os.posix_spawnp(arguments[0], arguments, environment, file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, out, creating, 0o600),
            (os.POSIX_SPAWN_OPEN, 2, err, appending, 0o600)])
        self.handle = os.pidfd_open(self.pid)

    def signal(self, number):
        try:
            signal.pidfd_send_signal(self.handle, number)
        except (ProcessLookupError, OSError):
            pass  # It ended by itself, and may have been waited for.

    def wait(self, seconds=None):
        """How it ended; nothing when it has not after so many seconds."""
        poll = select.poll()
        poll.register(self.handle, select.POLLIN)
        if not poll.poll(None if seconds is None else seconds * 1000):
            return None
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


class Stage:
    """What all actors share. `disk` is where the log is, `directory` where all else is."""

    def __init__(self, tools, directory, disk, seed, is_small_disk, seconds):
        self.tools = tools
        self.directory = pathlib.Path(directory)
        self.disk = pathlib.Path(disk)
        self.seed = seed
        self.begin = time.monotonic()
        self.seconds = seconds
        self.is_small_disk = is_small_disk
        self.figures = collections.Counter()
        self.problems = []
        self.living = []
        self.is_over = False  # Nothing new is begun.
        self.is_calm = False  # Nobody is killed any more.
        self.is_given_up = False
        self._lock = threading.Lock()
        self.environment = real_tools.plain_environment(ESTREAM_DIR=str(self.disk / "log"))

    def share_of_time(self):
        """How much of the round is over."""
        return (time.monotonic() - self.begin) / self.seconds

    def count(self, name, number=1):
        with self._lock:
            self.figures[name] += number

    def problem(self, category, text):
        """Counts each, and keeps the first few of a kind: one cause may have thousands."""
        with self._lock:
            self.figures[category] += 1
            if self.figures[category] <= SHOWN_OF_A_CATEGORY:
                self.problems.append(f"{category}: {text}")

    def path(self, name):
        return str(self.directory / name)

    def exists(self, topic):
        return (self.disk / "log" / topic / "topic.json").exists()

    def start(self, label, tool, *arguments, out=os.devnull, environment=None):
        process = self.spawn(label, tool, [f"{self.tools}/estream-{tool}", *arguments], out,
                             {**self.environment, **(environment or {})})
        process.may_fill_disk = self.is_small_disk
        with self._lock:
            self.living.append(process)
            if self.is_given_up:
                process.signal(signal.SIGKILL)
        return process

    def spawn(self, label, _tool, command, out, environment):
        return Process(label, command, environment, out, self.path(f"{label}.err"))

    def wait(self, process, seconds=HANGS_AFTER_S):
        """How it ended, and what it said."""
        status = process.wait(seconds)
        if status is None:
            self.problem("hangs", f"{process.label}: {process.arguments[1:]} did not end "
                                  f"in {seconds} s")
            process.signal(signal.SIGKILL)
            status = process.wait()
        with self._lock:
            self.living.remove(process)
            os.close(process.handle)
        err = pathlib.Path(process.err).read_bytes()
        if real_tools.Ending(status, b"", err).is_crash():
            self.problem("crashes", f"{process.label}: {process.arguments[1:]} ended with "
                                    f"{status}: {err[-4000:]!r}")
        self.count("kills", status == -signal.SIGKILL)
        self.count("torn tails", err.count(TORN_TAIL))
        self.count("full disks met", NO_SPACE in err)
        return status, err

    def run(self, label, tool, *arguments, **more):
        process = self.start(label, tool, *arguments, **more)
        return process, *self.wait(process)

    def finish(self, label, tool, *arguments, good=(0,), **more):
        """Runs a tool to its end, and judges how it ended. Answers its status and what it said."""
        process, status, err = self.run(label, tool, *arguments, **more)
        if status not in good and not self.is_excused(process, status, err):
            self.problem("wrong endings", f"{label} ended with {status}: {err[-1500:]!r}; "
                                          f"{process.arguments}")
        return status, err

    def signal_living(self, number, choose):
        """Sends a signal to those whom `choose` takes from the living. Answers them."""
        with self._lock:
            chosen = choose(self.living) if self.living else []
            for process in chosen:
                process.was_asked_to_end |= number == signal.SIGTERM
                process.signal(number)
        return chosen

    def end_all(self):
        """Also when the round itself was broken off: nobody is left alone."""
        self.is_over = self.is_calm = self.is_given_up = True
        self.signal_living(signal.SIGKILL, lambda living: list(living))

    @staticmethod
    def was_ended(process, status):
        return status == -signal.SIGKILL or (status == -signal.SIGTERM and process.was_asked_to_end)

    @classmethod
    def is_excused(cls, process, status, err):
        """For those who write: ended by a signal, or stopped by a disk that is full at times."""
        is_full = process.may_fill_disk and status == 2 and NO_SPACE in err
        return cls.was_ended(process, status) or is_full
