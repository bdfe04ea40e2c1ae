"""System calls that fail in chaos.py: a tool is started under strace, which makes the n-th call of a
kind fail, come late, or be the last one.
"""
import dataclasses
import pathlib
import random
import time

# What is asked of strace, by call. `write` is standard output: of who prints there.
ERRORS = {"pwrite64": ("EIO", "ENOSPC", "EDQUOT"), "fdatasync": ("EIO", "ENOSPC"), "fsync": ("EIO",),
          "renameat": ("EIO", "ENOSPC"), "renameat2": ("EIO", "ENOSPC"), "ftruncate": ("EIO", "EPERM"),
          "linkat": ("EIO", "ENOSPC"), "unlinkat": ("EIO", "EROFS"), "mkdirat": ("ENOSPC", "EACCES"),
          "write": ("EIO", "ENOSPC"), "pread64": ("EIO",), "getdents64": ("EIO",)}
CALLS = {"produce": ("pwrite64",) * 4 + ("fdatasync",) * 3 + ("fsync", "ftruncate", "unlinkat", "mkdirat",
                                                            "renameat", "pread64", "write"),
         "consume": ("pread64", "write", "pwrite64", "renameat", "fdatasync", "getdents64"),
         "inspect": ("pread64", "write", "getdents64"),
         "compact": ("pwrite64", "fdatasync", "fsync", "renameat", "unlinkat", "ftruncate", "pread64",
                     "getdents64", "linkat"),
         "replay": ("pwrite64", "fdatasync", "fsync", "renameat", "linkat", "mkdirat", "unlinkat",
                    "pread64", "getdents64")}
WRITERS = ("produce", "compact", "replay")
RARE = ("compact", "replay")
SHARE_OF_RARE = 0.5
TRACE_COMES_WITHIN_S = 0.5
# ld.so reads files as well; how it ends then is not for us to judge.
LOADER = b"error while loading shared libraries"


@dataclasses.dataclass
class Fault:
    """One process's fault: `what` in strace's words. `has_fired` is known when it has ended."""
    what: str
    trace: pathlib.Path
    is_kill: bool
    is_delay: bool
    has_fired: bool = False

    def command(self):
        call = self.what.split(":")[0]
        # A signal that is injected where seccomp stopped the process is lost.
        fast = [] if self.is_kill else ["--seccomp-bpf"]
        # -D: the tool stays our child, and signals by its number reach it and not strace.
        return ["strace", "-D", "-f", "-q", *fast, "-o", str(self.trace), "-e", f"trace=?{call}",
                "-e", "signal=none", "-e", f"inject=?{self.what}"]

    def look(self, status):
        """Reads whether it has fired. strace may end a little later than the tool."""
        deadline = time.monotonic() + TRACE_COMES_WITHIN_S
        text = b""
        while time.monotonic() < deadline:
            text = self.trace.read_bytes() if self.trace.exists() else b""
            if b"INJECTED" in text or b"DELAYED" in text or text.rstrip().endswith(b"+++"):
                break
            time.sleep(0.01)
        self.has_fired = b"INJECTED" in text or b"DELAYED" in text
        if self.is_kill and status == -9:
            # The killed call is printed without an answer.
            self.has_fired = any(line.endswith(b" = ?") for line in text.splitlines())

    def excuses(self, status, err):
        return self.has_fired and not self.is_delay and (status == 2 or LOADER in err)


class FaultPlan:
    """Which of the processes get one, and which: from a seed."""

    def __init__(self, seed, share):
        self.random = random.Random(f"{seed} faults")
        self.share = share
        self.number = 0

    def choose(self, tool, directory):
        chooser = self.random
        # Of those that run seldom, more have one.
        share = max(self.share, SHARE_OF_RARE) if self.share and tool in RARE else self.share
        if chooser.random() >= share:
            return None
        self.number += 1
        call = chooser.choice(CALLS[tool])
        at = int(1.5 ** chooser.uniform(0, 11))
        trace = pathlib.Path(directory) / f"trace-{self.number}"
        chance = chooser.random()
        if tool in WRITERS and chance < 0.4:
            return Fault(f"{call}:signal=KILL:when={at}", trace, True, False)
        if tool in WRITERS and chance < 0.5:
            late = chooser.choice([2_000, 20_000, 150_000])
            return Fault(f"{call}:delay_enter={late}:when={at}+{chooser.randrange(3, 40)}", trace,
                         False, True)
        error = chooser.choice(ERRORS[call])
        again = chooser.choice(["", "", "", "+", f"+{chooser.randrange(2, 9)}"])
        return Fault(f"{call}:error={error}:when={at}{again}", trace, False, False)
