"""The filters of the course finder: their options in words, and for each two ways to tell which classes have it.

One is for counting (`Filter.keys`, from what one grouped query reads), one is SQL for the list; a test compares them.
"""

from dataclasses import dataclass

from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils.translation import gettext as _

from accounts.models import District
from courses.describe import weekday_name
from courses.models import Category, Intake, SeatPool

_DAY_PARTS = {"morning": 1, "afternoon": 2, "evening": 4}
# From which to under which age, in months.
AGE_GROUPS = {
    "preschool": (0, 72),
    "child": (72, 156),
    "teen": (156, 216),
    "adult": (216, 720),
    "senior": (720, 2400),
}


@dataclass(frozen=True)
class Filter:
    """One filter. `values` are (value, label). `keys` tells which of them a class has by what `_counts` reads of it,
    `condition` says the same in SQL for chosen values; a test compares the two."""

    name: str
    label: str
    values: list
    keys: object
    condition: object
    uncounted: tuple = ()


# --- Which values a class has -----------------------------------------------------------------------------------


def _weekdays(bits):
    return tuple(str(number + 1) for number in range(7) if bits >> number & 1)


def _day_parts(bits):
    return tuple(name for name, bit in _DAY_PARTS.items() if bits & bit)


def _age_groups(ages):
    """The age groups of which someone may join; "up to 60 years" includes the whole year (eligibility.py)."""
    youngest, oldest, youngest_women, oldest_women = ages
    bands = [(youngest, oldest)]
    if youngest_women is not None or oldest_women is not None:
        bands.append((youngest_women, oldest_women))
    return tuple(
        name
        for name, (start, end) in AGE_GROUPS.items()
        if any((low or 0) < end and (high is None or _end_of(high) > start) for low, high in bands)
    )


def _end_of(oldest):
    return oldest + (12 if oldest % 12 == 0 else 1)


# --- The same in SQL ---------------------------------------------------------------------------------------------


def _with_bits(name, mask, highest):
    return Q(**{f"{name}__in": [bits for bits in range(highest) if bits & mask]})


def _weekday_condition(values):
    return _with_bits("weekdays", sum(1 << int(value) - 1 for value in values), 128)


def _day_part_condition(values):
    return _with_bits("day_parts", sum(_DAY_PARTS[value] for value in values), 8)


def _district_condition(values):
    condition = Q()
    for code in values:
        condition |= Q(district__code__startswith=code)
    return condition


def _fee_condition(values):
    return Q() if len(values) == 2 else Q(fee=0) if "free" in values else Q(fee__gt=0)


def _age_condition(values):
    condition = Q()
    apart = Q(min_age_women__isnull=False) | Q(max_age_women__isnull=False)
    for value in values:
        condition |= _band_condition("", value) | apart & _band_condition("_women", value)
    return condition


def _band_condition(suffix, value):
    """Someone of the age group is in the band. A band that ends with a whole year includes that year; the groups
    begin with whole years, so "ends after the beginning" is the same as "is not below the beginning"."""
    start, end = AGE_GROUPS[value]
    low, high = f"min_age{suffix}", f"max_age{suffix}"
    young_enough = Q(**{f"{low}__isnull": True}) | Q(**{f"{low}__lt": end})
    return young_enough & (Q(**{f"{high}__isnull": True}) | Q(**{f"{high}__gte": start}))


def has_seats():
    """At least one pool has a free seat."""
    return Exists(SeatPool.objects.filter(intake=OuterRef("pk"), seats_taken__lt=F("capacity")))


def phase(now):
    """Open, soon or past, as a column."""
    return Case(
        When(~Q(status=Intake.Status.PUBLISHED) | Q(closes_at__lte=now), then=Value("past")),
        When(opens_at__gt=now, then=Value("soon")),
        default=Value("open"),
    )


def state_condition(values, now):
    """The same as a condition."""
    conditions = {
        "open": Q(status=Intake.Status.PUBLISHED, opens_at__lte=now, closes_at__gt=now),
        "soon": Q(status=Intake.Status.PUBLISHED, opens_at__gt=now),
        "past": ~Q(status=Intake.Status.PUBLISHED) | Q(closes_at__lte=now),
    }
    condition = Q()
    for value in values:
        condition |= conditions[value]
    return condition


# --- The filters ------------------------------------------------------------------------------------------------


def all_filters(now):
    """All filters in the order in which people ask: what, where, when, for whom, how much, is there room."""
    return [
        Filter(
            "category",
            _("Category"),
            list(Category.objects.values_list("slug", "name")),
            lambda slug: (slug,),
            lambda values: Q(program__communitycoursepage__category__slug__in=values),
        ),
        Filter(
            "district",
            _("County or district"),
            list(District.objects.filter(county=None).values_list("code", "name")),
            lambda code: (code and code[:6],),
            _district_condition,
        ),
        Filter(
            "day",
            _("Weekday"),
            [(str(number + 1), weekday_name(number)) for number in range(7)],
            _weekdays,
            _weekday_condition,
        ),
        Filter(
            "time",
            _("Time of day"),
            [("morning", _("Morning")), ("afternoon", _("Afternoon")), ("evening", _("Evening"))],
            _day_parts,
            _day_part_condition,
        ),
        Filter(
            "age",
            _("For whom"),
            [
                ("preschool", _("Under 6 years")),
                ("child", _("6 to 12 years")),
                ("teen", _("13 to 17 years")),
                ("adult", _("18 to 59 years")),
                ("senior", _("60 years and over")),
            ],
            _age_groups,
            _age_condition,
        ),
        Filter(
            "fee",
            _("Fee"),
            [("free", _("Free")), ("paid", _("With a fee"))],
            lambda price: (price,),
            _fee_condition,
        ),
        Filter(
            "seats",
            _("Seats"),
            [("yes", _("Seats left"))],
            lambda room: (room,),
            lambda values: Q(has_seats()),
        ),
        Filter(
            "state",
            _("Enrollment"),
            [("open", _("Open now")), ("soon", _("Opening soon")), ("past", _("Closed or cancelled"))],
            lambda phase: (phase,),
            lambda values: state_condition(values, now),
            # Years of past classes are not counted for a number that nobody needs.
            uncounted=("past",),
        ),
    ]
