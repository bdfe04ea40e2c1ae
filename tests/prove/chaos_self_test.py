"""Whether the checks of chaos.py can fail: good histories that are spoilt in one place each."""
import dataclasses
import signal
import types

import chaos_erasure
import real_tools
from chaos_actors import skipped_by_cursor
from chaos_batches import ZSTD, Record, write_batch
from chaos_branches import Brancher
from chaos_faults import Fault
from chaos_keepers import Removal, Retention
from chaos_ledger import Ledger, Persons
from chaos_model import NOW_MS, SETTINGS, Model, Stage, write_partition
from chaos_stage import ChaosStage


def replaced(log, at, **changes):
    return log[:at] + [dataclasses.replace(log[at], **changes)] + log[at + 1:]


def renumbered(log):
    return [dataclasses.replace(record, offset=offset) for offset, record in enumerate(log)]


def swapped(log, at):
    return renumbered(log[:at] + [log[at + 1], log[at]] + log[at + 2:])


def neighbours_of_a_producer(log):
    """Where two events of one producer follow each other."""
    return next(at for at, pair in enumerate(zip(log, log[1:]))
                if pair[0].value[:9] == pair[1].value[:9] and pair[0].value.split(b"-")[0] ==
                pair[1].value.split(b"-")[0])


def try_logs(model, find):
    def plant(what, category, topic, change, ends=None):
        final = model.final()
        final[topic][0] = change(final[topic][0])
        find(f"the log: {what}", category, model.judge(final, ends=ends))

    events = model.logs["events"][0]
    shorter = {**model.ends, "events": [len(events) - 1, *model.ends["events"][1:]]}
    at = neighbours_of_a_producer(events)
    other = next(record for record in model.logs["events"][1])
    person = next(record for record in model.secret[0])
    kept = next(record for record in model.state if record.value is not None)
    tombstone = next(record for record in model.state if record.value is None)
    plant("a record is missing", "lost", "events", lambda log: log[:50] + log[51:])
    plant("a record is missing, and the others move up", "twice", "events",
          lambda log: renumbered(log[:50] + log[51:]), shorter)
    plant("the end is missing", "lost", "events", lambda log: log[:-1], shorter)
    plant("the beginning is missing", "lost", "events", lambda log: log[10:])
    plant("all is missing", "lost", "events", lambda log: [])
    plant("a record is stored twice", "twice", "events",
          lambda log: log + [dataclasses.replace(log[7], offset=len(log))])
    plant("two records change places", "out of order", "events", lambda log: swapped(log, at))
    plant("a value is another one", "torn reads", "events",
          lambda log: replaced(log, 7, value=log[7].value[:-3] + b"~~}"))
    plant("a key is another one", "torn reads", "events", lambda log: replaced(log, 7, key=b"k99"))
    plant("a time is another one", "changed", "events", lambda log: replaced(log, 7, timestamp=5))
    plant("a record of another partition", "changed", "events",
          lambda log: log + [dataclasses.replace(other, offset=len(log))])
    plant("a record of another topic", "torn reads", "aged",
          lambda log: log + [dataclasses.replace(events[3], offset=log[-1].offset + 1)])
    plant("an event of a person who stays", "lost", "secret",
          lambda log: [record for record in log if record is not person])
    plant("a hole", "lost", "aged", lambda log: log[:5] + log[6:])
    plant("the last of a key", "lost", "state", lambda log: [record for record in log if record != kept])
    plant("a tombstone in its time", "lost", "state",
          lambda log: [record for record in log if record != tombstone])
    plant("a tombstone becomes an empty value", "changed", "state",
          lambda log: [dataclasses.replace(record, value=b"") if record == tombstone else record
                       for record in log])
    plant("more than the last of a key", "silent successes", "state",
          lambda log: sorted({record.offset: record for record in
                              log + model.logs["state"][0][:60]}.values(),
                             key=lambda record: record.offset))


def try_bytes(model, find):
    def spoil(what, category, change, topic="events"):
        def on_disk(root):
            change(root / topic / "0")
        find(f"the bytes: {what}", category, model.judge(model.final(), on_disk))

    def flip(path, at):
        log = sorted(path.glob("*.log"))[0]
        data = bytearray(log.read_bytes())
        data[at] ^= 1
        log.write_bytes(data)

    def drop_segment(path, at):
        sorted(path.glob("*.log"))[at].unlink()

    def cut(path):
        log = sorted(path.glob("*.log"))[-1]
        log.write_bytes(log.read_bytes()[:-7])

    def extend(path):
        log = sorted(path.glob("*.log"))[-1]
        log.write_bytes(log.read_bytes() + b"beyond the published end")

    spoil("a flipped bit of a value", "damage", lambda path: flip(path, 200))
    spoil("a flipped bit of a base offset", "damage", lambda path: flip(path, 7))
    spoil("a missing segment", "damage", lambda path: drop_segment(path, 1))
    spoil("a cut end", "damage", cut)
    spoil("no commit file", "damage", lambda path: (path / "commit").unlink())
    spoil("what is not published", None, extend)


def try_acknowledgements(model, find):
    """Each is forged, judged, and put right again."""
    whole = next(run for run in model.attempts.runs if run.topic == "events" and run.name)
    partial = next(run for run in model.attempts.runs
                   if run.topic == "events" and 0 < len(run.acknowledged) < run.count)
    first = next(iter(whole.acknowledged))
    partition, offset = whole.acknowledged[first]
    forgeries = [("for an event that is not there", "lost", partial, partial.first + partial.count - 1,
                  (0, 10**6)),
                 ("for another event's place", "twice", whole, first, (partition, offset + 1)),
                 ("without a place", "lost", whole, first, None),
                 ("not given at exit 0", "lost", whole, first, "none at all")]
    for what, category, run, number, place in forgeries:
        before = dict(run.acknowledged)
        run.acknowledged[number] = place
        if place == "none at all":
            del run.acknowledged[number]
        find(f"an acknowledgement {what}", category, model.judge(model.final()))
        run.acknowledged = before


def try_readers(model, find):
    def session(what, category, topic, offsets, begin=0, skipped=()):
        find(f"a reader: {what}", category, model.judge(model.final(), consumers=[
            model.consumer(topic, offsets, begin, skipped)]))

    session("all is well", None, "events", range(30))
    session("a gap", "lost", "events", [0, 1, 3])
    session("a repetition", "twice", "events", [0, 1, 1, 2])
    session("a step back", "out of order", "events", [0, 1, 2, 1])
    session("a beginning too late", "lost", "events", range(1, 9))
    session("a beginning too early", "twice", "events", range(4, 9), begin=5)
    session("an offset of the future", "lost", "events", range(len(model.logs["events"][0]) + 1))
    kept = [record.offset for record in model.secret[0]]
    session("an event that stays is left out", "lost", "secret", kept[:7] + kept[8:])
    gone = next(offset for offset in range(len(model.logs["secret"][0])) if offset not in kept)
    session("a cursor beyond what was erased", None, "secret", [], 0,
            [("a cursor", 0, gone, gone + 1)])
    session("a cursor beyond what is there", "cursors ahead", "secret", [], 0,
            [("a cursor", 0, kept[0], kept[0] + 1)])
    session("a cursor ahead", "cursors ahead", "events", [], 0,
            [("a cursor", *passed) for passed in skipped_by_cursor([3, 6, 0], [3, 5, 0])])
    find("a cursor behind", None, set(skipped_by_cursor([2, 5], [3, 5])))


def try_erasure(model, find, directory):
    """A key that hides where a look at the names would not find it."""
    marker = Persons.key(0).encode()
    record = Record(3, NOW_MS, marker, b'{"k":"' + marker + b'"}' * 50, ())
    root = directory / "erasure"
    for number, (what, place, data, said) in enumerate([
            ("in a leftover", ".creating-twig-7/0/00000000000000000000.log", marker, b""),
            ("packed", "secret/0/00000000000000000000.log", write_batch([record], 0, 9, ZSTD), b""),
            ("packed behind a sound batch", "twig-1/0/00000000000000000000.log",
             write_batch([], 0, 2) + write_batch([record], 3, 9, ZSTD), b"twig-11 shares segments"),
            ("in quarantine", "secret/0/quarantine/x", marker, b"secret/0 13 segments"),
            ("in a quarantine that it warned of", "secret/0/quarantine/x", marker,
             b"warning: secret/0: what recovery cut off may also hold such events (files in quarantine: 1)"),
            ("in the quarantine of another partition", "secret/0/quarantine/x", marker,
             b"secret/1: what recovery cut off may also hold such events, TOO"),
            ("in an unfinished compaction", "secret/0/00000000000000000000.log.cleaned",
             write_batch([record], 3, 9, ZSTD), b""),
            ("in a named branch", "twig-1/0/00000000000000000000.log", marker, b"see twig-1, too")]):
        stage = Stage(root / str(number))
        path = stage.root / place
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
        chaos_erasure.check_erased(stage, 0, said, {path})
        is_warned = what == "in a quarantine that it warned of"
        expected = None if is_warned or b"too" in said else "erased and still there"
        find(f"an erased key {what}", expected, stage.found)
        stage.found = set()
        chaos_erasure.check_nothing_left(stage, [0], said)
        find(f"an erased key {what}, in the calm", None if is_warned else "erased and still there", stage.found)


def try_deletions(model, find):
    stage = Stage(None)
    ledger = Ledger(model.attempts, stage.problem)
    log = model.logs["aged"][0]
    for record in log:
        ledger.take("aged", 0, record, "the model")
    newest = max(record.timestamp for record in log[:20])
    for what, category, removal in [
            ("within its limit", None, Removal(0, 0, 20, "", newest + 1, 20)),
            ("beyond an offset", "deleted too much", Removal(0, 0, 20, "", None, 19)),
            ("beyond a time", "deleted too much", Removal(0, 0, 20, "", newest, None))]:
        stage.found = set()
        retention = object.__new__(Retention)
        retention.stage, retention.ledger, retention.removals = stage, ledger, [removal]
        retention.check()
        find(f"a deletion {what}", category, stage.found)


def try_branches(model, find, directory):
    log = model.logs["events"]
    for number, (what, category, change) in enumerate([
            ("whole", None, lambda first: first),
            ("of the beginning", None, lambda first: first[:20]),
            ("that is too short", "wrong branches", lambda first: first[:5]),
            ("with a hole", "wrong branches", lambda first: first[:20] + first[21:]),
            ("with an event left out", "wrong branches", lambda first: renumbered(first[:20] + first[21:])),
            ("with an event twice", "twice", lambda first: renumbered(first[:20] + first[19:])),
            ("with what nobody produced", "torn reads", lambda first: replaced(first, 3, value=b"{}"))]):
        stage = Stage(directory / f"branch-{number}")
        path = stage.root / "twig"
        for partition, records in enumerate(log):
            records = change(records) if partition == 0 else records
            write_partition(path / str(partition), records, 0, len(records))
        brancher = Brancher(stage, Ledger(model.attempts, stage.problem), {})
        brancher.take(path, "a branch", [10, 0, 0], True)
        final = [[name for name, place in sorted(homes_of(model, partition), key=lambda pair: pair[1])]
                 for partition in range(len(log))]
        brancher.check(final)
        find(f"a branch {what}", category, stage.found)
    stage = Stage(directory / "settings")
    model.write(stage.root, {"events": []})
    for what, category, wanted in [("kept", None, SETTINGS), ("lost", "settings lost", {"null.keys": "keep"}),
                                   ("changed", "settings lost", {"retention.ms": 5})]:
        stage.found = set()
        brancher = object.__new__(Brancher)
        brancher.stage, brancher.settings = stage, wanted
        brancher.check_settings(stage.root / "events")
        find(f"settings {what}", category, stage.found)


def homes_of(model, partition):
    return [((run.producer, number), place[1]) for run in model.attempts.runs if run.topic == "events"
            for number, place in run.acknowledged.items() if place[0] == partition]


def try_endings(find, directory):
    stage = ChaosStage("", directory, directory, "", False, 1, 0)

    def ended(status, fires=None, may_fill=False, err=b""):
        fault = fires and Fault("pwrite64:error=EIO:when=1", None, False, fires == "late", True)
        process = types.SimpleNamespace(fault=fault, may_fill_disk=may_fill, was_asked_to_end=False)
        return set() if stage.is_excused(process, status, err) else {"wrong endings"}

    full = b"x: No space left on device"
    for what, category, found in [
            ("2 after a fault", None, ended(2, "error")), ("2 without a fault", "wrong endings", ended(2)),
            ("2 after a call that was late", "wrong endings", ended(2, "late")),
            ("3 after a fault", "wrong endings", ended(3, "error")), ("1", "wrong endings", ended(1)),
            ("75", None, ended(75)), ("a full disk", None, ended(2, None, True, full)),
            ("a full disk that is not", "wrong endings", ended(2, None, False, full)),
            ("a kill", None, ended(-signal.SIGKILL)), ("a crash", "wrong endings", ended(-signal.SIGSEGV)),
            ("SIGTERM of nobody", "wrong endings", ended(-signal.SIGTERM))]:
        find(f"ending with {what}", category, found)


def run(report):
    """Each mistake has to be found as what it is, and nothing where there is none."""
    find = report.judge_planted
    with real_tools.Scratch("chaos-self-test", in_memory=True) as directory:
        model = Model(report.options.seed, directory)
        find("nothing", None, model.judge(model.final()))
        try_logs(model, find)
        try_bytes(model, find)
        try_acknowledgements(model, find)
        try_readers(model, find)
        try_erasure(model, find, directory)
        try_deletions(model, find)
        try_branches(model, find, directory)
        try_endings(find, directory)
