"""Which trials there are: what is done to which call of which scenario, and how it is called.

    produce-rolls/pwrite64:KILL@7                           killed at the seventh pwrite64
    compact-keys/fdatasync:EIO@3+                           the third and all later ones fail
    produce-rolls/pwrite64:KILL@7/then/openat:KILL@3        and killed once more when run again

The numbers count the calls of a clean run that are about the work directory, in the order in which
they were made by whatever thread, and so leave out what the dynamic loader does.
"""
import dataclasses
import random
import re

KILL = "KILL"
EARLY_END = "END"  # A read that answers 0: the file seems to end here.
BOOT_ID = "/proc/sys/kernel/random/boot_id"

# Where a killed process leaves another state than at the call before.
KILLED_AT = ("openat", "write", "pwrite64", "ftruncate", "fsync", "fdatasync", "rename", "renameat",
             "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir", "mkdirat", "fcntl")
ONCE_ONLY = ("EINTR", EARLY_END)
ERRORS = {
    "openat": ("EMFILE", "ENFILE", "EACCES", "EIO", "EINTR"),
    "read": ("EIO", "EINTR"), "pread64": ("EIO", "EINTR", EARLY_END),
    "write": ("EIO", "ENOSPC", "EDQUOT", "EFBIG", "EINTR"),
    "pwrite64": ("EIO", "ENOSPC", "EDQUOT", "EFBIG", "EINTR"),
    **dict.fromkeys(("fsync", "fdatasync"), ("EIO", "ENOSPC", "EDQUOT", "EINTR")),
    "ftruncate": ("EIO", "EINTR", "EFBIG"),
    **dict.fromkeys(("rename", "renameat", "renameat2"), ("EIO", "ENOSPC", "EACCES", "EROFS")),
    **dict.fromkeys(("link", "linkat"), ("EIO", "EMLINK", "EXDEV", "EPERM", "ENOSPC")),
    **dict.fromkeys(("unlink", "unlinkat"), ("EIO", "EACCES", "EROFS")),
    **dict.fromkeys(("mkdir", "mkdirat"), ("EIO", "ENOSPC", "EACCES", "EROFS", "EMLINK")),
    "fcntl": ("ENOLCK", "EINTR"), "ioctl": ("EIO", "ENOSPC", "EOPNOTSUPP"),
    "close": ("EIO", "EINTR"),
    **dict.fromkeys(("fstat", "newfstatat", "statx"), ("EIO", "EACCES", "ENOMEM")),
    "getdents64": ("EIO",), "pipe2": ("EMFILE",), "poll": ("EINTR", "ENOMEM"),
    "inotify_init1": ("EMFILE", "ENOMEM"), "inotify_add_watch": ("ENOSPC", "EACCES"),
    **dict.fromkeys(("clone", "clone3"), ("EAGAIN",)),
}
CREATING_ERRORS = ("ENOSPC", "EDQUOT", "EROFS")
BUSY = "EAGAIN"
# A file that seems to end early is no honest kernel's doing: whoever recovers a log may then cut
# off what was not synced. So it is tried on those that do not append.
NOT_LIED_TO = ("append", "once", "copy-once")

STEP = re.compile(r"([a-z0-9_]+):([A-Z0-9]+)@(\d+)(\+?)$")


@dataclasses.dataclass(frozen=True)
class Step:
    """What is done at which call of one run."""
    call: str
    what: str
    number: int
    lasts: bool = False

    def __str__(self):
        return f"{self.call}:{self.what}@{self.number}{'+' if self.lasts else ''}"

    def is_kill(self):
        return self.what == KILL

    def inject(self, number):
        """In strace's words."""
        done = {KILL: "signal=KILL", EARLY_END: "retval=0"}.get(self.what, f"error={self.what}")
        return f"{self.call}:{done}:when={number}{'+' if self.lasts else ''}"


def parse_step(text):
    match = STEP.match(text)
    if not match:
        raise SystemExit(f"system_calls.py: {text}: is not written as pwrite64:EIO@3+")
    return Step(match[1], match[2], int(match[3]), bool(match[4]))


def parse_name(name):
    """The scenario's name and the steps."""
    scenario, _, rest = name.partition("/")
    return scenario, [parse_step(text) for text in rest.split("/then/")]


def is_site(call, work):
    """Whether a trial can be about this call: not what the loader and the C library do at first."""
    if call.name == "ioctl":
        return "FICLONE" in call.arguments
    if call.name == "fcntl":
        return "F_OFD_SETLK" in call.arguments
    return not call.path or call.path.startswith(f"{work}/") or call.path in (work, BOOT_ID)


def sites_of(trace, work):
    """By the name of the call: where in the trace the sites are."""
    sites = {}
    for place, call in enumerate(trace.calls):
        if is_site(call, work):
            sites.setdefault(call.name, []).append(place)
    return sites


def what_can_happen(call, scenario):
    """The steps that make sense at a call, as pairs of what and whether it lasts."""
    if call.name in KILLED_AT and (call.name != "openat" or "O_CREAT" in call.arguments):
        yield KILL, False
    errors = ERRORS.get(call.name, ())
    if call.name == "openat" and ("O_CREAT" in call.arguments or "O_RDWR" in call.arguments):
        errors += CREATING_ERRORS
    if call.name == "fcntl" and "-T" in scenario.command:
        errors += (BUSY,)  # Else it is waited for, for seconds.
    for error in errors:
        if error == EARLY_END and scenario.kind in NOT_LIED_TO:
            continue
        yield error, False
        if error not in ONCE_ONLY:
            yield error, True


def strata(scenario, trace, work):
    """The names of all trials of a scenario, those of one kind of call in one list."""
    by_kind = {}
    for name, places in sites_of(trace, work).items():
        for number, place in enumerate(places, 1):
            if trace.aim_at(place, scenario.has_input()) is None:
                continue
            for what, lasts in what_can_happen(trace.calls[place], scenario):
                kind = by_kind.setdefault((name, what == KILL), [])
                kind.append(f"{scenario.name}/{Step(name, what, number, lasts)}")
    return list(by_kind.values())


def nested(scenario, trace, work, count, chooser):
    """A sample of trials that do something to the second run, too."""
    singles = [name for names in strata(scenario, trace, work) for name in names]
    kills = [name for name in singles if f":{KILL}@" in name]
    names = []
    while kills and len(names) < count:
        second = chooser.choice(kills if chooser.random() < 0.7 else singles)
        names.append(f"{chooser.choice(kills)}/then/{second.partition('/')[2]}")
    return names


def in_turns(lists, seed):
    """All names in a seeded order, of each list as many as of any other while there are some."""
    chooser = random.Random(seed)
    lists = [list(names) for names in lists]
    for names in lists:
        chooser.shuffle(names)
    while any(lists):
        chooser.shuffle(lists)
        for names in lists:
            if names:
                yield names.pop()
