"""The course finder: what was asked (Search), what each filter would give (Filter), and the intakes found.

Options of one filter widen (Monday or Tuesday), filters narrow (Monday, and free). Each option's count is what it
would give together with the other filters. All counts come from one grouped query and are added up here: as filtered
aggregates, 40 options over 10,000 intakes took 10 times as long.
"""

from collections import Counter, namedtuple
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from urllib.parse import urlencode

from django.db.models import BooleanField, Case, Count, Exists, ExpressionWrapper, F, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import District
from courses.cards import cards_of, readable
from courses.describe import weekday_name
from courses.models import Category, Intake, Program, SeatPool

PER_PAGE = 20
_RANKED = 200  # So many of the best hits of a search stand in the order of relevance.
_LONGEST_TEXT = 80
_MORNING, _AFTERNOON, _EVENING = 1, 2, 4
# From which to under which age, in months.
AGE_GROUPS = {
    "preschool": (0, 72),
    "child": (72, 156),
    "teen": (156, 216),
    "adult": (216, 720),
    "senior": (720, 2400),
}
_Row = namedtuple("_Row", "category district weekdays day_parts free has_seats ages phase")


@dataclass(frozen=True)
class Option:
    """One choice of a filter; `count` is None where it is not counted."""

    value: str
    label: str
    chosen: bool
    count: int | None


@dataclass(frozen=True)
class Filter:
    """One filter. `values` are (value, label); `keys` tells which values a row has, `condition` says it in SQL."""

    name: str
    label: str
    values: list
    keys: object
    condition: object
    uncounted: tuple = ()


# --- Which values a row of the grouped query has --------------------------------------------------------------------


@lru_cache(maxsize=256)
def _bits(bits):
    return tuple(str(number + 1) for number in range(7) if bits >> number & 1)


@lru_cache(maxsize=16)
def _day_parts(bits):
    parts = {"morning": _MORNING, "afternoon": _AFTERNOON, "evening": _EVENING}
    return tuple(name for name, bit in parts.items() if bits & bit)


@lru_cache(maxsize=4096)
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
    parts = {"morning": _MORNING, "afternoon": _AFTERNOON, "evening": _EVENING}
    return _with_bits("day_parts", sum(parts[value] for value in values), 8)


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


def _has_seats():
    return Exists(SeatPool.objects.filter(intake=OuterRef("pk"), seats_taken__lt=F("capacity")))


def _phase(now):
    return Case(
        When(~Q(status=Intake.Status.PUBLISHED) | Q(closes_at__lte=now), then=Value("past")),
        When(opens_at__gt=now, then=Value("soon")),
        default=Value("open"),
    )


def _state_condition(values, now):
    conditions = {
        "open": Q(status=Intake.Status.PUBLISHED, opens_at__lte=now, closes_at__gt=now),
        "soon": Q(status=Intake.Status.PUBLISHED, opens_at__gt=now),
        "past": ~Q(status=Intake.Status.PUBLISHED) | Q(closes_at__lte=now),
    }
    condition = Q()
    for value in values:
        condition |= conditions[value]
    return condition


# --- The filters -------------------------------------------------------------------------------------------------------


def _filters(now):
    """All filters in the order in which people ask: what, where, when, for whom, how much, is there room."""
    return [
        Filter(
            "category",
            _("Category"),
            list(Category.objects.values_list("slug", "name")),
            lambda row: (row.category,),
            lambda values: Q(program__communitycoursepage__category__slug__in=values),
        ),
        Filter(
            "district",
            _("County or district"),
            list(District.objects.filter(county=None).values_list("code", "name")),
            lambda row: (row.district and row.district[:6],),
            _district_condition,
        ),
        Filter(
            "day",
            _("Weekday"),
            [(str(number + 1), weekday_name(number)) for number in range(7)],
            lambda row: _bits(row.weekdays),
            _weekday_condition,
        ),
        Filter(
            "time",
            _("Time of day"),
            [("morning", _("Morning")), ("afternoon", _("Afternoon")), ("evening", _("Evening"))],
            lambda row: _day_parts(row.day_parts),
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
            lambda row: _age_groups(row.ages),
            _age_condition,
        ),
        Filter(
            "fee",
            _("Fee"),
            [("free", _("Free")), ("paid", _("With a fee"))],
            lambda row: ("free" if row.free else "paid",),
            _fee_condition,
        ),
        Filter(
            "seats",
            _("Seats"),
            [("yes", _("Seats left"))],
            lambda row: ("yes",) if row.has_seats else (),
            lambda values: Q(_has_seats()),
        ),
        Filter(
            "state",
            _("Enrollment"),
            [("open", _("Open now")), ("soon", _("Opening soon")), ("past", _("Closed or cancelled"))],
            lambda row: (row.phase,),
            lambda values: _state_condition(values, now),
            # Years of past classes are not counted for a number that nobody needs.
            uncounted=("past",),
        ),
    ]


def sorts():
    """The orders one can choose, as (value, label)."""
    return [
        ("relevance", _("Best match")),
        ("start", _("Starting soonest")),
        ("closing", _("Closing soonest")),
        ("new", _("Newest")),
    ]


@dataclass
class Search:
    """One question to the finder, made from the address; whatever makes no sense there is left out.

    `text` is what was typed, `chosen` maps names of filters to the values chosen, `sort` is one of `sorts()`.
    """

    text: str = ""
    chosen: dict = field(default_factory=dict)
    sort: str = "start"
    page: int = 1
    filters: list = field(default_factory=list)
    now: object = None

    @classmethod
    def from_request(cls, parameters, *, now=None):
        """Read the parameters of an address (a QueryDict)."""
        now = now or timezone.now()
        filters = _filters(now)
        chosen = {}
        for one in filters:
            known = dict(one.values)
            values = [value for value in dict.fromkeys(parameters.getlist(one.name)) if value in known]
            if values:
                chosen[one.name] = values
        text = " ".join(parameters.get("q", "").replace("\0", "").split())[:_LONGEST_TEXT]
        default = "relevance" if text else "start"
        sort = parameters.get("sort")
        page = parameters.get("page", "")
        return cls(
            text=text,
            chosen=chosen,
            sort=sort if sort in dict(sorts()) and (text or sort != "relevance") else default,
            page=int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
            filters=filters,
            now=now,
        )

    # --- Addresses

    def query(self, *, without=None, page=1, text=None):
        """The address's part after the question mark; `without` is a (filter, value) to leave out, None: all values."""
        pairs = [("q", self.text if text is None else text)]
        for name, values in self.chosen.items():
            pairs += [(name, value) for value in values if without not in ((name, value), (name, None))]
        if self.sort != ("relevance" if self.text else "start"):
            pairs.append(("sort", self.sort))
        if page > 1:
            pairs.append(("page", page))
        return "?" + urlencode([(name, value) for name, value in pairs if value])

    @property
    def chips(self):
        """What narrows the list now, each with the address of the list without it."""
        chips = [(self.text, self.query(text=""))] if self.text else []
        for one in self.filters:
            labels = dict(one.values)
            chips += [(labels[value], self.query(without=(one.name, value))) for value in self.chosen.get(one.name, [])]
        return chips

    # --- Finding

    @cached_property
    def _programs(self):
        """The best hits of the text among programs, and whether the search had to be widened."""
        results = Program.objects.live().search(self.text)
        ids = [program.pk for program in results[:_RANKED]]
        everything = ids if len(ids) < _RANKED else results.get_queryset().order_by().values("pk")
        return ids, everything, getattr(results, "widened", False)

    @property
    def widened(self):
        """Whether nothing had all the words, so that what has some of them is shown."""
        return bool(self.text) and self._programs[2]

    @cached_property
    def _base(self):
        """All intakes that the text and the state allow; the other filters are left to the counting."""
        intakes = Intake.objects.published().order_by()
        if "past" not in self.chosen.get("state", ()):
            intakes = intakes.filter(_state_condition(("open", "soon"), self.now))
        if self.text:
            intakes = intakes.filter(Q(program__in=self._programs[1]) | Q(code__iexact=self.text))
        return intakes

    @cached_property
    def _counts(self):
        """Counts of all options, of what dropping one filter would give, and of all found: (options, drops, total)."""
        grouped = (
            self._base.annotate(
                free=ExpressionWrapper(Q(fee=0), output_field=BooleanField()),
                has_seats=_has_seats(),
                phase=_phase(self.now),
            )
            .values_list(
                *("program__communitycoursepage__category__slug", "district_id", "weekdays", "day_parts"),
                *("free", "has_seats", "min_age", "max_age", "min_age_women", "max_age_women", "phase"),
            )
            .annotate(Count("pk"))
        )
        options, drops, total = Counter(), Counter(), 0
        active = [(one, set(self.chosen[one.name])) for one in self.filters if one.name in self.chosen]
        for *columns, phase, count in grouped:
            row = _Row(*columns[:6], tuple(columns[6:]), phase)
            failed = [one for one, wanted in active if wanted.isdisjoint(one.keys(row))]
            if len(failed) > 1:
                continue
            if failed:
                drops[failed[0].name] += count
            else:
                total += count
            for one in failed or self.filters:
                for key in one.keys(row):
                    options[one.name, key] += count
        return options, drops, total

    @property
    def total(self):
        """How many intakes were found."""
        return self._counts[2]

    @property
    def pages(self):
        """How many pages they fill, at least one."""
        return max(1, -(-self.total // PER_PAGE))

    @property
    def groups(self):
        """The filters with their options for the screen: (filter, options); options that give nothing are left out
        unless chosen."""
        counts = self._counts[0]
        groups = []
        for one in self.filters:
            options = []
            for value, label in one.values:
                chosen = value in self.chosen.get(one.name, ())
                count = None if value in one.uncounted else counts[one.name, value]
                if chosen or count or count is None:
                    options.append(Option(value, label, chosen, count))
            if options:
                groups.append((one, options))
        return groups

    @property
    def drops(self):
        """Filters without which something would be found: (label, count, address), the most first."""
        labels = {one.name: one.label for one in self.filters}
        return [
            (labels[name], count, self.query(without=(name, None))) for name, count in self._counts[1].most_common()
        ]

    def cards(self):
        """The intakes of this page as cards."""
        found = self._base
        for one in self.filters:
            if one.name in self.chosen:
                found = found.filter(one.condition(self.chosen[one.name]))
        page = min(self.page, self.pages)
        found = readable(found).order_by(*self._order())
        return cards_of(found[(page - 1) * PER_PAGE : page * PER_PAGE], now=self.now)

    def _order(self):
        # What has begun stands behind what is to come.
        soonest = [
            Case(When(starts_at__gte=self.now, then=0), default=1),
            F("starts_at").asc(nulls_last=True),
            "pk",
        ]
        if self.sort == "relevance":
            ranks = [When(program=pk, then=rank) for rank, pk in enumerate(self._programs[0])]
            return [Case(*ranks, default=_RANKED), *soonest] if ranks else soonest
        if self.sort == "closing":
            return [Case(When(opens_at__lte=self.now, closes_at__gt=self.now, then=0), default=1), "closes_at", "pk"]
        return ["-pk"] if self.sort == "new" else soonest
