"""What few have said is not told of anyone: in public, groups of fewer than three orders or enterprises stand together.

Nothing is told by a subtraction either. Each table of a year is a partition of its orders into parts of enough: the
groups that stand alone, and all others together; whatever is added or subtracted is made of such parts. Where a table
is narrowed (to a district, say), a group stands alone in all districts or in none, and the others of each district
together are enough: so a sum over the districts never has one small part that is missing.
Of pay the public reads the middle only, of five orders or more, in round figures: the lowest is somebody's own.
"""

FEWEST = 3
FEWEST_PAYS = 5
PAY_STEP = 100


def is_enough(demands):
    """Whether they are of enough orders and enterprises to be told."""
    return len(demands) >= FEWEST and len({one.enterprise for one in demands}) >= FEWEST


def grouped(demands, name):
    """{what the field `name` holds: the demands with it}."""
    groups = {}
    for one in demands:
        groups.setdefault(getattr(one, name), []).append(one)
    return groups


def alone(groups):
    """The keys of the groups that stand alone, so that the others together are enough, or there are none.

    None at all when everything together is not enough.
    """
    return _settle(groups, {key for key, demands in groups.items() if is_enough(demands)})


def alone_within(demands, by, filtered):
    """The keys of `by` that stand alone wherever the demands are narrowed to one value of the field `filtered`."""
    values = grouped(demands, filtered)
    chosen = alone(values)
    parts = [values[one] for one in chosen] + [[one for one in demands if getattr(one, filtered) not in chosen]]
    tables = [grouped(part, by) for part in parts if part]
    kept = {key for key in alone(grouped(demands, by)) if all(is_enough(one[key]) for one in tables if key in one)}
    before = None
    while kept != before:
        before = set(kept)
        for table in tables:
            # What is taken away for one part is taken away for all, which may leave too few hidden in another.
            kept -= (kept & table.keys()) - _settle(table, kept & table.keys())
    return kept


def _settle(groups, shown):
    """The keys of `shown` without the smallest, as many as it takes until what is not shown is enough, or nothing."""
    shown = set(shown)
    rest = [one for key, demands in groups.items() if key not in shown for one in demands]
    for key in sorted(shown, key=lambda key: (len(groups[key]), str(key))):
        if not rest or is_enough(rest):
            break
        rest += groups[key]
        shown.discard(key)
    return shown
