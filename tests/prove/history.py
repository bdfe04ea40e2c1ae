#!/usr/bin/env python3
"""Producers, followers, readers, compaction and branches as real processes that are killed, stopped
and started at random; then what each of them was told is compared with what the log holds.

    history.py TOOLS_DIR [--seconds N] [--seed N] [--round K] [--keep] [--self-test] [--json]

A round is a history of some seconds in a fresh directory. In the end there is a calm, in which all
that was begun comes to its end. The clock jumps. Of four rounds one is on disk, one in memory, and
two on small disks (a tmpfs in a user namespace) that fill and empty, by bytes or by inodes. What is
checked:

  - what was acknowledged is there, once, at its place, byte for byte; what was not, at most once;
  - under --producer NAME, a run that was repeated until it ended well has stored each event once;
  - each producer's events are in order, offsets have no holes, and a key keeps its last record;
  - each reader and each branch saw a piece of that same log: no gap, no repetition, no torn line;
  - a cursor is never ahead of what was printed;
  - no tool crashes, hangs, or ends with a status that nothing explains; nothing is left lying about.

A round is repeated by its seed and number; the moments of the kills are chance all the same.
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import history_self_test
import real_tools
from history_round import FIGURES, SMALL_DISKS, Round, disk_of

# A blow that is aimed at an append has to fall within a millisecond.
SWITCH_INTERVAL_S = 0.0002
KILLS_WITHOUT_TORN_TAIL_MAX = 2000


def play_inside(options, number, directory):
    """Plays the round in a namespace of its own, where file systems may be mounted."""
    command = ["unshare", "-Urm", sys.executable, os.path.abspath(__file__), options.tools,
               "--seed", str(options.seed), "--round", str(number), "--inside", str(directory),
               *["--keep"] * options.keep]
    child = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    try:
        return json.loads(child.stdout)
    except ValueError:
        return {"figures": {}, "problems": [f"round {number} ended with {child.returncode}"]}


def play_outside(options, number, report):
    with real_tools.Scratch("history", in_memory=disk_of(number) == "memory") as directory:
        os.chdir(directory)
        is_inside = options.has_namespaces and disk_of(number) in SMALL_DISKS
        outcome = play_inside(options, number, directory) if is_inside else \
            Round(options, number, directory).play()
        os.chdir("/")
        if outcome["problems"] and options.keep:
            kept = shutil.move(directory, f"/tmp/{directory.name}-round-{number}-kept")
            print(f"history: round {number} is kept in {kept}", file=sys.stderr)
    for name, figure in outcome["figures"].items():
        report.count(name, figure)
    for problem in outcome["problems"]:
        report.fail(f"round {number}: {problem}", f"tests/prove/history.py {options.tools} "
                                                  f"--seed {options.seed} --round {number}")


def has_namespaces():
    if subprocess.run(["unshare", "-Urm", "true"], capture_output=True, check=False).returncode == 0:
        return True
    print("history: SKIPPED the small disks: no user namespaces here", file=sys.stderr)
    return False


def main():
    def more(parser):
        parser.add_argument("--round", type=int, help="only this one")
        parser.add_argument("--keep", action="store_true", help="leave the directory of a failure")
        parser.add_argument("--self-test", action="store_true", help="plant mistakes, find them all")
        parser.add_argument("--inside", help="used by itself: play the round in this directory")

    options = real_tools.parse_options(__doc__, 20, more)
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if options.inside:
        options.has_namespaces = True
        print(json.dumps(Round(options, options.round, pathlib.Path(options.inside)).play()))
        return
    report = real_tools.Report("history", options)
    if options.self_test:
        history_self_test.run(report)
        report.end()
    options.has_namespaces = has_namespaces()
    for figure in FIGURES:
        report.count(figure, 0)
    number = options.round or 0
    while not report.has_enough():
        play_outside(options, number, report)
        number += 1
        if options.round is not None or time.monotonic() > options.deadline:
            break
    if report.figures["kills"] > KILLS_WITHOUT_TORN_TAIL_MAX and not report.figures["torn tails"]:
        report.fail("so many kills and no torn tail: they do not hit the appends any more")
    report.end()


main()
