"""Random fields of events."""
import decimal

TEXTS = ("", "a", "é", "9", "null", '"', "longer than the others, and no number")


def random_number(chance):
    choice = chance.random()
    if choice < 0.4:
        return chance.randrange(-5, 6)
    if choice < 0.6:
        return decimal.Decimal(chance.randrange(-10**6, 10**6)).scaleb(-chance.randrange(7))
    if choice < 0.75:
        return decimal.Decimal(chance.randrange(10**18)).scaleb(-chance.choice((2, 9, 18)))
    return chance.choice((0, 2**63 - 1, -2**63, 2**64 - 1, 10**17, decimal.Decimal("1.0"),
                          decimal.Decimal("0.1"), decimal.Decimal("0.000000000000000001"),
                          decimal.Decimal("-0.5"), 10**20))


def random_value(chance):
    """Of the field `v`: mostly a number."""
    choice = chance.random()
    if choice < 0.75:
        return random_number(chance)
    return chance.choice((None, True, False, [], {"a": 1}, [1, "x"], *TEXTS))


def random_fields(chance):
    """`v` is anything, or is not there; `n` is a small integer; `c` is money; `s` is a text."""
    fields = [("n", chance.randrange(-9, 10)),
              ("c", decimal.Decimal(chance.randrange(100000)).scaleb(-2)),
              ("s", chance.choice(TEXTS[1:4]))]
    if chance.random() < 0.9:
        fields.append(("v", random_value(chance)))
    return tuple(fields)
