"""The trials of system_calls.py: what is done in a work directory, and what comes of it.
"""
import os
import time

import real_tools
import system_calls_judge as judge
import system_calls_scenarios as scenarios
import system_calls_trials as trials
from system_calls_rules import begins_with
from system_calls_trace import Trace, touched_after_failed_sync
from system_calls_tracer import Tracer

READ_ALL = ("-r", "--order", "partition", "-F", "%t %p %o %k %v\\n", ".*")
CALLS_BEHIND_A_SYNC = ("fsync", "fdatasync", "pwrite64", "ftruncate", "renameat")
ANYWHERE = "/WORK"  # What stands for the work directory in the trace of a reference.


class Place:
    """A work directory with all that is needed to run trials in it."""

    def __init__(self, options, path):
        os.makedirs(path, exist_ok=True)
        self.path = str(path)
        planted = {name: os.environ[name] for name in ("ESTREAM_PLANTED",) if name in os.environ}
        environment = real_tools.plain_environment(
            ESTREAM_DIR=f"{path}/log", ESTREAM_NOW=str(scenarios.START + 200), **planted)
        self.tools = real_tools.Tools(options.tools, path, environment)
        self.tracer = Tracer(options.tools, path, environment)
        self.box = scenarios.Box(path, self.tools, self.tracer)
        self.scenarios = {scenario.name: scenario for scenario in scenarios.all_scenarios(path)}

    def has_topics(self):
        log = self.box.path / "log"
        return log.is_dir() and any(not entry.name.startswith(".") for entry in log.iterdir())

    def read_all(self):
        """What a reader finds in all topics, and what speaks against it."""
        if not self.has_topics():
            return {}, []
        proof = self.tools.run("inspect", "verify")
        complaints = []
        if proof.status:
            # What is noted besides is no damage, and changes from run to run.
            lines = (proof.out + proof.err).decode(errors="replace").splitlines()
            text = " ".join(line for line in lines if not line.startswith(("note", "t/", "twig/")))
            complaints.append((judge.FALSE_DAMAGE, f"verify: {text.replace(self.path, '')}"))
        found = self.tools.run("consume", *READ_ALL)
        if found.status:
            complaints.append((judge.NO_SERVICE, f"consume: {found.status} {found.err}"))
        return judge.parse_content(found.out), complaints

    def learn(self, scenario):
        """A clean run."""
        self.box.restore({})
        scenario.prepare(self.box)
        files = self.box.files()
        before, complaints = self.read_all()
        self.box.offer(scenario.numbers)
        trace = self.trace(scenario)
        out = (self.box.path / "stdout").read_bytes()
        after, more = self.read_all()
        assert not more, (scenario.name, more)
        return judge.Reference(files, before, after, out, self.box.files(), complaints,
                               trace.replace(self.path, ANYWHERE))

    def trace(self, scenario):
        status, text = self.tracer.run(scenario.command, self.box.input)
        assert status == 0, (scenario.name, status, (self.box.path / "stderr").read_text())
        return text

    def parse(self, trace):
        """The trace of a reference as they would be in this directory."""
        return Trace(trace.replace(ANYWHERE, self.path))

    def strays(self):
        return [name for name in self.box.files() if scenarios.STRAY.search(name)]


class Sweep:
    """The trials of one process; there is a Reference for each scenario."""

    def __init__(self, report, place, references):
        self.report = report
        self.place = place
        self.references = references
        self.traces = {name: place.parse(reference.trace) for name, reference in references.items()}
        self.seen = {"kill sites": set(), "fault sites": set(), "errors": set()}
        self.right_states = set()
        self.is_verbose = False

    def try_out(self, name):
        scenario_name, steps = trials.parse_name(name)
        scenario = self.place.scenarios[scenario_name]
        reference, trace = self.references[scenario_name], self.traces[scenario_name]
        box = self.place.box
        case = judge.Case(scenario, reference, box)
        box.restore(reference.files)
        box.offer(scenario.numbers)
        self.report.count("trials")
        runs, complaints = [], []
        for step in steps:
            if runs:
                trace = self.trace_of_second_run(scenario)
            run, more = self.run_with(step, scenario, trace, name)
            if run is None:
                return
            runs.append(run)
            complaints += more + judge.judge_run(run, scenario.command[0])
        if len(steps) > 1:
            self.report.count("nested trials")
            self.report.count("nested kills", int(runs[-1].is_killed))
        complaints += self.judge_new_state(case, runs)
        for harm in dict(complaints):
            self.report.count(harm)
        if complaints:
            texts = "; ".join(f"{harm}: {text}" for harm, text in complaints)
            self.report.fail(f"{name}: {texts}", f"tests/prove/system_calls.py "
                             f"{self.place.tools.directory} --replay {name}")

    def trace_of_second_run(self, scenario):
        """As it goes when nothing happens to it; then everything is as it was again."""
        files = self.place.box.files()
        _, text = self.place.tracer.run(scenario.command, self.place.box.input)
        self.place.box.restore(files)
        return Trace(text)

    def run_with(self, step, scenario, trace, name):
        """A run with the step done to it; nothing if strace cannot reach the call."""
        aim = self.aim(step, scenario, trace)
        if aim is None:
            self.report.count("not reached")
            return None, []
        traced = (step.call, *(CALLS_BEHIND_A_SYNC if step.call.endswith("sync") else ()))
        status, text = self.place.tracer.run(scenario.command, self.place.box.input, traced,
                                             step.inject(aim.number), aim)
        run = self.ending(status, step, is_killed=step.is_kill() and status == -9)
        if self.is_verbose:
            print(f"{step} aims at {aim}\n{text}status {status}, {run.out!r}\n{run.err.decode()}")
        self.note(step, run, name, "(INJECTED" in text)
        touched = Trace(text if step.call.endswith("sync") else "")
        return run, [(judge.SYNC, what) for what in touched_after_failed_sync(touched)]

    def aim(self, step, scenario, trace):
        places = trials.sites_of(trace, self.place.path).get(step.call, [])
        if step.number > len(places):
            return None
        return trace.aim_at(places[step.number - 1], scenario.has_input())

    def ending(self, status, step, is_killed):
        out, err = ((self.place.box.path / name).read_bytes() for name in ("stdout", "stderr"))
        ending = real_tools.Ending(0 if status is None else status, out, err)
        return judge.Run(status, out, err, not is_killed and ending.is_crash(), is_killed,
                         step.what == trials.EARLY_END)

    def note(self, step, run, name, is_injected):
        site = name.replace(f":{step.what}@", "@").rstrip("+")
        if run.is_killed:
            self.report.count("kills")
            self.seen["kill sites"].add(site)
        elif is_injected and not step.is_kill():
            self.report.count("faults fired")
            self.seen["fault sites"].add(site)
            self.seen["errors"].add(step.what)
            self.report.count("runs done all the same" if run.is_done() else
                              "runs reported as failed")
            self.report.count("of these busy", int(run.status == judge.TRY_AGAIN))
        else:
            self.report.count("not reached")

    def judge_new_state(self, case, runs):
        """Where all is as it was found to be right before, it is right this time, too: most faults
        come before anything was written."""
        state = hash((case.scenario.name, tuple(self.place.box.files().items()),
                      tuple((run.status, run.out) for run in runs)))
        if state in self.right_states and not self.is_verbose:
            return []
        self.report.count("states judged")
        complaints = self.judge_state(case, runs)
        if not complaints:
            self.right_states.add(state)
        return complaints

    def judge_state(self, case, runs):
        """The state as it is now, and then as it is after the command was run again."""
        scenario, place = case.scenario, self.place
        found, complaints = self.look(case, runs)
        complaints = [one for one in complaints if one not in case.accepted]
        refuses = scenario.kind == "branch" and case.exists("twig")
        again = place.tools.run(*scenario.command, input_path=str(place.box.input))
        runs.append(judge.Run(again.status, again.out, again.err))
        if self.is_verbose:
            print(f"again: {again}")
        if refuses and again.status == judge.ERROR and b"there is one in" in again.err:
            return complaints
        if again.status:
            complaints.append((judge.NO_SERVICE, f"run again: {again.status} {again.err}"))
        later, more = self.look(case, runs)
        complaints += more
        if scenario.kind in ("append", "once", "copy", "copy-once"):
            complaints += [(judge.LOST, f"{at} was seen with {records}, then with {later.get(at)}")
                           for at, records in found.items()
                           if not begins_with(later.get(at, []), records)]
        return complaints + self.tidy(case)

    def look(self, case, runs):
        if case.scenario.kind in ("read", "print", "look"):
            now = {name: content for name, content in self.place.box.files().items()
                   if name.startswith("log")}
            are_same = all(case.files.get(name, b"?") == content for name, content in now.items())
            complaints = [] if are_same else [(judge.WRONG, "a command that reads changed a file")]
            found = case.before
        else:
            found, complaints = self.place.read_all()
        if self.is_verbose:
            print(f"now there is {found}")
        return found, complaints + case.judge(runs, found)

    def tidy(self, case):
        """What is left lying about goes with the next run of whoever looks after it."""
        if not self.place.strays():
            return []
        tools = self.place.tools
        tools.run("compact", "-q", "--all", "--max-age", "9999d")
        if any(".creating-" in name for name in self.place.strays()):
            self.report.count("left for the next topic that is made")
            tools.run("produce", "--partitions", "1", "next")
        strays = self.place.strays()
        return [(judge.STAYS, str(strays))] if strays else []

    def run(self, names, deadline):
        for name in names:
            if self.report.has_enough() or (deadline and time.monotonic() > deadline):
                return
            self.try_out(name)
