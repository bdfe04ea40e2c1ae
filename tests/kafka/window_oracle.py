#!/usr/bin/env python3
"""estream-window against the windows of Kafka Streams: the same events, the same results, the same events
that are late.

    window_oracle.py TOOLS_DIR [--seconds N] [--seed N] [--json]

WindowOracle.java has Kafka's side. In each round, random histories go through both with one operator and one
choice of its sizes; window by window, the events in it must be the same ones. Exit 77 without Java or
Maven.
"""
import os
import pathlib
import random
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "window_oracle")]
import histories  # noqa: E402, after the line that says where it is
import real_tools  # noqa: E402
import window_tool  # noqa: E402

HISTORIES = 40  # A round.
LONGEST = 30  # Events of a history.
OPERATORS = ("tumble", "hop", "session", "sliding")
IDS = "n=count, ids=list(1000, .i)"


class Round:
    """One operator with one choice of sizes, and events that often meet its boundaries."""

    def __init__(self, seed):
        chance = random.Random(seed)
        self.seed = seed
        self.operator = chance.choice(OPERATORS)
        self.size = chance.choice((1, 2, 3, 5, 8, 12, 60, 1000))
        self.step = self.size
        if self.operator == "hop":
            self.step = chance.randrange(max(1, self.size // 6), self.size + 1)
        self.grace = chance.choice((0, 0, 1, 2, self.size, 3 * self.size))
        self.emit = chance.choice(("suppress", "strategy", "table"))
        back = 2 * self.size + self.grace
        if self.operator in ("session", "sliding"):
            self.emit = "table"
        if self.operator == "sliding":
            back = self.grace  # --trailing and Kafka have other ideas of what is late.
        self.events = histories.pack(chance, HISTORIES, LONGEST,
                                     histories.Shape(self.size, self.step, back))

    def case(self):
        lines = ["\t".join(("case", self.operator, str(self.size), str(self.step), str(self.grace),
                            self.emit))]
        lines += [f"{event.time}\t{event.key}\t{event.number}" for event in self.events]
        return "\n".join([*lines, "end", ""])

    def arguments(self):
        operator = {"tumble": ["--tumble", f"{self.size}ms"],
                    "hop": ["--hop", f"{self.size}ms/{self.step}ms"],
                    "session": ["--session", f"{self.size}ms"],
                    # Kafka's difference is inclusive. Events within the grace time come sorted by -K.
                    "sliding": ["-K", ".k", "--trailing", f"{self.size + 1}ms"]}[self.operator]
        return [*operator, "--grace", f"{self.grace}ms", "-a", IDS, "t"]

    def windows_of(self, event):
        """How many windows an event is in: so often it is dropped when it is late."""
        if self.operator != "hop":
            return 1
        first = max(0, event.time - self.size + self.step) // self.step * self.step
        return len(range(first, event.time + 1, self.step))


class Kafka:
    """WindowOracle.java, which answers round by round."""

    def __init__(self, libs, scratch):
        self.process = subprocess.Popen(
            ["java", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp", f"{libs}/*",
             str(HERE / "WindowOracle.java"), str(scratch / "kafka")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def play(self, case):
        """{(key, from, to): ids}, and {number: how often it was dropped}."""
        self.process.stdin.write(case)
        self.process.stdin.flush()
        results, dropped, self.twice = {}, {}, []
        for line in self.process.stdout:
            kind, *words = line.rstrip("\n").split("\t")
            if kind == "end":
                return results, dropped
            if kind == "dropped":
                dropped[int(words[0])] = int(words[1])
            else:
                window = (words[0], int(words[1]), int(words[2]))
                if window in results:
                    self.twice.append(window)
                results[window] = [int(number) for number in words[3].split(",")]
        raise RuntimeError("WindowOracle.java ended")

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def difference(ours, theirs):
    """One line on the first windows that differ, or None."""
    for window in sorted({*ours, *theirs}, key=lambda window: (window[2], window[1], window[0])):
        if sorted(ours.get(window, [])) != sorted(theirs.get(window, [])):
            return f"{window}: ours {ours.get(window)}, Kafka's {theirs.get(window)}"
    return None


def windows(answer):
    found = {}
    for line in answer.lines:
        if line["key"] != "flush":
            window = (line["key"], window_tool.to_ms(line["from"]), window_tool.to_ms(line["to"]))
            found[window] = line["ids"] if line["n"] == len(line["ids"]) else ["n differs"]
    return found


def compare_windows(game, answer, results, dropped):
    partly = {number for number, times in dropped.items()
              if times < game.windows_of(game.events[number])}
    late = sorted(set(dropped) - partly)
    if sorted(answer.late) != late:
        return f"late here {sorted(answer.late)}, dropped by Kafka {late}"
    return difference(windows(answer), {window: ids for window, ids in results.items()
                                        if window[0] != "flush"})


def compare_trailing(game, answer, results, dropped):
    """The last line of each key and time has all events of the window that ends there."""
    if dropped or answer.late:
        return f"late here {answer.late}, dropped by Kafka {sorted(dropped)}"
    ours = {}
    for line in answer.lines:
        at = window_tool.to_ms(line["at"])
        ours[line["key"], at - game.size, at] = line["ids"]
    theirs = {window: ids for window, ids in results.items() if window in ours}
    ours = {window: ids for window, ids in ours.items() if window[0] != "flush"}
    return difference(ours, {window: ids for window, ids in theirs.items()
                             if window[0] != "flush"})


def play(game, kafka, tool, report):
    results, dropped = kafka.play(game.case())
    tool.make_topic(game.events)
    answer = tool.run(*game.arguments())
    report.count("histories", HISTORIES)
    report.count(f"histories: {game.operator}", HISTORIES)
    report.count("events", len(game.events))
    report.count("windows of Kafka", len(results))
    report.count("late events of Kafka", len(dropped))
    compare = compare_trailing if game.operator == "sliding" else compare_windows
    complaint = compare(game, answer, results, dropped)
    if kafka.twice:
        complaint = f"Kafka gives two final results of {kafka.twice[0]}"
    if answer.status:
        complaint = f"exit {answer.status}: {answer.err.strip()}"
    if complaint:
        report.fail(f"{' '.join(game.arguments())} ({game.emit}): {complaint}",
                    f"tests/kafka/window_oracle.py {report.options.tools} --round {game.seed}")


def main():
    def more(parser):
        parser.add_argument("--round", type=int, help="one round, as a failure names it")

    options = real_tools.parse_options(__doc__, 20, more)
    found = subprocess.run([HERE / "fetch-kafka"], stdout=subprocess.PIPE, text=True)
    if found.returncode:
        sys.exit(found.returncode)
    report = real_tools.Report("window-oracle", options)
    report.count("histories", 0)
    options.deadline = time.monotonic() + options.seconds
    with real_tools.Scratch("window-oracle", in_memory=True) as scratch:
        os.chdir(scratch)
        kafka = Kafka(found.stdout.strip(), scratch)
        tool = window_tool.WindowTool(options.tools, scratch)
        if options.round is not None:
            play(Round(options.round), kafka, tool, report)
        else:
            seeds = random.Random(options.seed)
            while time.monotonic() < options.deadline and not report.has_enough():
                play(Round(seeds.randrange(1 << 31)), kafka, tool, report)
        kafka.end()
    report.end()


main()
