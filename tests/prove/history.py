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
import history_self_test
import real_tools
from history_round import FIGURES, Round
from real_rounds import Campaign

KILLS_WITHOUT_TORN_TAIL_MAX = 2000


def main():
    options = real_tools.parse_options(__doc__, 20, Campaign.add_options)
    campaign = Campaign("history", __file__, lambda *where: Round(*where).play(), FIGURES)
    report = campaign.run(options, history_self_test.run)
    if report.figures.get("kills", 0) > KILLS_WITHOUT_TORN_TAIL_MAX and \
            not report.figures["torn tails"]:
        report.fail("so many kills and no torn tail: they do not hit the appends any more")
    report.end()


main()
