"""The topic that corruption.py damages: a few kilobytes, with one of everything that can be in a
partition, its older versions, and what may be done to its bytes.
"""
import dataclasses
import json
import os
import pathlib
import random
import re
import shutil

START = 1_700_000_000  # Seconds: when the first event is said to have happened.
CURSOR = "cursor.json"
COMPACTED_LOG = f"log/t/0/{0:020d}.log"
LAST_LOG = f"log/t/0/{90:020d}.log"


def event(number, size=0, late_s=0):
    """Values that tell which event they are of, and padding that hardly compresses."""
    pad = random.Random(number).randbytes(size).hex()
    return json.dumps({"k": f"k{number % 7}", "n": number, "at": (START + number - late_s) * 1000,
                       "pad": pad}, separators=(",", ":")) + "\n"


class Image:
    """The files of the data root and the cursor file, by path below the work directory."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.files = self.read()

    def read(self):
        return {str(path.relative_to(self.root)): path.read_bytes()
                for top in ("log", CURSOR) for path in self._files_of(self.root / top)}

    @staticmethod
    def _files_of(path):
        return [path] if path.is_file() else [p for p in sorted(path.rglob("*")) if p.is_file()]

    def apply(self, changes):
        for path, content in changes.items():
            if content is None:
                (self.root / path).unlink()
            else:
                (self.root / path).write_bytes(content)

    def undo(self, changes):
        self.apply({path: self.files[path] for path in changes})

    def restore(self):
        """Everything as it was, whatever a tool has done."""
        shutil.rmtree(self.root / "log", ignore_errors=True)
        for name in os.listdir(self.root):
            if name.startswith(CURSOR):
                os.unlink(self.root / name)
        for path, content in self.files.items():
            os.makedirs(os.path.dirname(self.root / path), exist_ok=True)
            (self.root / path).write_bytes(content)


def build(tools, root):
    """One compacted, two sealed and the active segment; all versions that the files ever had."""
    versions = []

    def step(tool, *arguments, lines=()):
        source = pathlib.Path(root) / "input"
        source.write_text("".join(lines))
        ending = tools.run(tool, *arguments, input_path=str(source))
        assert ending.status == 0, (tool, arguments, ending)
        versions.append(Image(root).files)

    keyed = ("-K", ".k", "--time-field", ".at", "--batch-size", "700", "t")
    step("produce", "-z", "none", *keyed, lines=[event(n) for n in range(30)])
    step("compact", "--roll", "-L", "t")
    step("produce", "-z", "none", *keyed, lines=[event(n, 60) for n in range(30, 60)])
    step("consume", "--cursor-file", str(pathlib.Path(root) / CURSOR), "-n", "20", "t")
    step("compact", "--roll", "t")
    step("produce", *keyed, lines=[event(n, 20) for n in range(60, 90)])
    step("compact", "--roll", "t")
    named = [event(n, 60) for n in range(90, 120)]
    (pathlib.Path(root) / "named").write_text("".join(named))
    step("produce", "-z", "none", "--producer", "import", *keyed, lines=named)
    # Nothing for the time index: so the last slot is that of the append, and its twin an older one.
    step("produce", *keyed, lines=[event(n, late_s=60) for n in range(120, 124)])
    return Image(root), versions[:-1]


OLD_COMMIT = 5  # The version in which the last segment but one is the active one.


def batches_of(log):
    """Where the batches of a log begin, and where the last one ends."""
    places, at = [], 0
    while at + 61 <= len(log):
        places.append(at)
        at += 12 + int.from_bytes(log[at + 8:at + 12], "big")
    return [*places, at]


@dataclasses.dataclass
class Damage:
    """What is done to which files; `name` is enough to do it again (see `named`)."""
    name: str
    changes: dict
    path: str
    position: int = -1
    kind: str = ""

    def field(self):
        """Which field of a batch header a flip hits, or nothing."""
        if self.kind != "flip" or not self.path.endswith(".log"):
            return None
        log = self.changes[self.path]
        start = max((b for b in batches_of(self._original)[:-1] if b <= self.position), default=0)
        assert log is not None
        for end, name in ((8, "base offset"), (12, "length"), (16, "epoch"), (17, "magic"),
                          (21, "crc"), (23, "attributes"), (27, "last offset delta"),
                          (35, "base timestamp"), (43, "max timestamp"), (57, "producer"),
                          (61, "record count")):
            if self.position - start < end:
                return name
        return "records"

    _original: bytes = b""


class Catalogue:
    """All damage that can be done to an image, made on demand from its name."""

    def __init__(self, image, versions):
        self.files = {path: content for path, content in image.files.items()
                      if not path.endswith("/lock")}
        self.versions = versions
        self.by_kind = {}
        for path, content in self.files.items():
            for position in range(len(content)):
                names = self.by_kind.setdefault(self._kind_of(path, position), [])
                names += [f"flip:{path}:{position}:{bit}" for bit in range(8)]
        self.by_kind["cut"] = self._cuts()
        self.by_kind["extend"] = self._extensions()
        self.by_kind["block"] = self._blocks()
        self.by_kind["file"] = self._whole_files()

    def _kind_of(self, path, position):
        """So that a sample has as much of what is small as of what is large."""
        name = os.path.basename(path)
        if name == "commit":
            return "commit" if position % 4096 < 128 else "unused part of commit"
        if not name.endswith(".log"):
            return f"flip in {name.split('.')[-1]}"
        starts = batches_of(self.files[path])
        start = max(start for start in starts if start <= position)
        return "batch header" if position - start < 61 else "records"

    def bit_count(self):
        return sum(8 * len(content) for content in self.files.values())

    def _cuts(self):
        return [f"cut:{path}:{size}" for path, content in self.files.items()
                for size in range(len(content))]

    def _extensions(self):
        sizes = (1, 2, 7, 8, 12, 60, 61, 62, 100, 511, 512, 513, 4095, 4096, 4097)
        return [f"extend:{path}:{size}:{what}" for path in self.files for size in sizes
                for what in ("zeros", "garbage", "itself")]

    def _blocks(self):
        names = []
        for path, content in self.files.items():
            count = (len(content) + 511) // 512
            for block in range(count):
                names += [f"block:{path}:{block}:{what}" for what in ("zeros", "garbage")]
                names += [f"block:{path}:{block}:{other}" for other in range(count)
                          if other != block]
                names += [f"swap:{path}:{block}:{other}" for other in range(block + 1, count)]
        return names

    def _whole_files(self):
        names = [f"missing:{path}" for path in self.files if path != CURSOR]
        paths = list(self.files)
        names += [f"exchange:{a}:{b}" for a in paths for b in paths if a < b]
        names += [f"replace:{a}:{b}" for a in paths for b in paths if a != b]
        names += [f"older:{path}:{number}" for number, files in enumerate(self.versions)
                  for path in files if path in self.files and files[path] != self.files[path]]
        return names

    def damage(self, name):
        kind, path, *rest = name.split(":")
        content = self.files[path]
        noise = random.Random(name)
        position, changed = -1, {}
        if kind == "flip":
            position, bit = int(rest[0]), int(rest[1])
            changed[path] = replaced(content, position, bytes([content[position] ^ 1 << bit]))
        elif kind == "cut":
            position = int(rest[0])
            changed[path] = content[:position]
        elif kind == "extend":
            size = int(rest[0])
            more = {"zeros": bytes(size), "garbage": noise.randbytes(size),
                    "itself": (content * size)[:size]}[rest[1]]
            changed[path] = content + more
        elif kind in ("block", "swap"):
            position = int(rest[0]) * 512
            changed[path] = self._with_block(content, position, rest[1], kind == "swap", noise)
        elif kind == "missing":
            changed[path] = None
        elif kind == "older":
            changed[path] = self.versions[int(rest[0])][path]
        else:
            other = rest[0]
            changed[path] = self.files[other]
            if kind == "exchange":
                changed[other] = content
        return Damage(name, changed, path, position, kind, content)

    @staticmethod
    def _with_block(content, position, what, is_swap, noise):
        old = content[position:position + 512]
        if what in ("zeros", "garbage"):
            new = bytes(len(old)) if what == "zeros" else noise.randbytes(len(old))
            return replaced(content, position, new)
        other = int(what) * 512
        new = content[other:other + 512]
        size = min(len(old), len(new))
        changed = replaced(content, position, new[:size])
        return replaced(changed, other, old[:size]) if is_swap else changed


def replaced(content, position, new):
    return content[:position] + new + content[position + len(new):]


PLACE = re.compile(rb"([0-9]{20}\.log) at byte ([0-9]+)")


def is_right_place(damage, err):
    """Whether what is said of a damaged log names it, and the damaged batch or the one behind it."""
    found = PLACE.search(err)
    name = os.path.basename(damage.path).encode()
    if damage.kind != "flip" or not damage.path.endswith(".log") or not found:
        return True
    ends = batches_of(damage._original)
    start = max(end for end in ends if end <= damage.position)
    # Where a damaged length leads to, nothing begins.
    length = int.from_bytes(damage.changes[damage.path][start + 8:start + 12], "big")
    if found[1] == name and int(found[2]) == start + 12 + length:
        return True
    behind = [end for end in ends if end > damage.position][:2]
    if found[1] != name:
        return int(found[2]) == 0 and len(behind) < 2  # The beginning of the next segment.
    return start <= int(found[2]) <= behind[-1]
