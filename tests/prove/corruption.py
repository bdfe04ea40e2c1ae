#!/usr/bin/env python3
"""Damage to every file of a topic, and what each of the six tools makes of it: never silent.

    corruption.py TOOLS_DIR [--seconds N] [--seed N] [--all] [--replay DAMAGE[@COMMAND]] [--json]

Each bit of each file is flipped in turn (a seeded sample of them as long as --seconds allow, or
every one with --all), files are cut at every byte, made longer, their blocks of 512 bytes exchanged,
zeroed and doubled, whole files exchanged, taken away, and replaced by their older versions. Then a
command runs (with --all or --replay: every command), and the verdict is one of

  detected   exit 3, or another documented error, and what was printed before is right; for a flip
             in a log, file and byte are those of the damaged batch or the one behind it;
  harmless   the same output, and after a command that writes, a log that reads as it should;
  healed     the same, with a word about it;
  excepted   another answer, for a reason that the manual gives (see `documented`);
  silent     anything else: a failure.
"""
import os
import random
import time

import corruption_commands
import corruption_topic
import real_tools


class Sweep:
    def __init__(self, options, root):
        self.options = options
        self.report = real_tools.Report("corruption", options)
        environment = real_tools.plain_environment(
            ESTREAM_DIR=f"{root}/log", ESTREAM_NOW=str(corruption_topic.START + 200))
        self.tools = real_tools.Tools(options.tools, root, environment)
        self.image, versions = corruption_topic.build(self.tools, root)
        self.catalogue = corruption_topic.Catalogue(self.image, versions)
        self.commands = corruption_commands.all_commands(
            self.tools, root, versions[corruption_topic.OLD_COMMIT]["log/t/0/commit"])
        self.expected = {}
        for command in self.commands:
            self.expected[command.name] = command.run()
            self.image.restore()
        self.events = set(self.expected["format"].out.splitlines())

    def try_out(self, damage, command):
        self.image.apply(damage.changes)
        self.report.count("commands")
        answer = command.run()
        self.judge(damage, command, answer)
        if command.writes:
            self.image.restore()
        else:
            self.check_untouched(damage, command)
            self.image.undo(damage.changes)

    def check_untouched(self, damage, command):
        """That a command which only reads changed nothing; now and then, for it takes time."""
        if self.report.figures["commands"] % 50:
            return
        wanted = {**self.image.files, **damage.changes}
        found = self.image.read()
        if found != {path: content for path, content in wanted.items() if content is not None}:
            self.fail(damage, command, "a command that only reads changed a file", b"")
            self.image.restore()

    def judge(self, damage, command, answer):
        expected = self.expected[command.name]
        if answer.is_crash:
            self.report.count("crashes")
            return self.fail(damage, command, f"crashed with {answer.status}", answer.err)
        if (answer.status, answer.out) == (expected.status, expected.out):
            self.report.count("healed" if answer.err else "harmless")
            return None
        if corruption_commands.went_on(damage, command.name, answer):
            return self.fail(damage, command, "a writer went on over damage", answer.err)
        reason = corruption_commands.documented(damage, command.name, answer, expected.out)
        if reason:
            return self.report.count(f"excepted: {reason}")
        if answer.status not in (2, 3):
            self.report.count("silent")
            return self.fail(damage, command, f"silent, with status {answer.status}", answer.err)
        if not answer.err and command.name != "verify":
            return self.fail(damage, command, f"status {answer.status} without a word", b"")
        if not corruption_commands.is_right_so_far(command, answer.out, expected.out, self.events):
            self.report.count("silent")
            return self.fail(damage, command, "something wrong was printed before the error",
                             answer.err)
        if not corruption_topic.is_right_place(damage, answer.err):
            self.report.count("wrong place")
            return self.fail(damage, command, "another place was named", answer.err)
        return self.report.count("detected")

    def fail(self, damage, command, what, err):
        text = err.decode(errors="replace").strip()
        self.report.fail(f"{damage.name} ({damage.field() or damage.kind}), {command.name}: {what}"
                         f"{': ' + text if text else ''}",
                         f"tests/prove/corruption.py {self.options.tools} "
                         f"--replay '{damage.name}@{command.name}'")

    def is_over(self):
        return self.report.has_enough() or (
            not self.options.all and time.monotonic() > self.options.deadline)

    def names(self):
        """In a seeded order, of each kind of place as many as of any other while there are some."""
        chooser = random.Random(self.options.seed)
        kinds = [list(names) for names in self.catalogue.by_kind.values()]
        for names in kinds:
            chooser.shuffle(names)
        while any(kinds):
            for names in kinds:
                if names:
                    yield names.pop()

    def run(self):
        chooser = random.Random(self.options.seed)
        for name in self.names():
            if self.is_over():
                break
            damage = self.catalogue.damage(name)
            if all(self.image.files.get(path) == new for path, new in damage.changes.items()):
                continue
            self.report.count("bits flipped" if damage.kind == "flip" else "other damage")
            chosen = self.commands if self.options.all else [chooser.choice(self.commands)]
            for command in chosen:
                self.try_out(damage, command)
        self.report.count("bits in all files", self.catalogue.bit_count())

    def replay(self, name):
        damage_name, _, wanted = name.partition("@")
        damage = self.catalogue.damage(damage_name)
        for command in self.commands:
            if wanted in ("", command.name):
                self.image.apply(damage.changes)
                answer = command.run()
                print(f"{command.name}: {answer.status} {answer.err.decode(errors='replace')}")
                self.image.restore()
                self.try_out(damage, command)


def main():
    def more(parser):
        parser.add_argument("--all", action="store_true", help="every damage, with every command")
        parser.add_argument("--replay", default="", help="one damage, as a failure names it")

    options = real_tools.parse_options(__doc__, 20, more)
    with real_tools.Scratch("corruption", in_memory=True) as root:
        os.chdir(root)
        sweep = Sweep(options, root)
        for figure in ("bits flipped", "other damage", "commands", "detected", "harmless", "healed",
                       "silent", "crashes", "wrong place"):
            sweep.report.count(figure, 0)
        if options.replay:
            sweep.replay(options.replay)
        else:
            sweep.run()
    sweep.report.end()


main()
