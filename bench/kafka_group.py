"""kcat as a member of a group of a Kafka broker: what bench/groups compares with, if it is asked to."""
import os
import pathlib
import select
import shutil
import subprocess
import time

BROKER = pathlib.Path(__file__).resolve().parent.parent / "tests/kafka/broker"
SKIPPED = 77
LIFETIME_S = 3600


class KafkaGroup:
    """A broker of its own in a directory, with the events in the topic `source`."""

    def __init__(self, directory, events):
        self.directory = directory
        shutil.rmtree(directory, ignore_errors=True)
        os.environ["ESTREAM_BROKER_LIFETIME"] = str(LIFETIME_S)
        self.broker("start")
        self.address = self.broker("address").strip()
        self.broker("create-topic", "source", "4")
        self.broker("create-topic", "live", "1")
        self.kcat("-P", "-t", "source", "-z", "zstd", "-l", str(events))

    def broker(self, *arguments):
        done = subprocess.run([BROKER, self.directory, *arguments], stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode == SKIPPED:
            raise Missing("Java or Maven")
        done.check_returncode()
        return done.stdout

    def kcat(self, *arguments, text=None):
        subprocess.run(["kcat", "-b", self.address, *arguments], input=text, text=True, check=True)

    def consume(self, events):
        """The command that reads so many events as a new group."""
        return (f"kcat -b {self.address} -G {{group}} -q -c {events} -X auto.offset.reset=earliest source "
                "> /dev/null")

    def takeover(self):
        """Seconds from the death of one of two members until the other one has the next event."""
        command = ["kcat", "-b", self.address, "-G", "live", "-q", "-u", "-X", "auto.offset.reset=earliest", "live"]
        members = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
        try:
            owner = self.owner_of(members)
            other = members[1 - members.index(owner)]
            start = time.perf_counter()
            owner.kill()
            self.kcat("-P", "-t", "live", text="next\n")
            other.stdout.readline()
            return time.perf_counter() - start
        finally:
            for member in members:
                member.kill()
                member.wait()

    def owner_of(self, members):
        """Who still gets events when the second member has joined."""
        owner = None
        for _ in range(5):
            time.sleep(2)
            self.kcat("-P", "-t", "live", text="first\n")
            ready, _, _ = select.select([member.stdout for member in members], [], [], 30)
            for member in members:
                if member.stdout in ready:
                    member.stdout.readline()
                    owner = member
        return owner

    def end(self):
        self.broker("stop")
        shutil.rmtree(self.directory, ignore_errors=True)


class Missing(Exception):
    """What this machine does not have."""


def start(directory, events):
    if shutil.which("kcat") is None:
        raise Missing("kcat")
    return KafkaGroup(directory, events)
