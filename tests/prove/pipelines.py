#!/usr/bin/env python3
"""A group that writes into a topic exactly once, while its members, its commands and others are killed.

    pipelines.py TOOLS_DIR [--seconds N] [--kills N] [--seed N] [--round K] [--keep] [--self-test] [--json]

A round is some seconds in a fresh data root, and a calm at its end. The members of a group run
`estream-consume -g --into OUT -- CMD` over a source of 4 partitions; OUT has 3. CMD drops some events,
makes several of others, and stamps all that one run prints. How the members run it is chosen anew
each time: with --keep, --jobs, -n, without -f, and in some rounds without CMD. In others CMD fails at some events, and
what it cannot take becomes a dead letter. Members, commands, both
together, a foreign producer that writes into OUT too, and compactions of OUT are killed at random
moments, and while output is decided and not stored; members are stopped and asked to end. Of four
rounds two are on small disks that fill and empty. In the end a last member finishes all. What is checked,
by a reader that is not the product's:

  - OUT has, beside the foreign events, what the command makes of each event of the source, once: no
    more, no less; an event of which it has nothing is a dead letter, once;
  - all that was made of one batch is of one run, and in each partition of OUT the events of a source
    partition are in order;
  - each foreign event that was acknowledged is at its place, and no foreign event is there twice;
  - `estream-inspect verify` finds nothing, also meanwhile; no tool crashes, hangs, or ends with a status
    that nothing explains; no file of a dead member is left.

With --kills N it goes on until so many were killed, but not beyond --seconds. A round is repeated by its
seed and number; the moments of the kills are chance all the same.
"""
import time

import pipelines_self_test
import real_tools
from pipelines_round import FIGURES, KILLS, PipelinesRound
from real_rounds import Campaign


def add_options(parser):
    Campaign.add_options(parser)
    parser.add_argument("--kills", type=int, help="end when so many were killed")


def kills_of(figures):
    return sum(figures.get(kind, 0) for kind in KILLS)


def main():
    options = real_tools.parse_options(__doc__, 20, add_options)
    begin = time.monotonic()
    campaign = Campaign("pipelines", __file__, lambda *where: PipelinesRound(*where).play(), FIGURES)
    campaign.is_enough = lambda figures: options.kills and kills_of(figures) >= options.kills
    report = campaign.run(options, pipelines_self_test.run)
    if not options.self_test:
        report.figures["kills"] = kills_of(report.figures)
        report.count("seconds", round(time.monotonic() - begin))
    report.end()


main()
