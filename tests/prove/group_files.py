"""What the files of a consumer group say while its members live and die: who owns a partition, which
command runs, and whether output is decided that may not be stored yet. Read without any lock, and not
by the product.
"""
import dataclasses
import os
import pathlib
import signal
import struct

SLOTS = (0, 4096)
MAGIC = b"ESG1"
SEQUENCE_AND_GENERATION = struct.Struct(">qq")  # At byte 8.
PENDING_SIZE = struct.Struct(">q")              # At byte 48.


@dataclasses.dataclass(frozen=True)
class Owner:
    """As the lock file of a partition has it. Process ids may be those of the dead."""
    partition: str
    member: str
    pid: int
    command_pid: int  # 0 when none was started.


def owners_of(group):
    """`group` is the directory of the group."""
    owners = []
    for path in sorted(pathlib.Path(group).glob("*.lock")):
        words = path.read_text(encoding="utf-8").split()
        if len(words) >= 2:
            owners.append(Owner(path.stem, words[0], int(words[1]),
                                int(words[2]) if len(words) > 2 else 0))
    return owners


def has_pending(position_file):
    """Whether the newer slot of a position file points to output that is decided."""
    newest = (-1, False)
    with open(position_file, "rb") as file:
        for at in SLOTS:
            slot = os.pread(file.fileno(), 128, at)
            if len(slot) == 128 and slot.startswith(MAGIC):
                sequence, _ = SEQUENCE_AND_GENERATION.unpack_from(slot, 8)
                newest = max(newest, (sequence, PENDING_SIZE.unpack_from(slot, 48)[0] > 0))
    return newest[1]


def signal_command(pid, data_root, number):
    """Signals a command of a group in this data root. Answers whether there was such a process; a
    number that another process has by now is left alone."""
    try:
        handle = os.pidfd_open(pid)
    except OSError:
        return False
    try:
        environment = pathlib.Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        root = b"ESTREAM_DIR=" + os.fsencode(str(data_root))
        is_ours = root in environment and any(
            variable.startswith(b"ESTREAM_PARTITION=") for variable in environment)
        if is_ours:
            signal.pidfd_send_signal(handle, number)
        return is_ours
    except OSError:
        return False
    finally:
        os.close(handle)
