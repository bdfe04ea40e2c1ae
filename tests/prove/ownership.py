#!/usr/bin/env python3
"""Whether two commands are ever at work on one partition of a group, while members join, leave and die.

    ownership.py TOOLS_DIR [--seconds N] [--seed N] [--round K] [--keep] [--self-test] [--json]

A round is some seconds in a fresh data root, and a calm at its end. Members of a group over 8
partitions join, leave, are killed, stopped and asked to end at random. Their commands say in a file when
they begin and end a batch, and hold a lock of their own meanwhile. Some ignore SIGTERM and so outlive
their member, some leave the work to a child that goes on, some leave a daemon behind, and with --keep
they work on many batches. Of four rounds two are on small disks that fill and empty. In the end a last
member finishes all. What is checked:

  - the times of work on one partition never overlap, by the order of the lines, by the clock and by
    the commands' own lock;
  - each event came at least once, in the order of its partition, and the next batch only after the one
    before it was finished; a command always gets its batch as a whole;
  - where members are only killed, a batch comes again with the same boundaries; generations never fall;
  - `estream-inspect verify` finds nothing, also meanwhile; no tool crashes, hangs, or ends with a status
    that nothing explains; no file of a dead member is left.

A round is repeated by its seed and number; the moments of the kills are chance all the same.
"""
import ownership_self_test
import real_tools
from ownership_round import FIGURES, OwnershipRound
from real_rounds import Campaign


def main():
    options = real_tools.parse_options(__doc__, 20, Campaign.add_options)
    campaign = Campaign("ownership", __file__, lambda *where: OwnershipRound(*where).play(), FIGURES)
    campaign.run(options, ownership_self_test.run).end()


main()
