#!/usr/bin/env python3
"""estream-window against engines that have nothing in common with it, over random events.

    windows.py TOOLS_DIR [--seconds N] [--seed N] [--only KIND] [--round KIND:SEED] [--json]

Beam's trigger transcripts are played first. Then each round has random histories of events, one operator
and one choice of its options. SQLite says what the lines have to be (tables.py), or a model in Python
that goes by the definition (models.py, aggregates.py); or two runs that must not differ are compared
(properties.py). tests/kafka/window_oracle.py compares with Kafka Streams.
"""
import os
import random
import sys
import time

sys.dont_write_bytecode = True
import window_tool  # noqa: E402, after the line that keeps the source tree clean
import beam  # noqa: E402
import inputs  # noqa: E402
import properties  # noqa: E402
import real_tools  # noqa: E402
import rounds  # noqa: E402
import tables  # noqa: E402

KINDS = {kind.__name__: kind for kind in (*rounds.KINDS, *inputs.KINDS, *tables.KINDS, *properties.KINDS)}


def play(kind, seed, tool, report):
    game = KINDS[kind](seed)
    report.count("rounds")
    report.count(f"rounds: {kind}")
    report.count("events", len(game.events))
    complaint = game.play(tool)
    if complaint:
        report.fail(f"{kind}: {' '.join(game.arguments())}: {complaint}"[:1500],
                    f"tests/window_oracle/windows.py {report.options.tools} --round {kind}:{seed}")


def main():
    def more(parser):
        parser.add_argument("--only", choices=KINDS, help="rounds of this kind")
        parser.add_argument("--round", help="one round, as a failure names it")

    options = real_tools.parse_options(__doc__, 20, more)
    report = real_tools.Report("windows", options)
    with real_tools.Scratch("windows", in_memory=True) as scratch:
        os.chdir(scratch)
        tool = window_tool.WindowTool(options.tools, scratch)
        if options.round:
            kind, _, seed = options.round.partition(":")
            play(kind, int(seed), tool, report)
            report.end()
        beam.run(tool, report)
        kinds = [options.only] if options.only else list(KINDS)
        seeds = random.Random(options.seed)
        while time.monotonic() < options.deadline:
            for kind in kinds:
                if not report.has_enough():
                    play(kind, seeds.randrange(1 << 31), tool, report)
            if report.has_enough():
                break
    report.end()


main()
