"""Runs tools under strace, which makes one of their system calls fail."""
import os
import select
import signal
import subprocess
import time

from system_calls_trace import CALLS

HANG_SECONDS = 60
CREATING = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


class Tracer:
    """`work` is where the output of the tool, its messages and the trace go."""

    def __init__(self, tools, work, environment):
        self.tools = tools
        self.work = str(work)
        self.environment = environment

    def run(self, command, input_path, calls=CALLS, inject="", aim=None):
        """Runs (tool, argument ...) to its end, and answers its status and the trace.

        The status is None after a hang. `inject` is what happens to the call at `aim`, in strace's
        own words."""
        options = ["-qq", "-y", "-s", "200", "-e", "signal=none", "-o", f"{self.work}/trace",
                   "-e", "trace=" + ",".join(f"?{call}" for call in calls)]
        if aim is not None and aim.file:
            options += ["-P", aim.file]
        if inject:
            options += ["-e", f"inject={inject}"]
        program = [f"{self.tools}/estream-{command[0]}", *command[1:]]
        if aim is not None and aim.thread > 0:
            status = self._run_attached(options, program, input_path, aim)
        else:
            if aim is None or aim.thread < 0:
                options.append("-f")
                # A signal that strace injects where seccomp stopped the process is lost.
                options += [] if "signal=" in inject else ["--seccomp-bpf"]
            status = wait_for(self._start(["strace", *options, *program], str(input_path)))
        with open(f"{self.work}/trace", encoding="utf-8", errors="replace") as file:
            return status, file.read()

    def _start(self, arguments, input_path):
        # A process group of its own, so that after a hang the tool ends together with strace.
        files = [(os.POSIX_SPAWN_OPEN, 0, input_path, os.O_RDONLY, 0),
                 (os.POSIX_SPAWN_OPEN, 1, f"{self.work}/stdout", CREATING, 0o600),
                 (os.POSIX_SPAWN_OPEN, 2, f"{self.work}/stderr", CREATING, 0o600)]
        return os.posix_spawnp(arguments[0], arguments, self.environment, setpgroup=0,
                               file_actions=files)

    def _run_attached(self, options, program, input_path, aim):
        """strace takes hold of one thread while all wait for input, and then there is some."""
        fifo = f"{self.work}/fifo"
        if not os.path.exists(fifo):
            os.mkfifo(fifo)
        feed = os.open(fifo, os.O_RDWR)
        pid = self._start(program, fifo)
        tracer = None
        try:
            thread = thread_that_waits(pid, aim)
            if thread is None:
                os.killpg(pid, signal.SIGKILL)
            else:
                options.remove("-qq")  # It says when it has taken hold.
                tracer = subprocess.Popen(["strace", *options, "-p", str(thread)],
                                          stderr=subprocess.PIPE, env=self.environment)
                tracer.stderr.readline()
                with open(input_path, "rb") as source:
                    os.write(feed, source.read())
        finally:
            os.close(feed)
        status = wait_for(pid)
        if tracer is not None:
            tracer.communicate()
        return status


def thread_that_waits(pid, aim):
    """The thread that is aimed at, once all are there and sleep; nothing if that never is."""
    end = time.monotonic() + HANG_SECONDS
    while time.monotonic() < end:
        try:
            threads = sorted(map(int, os.listdir(f"/proc/{pid}/task")))
            if len(threads) == aim.thread_count and all(is_asleep(pid, t) for t in threads):
                return threads[aim.thread]
        except OSError:
            return None  # It has ended.
        time.sleep(0.001)
    return None


def is_asleep(pid, thread):
    with open(f"/proc/{pid}/task/{thread}/stat", "rb") as file:
        return file.read().rpartition(b") ")[2].startswith(b"S")


def wait_for(pid):
    """The status of a process that was started here; None if it had to be killed."""
    is_over = has_ended(pid, HANG_SECONDS)
    if not is_over:
        os.killpg(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status) if is_over else None


def has_ended(pid, seconds):
    descriptor = os.pidfd_open(pid)
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(seconds * 1000))
    finally:
        os.close(descriptor)


def why_not():
    """Why strace cannot be used here, or nothing."""
    try:
        tried = subprocess.run(["strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=?fsync", "-e",
                                "inject=fsync:error=EIO:when=1", "-o", os.devnull, "true"],
                               capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as problem:
        return str(problem)
    return tried.stderr.strip() if tried.returncode else ""
