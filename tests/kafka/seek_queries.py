#!/usr/bin/env python3
"""Questions about places in a topic with their answers, computed from all of its records.

  tests/kafka/seek_queries.py RECORDS > answers

RECORDS is what ReadTopic.java printed. Each line is a query that SeekTopic.java takes with the
answer it has to give after it: `cut -d' ' -f1-3` makes the queries.
"""
import collections
import json
import random
import sys

QUERIES = 20


def main():
    partitions = collections.defaultdict(list)
    with open(sys.argv[1], encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            partitions[record["partition"]].append((record["offset"], record["timestamp"]))
    chance = random.Random(1)
    for partition, records in sorted(partitions.items()):
        times = [when for _, when in records]
        for when in [min(times) - 1, max(times), max(times) + 1] + [
                chance.choice(times) + chance.randrange(-1, 2) for _ in range(QUERIES)] + [
                chance.randint(min(times), max(times)) for _ in range(5 * QUERIES)]:
            found = next((offset for offset, at in records if at >= when), -1)
            print("time", partition, when, found)
        # Offsets of which the records were removed, too.
        last = records[-1][0]
        for wanted in [0, last] + [chance.randrange(last + 1) for _ in range(QUERIES)]:
            found = next(offset for offset, _ in records if offset >= wanted)
            print("offset", partition, wanted, found)


if __name__ == "__main__":
    main()
