"""What each aggregate of `-a` has to be, by its definition, over a list of events in their order."""
import decimal
import fractions
import json
import math

def is_number(value):
    return isinstance(value, (int, decimal.Decimal)) and not isinstance(value, bool)


def exact(value):
    return fractions.Fraction(value)


def values(events, name):
    """Of those that have one; null is none."""
    found = [event.value().get(name) for event in events]
    return [value for value in found if value is not None]


def numbers(events, name):
    return [exact(value) for value in values(events, name) if is_number(value)]


def canonical(value):
    """The same for equal values."""
    if is_number(value):
        return exact(value)
    return json.dumps(value, sort_keys=True)


def percentile(per_mille):
    def nearest_rank(found):
        rank = -(-len(found) * per_mille // 1000)
        return sorted(found)[max(rank, 1) - 1] if found else None
    return nearest_rank


def variance(found):
    mean = sum(found) / len(found)
    return sum((number - mean) ** 2 for number in found) / (len(found) - 1)


OF_NUMBERS = {
    "sum": sum,
    "mean": lambda found: float(sum(found) / len(found)) if found else None,
    "min": lambda found: min(found, default=None),
    "max": lambda found: max(found, default=None),
    "stddev": lambda found: math.sqrt(variance(found)) if len(found) > 1 else None,
    "p50": percentile(500), "p75": percentile(750), "p90": percentile(900), "p95": percentile(950),
    "p99": percentile(990), "p999": percentile(999),
}
OF_VALUES = {
    "count": len,
    "first": lambda found: found[0] if found else None,
    "last": lambda found: found[-1] if found else None,
    "distinct": lambda found: len({canonical(value) for value in found}),
}


def of(function, events, name, most=0):
    """`events` are in the order (time, partition, offset); `most` is the N of top and list."""
    if name is None:
        return len(events)
    if function in OF_NUMBERS:
        return OF_NUMBERS[function](numbers(events, name))
    if function in OF_VALUES:
        return OF_VALUES[function](values(events, name))
    if function == "list":
        return values(events, name)[:most]
    return sorted(numbers(events, name), reverse=True)[:most]  # top


def is_left_out(function, event, name):
    """Whether the aggregate has to leave the event out."""
    if name is None:
        return False
    if function in OF_NUMBERS or function == "top":
        return not numbers([event], name)
    return not values([event], name)


def is_same(printed, wanted):
    """A line is read with decimals. What is wanted is exact, but floats are only near."""
    if isinstance(wanted, list):
        return (isinstance(printed, list) and len(printed) == len(wanted)
                and all(map(is_same, printed, wanted)))
    if not is_number(printed) or isinstance(wanted, (bool, str, dict, type(None))):
        return printed == wanted and isinstance(printed, bool) == isinstance(wanted, bool)
    if isinstance(wanted, float):
        return math.isclose(float(printed), wanted, rel_tol=1e-14)
    return exact(printed) == exact(wanted)
