"""What must be in the topics, and on standard output, after the runs of a trial.

Each kind of scenario has its rule. It gets a clean run to compare with, a list of all Runs so far,
and what a reader finds now, and answers complaints: pairs of a figure and a text.
"""
import json
import re

LOST = "lost acknowledged"
TWICE = "twice"
WRONG = "wrong content"
SILENT = "silent successes"

COUNT_ACKNOWLEDGED = re.compile(rb"acknowledged (\d+) event")


def begins_with(whole, part):
    return whole[:len(part)] == part


def is_made_of(events, attempts):
    """Whether these are beginnings of what each run attempted, one behind the other; an attempt is
    a pair of the events and whether all of them must be there."""
    if not attempts:
        return not events
    (first, is_whole), rest = attempts[0], attempts[1:]
    lengths = [len(first)] if is_whole else range(min(len(first), len(events)), -1, -1)
    return any(begins_with(events, first[:length]) and is_made_of(events[length:], rest)
               for length in lengths)


def as_events(records):
    return [(key, value) for _, key, value in records]


def compare_appended(case, runs, found, topic, is_once):
    """Behind what was there: of each run a beginning of what it attempted, and after a run that is
    done all of it. With a producer's name, all runs together attempt it once."""
    complaints = []
    for place in [place for place in case.after if place[0] == topic]:
        before, now = case.before.get(place, []), found.get(place, [])
        if not begins_with(now, before):
            complaints.append((LOST, f"{place}: what was there before is not: {now}"))
            continue
        every = as_events(case.after[place][len(before):])
        own = [event for event in every if case.is_own(event[1])]
        done = [run.is_done() for run in runs]
        attempts = ([(every, any(done))] if is_once else
                    [(own if number else every, is_whole) for number, is_whole in enumerate(done)])
        new = as_events(now[len(before):])
        if [offset for offset, _, _ in now] != list(range(len(now))):
            complaints.append((WRONG, f"{place}: offsets are not in a row: {now}"))
        elif not is_made_of(new, attempts):
            complaints.append((name_of_difference(new, every, runs, is_once), f"{place}: {new}"))
    return complaints


def name_of_difference(new, every, runs, is_once):
    most = 1 if is_once else len(runs)
    if any(new.count(event) > most for event in every):
        return TWICE
    if runs[-1].is_done() and any(event not in new for event in every):
        return SILENT
    return WRONG


def receipts_of(run):
    """The receipts that were printed whole."""
    lines = run.out.split(b"\n")[:-1]
    return [json.loads(line) for line in lines]


def judge_appended(case, runs, found, is_once=False):
    complaints = compare_appended(case, runs, found, "t", is_once)
    for run in runs:
        receipts = receipts_of(run)
        for receipt in receipts:
            value = case.lines[receipt["input_line"] - 1]
            records = found.get((receipt["topic"], receipt["partition"]), [])
            at = [record for record in records if record[0] == receipt["offset"]]
            if len(at) != 1 or at[0][2] != value:
                complaints.append((LOST, f"{receipt} was acknowledged, and there is {at}"))
        counted = COUNT_ACKNOWLEDGED.search(run.err)
        for value in case.lines[:int(counted[1]) if counted else 0]:
            if all(value != record[2] for records in found.values() for record in records):
                complaints.append((LOST, f"{value} was counted as acknowledged, and is not there"))
        if run.is_done() and len(receipts) != len(case.lines):
            complaints.append((SILENT, f"done with {len(receipts)} receipts"))
    return complaints


def judge_appended_once(case, runs, found):
    return judge_appended(case, runs, found, is_once=True)


def judge_copied(case, runs, found, is_once=False):
    return (compare_appended(case, runs, found, "copy", is_once) +
            judge_untouched(case, runs, found, besides="copy"))


def judge_copied_once(case, runs, found):
    return judge_copied(case, runs, found, is_once=True)


def judge_untouched(case, _, found, besides=None):
    before, now = ({place: records for place, records in content.items() if place[0] != besides}
                   for content in (case.before, found))
    return [] if now == before else [(LOST, f"the topic was changed: {now}")]


def judge_read(case, runs, _):
    """Each run goes on where the one before got to, or earlier; nothing of the topic changes."""
    covered, complaints = 0, []
    for run in runs:
        start = case.out.find(run.out)
        if start < 0:
            complaints.append((WRONG, f"printed {run.out}"))
        elif run.out and start > covered:
            complaints.append((LOST, f"{case.out[covered:start]} is skipped"))
        else:
            covered = max(covered, start + len(run.out))
    if runs[-1].is_done() and covered < len(case.out):
        complaints.append((SILENT, f"done, and {case.out[covered:]} was not printed"))
    return complaints


def judge_look(case, runs, _):
    """A report: right when it says that it is, and else not judged but by its status."""
    if runs[-1].is_done() and runs[-1].out != case.out:
        return [(SILENT, f"done, and printed {runs[-1].out}")]
    return []


def judge_printed(case, runs, _):
    """Each run begins anew, and prints a beginning of what there is."""
    complaints = [(WRONG, f"printed {run.out}") for run in runs
                  if not begins_with(case.out, run.out)]
    if runs[-1].is_done() and runs[-1].out != case.out:
        complaints.append((SILENT, f"done, and printed {runs[-1].out}"))
    return complaints


def judge_rewritten(case, runs, found):
    """Each record is there that is to stay, and perhaps some that are to go."""
    complaints = []
    for place, before in case.before.items():
        now, after = found.get(place, []), case.after[place]
        missing = [record for record in after if record not in now]
        if missing:
            complaints.append((LOST, f"{place}: {missing}"))
        elif now != [record for record in before if record in now]:
            complaints.append((WRONG, f"{place}: {now}"))
        elif runs[-1].is_done() and now != after:
            complaints.append((SILENT, f"{place}: done, and there is {now}"))
    return complaints


def judge_set(case, runs, found):
    complaints = judge_untouched(case, runs, found)
    name = "log/t/topic.json"
    now = case.read(name)
    if now not in (case.files[name], case.files_after[name]):
        complaints.append((WRONG, f"{name} is {now}"))
    elif runs[-1].is_done() and now != case.files_after[name]:
        complaints.append((SILENT, f"done, and {name} is as it was"))
    return complaints


def judge_branched(case, runs, found):
    """The branch is not there at all, or it is whole."""
    twig = {place: records for place, records in found.items() if place[0] == "twig"}
    rest = {place: records for place, records in found.items() if place[0] != "twig"}
    complaints = judge_untouched(case, runs, rest)
    wanted = {place: records for place, records in case.after.items() if place[0] == "twig"}
    if not twig and not case.exists("twig"):
        return complaints + ([(SILENT, "done, and no branch")] if runs[-1].is_done() else [])
    if twig != wanted:
        complaints.append((WRONG, f"the branch has {twig}"))
    return complaints + [(WRONG, f"{log} is shared and written to")
                         for log in case.active_logs() if log.stat().st_nlink > 1]


RULES = {"append": judge_appended, "once": judge_appended_once, "copy": judge_copied,
         "copy-once": judge_copied_once,
         "read": judge_read, "print": judge_printed, "look": judge_look,
         "rewrite": judge_rewritten, "set": judge_set, "branch": judge_branched}
