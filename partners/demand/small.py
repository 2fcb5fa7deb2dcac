"""What few have said is not told of anyone: in public, groups of fewer than three orders or enterprises stand together.

A group is also kept back when what a filter leaves out of it is so small that a subtraction would tell it; and so much
is put to "all others" that they cannot be told apart from the sum either.
"""

from dataclasses import dataclass, field

FEWEST = 3


@dataclass
class Folded:
    """`groups` to show, `rest`: the demands of all others; `withheld`: there are too few altogether."""

    groups: dict
    rest: list = field(default_factory=list)
    withheld: bool = False


def is_enough(demands):
    """Whether they are of enough orders and enterprises to be told."""
    return len(demands) >= FEWEST and len({one.enterprise for one in demands}) >= FEWEST


def may_show(inside, outside):
    """Whether a group may be shown, beside what the filters leave out of it."""
    return all(not demands or is_enough(demands) for demands in (inside, outside))


def fold(groups, outside):
    """The groups that may be shown, the others put together; `outside` has what the filters leave out of each."""
    everything = [one for demands in groups.values() for one in demands]
    left_out = [one for demands in outside.values() for one in demands]
    if everything and not may_show(everything, left_out):
        return Folded({}, withheld=True)
    shown = {key: demands for key, demands in groups.items() if may_show(demands, outside.get(key, []))}
    rest = [one for key, demands in groups.items() if key not in shown for one in demands]
    for key in sorted((key for key in shown if shown[key]), key=lambda key: len(shown[key])):
        if not rest or is_enough(rest):
            break
        rest += shown.pop(key)
    return Folded(shown, rest)
