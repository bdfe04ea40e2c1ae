"""The system calls of a tool as strace prints them, and how to aim at one of them.

strace counts `when=` for each system call and each thread. Where the number alone would hit an
earlier call of another thread, only the calls about one file are counted (strace -P), or only those
of one thread: the first (no -f), or one that waits for input (strace -p). What none of them tells
apart is out of reach.
"""
import dataclasses
import os
import re

# What a trial can be about. `?` lets strace pass over those that this machine does not have.
CALLS = ("openat", "read", "pread64", "write", "pwrite64", "ftruncate", "fsync", "fdatasync",
         "rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir",
         "mkdirat", "fcntl", "ioctl", "close", "fstat", "newfstatat", "statx", "getdents64",
         "pipe2", "poll", "inotify_init1", "inotify_add_watch", "clone", "clone3")
CALLS_WITH_NAME = ("openat", "renameat", "renameat2", "linkat", "unlinkat", "mkdirat",
                   "newfstatat", "statx")

BEGUN = re.compile(r"(?:(\d+) +)?([a-z0-9_]+)\((.*)")  # No number where one thread is traced.
RESUMED = re.compile(r"(\d+) +<\.\.\. ([a-z0-9_]+) resumed>")
NEW_THREAD = re.compile(r"parent_tid=\[(\d+)\]")
PATH_OF_FD = re.compile(r"(?:AT_FDCWD|\d+)<([^>]*)>")
NAME_BEHIND_FD = re.compile(r'(?:AT_FDCWD|\d+)<[^>]*>, "([^"]*)"')
RANDOM_PART = re.compile(r"\.tmp\.[0-9a-f]{16}|\.creating-[a-z]+-\d+|from-byte-\d+-[0-9a-f]{8}")


@dataclasses.dataclass
class Call:
    """One system call of a run."""
    thread: int       # 0 is the first one, 1 the one that it made first.
    name: str
    path: str         # What it is about, whole, or nothing.
    marks: frozenset  # The paths by which strace -P finds it.
    arguments: str
    is_refused: bool = False
    is_injected: bool = False

    def end(self, line):
        self.is_refused = self.is_refused or " = -1 E" in line
        self.is_injected = self.is_injected or "(INJECTED" in line


@dataclasses.dataclass(frozen=True)
class Aim:
    """Which calls are counted, and the number of the one that is meant: those of one file or of
    any, those of all threads, each for itself, or those of one thread of so many."""
    number: int
    file: str = ""
    thread: int = -1
    thread_count: int = 0


def about(call, arguments):
    """The path that a call is about, and the paths by which -P would find it."""
    directory = PATH_OF_FD.match(arguments)
    if not directory:
        return "", frozenset()
    path = directory[1]
    name = NAME_BEHIND_FD.match(arguments) if call in CALLS_WITH_NAME else None
    if not name or not name[1]:
        return path, frozenset([path])
    whole = os.path.normpath(os.path.join(path, name[1]))
    return whole, frozenset([path, name[1]] if name[1].startswith("/") else [path])


class Trace:
    """The calls of a run in the order in which they were made, by whatever thread."""

    def __init__(self, text):
        self.calls = []
        threads, latest = set(), {}
        for line in text.splitlines():
            begun = BEGUN.match(line)
            resumed = None if begun else RESUMED.match(line)
            if not begun and not resumed:
                continue
            thread = int((begun or resumed)[1] or 0)
            threads.update([thread, *map(int, NEW_THREAD.findall(line))])
            if begun and begun[2] in CALLS:
                path, marks = about(begun[2], begun[3])
                self.calls.append(Call(thread, begun[2], path, marks, begun[3]))
                latest[thread] = self.calls[-1]
            if thread in latest:
                latest[thread].end(line)
        self.thread_count = len(threads)
        # Numbers of threads grow as they are made.
        order = {thread: number for number, thread in enumerate(sorted(threads))}
        for call in self.calls:
            call.thread = order[call.thread]

    def aim_at(self, place, can_feed):
        """How to hit calls[place] and no earlier call of any thread; nothing if that cannot be.

        `can_feed`: the tool waits for its input when all of its threads are there."""
        wanted = self.calls[place]
        # What has a random name has another one in the next run.
        files = [mark for mark in sorted(wanted.marks) if not RANDOM_PART.search(mark)]
        # All writes would include what is said on standard error.
        for file in files if wanted.name == "write" else ["", *files]:
            before = {}
            for call in self.calls[:place + 1]:
                if call.name == wanted.name and (not file or file in call.marks):
                    before[call.thread] = before.get(call.thread, 0) + 1
            number = before.pop(wanted.thread)
            if all(count < number for count in before.values()):
                return Aim(number, file)
        if wanted.thread > 0 and not can_feed:
            return None
        number = sum(call.name == wanted.name and call.thread == wanted.thread
                     for call in self.calls[:place + 1])
        return Aim(number, thread=wanted.thread, thread_count=self.thread_count)


def touched_after_failed_sync(trace):
    """The files that were synced or written once more by the process whose sync of them failed.

    The commit file is written in place by whoever comes next, and its every sync is of bytes that
    were just written; indexes are hints. Both may be, as in faults_run.cc. So may directories,
    which are synced for the names in them, each time for others."""
    failed, touched = set(), []
    for call in trace.calls:
        if call.name == "renameat" and not call.is_refused:
            failed -= {path for path in failed if f'"{os.path.basename(path)}"' in call.arguments}
        elif call.name in ("fsync", "fdatasync", "pwrite64", "ftruncate"):
            if call.path in failed and not call.path.endswith(("commit", "index", "index.cleaned")):
                touched.append(f"{call.name} of {call.path} after a sync of it had failed")
            if call.is_injected and call.name.endswith("sync") and not os.path.isdir(call.path):
                failed.add(call.path)
    return touched
