"""Runs an example of a page, for check-man-pages and check-examples."""
import os
import signal
import subprocess
import tempfile
import time
from typing import NamedTuple

TIME_LIMIT_S = 20


class Ended(NamedTuple):
    status: int | None  # 128+n for signal n; None when it did not end in time.
    output: str
    messages: str  # Standard error.


def environment_of(directory, tools):
    """Of an example: the topics in directory/root, the tools first in PATH, no config file."""
    environment = {**os.environ, "ESTREAM_DIR": str(directory / "root"), "HOME": str(directory),
                   "PATH": f"{tools}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8",
                   "ESTREAM_CONFIG": ""}
    environment.pop("ESTREAM_NOW", None)
    return environment


def content(file):
    """What is in it so far. Reads by position: the processes that write share the file's offset."""
    size = os.fstat(file.fileno()).st_size
    return os.pread(file.fileno(), size, 0).decode(errors="replace")


def kill(group, number):
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        pass


def run(command, directory, environment, is_enough=None):
    """Runs `command` in bash until it ends; or interrupts it as soon as is_enough(seconds, output)."""
    # Files and not pipes, because a process in the background may keep its end of a pipe open.
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as messages:
        shell = subprocess.Popen(["bash", "-c", "set -eo pipefail\n" + command], cwd=directory,
                                 env=environment, stdin=subprocess.DEVNULL, stdout=output,
                                 stderr=messages, start_new_session=True)
        begin = time.monotonic()
        while shell.poll() is None and time.monotonic() - begin < TIME_LIMIT_S:
            if is_enough and is_enough(time.monotonic() - begin, content(output)):
                kill(shell.pid, signal.SIGINT)
                is_enough = None
            time.sleep(0.01)
        status = shell.poll()
        kill(shell.pid, signal.SIGKILL)  # With what it left in the background.
        shell.wait()
        if status is not None and status < 0:
            status = 128 - status
        return Ended(status, content(output), content(messages))
