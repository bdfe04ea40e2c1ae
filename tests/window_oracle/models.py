"""What each operator has to do with a list of events in the order of their arrival, as plainly as possible.

Each model returns its results and the events that are late. `grace` and all sizes are in milliseconds.
"""
import collections
import datetime

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
MILLISECOND = datetime.timedelta(milliseconds=1)
HOUR = 3_600_000
DAY = 24 * HOUR


def order(event):
    return event.time, event.partition, event.number


def with_clocks(events):
    """(event, the clock of its partition with it)"""
    clocks = {}
    for event in events:
        clocks[event.partition] = max(clocks.get(event.partition, event.time), event.time)
        yield event, clocks[event.partition]


def in_time_order(events, grace):
    """As a task with -K takes them: sorted, without those that come more than the grace time too late."""
    late, accepted = [], []
    for event, clock in with_clocks(events):
        (late if event.time < clock - grace else accepted).append(event)
    return sorted(accepted, key=order), late


class Milliseconds:
    """How times are counted in windows of a fixed size."""

    @staticmethod
    def number_of(time):
        return time

    @staticmethod
    def time_of(number):
        return number


class DaysOf:
    """How they are counted in windows of whole days of a zone: from 1970-01-01 on."""

    def __init__(self, zone):
        self.zone = zone
        self.known = {}

    def number_of(self, time):
        local = (EPOCH + time * MILLISECOND).astimezone(self.zone)
        return local.date().toordinal() - EPOCH.toordinal()

    def time_of(self, number):
        """The first moment of the day. Python takes the first of two midnights; and what it makes of a
        midnight that does not exist is the moment at which the clocks go forward."""
        if number not in self.known:
            date = datetime.date.fromordinal(EPOCH.toordinal() + number)
            midnight = datetime.datetime(date.year, date.month, date.day, tzinfo=self.zone)
            self.known[number] = (midnight - EPOCH) // MILLISECOND
        return self.known[number]


def changes_of_clock(zone, begin, days):
    """The days, as their first millisecond in UTC, in which the clocks are changed."""
    found = []
    for day in range(begin, begin + days * DAY, DAY):
        offsets = {(EPOCH + time * MILLISECOND).astimezone(zone).utcoffset() for time in (day, day + DAY)}
        if len(offsets) > 1:
            found.append(day)
    return found


def fixed_windows(events, size, step, grace, units=Milliseconds):
    """Tumble and hop: {(key, from, to): events in their order}"""
    windows, late = collections.defaultdict(list), []
    for event, clock in with_clocks(events):
        number = units.number_of(event.time)
        begin, was_in, is_in = number // step * step, False, False
        while begin + size > number:
            was_in = True
            bounds = units.time_of(begin), units.time_of(begin + size)
            if bounds[1] > clock - grace:
                windows[event.key, *bounds].append(event)
                is_in = True
            begin -= step
        if was_in and not is_in:
            late.append(event)
    return {window: sorted(found, key=order) for window, found in windows.items()}, late


def begin(session):
    return min(event.time for event in session)


def end(session):
    return max(event.time for event in session)


def sessions_by_arrival(events, gap, most, grace):
    """As Kafka Streams: an event joins what is open within the gap on both sides of it."""
    sessions, late = collections.defaultdict(list), []  # By key: lists of events.
    for event, clock in with_clocks(events):
        limit = clock - grace - gap
        is_open = [each for each in sessions[event.key] if end(each) >= limit]
        near = joined_sessions(is_open, event.time, gap, most)
        session = [event, *(other for each in near for other in each)]
        if end(session) < limit:
            late.append(event)
            continue
        sessions[event.key] = [each for each in sessions[event.key] if each not in near]
        sessions[event.key].append(session)
    return named_sessions(sessions), late


def joined_sessions(sessions, time, gap, most):
    """The two around the event if the whole is short enough, or the earlier one, or the later one."""
    earlier = [each for each in sorted(sessions, key=begin) if begin(each) <= time][-1:]
    later = [each for each in sorted(sessions, key=begin) if begin(each) > time][:1]
    earlier = [each for each in earlier if end(each) + gap >= time]
    later = [each for each in later if begin(each) - gap <= time]
    for chosen in (earlier + later, earlier, later):
        times = [time, *map(begin, chosen), *map(end, chosen)]
        if most is None or max(times) - min(times) <= most:
            return chosen
    return []


def named_sessions(sessions):
    return {(key, begin(each), end(each)): sorted(each, key=order)
            for key, found in sessions.items() for each in found}


def sessions_in_time_order(events, gap, most, grace):
    accepted, late = in_time_order(events, grace)
    sessions = collections.defaultdict(list)
    for event in accepted:
        found = sessions[event.key]
        if found and end(found[-1]) + gap >= event.time \
                and (most is None or event.time - begin(found[-1]) <= most):
            found[-1].append(event)
        else:
            found.append([event])
    return named_sessions(sessions), late


def dedup(events, span):
    """The events that pass, in the order in which they come here."""
    passed, remembered, clock = [], {}, -1
    for event in events:
        clock = max(clock, event.time)
        before = remembered.get(event.key)
        is_known = before is not None and before >= clock - span
        if is_known and abs(before - event.time) <= span:
            continue
        passed.append(event)
        if event.time >= clock - span:
            remembered[event.key] = event.time
    return passed


class Silence:
    """Of a key: from its last event on."""

    def __init__(self):
        self.last = None
        self.events = []
        self.was_said = False


def absent(events, span, is_back_said):
    """[(key, from, to, events or None for `back`)] in the order in which it is said, for events in the
    order in which they are applied."""
    silences, said, clock = {}, [], -1
    for event in events:
        clock = max(clock, event.time)
        said += who_is_silent(silences, span, clock, is_back_said)
        mine = silences.setdefault(event.key, Silence())
        if mine.was_said:
            said.append((event.key, mine.last, event.time, None))
            mine = silences[event.key] = Silence()
        mine.last = event.time if mine.last is None else max(mine.last, event.time)
        mine.events.append(event)
    return said


def who_is_silent(silences, span, clock, is_back_said):
    found = sorted((mine.last, key) for key, mine in silences.items()
                   if not mine.was_said and mine.last + span < clock)
    said = []
    for last, key in found:
        said.append((key, last, last + span, sorted(silences[key].events, key=order)))
        silences[key].was_said = True
        if not is_back_said:
            del silences[key]
    return said


def by_arrival(events, span):
    """What --absent and --seq do without -K: (those that are applied, those that are late)"""
    applied, late = [], []
    for event, clock in with_clocks(events):
        (late if event.time + span < clock else applied).append(event)
    return applied, late


def trailing(events, span, is_sorted):
    """[(event, the events that its line counts)], for events in the order in which they are applied.
    Sorted ones count all of the same time; others only what came before, and what the clock has left."""
    found, clock = [], -1
    for place, event in enumerate(events):
        clock = max(clock, event.time)
        counted = [other for other in (events if is_sorted else events[:place])
                   if other.key == event.key and event.time - span < other.time <= event.time
                   and (is_sorted or other.time > clock - span)]
        if not is_sorted:
            counted.append(event)
        found.append((event, sorted(counted, key=order)))
    return found


class Sequence:
    """Steps are sets of the letters that fulfil them, in the field `e`; each step so often as it is there.
    """

    def __init__(self, steps, span, unless, are_unmatched_shown):
        self.steps = [letters for letters, times in steps for _ in range(times)]
        self.first_length = steps[0][1]
        self.span = span
        self.unless = unless
        self.are_unmatched_shown = are_unmatched_shown
        self.attempts = collections.defaultdict(list)  # By key: lists of events, the oldest first.
        self.quiet = set()  # First events of attempts that are not shown as unmatched.
        self.used = []  # Events that were of use.
        self.found = []  # (key, from, to, events, is_unmatched)

    def run(self, events):
        clock = -1
        for event in events:
            clock = max(clock, event.time)
            self.time_out(lambda attempt, clock=clock: attempt[0].time + self.span < clock)
            self.apply(event)
        self.time_out(lambda attempt: True)
        return self.found

    def apply(self, event):
        mine = self.attempts[event.key]
        letter = event.value()["e"]
        if self.unless and letter in self.unless:
            mine.clear()
        for attempt in (*mine, None):
            if attempt is None and letter in self.steps[0]:
                mine.append([event])
            elif attempt is not None and letter in self.steps[len(attempt)]:
                attempt.append(event)
        if any(event in attempt for attempt in mine):
            self.used.append(event)
        if mine and len(mine[0]) == len(self.steps):
            times = mine[0][0].time, event.time
            self.found.append((event.key, min(times), max(times), list(mine[0]), False))
            mine.clear()

    def time_out(self, is_over):
        over = [attempt for mine in self.attempts.values() for attempt in mine if is_over(attempt)]
        over.sort(key=lambda attempt: (attempt[0].time, attempt[0].key, order(attempt[0])))
        for attempt in over:
            if self.are_unmatched_shown and len(attempt) >= self.first_length \
                    and attempt[0] not in self.quiet:
                begins = attempt[0].time
                self.found.append((attempt[0].key, begins, begins + self.span, attempt, True))
                self.quiet.update(attempt[:self.first_length])
        for key, mine in self.attempts.items():
            self.attempts[key] = [attempt for attempt in mine if not is_over(attempt)]
