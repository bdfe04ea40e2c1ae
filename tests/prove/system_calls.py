#!/usr/bin/env python3
"""The real programs, killed at and failed at the n-th system call, for every n.

    system_calls.py TOOLS_DIR [--seconds N] [--seed N] [--all] [--replay TRIAL] [--json]

Each scenario is a prepared data root and a command. A clean run of it under strace says which
system calls it makes. In a trial the command runs again on a fresh copy, and one call fails with
one of the errors it can have, once or from then on, or the process is killed there. Then the log
must be whole, with everything in it that was acknowledged, and nothing that nobody wrote; the same
command, run again, must succeed; and nothing is left lying about. In some trials the second run is
killed or failed, too. system_calls_trials.py has the names of trials, system_calls_rules.py what
must hold.
"""
import json
import os
import pathlib
import random
import sys
import time
import traceback

import real_tools
import system_calls_trials as trials
from system_calls_judge import HARMS
from system_calls_sweep import Place, Sweep
from system_calls_tracer import why_not

NESTED_OF_EACH = 60
FIGURES = ("scenarios", "sites", "sites out of reach", "trials", "kill sites", "kills",
           "fault sites", "errors", "faults fired", "runs reported as failed",
           "of these busy", "runs done all the same", "states judged", "nested trials",
           "nested kills", "not reached", *HARMS)


def all_names(options, sweep):
    lists = []
    chooser = random.Random(options.seed)
    for name, trace in sweep.traces.items():
        scenario, work = sweep.place.scenarios[name], sweep.place.path
        lists += trials.strata(scenario, trace, work)
        lists.append(trials.nested(scenario, trace, work, NESTED_OF_EACH, chooser))
    return list(trials.in_turns(lists, options.seed))


def in_parallel(options, report, root, references, names):
    """Each processor takes its share of the names; what they found is put together."""
    count = len(os.sched_getaffinity(0))
    children = []
    for number in range(count):
        pid = os.fork()
        if pid == 0:
            run_share(options, report.suite, root / f"w{number}", references, names[number::count])
        children.append(pid)
    seen = {}
    for number, pid in enumerate(children):
        if os.waitpid(pid, 0)[1]:
            report.fail(f"process {number} ended early")
            continue
        figures, failures, more = json.loads((root / f"w{number}/report").read_text())
        report.failures += failures
        for figure, value in figures.items():
            report.count(figure, value)
        for figure, items in more.items():
            seen.setdefault(figure, set()).update(items)
    for figure, items in seen.items():
        report.count(figure, len(items))


def run_share(options, suite, work, references, names):
    """What a process does; it does not return."""
    status = 1
    try:
        sweep = Sweep(real_tools.Report(suite, options), Place(options, work), references)
        sweep.run(names, None if options.all else options.deadline)
        (work / "report").write_text(json.dumps(
            [sweep.report.figures, sweep.report.failures,
             {figure: sorted(items) for figure, items in sweep.seen.items()}]))
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def sweep_all(options, report, root):
    place = Place(options, root / "w0")
    references = {name: place.learn(scenario) for name, scenario in place.scenarios.items()}
    report.count("scenarios", len(references))
    sweep = Sweep(report, place, references)
    for name, trace in sweep.traces.items():
        places = [at for some in trials.sites_of(trace, place.path).values() for at in some]
        can_feed = place.scenarios[name].has_input()
        report.count("sites", len(places))
        report.count("sites out of reach", sum(trace.aim_at(at, can_feed) is None for at in places))
    if options.replay:
        sweep.is_verbose = True
        sweep.try_out(options.replay)
        return
    names = all_names(options, sweep)
    report.count("trials there are", len(names))
    # The time is for trials: what came before takes the same time always.
    options.deadline = time.monotonic() + options.seconds
    in_parallel(options, report, root, references, names)


def main():
    def more(parser):
        parser.add_argument("--all", action="store_true", help="every trial that there is")
        parser.add_argument("--replay", default="", help="one trial, as a failure names it")

    options = real_tools.parse_options(__doc__, 20, more)
    report = real_tools.Report("system_calls", options)
    reason = why_not()
    if reason:
        print(f"system_calls: SKIPPED: strace cannot be used here: {reason}", file=sys.stderr)
        report.count("skipped")
        report.end()
    for figure in FIGURES:
        report.count(figure, 0)
    with real_tools.Scratch("system-calls", in_memory=True) as root:
        sweep_all(options, report, pathlib.Path(root))
    report.end()


if __name__ == "__main__":
    main()
