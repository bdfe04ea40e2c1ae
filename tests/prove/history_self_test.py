"""Whether the checker of history.py can fail: good histories that are spoilt in one place each."""
import copy
import pathlib
import random

import history_checker
import real_tools
from history_checker import Checker, History
from history_events import TOPICS, Attempts, Planner
from history_sightings import Session, Sightings

LIMITS = {"bytes": 0, "events": 0, "state": 0, "aged": 0, "wild times": False}


class Model:
    """A history as it should be: logs, as the readers print them, that grew run by run."""

    def __init__(self, seed, directory):
        self.attempts = Attempts()
        self.random = random.Random(f"{seed} model")
        self.logs = {topic: [[] for _ in range(count)] for topic, count in TOPICS.items()}
        planners = [Planner(number, seed, directory, LIMITS) for number in range(3)]
        self.categories = []
        while self.is_poor():
            self.append(self.random.choice(planners).plan(self.attempts, may_be_large=False))

    def is_poor(self):
        """Whether something is missing that can be spoilt."""
        is_partial = any(0 < len(run.acknowledged) < run.count and run.topic == "events"
                         for run in self.attempts.runs)
        return not is_partial or len(acknowledged(self, "events")) < 4 or \
            any(len(log) < 99 for logs in self.logs.values() for log in logs) or \
            None in deleted_keys(self)

    def append(self, run):
        """All of it under a name, a part without one; acknowledged is what is stored. Nothing of
        `state` is left over: there it could be a tombstone that was stored and not acknowledged."""
        run.is_complete = bool(run.name)
        is_whole = run.name or run.topic == "state"
        stored = run.count if is_whole else self.random.randrange(run.count + 1)
        lines = pathlib.Path(run.path).read_bytes().split(b"\n")
        for number in range(run.first, run.first + stored):
            attempt = self.attempts.events[run.producer, number]
            partition = int(attempt.key[1:]) % TOPICS[run.topic]
            log = self.logs[run.topic][partition]
            headers, value = b"", lines[number - run.first]
            if run.topic == "state":
                headers = b"id=%d-%d" % (run.producer, number)
                value = b"" if attempt.is_tombstone else value[value.index(b'],"value":') + 10:-1]
            run.acknowledged[number] = (partition, len(log))
            log.append(b"%d %d %s %s %s\n" % (partition, len(log), attempt.key, headers, value))

    def final(self):
        """Of `state`, the last of each key; of `aged`, the newer half."""
        final = copy.deepcopy(self.logs)
        last = {line.split(b" ")[2]: line for line in self.logs["state"][0]}
        final["state"][0] = [line for line in self.logs["state"][0] if line in last.values()]
        del final["aged"][0][:len(final["aged"][0]) // 2]
        return final

    def problem(self, category, _):
        self.categories.append(category)

    def judge(self, final, shown, **more):
        """The categories of what is found wrong. `shown`: topic, lines, begin, whether it is whole."""
        self.categories = []
        sightings = Sightings(self.attempts, self.problem)
        sessions = [Session("a session", begin, sightings.take(topic, b"".join(lines), "a session"),
                            is_whole) for topic, lines, begin, is_whole in shown]
        texts = {topic: [b"".join(lines) for lines in logs] for topic, logs in final.items()}
        Checker(History(self.attempts, sightings, texts, sessions, more.get("passes", {}),
                        more.get("branches", [])), self.problem).run()
        return set(self.categories)


def moved(line, by):
    partition, offset, rest = line.split(b" ", 2)
    return b"%s %d %s" % (partition, int(offset) + by, rest)


def renumbered(lines):
    return [b" ".join((line.split(b" ", 2)[0], b"%d" % offset, line.split(b" ", 2)[2]))
            for offset, line in enumerate(lines)]


def flipped(line):
    """A digit of the value is another one; the record can still be told."""
    at = line.rindex(b'"pad":"') + 7
    return line[:at] + (b"00" if line[at:at + 2] != b"00" else b"11") + line[at + 2:]


def acknowledged(model, topic, is_named=True):
    return [run for run in model.attempts.runs if run.topic == topic and run.acknowledged and
            bool(run.name) == is_named]


def spoilt_logs(model):
    """(what, category, what the last reader prints)"""
    def plant(what, category, topic, change):
        final = model.final()
        final[topic][0] = change(final[topic][0])
        return what, category, final

    keys = model.final()["state"][0]
    living = next(line for line in keys if not line.endswith(b" \n"))
    return [
        plant("a record is missing", "lost", "events", lambda log: log[:50] + log[51:]),
        plant("a record is missing, and the others move up", "lost", "events",
              lambda log: renumbered(log[:50] + log[51:])),
        plant("the end is missing", "lost", "events", lambda log: log[:-1]),
        plant("the beginning is missing", "lost", "events", lambda log: log[1:]),
        plant("all is missing", "lost", "events", lambda log: []),
        plant("a record is stored twice", "twice", "events",
              lambda log: log + [moved(log[7], len(log) - 7)]),
        plant("a record is printed twice", "twice", "events", lambda log: log[:8] + log[7:]),
        plant("two records change places", "out of order", "events",
              lambda log: renumbered(log[:7] + [log[8], log[7]] + log[9:])),
        plant("two lines are printed the wrong way round", "out of order", "events",
              lambda log: log[:7] + [log[8], log[7]] + log[9:]),
        plant("a value is another one", "torn reads", "events",
              lambda log: log[:7] + [flipped(log[7])] + log[8:]),
        plant("a line is torn", "torn reads", "events",
              lambda log: log[:7] + [log[7][:20] + b"\n"] + log[8:]),
        plant("the last line is torn", "torn reads", "events", lambda log: log[:-1] + [log[-1][:-9]]),
        plant("a record of another topic", "torn reads", "events",
              lambda log: log + [moved(model.logs["aged"][0][0], len(log))]),
        plant("a hole", "lost", "aged", lambda log: log[:5] + log[6:]),
        plant("more than the oldest is deleted", "lost", "aged", lambda log: log[:-1]),
        plant("a key is missing", "lost", "state",
              lambda log: [line for line in log if line != living]),
        plant("an older record of a key is the last", "lost", "state",
              lambda log: [line for line in model.logs["state"][0]
                           if line == living or line not in log]),
    ]


def spoilt_readers(model):
    """(what, category, session)"""
    log = model.logs["events"][0]
    begin = [0, 0]
    kept = model.final()["state"][0][-2]
    return [
        ("a gap", "lost", ("events", log[:5] + log[6:9], begin, True)),
        ("a beginning too late", "lost", ("events", log[1:9], begin, True)),
        ("a repetition", "twice", ("events", log[:5] + log[4:9], begin, True)),
        ("a beginning too early", "twice", ("events", log[4:9], [5, 0], True)),
        ("a step back", "out of order", ("events", log[:5] + log[3:9], begin, True)),
        ("an offset of the future", "lost", ("events", log + [moved(log[3], len(log) - 3)], begin,
                                             True)),
        ("a torn line of one that was not killed", "torn reads",
         ("events", log[:5] + [log[5][:-3]], begin, True)),
        ("a torn line that is not the next", "torn reads",
         ("events", log[:5] + [log[6][:-3]], begin, False)),
        ("another value than there is in the end", "torn reads",
         ("events", log[:5] + [flipped(log[5])], begin, True)),
        ("a key that is there in the end was left out", "lost",
         ("state", [line for line in model.logs["state"][0] if line != kept], [0], True)),
        ("a gap without a word", "lost", ("aged", model.logs["aged"][0][:2] +
                                          model.logs["aged"][0][4:6], [0], True)),
    ]


def try_logs(model, find):
    for what, category, final in spoilt_logs(model):
        find(f"the log: {what}", category, model.judge(final, []))


def try_readers(model, find):
    for what, category, session in spoilt_readers(model):
        find(f"a reader: {what}", category, model.judge(model.final(), [session]))
    log = b"".join(model.logs["events"][0])
    find("a pass saw more", "lost", model.judge(model.final(), [], passes={0: log + b"0 "}))
    find("a pass saw else", "changed", model.judge(model.final(), [], passes={0: b"1" + log[1:]}))
    find("a branch is else", "changed", model.judge(model.final(), [], branches=[(0, 99, 12345)]))


def try_acknowledgements(model, find):
    """Each is forged, judged, and put right again."""
    run = acknowledged(model, "events")[3]
    partial = next(run for run in acknowledged(model, "events", is_named=False)
                   if len(run.acknowledged) < run.count)
    first = next(iter(run.acknowledged))
    partition, offset = run.acknowledged[first]
    forgeries = [
        ("for an event that is not there", "lost", partial, partial.first + partial.count - 1,
         (0, 10**6)),
        ("for a place beyond the end", "lost", run, first, (partition, 10**6)),
        ("for another event's place", "changed", run, first, (partition, offset + 1)),
        ("for a second place", "twice", run, first, (partition, offset + 1)),
        ("without a place", "lost", run, first, None),
        ("not given at exit 0", "lost", run, first, "none at all")]
    for what, category, forged, number, place in forgeries:
        before = dict(forged.acknowledged)
        forged.acknowledged[number] = place
        if place == "none at all":
            del forged.acknowledged[number]
        find(f"an acknowledgement {what}", category, model.judge(model.final(), []))
        forged.acknowledged = before
    state = acknowledged(model, "state")[0]
    before = dict(state.acknowledged)
    number = max(state.acknowledged)
    state.acknowledged[number] = (0, 10**6)
    find("a newer record of a key was acknowledged", "lost", model.judge(model.final(), []))
    state.acknowledged = before


def deleted_keys(model):
    """The offset of a tombstone that is the last record of its key, after a value; and of one that has
    a value after it, as the producer has another event. Nothing for what the model has not."""
    log = model.logs["state"][0]
    rows = {}
    for offset, line in enumerate(log):
        rows.setdefault(line.split(b" ")[2], []).append((offset, line.endswith(b" \n")))
    pairs = [row[-2:] for row in rows.values() if len(row) > 1]
    places = {place[1]: (run, number) for run in model.attempts.runs if run.topic == "state"
              for number, place in run.acknowledged.items()}
    last = next((end for (_, before), (end, is_tombstone) in pairs if is_tombstone and not before), None)
    older = next((at for (at, is_tombstone), (_, after) in pairs if is_tombstone and not after and
                  places[at][1] + 1 in places[at][0].acknowledged), None)
    return last, older


def try_hidden_tombstones(model, find):
    """One whose place nobody knows may have deleted its key; not what was appended after it."""
    for offset, what, category in zip(deleted_keys(model), ("the last", "an older"), (None, "lost")):
        run, number = next((run, number) for run in model.attempts.runs if run.topic == "state"
                           for number, place in run.acknowledged.items() if place == (0, offset))
        run.acknowledged[number] = None
        key = model.attempts.events[run.producer, number].key
        final = model.final()
        final["state"][0] = [line for line in final["state"][0] if line.split(b" ")[2] != key]
        find(f"{what} record of a key is a tombstone that nobody saw, and all is gone", category,
             model.judge(final, []))
        run.acknowledged[number] = (0, offset)


def try_small_checks(model, find):
    def seen(check, *arguments):
        model.categories = []
        check(model.problem, *arguments)
        return set(model.categories)

    lines = model.logs["events"][0][:9]
    text, shorter = b"".join(lines), b"".join(lines[:5])
    find("a cursor behind", None, seen(history_checker.check_cursor, "a cursor", [3, 4], [3, 5]))
    find("a cursor ahead", "cursors ahead",
         seen(history_checker.check_cursor, "a cursor", [3, 6], [3, 5]))
    find("a longer pass", None, seen(history_checker.check_passes, 0, shorter, text, True))
    find("a pass that was killed", None, seen(history_checker.check_passes, 0, text, shorter, False))
    find("a shorter pass", "lost", seen(history_checker.check_passes, 0, text, shorter, True))
    find("another pass", "changed",
         seen(history_checker.check_passes, 0, text, b"".join(lines[:3] + lines[4:]), True))
    find("far enough", None, seen(history_checker.check_reach, "a pass", 0, text, 9))
    find("not far enough", "lost", seen(history_checker.check_reach, "a pass", 0, text, 10))


def run(report):
    """Each mistake has to be found as what it is, and nothing where there is none."""
    find = report.judge_planted
    with real_tools.Scratch("history-self-test") as directory:
        model = Model(report.options.seed, directory)
        whole = [(topic, logs[0], [0] * TOPICS[topic], True) for topic, logs in model.logs.items()]
        log = model.logs["events"][0]
        killed = ("events", log[4:8] + [log[8][:-5]], [4, 0], False)
        find("nothing", None, model.judge(model.final(), [*whole, killed],
                                          passes={0: b"".join(log)}))
        try_logs(model, find)
        try_readers(model, find)
        try_acknowledgements(model, find)
        try_hidden_tombstones(model, find)
        try_small_checks(model, find)
