#!/usr/bin/env python3
"""Whether the judge of system_calls.py can fail: trials that are spoilt in one place each.

    system_calls_self_test.py TOOLS_DIR

Either the data root is changed between the fault and the judging, or the tool under test is a
script that runs the real one and then does not own up to what happened.
"""
import os
import pathlib
import sys

import real_tools
import system_calls_judge as judge
import system_calls_scenarios as scenarios
import system_calls_tracer
import system_calls_trials as trials
from system_calls_sweep import Place, Sweep
from system_calls_trace import Trace, touched_after_failed_sync

COMMIT_LOST = "compact-set/pwrite64:EIO@1"
TWO_SYNCS = """\
7 fdatasync(9</x/0/00000000000000000000.log> <unfinished ...>
8 openat(5</x>, "0", O_RDONLY) = 6</x/0>
7 <... fdatasync resumed>)               = -1 EIO (Input/output error) (INJECTED)
7 {}
"""


def forget(place, case):
    place.box.restore(case.files)


def append(*numbers):
    return lambda place, _: place.box.append("t", numbers)


def append_again(place, _):
    """What the command under test is about to append."""
    place.box.append("t", scenarios.NEW[-1:])
    place.box.offer(scenarios.NEW)


def flip(place, _):
    log = place.box.path / scenarios.LOG.format(0)
    content = bytearray(log.read_bytes())
    content[100] ^= 1
    log.write_bytes(content)


def change(name):
    def spoil(place, _):
        with open(place.box.path / name, "ab") as file:
            file.write(b" ")
    return spoil


def run(*command):
    return lambda place, _: place.box.run(*command)


def skip(place, case):
    place.box.run(*case.scenario.command)


def cut_the_branch(place, _):
    segment = place.box.path / "log/twig/0" / f"{20:020d}"
    for suffix in (".log", ".index", ".timeindex"):
        os.unlink(str(segment) + suffix)


def remove(name):
    return lambda place, _: os.unlink(place.box.path / name)


# What is spoilt, in which trial (@last: the last call of that kind), how, and what it is found as.
SPOILT_ROOTS = [
    ("acknowledged events are gone", "produce-batch/fcntl:KILL@last", forget, judge.LOST),
    ("an event is stored twice", "produce-named/fcntl:KILL@last", append_again, judge.TWICE),
    ("an event that nobody wrote", "produce-batch/fdatasync:KILL@1", append(999), judge.WRONG),
    ("a flipped bit", "produce-batch/fdatasync:KILL@1", flip, judge.FALSE_DAMAGE),
    ("a file is left", "produce-batch/fdatasync:KILL@1", change("log/t/0/x.tmp.1"),
     judge.STAYS),
    ("compaction loses an event", "compact-keys/pwrite64:KILL@1",
     run("compact", "-q", "--roll", "--drop", "-k", "k1", "t"), judge.LOST),
    ("a cursor runs ahead", "consume-cursor/write:KILL@1", skip, judge.SILENT),
    ("a reader writes", "inspect-verify/write:KILL@1", change("log/t/0/commit"), judge.WRONG),
    ("half a branch", "replay-branch/unlinkat:KILL@last", cut_the_branch, judge.WRONG),
    ("settings that nobody set", "compact-set/pwrite64:KILL@1", change("log/t/topic.json"),
     judge.WRONG),
    ("no service any more", "produce-batch/fdatasync:KILL@1", remove("log/t/topic.json"),
     judge.NO_SERVICE),
]
# What a script makes of the end of the tool, when it does not end well.
SPOILT_TOOLS = [
    ("exit status 0 after a failure", '"$tool" "$@" || true', judge.SILENT),
    ("no message", 'exec "$tool" "$@" 2>/dev/null', judge.NO_WORD),
    ("another exit status", '"$tool" "$@" || exit 9', judge.NO_WORD),
    ("a failure is called damage", '"$tool" "$@" || exit 3', judge.FALSE_DAMAGE),
    ("a crash", '"$tool" "$@" || kill -SEGV $$', judge.CRASH),
    ("an endless wait", '"$tool" "$@" || sleep 100', judge.HANG),
]


class SpoilingSweep(Sweep):
    """Spoils the data root once the tool has been killed or failed."""

    spoil = staticmethod(lambda place, case: None)

    def judge_state(self, case, runs):
        self.spoil(self.place, case)
        return super().judge_state(case, runs)


def figures_of(options, work, name, spoil=None, tools=""):
    """What one trial comes to."""
    report = real_tools.Report("system_calls", options)
    report.fail = lambda what, again="": report.failures.append(what)
    place = Place(options, work)
    scenario = place.scenarios[name.partition("/")[0]]
    reference = place.learn(scenario)
    place.tracer.tools = tools or options.tools
    sweep = SpoilingSweep(report, place, {scenario.name: reference})
    if spoil:
        sweep.spoil = spoil
    trace = sweep.traces[scenario.name]
    call = name.partition("/")[2].partition(":")[0]
    sites = trials.sites_of(trace, place.path)[call]
    if tools:
        place.box.restore(reference.files)
        sweep.traces[scenario.name] = Trace(place.trace(scenario))
    sweep.try_out(name.replace("last", str(len(sites))))
    assert report.figures.get("not reached", 0) == 0, name
    return report.figures


def script(directory, options, body):
    directory.mkdir(exist_ok=True)
    path = directory / "estream-compact"
    path.write_text(f"#!/bin/sh\ntool='{options.tools}/estream-compact'\n{body}\n")
    path.chmod(0o755)
    return str(directory)


def check(what, wanted, figures):
    found = {harm: figures.get(harm, 0) for harm in judge.HARMS if figures.get(harm, 0)}
    is_right = wanted in found if wanted else not found
    print(f"{'found' if is_right else 'NOT FOUND'}: {what}: {found}")
    return is_right


def main():
    options = real_tools.parse_options(__doc__, 0)
    answers = []
    system_calls_tracer.HANG_SECONDS = 2
    if system_calls_tracer.why_not():
        print("system_calls_self_test: SKIPPED: strace cannot be used here", file=sys.stderr)
        return 0
    with real_tools.Scratch("system-calls-self-test", in_memory=True) as root:
        work = pathlib.Path(root)
        for what, name, spoil, wanted in SPOILT_ROOTS:
            answers.append(check(f"{name}, as it is", None, figures_of(options, work, name)))
            answers.append(check(what, wanted, figures_of(options, work, name, spoil)))
        for what, body, wanted in SPOILT_TOOLS:
            tools = script(work / "tools", options, body)
            answers.append(check(what, wanted, figures_of(options, work, COMMIT_LOST, tools=tools)))
    for call in ("fdatasync(9</x/0/00000000000000000000.log>) = 0",
                 'pwrite64(9</x/0/00000000000000000000.log>, "a", 1, 0) = 1'):
        figures = {judge.SYNC: len(touched_after_failed_sync(Trace(TWO_SYNCS.format(call))))}
        answers.append(check("a file is touched after a failed sync", judge.SYNC, figures))
    return 0 if all(answers) else 1


if __name__ == "__main__":
    sys.exit(main())
