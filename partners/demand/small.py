"""What few have said is not told of anyone: in public, groups of fewer than three orders or enterprises stand together.

A group is also kept back when what one of the filters, or several together, leave out of it is so small that a
subtraction would tell it; and so much is put to "all others" that they cannot be told apart from the sum either.
Of pay nothing is told for fewer than five orders: among a few, the lowest and the highest are somebody's own.
"""

from dataclasses import dataclass, field

FEWEST = 3
FEWEST_PAYS = 5


@dataclass
class Folded:
    """`groups` to show, `rest`: the demands of all others; `withheld`: there are too few altogether."""

    groups: dict
    rest: list = field(default_factory=list)
    withheld: bool = False


def is_enough(demands):
    """Whether they are of enough orders and enterprises to be told."""
    return len(demands) >= FEWEST and len({one.enterprise for one in demands}) >= FEWEST


def may_show(*parts):
    """Whether a group may be shown: it, and each part of it that filters leave out."""
    return all(not demands or is_enough(demands) for demands in parts)


def fold(groups, outsides):
    """The groups that may be shown, the others put together; each of `outsides` has what filters leave out of them."""
    everything = [one for demands in groups.values() for one in demands]
    left_out = [[one for demands in outside.values() for one in demands] for outside in outsides]
    if everything and not may_show(everything, *left_out):
        return Folded({}, withheld=True)
    shown = {
        key: demands
        for key, demands in groups.items()
        if may_show(demands, *(outside.get(key, []) for outside in outsides))
    }
    rest = [one for key, demands in groups.items() if key not in shown for one in demands]
    for key in sorted((key for key in shown if shown[key]), key=lambda key: len(shown[key])):
        # What filters leave out of the hidden groups must not be told either, by way of their sum.
        hidden = groups.keys() - shown.keys()
        beside = [[one for other in hidden for one in outside.get(other, [])] for outside in outsides]
        if not rest or may_show(rest, *beside):
            break
        rest += shown.pop(key)
    return Folded(shown, rest)
