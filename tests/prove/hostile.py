#!/usr/bin/env python3
"""Hostile input to the six tools, as a table of cases that run.

    hostile.py TOOLS_DIR [--seconds N] [--seed N] [--replay CASE] [--list] [--json]

The cases are data, in hostile_*.py: what is run, how it has to end, and what it has to say. Beyond
that each case fails when a tool crashes, when a sanitizer speaks, when more memory is taken than
100 MiB (or what the case says; not under ASan), when anything outside of the data root is touched,
or when a message has no level or moves the cursor.
All cases run, in an order by the seed; --seconds is for the uniformity of the suites.
"""
import concurrent.futures
import os
import random
import sys
import threading

import real_tools
import hostile_arguments
import hostile_batch_cases
import hostile_bombs
import hostile_content_cases
import hostile_envelopes
import hostile_events
import hostile_file_cases
import hostile_limits
import hostile_means
import hostile_permissions
import hostile_streams
from hostile_case import Judge
from hostile_sandbox import Sandbox

TABLES = (hostile_events, hostile_envelopes, hostile_arguments, hostile_file_cases,
          hostile_content_cases, hostile_batch_cases, hostile_bombs, hostile_streams, hostile_limits,
          hostile_permissions)
CASES = [case for table in TABLES for case in table.CASES]
PATIENCE_WITH_SANITIZERS = 6


def runnable(cases, missing, report):
    for case in cases:
        if case.needs in missing:
            print(f"hostile: SKIPPED {case.name}: {missing[case.needs]}", file=sys.stderr)
            report.count("skipped")
        else:
            yield case


def run(cases, judges, report, lock):
    """Each judge takes the next case when it is done with one."""
    def work(judge):
        while not report.has_enough():
            with lock:
                case = next(cases, None)
            if case is None:
                return
            judge.judge(case)

    with concurrent.futures.ThreadPoolExecutor(len(judges)) as pool:
        for future in [pool.submit(work, judge) for judge in judges]:
            future.result()


def judge_all(cases, options, report):
    lock = threading.Lock()
    with real_tools.Scratch("hostile", hostile_means.has_room_in_memory()) as path, \
            real_tools.Scratch("hostile-tools") as tools_path:
        for directory in (path, tools_path):
            os.chmod(directory, 0o755)
        tools = hostile_means.public_tools(options, tools_path)
        is_sanitized = hostile_means.is_sanitized(tools)
        missing = hostile_means.missing_means(path, is_sanitized)
        judges = [Judge(report, lock, Sandbox(path / f"box{number}", tools,
                                              PATIENCE_WITH_SANITIZERS if is_sanitized else 1),
                        is_sanitized) for number in range(os.cpu_count() or 1)]
        run(runnable(cases, missing, report), judges, report, lock)


def main():
    def more(parser):
        parser.add_argument("--replay", default="", help="only the cases whose names have this")
        parser.add_argument("--list", action="store_true", help="print the names of the cases")

    options = real_tools.parse_options(__doc__, 30, more)
    cases = [case for case in CASES if options.replay in case.name]
    if options.list:
        print("\n".join(case.name for case in cases))
        return
    if not cases:
        sys.exit(f"hostile: no case is called '{options.replay}'")
    random.Random(options.seed).shuffle(cases)
    report = real_tools.Report("hostile", options)
    for figure in ("cases", "as expected", "crashes"):
        report.count(figure, 0)
    judge_all(cases, options, report)
    report.end()


main()
