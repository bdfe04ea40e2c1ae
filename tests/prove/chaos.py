#!/usr/bin/env python3
"""Five of the tools at once, killed, stopped, on full disks and with system calls that fail; then the bytes
of the log are compared with what everybody was told, by a reader that is not the product's.

    chaos.py TOOLS_DIR [--seconds N] [--seed N] [--round K] [--keep] [--self-test] [--json]

A round is some seconds in a fresh data root, and a calm at its end. Four topics: in `events` nothing is
deleted, `secret` has keys that are erased, `state` is compacted by key, and of `aged` the oldest are
deleted. Some of the processes run under strace, which makes their n-th call of a kind fail, come late,
or be the last. Of four rounds two are on small disks that fill and empty. What is checked:

  - what was acknowledged is in the files, once, at its place, as it was given, in the order of its
    producer; what was not, at most once; under --producer NAME each event once when a run ended well;
  - who reads sees each event once, in order, as it is in the files; a cursor file is never ahead of
    what was printed, also while the reader runs;
  - an erased key is in no byte of any file, but where the erasure said that it still is; after an erasure
    of all topics nowhere;
  - the last record of each key stays, and no other when all is sealed; retention takes nothing that its
    limit protects; a span of time shows what is in it, also after indexes were removed;
  - branches and copies hold a beginning of their source, each event once; settings stay;
  - no tool crashes, hangs, or ends with a status that nothing explains, verify finds all sound, and
    nothing of dead processes is left after the next maintenance.

A round is repeated by its seed and number; the moments of the kills are chance all the same.
"""
import sys

import chaos_self_test
import real_tools
import system_calls_tracer
from chaos_round import FIGURES, ChaosRound
from real_rounds import Campaign


def has_faults():
    reason = system_calls_tracer.why_not()
    if reason:
        print(f"chaos: SKIPPED the failing system calls: {reason}", file=sys.stderr)
    return not reason


def main():
    options = real_tools.parse_options(__doc__, 20, Campaign.add_options)
    options.has_faults = has_faults()
    campaign = Campaign("chaos", __file__, lambda *where: ChaosRound(*where).play(), FIGURES)
    campaign.run(options, chaos_self_test.run).end()


main()
