"""Whether the checker of ownership.py can fail: a good file of lines that is spoilt in one place each."""
from ownership_checker import Checker

COUNTS = [9, 6]
# Both partitions; event 3 to 5 of the first one came twice, because its first owner was killed.
GOOD = ["begin in/0 0 2 10 100 1", "begin in/1 0 5 11 110 1", "end in/0 0 2 10 120 1",
        "begin in/0 3 5 12 130 1", "end in/1 0 5 11 140 1", "begin in/0 3 5 13 150 2",
        "end in/0 3 5 13 160 2", "calm -", "begin in/0 6 8 14 170 3", "end in/0 6 8 14 180 3"]


def judge(lines, has_exact_claims=True):
    found = set()
    Checker("in", COUNTS, has_exact_claims, lambda category, _: found.add(category)).check(lines)
    return found


def without(at):
    return GOOD[:at] + GOOD[at + 1:]


def replaced(at, *lines):
    return [*GOOD[:at], *lines, *GOOD[at + 1:]]


def run(report):
    """Each mistake has to be found as what it is, and nothing where there is none."""
    find = report.judge_planted
    find("nothing", None, judge(GOOD))
    late_end = [*GOOD[:3], *GOOD[3:6], "end in/0 3 5 12 155 1", *GOOD[6:]]
    find("one ends after the next has begun", "two at work", judge(late_end))
    find("one begins before the other ends", "two at work",
         judge(["begin in/0 0 2 9 90 1", *GOOD[:2], "end in/0 0 2 9 115 1", *GOOD[2:]]))
    find("by the clock, one began earlier", "two at work",
         judge(replaced(8, "begin in/0 6 8 14 155 3")))
    find("a command did not get its lock", "two at work",
         judge([*GOOD, "wrong in/0 process 15 began while another one was at work"]))
    find("a command got half a batch", "wrong batches",
         judge([*GOOD, "wrong in/0 a batch of 3 to 5 is called [3, 4, 2]"]))
    find("the first batch is missing", "lost", judge(GOOD[1:2] + GOOD[3:]))
    find("the last batch is missing", "lost", judge(GOOD[:8]))
    find("the last batch was not finished", "lost", judge(GOOD[:9]))
    find("a partition that nobody read", "lost", judge([line for line in GOOD if "in/1" not in line]))
    find("a batch that was not finished, and the next one", "lost",
         judge([line for line in GOOD if " 13 " not in line]))
    find("a batch in between is missing", "out of order", judge(GOOD[:3] + GOOD[4:5] + GOOD[7:]))
    find("a step back", "out of order",
         judge([*GOOD[:8], "begin in/0 0 2 15 165 3", "end in/0 0 2 15 166 3", *GOOD[8:]]))
    find("a batch that comes again with other bounds", "wrong batches",
         judge(replaced(3, "begin in/0 3 4 12 130 1")))
    find("the same, where members were asked to end", None,
         judge(replaced(3, "begin in/0 3 4 12 130 1"), has_exact_claims=False))
    find("a generation that falls", "wrong batches", judge(replaced(8, "begin in/0 6 8 14 170 1")))
    find("an end without a beginning", "wrong batches", judge(without(1)))
