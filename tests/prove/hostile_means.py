"""What a case may need that not every machine, or not every build of the tools, has."""
import os
import pathlib
import shutil
import subprocess

ROOM_BYTES = 1 << 30  # For what the cases make, at most.

ADDRESS_SPACE, DEVICE, NAMESPACE = "address space", "device", "namespace"
OTHER_USER, TERMINAL = "other user", "terminal"
TIGHT_LIMITS, NO_THREADS = "tight limits", "no threads"


def missing_means(scratch, is_sanitized):
    """The means that cases have to do without here, each with the reason."""
    missing = {}
    namespace = subprocess.run(["unshare", "-Urm", "true"], capture_output=True, text=True)
    if namespace.returncode:
        missing[NAMESPACE] = f"no user namespaces here: {namespace.stderr.strip()}"
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        missing[OTHER_USER] = missing[NO_THREADS] = "only root can become another user"
    if not shutil.which("script"):
        missing[TERMINAL] = "there is no script(1)"
    try:
        for end in os.openpty():
            os.close(end)
    except OSError as error:
        missing[TERMINAL] = f"no pseudo-terminal here: {error}"
    if is_sanitized:
        missing[ADDRESS_SPACE] = "a sanitizer takes terabytes of address space"
        missing[TIGHT_LIMITS] = "a sanitizer needs files and time of its own"
        missing[NO_THREADS] = "a sanitizer needs a thread of its own"
    try:
        os.mknod(scratch / "device", 0o20600, os.makedev(1, 5))
    except OSError as error:
        missing[DEVICE] = f"no device can be made here: {error}"
    return missing


def has_room_in_memory():
    return os.path.isdir("/dev/shm") and shutil.disk_usage("/dev/shm").free > ROOM_BYTES


def public_tools(options, path):
    """The tools where another user may run them: a copy, when they lie where nobody may look."""
    directory = pathlib.Path(options.tools)
    if os.geteuid() != 0 or all(above.stat().st_mode & 1
                                for above in (directory, *directory.parents)):
        return directory
    copy = path / "tools"
    copy.mkdir()
    for tool in directory.glob("estream-*"):
        shutil.copy(tool, copy)
    return copy


def is_sanitized(tools):
    with open(tools / "estream-consume", "rb") as program:
        return any(b"__asan_init" in block for block in iter(lambda: program.read(1 << 24), b""))
