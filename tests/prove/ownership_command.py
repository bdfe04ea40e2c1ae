#!/usr/bin/env python3
"""The command of ownership.py: says in a file when it begins and ends a batch, and holds a lock of its
own meanwhile, which nobody else can have as long as no two commands work on one partition.

    ownership_command.py DIRECTORY HABIT kept|once

HABIT: prompt; slow; stubborn, which ignores SIGTERM and so outlives its member; parent, which leaves the
work to a child that goes on when the command is ended; daemon, which leaves a process behind that is no
part of the work. DIRECTORY has the file `intervals`, with lines of
`begin|end TOPIC/PARTITION FIRST LAST PID NANOSECONDS GENERATION`, the time by the monotonic clock, and of
`wrong TOPIC/PARTITION TEXT`.
"""
import fcntl
import os
import random
import signal
import sys
import time

# The lock that a command inherits has a larger number, and a process that ends closes the smallest
# number first: so when the inherited lock is free, this one is, too.
OWN_LOCK_BELOW = 10
LONGEST_S = {"prompt": 0, "slow": 0.05, "stubborn": 0.5, "parent": 0.4, "daemon": 0.02}
PLACE = os.environ["ESTREAM_TOPIC"] + "/" + os.environ["ESTREAM_PARTITION"]


class Work:
    def __init__(self, directory, habit):
        self.habit = habit
        self.file = os.open(f"{directory}/intervals", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.lock = os.open(f"{directory}/busy-{os.environ['ESTREAM_PARTITION']}", os.O_RDWR | os.O_CREAT,
                            0o600)
        if self.lock >= OWN_LOCK_BELOW:
            self.say("wrong", f"the lock has number {self.lock}")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.say("wrong", f"process {os.getpid()} began while another one was at work")

    def say(self, what, *words):
        """One write for each line: nobody else's bytes come between."""
        os.write(self.file, f"{what} {PLACE} {' '.join(map(str, words))}\n".encode())

    def mark(self, what, numbers):
        self.say(what, numbers[0], numbers[-1], os.getpid(), time.monotonic_ns(),
                 os.environ["ESTREAM_GENERATION"])

    def take(self, lines, is_env_of_batch):
        """One batch, all of it."""
        fields = [[int(field.split(b":")[1]) for field in line.split(b",")[:2]] for line in lines]
        numbers = [number for _, number in fields]
        places = {str(partition) for partition, _ in fields}
        if places != {os.environ["ESTREAM_PARTITION"]} or \
                numbers != list(range(numbers[0], numbers[0] + len(numbers))):
            self.say("wrong", f"a batch with events {numbers} of partitions {places}")
        told = [int(os.environ[name]) for name in ("ESTREAM_FIRST", "ESTREAM_LAST", "ESTREAM_COUNT")]
        if is_env_of_batch and told != [numbers[0], numbers[-1], len(numbers)]:
            self.say("wrong", f"a batch of {numbers[0]} to {numbers[-1]} is called {told}")
        if self.habit == "parent" and os.fork() != 0:
            os.wait()
            return
        self.mark("begin", numbers)
        time.sleep(random.random() * LONGEST_S[self.habit])
        self.mark("end", numbers)
        if self.habit == "parent":
            os._exit(0)

    def leave_daemon(self):
        os.close(self.lock)
        if os.fork() == 0:
            os.setsid()
            time.sleep(random.random() * 0.5)
            os._exit(0)


def main():
    directory, habit, way = sys.argv[1:]
    if habit == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    work = Work(directory, habit)
    if way == "once":
        work.take(sys.stdin.buffer.readlines(), True)
    else:
        lines, is_first = [], True
        # What comes without an empty line behind it is not the whole batch.
        for line in iter(sys.stdin.buffer.readline, b""):
            lines.append(line)
            if line == b"\n":
                work.take(lines[:-1], is_first)
                os.write(1, b"\n")
                lines, is_first = [], False
    if habit == "daemon":
        work.leave_daemon()


main()
