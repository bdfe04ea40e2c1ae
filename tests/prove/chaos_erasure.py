"""Erasure in chaos.py: persons leave, their events are erased, and no file may hold them then."""
import os
import pathlib
import re
import time

import chaos_batches
from chaos_ledger import Persons, seeded
from chaos_stage import DONE, NO


def has_marker(path, marker):
    """Whether a file has these bytes, packed or not, also in what is no log any more."""
    try:
        data = path.read_bytes()
    except OSError:
        return False  # It went meanwhile.
    if marker in data:
        return True
    if ".log" not in path.name and "quarantine" not in path.parts:
        return False
    return any(marker in (record.key or b"") + b" " + (record.value or b"")
               for batch in chaos_batches.read_batches(data)[0] for record in batch.records)


def files_with(root, markers):
    """Marker -> the files under the root that have it, hidden ones and leftovers too."""
    found = {marker: [] for marker in markers}
    for directory, _, names in os.walk(root):
        for name in names:
            path = root / directory / name
            for marker in markers:
                if has_marker(path, marker):
                    found[marker].append(path)
    return found


def is_quarantined(root, path):
    """What recovery cut off: an erasure warns of such files, and a person removes them."""
    return path.relative_to(root).parts[2:3] == ("quarantine",)


def warned_of_quarantine(said):
    """The (topic, partition) whose quarantine the erasure warned of."""
    return {(topic.decode(), partition.decode()) for topic, partition in
            re.findall(rb"([\w-]+)/(\d+): what recovery cut off may also hold such events", said)}


def is_told(status, said):
    """Whether the erasure did all that it can, and said what others have to do."""
    return status == DONE or (status == NO and (b"other names" in said or bool(warned_of_quarantine(said))))


def is_named(root, path, said):
    """Whether the erasure named the file, or the other topic or the leftover that it is in."""
    relative = path.relative_to(root)
    if str(relative).encode() in said:
        return True
    if is_quarantined(root, path):
        return relative.parts[:2] in warned_of_quarantine(said)
    place = re.escape(relative.parts[0].encode())
    return relative.parts[0] != "secret" and bool(re.search(rb"(?<![\w-])" + place + rb"(?![\w-])", said))


def shared_files(root, person):
    """The files of other topics and of leftovers that are also files of `secret` with this person."""
    marker = Persons.key(person).encode()
    own = {inode_of(path) for path in files_with(root / "secret", [marker])[marker]} - {None}
    paths = [pathlib.Path(directory) / name for directory, _, names in os.walk(root) for name in names]
    return {path for path in paths
            if path.relative_to(root).parts[0] != "secret" and inode_of(path) in own}


def inode_of(path):
    """Nothing when it went meanwhile."""
    try:
        return os.stat(path).st_ino
    except OSError:
        return None


def check_erased(stage, person, said, must_be_named):
    """After a successful erasure: nothing is left but where the erasure said that it is. What another
    topic has in files of its own is another copy, which is only counted: the erasure of all topics, at
    the end, is what has to reach it."""
    marker = Persons.key(person).encode()
    for path in files_with(stage.root, [marker])[marker]:
        is_own_copy = path.relative_to(stage.root).parts[0] != "secret" and path not in must_be_named
        if is_own_copy and not path.relative_to(stage.root).parts[0].startswith("."):
            stage.count("erased keys in copies of other topics")
        elif not is_named(stage.root, path, said):
            stage.problem("erased and still there", f"{marker.decode()} is in {path}, and the erasure "
                                                    f"did not say so: {said[-800:]!r}")


def check_nothing_left(stage, erased, said):
    """After the erasure of all topics, whoever was erased is in no file that it did not warn of."""
    warned = warned_of_quarantine(said)
    for marker, paths in files_with(stage.root, [Persons.key(person).encode() for person in erased]).items():
        stage.count("erased keys searched in all files")
        for path in paths:
            if is_quarantined(stage.root, path) and path.relative_to(stage.root).parts[:2] in warned:
                stage.count("erased keys in quarantine")
            else:
                stage.problem("erased and still there", f"{marker.decode()} is in {path} after the "
                                                        "erasure of all topics")


class Eraser:
    def __init__(self, stage, attempts, persons):
        self.stage = stage
        self.attempts = attempts
        self.persons = persons
        self.random = seeded(stage.seed, "eraser")

    def act(self):
        while not self.stage.is_over:
            time.sleep(self.random.uniform(0.1, 0.6))
            if self.stage.exists("secret"):
                self.erase(self.random.choice(list(self.persons.living)))

    def erase(self, person):
        """Whoever was killed in it is run again until it is done."""
        self.persons.retire(person)
        key = Persons.key(person)
        while self.attempts.may_still_write(key.encode()) and not self.stage.is_given_up:
            if self.stage.is_over:
                return
            time.sleep(0.01)
        self.persons.erased.append(person)
        must_be_named, said, is_done = set(), b"", False
        while not is_done and not self.stage.is_over:
            rewrites = self.stage.rewrites_of_secret
            shared = shared_files(self.stage.root, person)
            is_done, words = self.once(key)
            said += words
            # A compaction in between ends the sharing; and who was killed may have said nothing.
            is_known = rewrites % 2 == 0 and rewrites == self.stage.rewrites_of_secret
            must_be_named = shared if is_known and is_done else set()
        if is_done:
            self.stage.count("erasures")
            check_erased(self.stage, person, said, must_be_named)

    def once(self, key):
        """Whether it is done, and what was said. Its answer is no when others have the events as well."""
        out = self.stage.path("erase.out")
        status, err = self.stage.finish("erase", "compact", "-T", "60s", "--roll", "--drop", "-k", key,
                                        "secret", out=out, good=(DONE, NO))
        with open(out, "rb") as file:
            said = err + file.read()
        return is_told(status, err), said

    def erase_everywhere(self):
        """In the calm: of all topics, branches too; and then nothing at all may be left, but in the
        quarantines that the erasure warned of."""
        if not self.persons.erased:
            self.stage.finish("last", "compact", "-T", "60s", "--roll", "--max-segments", "1000000", "secret")
            return
        pattern = "|".join(Persons.key(person).replace(".", r"\.") for person in self.persons.erased)
        _, said = self.stage.finish("erase", "compact", "-T", "60s", "--roll", "--drop", "-G",
                                    f"k:^({pattern})$", "--all", good=(DONE, NO))
        check_nothing_left(self.stage, self.persons.erased, said)
