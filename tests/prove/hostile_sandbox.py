"""The place where a hostile case runs: a data root, and around it files that nobody may touch."""
import os
import pathlib
import shutil
import signal
import subprocess
import threading

import real_tools

SECRET = b"secret\n" * 100
THREE_EVENTS = b'{"k":"k0","n":0}\n{"k":"k1","n":1}\n{"k":"k0","n":2}\n'
BEGINNING = 1 << 20


def beginning(path):
    """What this program takes counts as its children's memory, so it has to stay small."""
    with open(path, "rb") as file:
        return file.read(BEGINNING)


def remove_tree(top):
    """Also where a case took the permission away."""
    for path, directories, _ in os.walk(top):
        for name in directories:
            if not os.path.islink(f"{path}/{name}"):
                os.chmod(f"{path}/{name}", 0o700)
    shutil.rmtree(top, ignore_errors=True)


class Sandbox:
    """`patience` is how much slower than as they ship these tools may be."""

    def __init__(self, path, tools, patience):
        self.path = pathlib.Path(path)
        self.tools = tools
        self.patience = patience
        self.root = self.path / "log"
        self.outside = self.path / "outside"
        self.cwd = self.path / "cwd"
        self.templates = self.path.with_name(self.path.name + "-topics")
        self.templates.mkdir()

    def clear(self):
        remove_tree(self.path)
        for directory in (self.root, self.outside, self.cwd, self.path / "home", self.path / "tmp"):
            os.makedirs(directory)
        (self.outside / "secret").write_bytes(SECRET)
        (self.outside / "empty").write_bytes(b"")
        os.makedirs(self.outside / "directory")
        os.chmod(self.path, 0o755)

    def environment(self, more):
        own = {"PATH": f"{self.tools}:{os.environ['PATH']}", "ESTREAM_DIR": str(self.root),
               "HOME": str(self.path / "home"), "TMPDIR": str(self.path / "tmp"),
               "outside": str(self.outside)}
        return real_tools.plain_environment(**{**own, **more})

    def run(self, command, more=None, seconds=20):
        """Never longer than it may take: then it is killed. So is what it has left behind."""
        err, out = self.path / "stderr", self.path / "stdout"
        with open(out, "wb") as stdout, open(err, "wb") as stderr:
            process = subprocess.Popen(["sh", "-c", command], cwd=self.cwd,
                                       stdin=subprocess.DEVNULL,
                                       stdout=stdout, stderr=stderr, start_new_session=True,
                                       env=self.environment(more or {}))
            timer = threading.Timer(seconds * self.patience, self.end, (process.pid,))
            timer.start()
            _, status, usage = os.wait4(process.pid, 0)
            timer.cancel()
        self.end(process.pid)
        process.returncode = os.waitstatus_to_exitcode(status)
        return real_tools.Ending(process.returncode, beginning(out), beginning(err),
                                 usage.ru_maxrss)

    @staticmethod
    def end(group):
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def prepare(self, command):
        """What a case starts from; it has to work."""
        ending = self.run(command)
        if ending.status != 0:
            raise OSError(f"'{command}' ends with {ending.status}: {ending.err[:200]!r}")

    def make_topic(self, events=3, options=""):
        """The topic t, of one segment; made once, and copied from then on."""
        template = self.templates / f"{events}{options}"
        lines = template.with_name(f"{template.name} lines")
        if not template.exists():
            lines.write_text("".join(f'{{"k":"k{n % 2}","n":{n}}}\n' for n in range(events)))
            self.prepare(f"estream-produce -K .k {options} t <'{lines}'")
            shutil.copytree(self.root / "t", template)
        else:
            shutil.copytree(template, self.root / "t")
        shutil.copyfile(lines, self.cwd / "events")

    def partition(self, topic="t"):
        return self.root / topic / "0"

    def segment(self, kind="log", base=0):
        return self.partition() / f"{base:020d}.{kind}"

    def put_segments(self, *segments, epochs="0\n1\n0 0\n"):
        """The topic t from raw segments, (base offset, bytes), as if copied from elsewhere."""
        self.make_topic(1)
        for path in self.partition().iterdir():
            path.unlink()
        for base, content in segments:
            self.segment(base=base).write_bytes(content)
        (self.partition() / "leader-epoch-checkpoint").write_text(epochs)

    def put_broker(self, partitions, files=()):
        """A broker's directory: {"t-0": bytes of its only segment}, and {name: bytes} besides."""
        (self.root / "meta.properties").write_text("version=1\ncluster.id=x\nnode.id=1\n")
        for name, content in partitions.items():
            (self.root / name).mkdir()
            (self.root / name / f"{0:020d}.log").write_bytes(content)
            (self.root / name / "leader-epoch-checkpoint").write_text("0\n1\n0 0\n")
        for name, content in dict(files).items():
            (self.root / name).write_bytes(content)

    def surroundings(self):
        """Everything that is not the data root; of small files the content."""
        found = {}
        for top in (self.outside, self.cwd, self.path / "home", self.path / "tmp"):
            for path in sorted(top.rglob("*")):
                status = path.lstat()
                found[str(path)] = (status.st_mode, status.st_size, status.st_mtime_ns)
                if path.is_file() and not path.is_symlink() and status.st_size < 1 << 16:
                    found[str(path)] = path.read_bytes()
        return found
