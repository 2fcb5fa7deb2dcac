"""The course finder: what was asked (Search), how many each option would give, and the intakes found.

Options of one filter widen (Monday or Tuesday), filters narrow (Monday, and free). Each option's count is what it
would give together with the other filters. All counts come from one query, grouped by all that filters look at, and
are added up here: one filtered aggregate for each of 40 options would test every intake 40 times.
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Case, Count, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.cards import cards_of, readable
from courses.filters import all_filters, has_seats, phase, state_condition
from courses.models import Intake, Program

PER_PAGE = 20
_RANKED = 200  # So many of the best hits of a search stand in the order of relevance.
_LONGEST_TEXT = 80


@dataclass(frozen=True)
class Option:
    """One choice of a filter; `count` is None where it is not counted."""

    value: str
    label: str
    chosen: bool
    count: int | None


class _Verdicts(dict):
    """Whether a value passes a filter with these chosen options, worked out once for each value."""

    def __init__(self, keys, wanted):
        self._keys, self._wanted = keys, wanted

    def __missing__(self, value):
        self[value] = verdict = not self._wanted.isdisjoint(self._keys(value))
        return verdict


def _sorts(text):
    """The orders one can choose, as (value, label); a best match there is only for words."""
    best = [("relevance", _("Best match"))] if text else []
    return [
        *best,
        ("start", _("Starting soonest")),
        ("closing", _("Closing soonest")),
        ("new", _("Newest")),
    ]


def _default_sort(text):
    return "relevance" if text else "start"


@dataclass
class Search:
    """One question to the finder, made from the address; whatever makes no sense there is left out.

    `text` is what was typed, `chosen` maps names of filters to the values chosen, `sort` is one of `sorts`.
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
        filters = all_filters(now)
        chosen = {}
        for one in filters:
            known = dict(one.values)
            values = [value for value in dict.fromkeys(parameters.getlist(one.name)) if value in known]
            if values:
                chosen[one.name] = values
        text = " ".join(parameters.get("q", "").replace("\0", "").split())[:_LONGEST_TEXT]
        sort = parameters.get("sort")
        page = parameters.get("page", "")
        return cls(
            text=text,
            chosen=chosen,
            sort=sort if sort in dict(_sorts(text)) else _default_sort(text),
            page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
            filters=filters,
            now=now,
        )

    @property
    def sorts(self):
        """The orders one can choose, as (value, label)."""
        return _sorts(self.text)

    @property
    def default_sort(self):
        """The order when none is chosen. It is not in the address, so that typing words brings the best match."""
        return _default_sort(self.text)

    # --- Addresses

    def query(self, *, without=None, page=1, text=None):
        """The address's part after the question mark; `without` is a (filter, value) to leave out, None: all values."""
        pairs = [("q", self.text if text is None else text)]
        for name, values in self.chosen.items():
            pairs += [(name, value) for value in values if without not in ((name, value), (name, None))]
        if self.sort != self.default_sort:
            pairs.append(("sort", self.sort))
        if page > 1:
            pairs.append(("page", page))
        query = urlencode([(name, value) for name, value in pairs if value])
        return f"?{query}" if query else ""

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
            intakes = intakes.filter(state_condition(("open", "soon"), self.now))
        if self.text:
            intakes = intakes.filter(Q(program__in=self._programs[1]) | Q(code__iexact=self.text))
        return intakes

    def _groups(self):
        """What filters look at, with how many classes have it: tuples in the order of the filters, and the number."""
        grouped = (
            self._base.annotate(
                price=Case(When(fee=0, then=Value("free")), default=Value("paid")),
                room=Case(When(has_seats(), then=Value("yes")), default=Value("no")),
                phase=phase(self.now),
            )
            .values_list(
                *("program__communitycoursepage__category__slug", "district_id", "weekdays", "day_parts"),
                *("min_age", "max_age", "min_age_women", "max_age_women", "price", "room", "phase"),
            )
            .annotate(Count("pk"))
        )
        for row in grouped.iterator(chunk_size=2000):
            yield (*row[:4], row[4:8], *row[8:11]), row[11]

    @cached_property
    def _counts(self):
        """Counts of all options, of what dropping one filter would give, and of all found: (options, drops, total)."""
        active = [
            (position, _Verdicts(one.keys, set(self.chosen[one.name])))
            for position, one in enumerate(self.filters)
            if one.name in self.chosen
        ]
        # Added up by what was read; which options that makes is asked once for each different value.
        sums = [Counter() for _one in self.filters]
        drops, total = Counter(), 0
        for values, count in self._groups():
            failed = [position for position, passes in active if not passes[values[position]]]
            if len(failed) > 1:
                continue
            if failed:
                drops[self.filters[failed[0]].name] += count
            else:
                total += count
            for position in failed or range(len(sums)):
                sums[position][values[position]] += count
        options = Counter()
        for one, counted in zip(self.filters, sums, strict=True):
            for value, count in counted.items():
                for key in one.keys(value):
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
    def current(self):
        """The page shown: beyond the last one it is the last."""
        return min(self.page, self.pages)

    @property
    def pager(self):
        """Page numbers with their addresses: the first, the last and those around this one; (0, "") for a gap."""
        near = {1, self.pages, *range(self.current - 1, self.current + 2)} & set(range(1, self.pages + 1))
        links, last = [], 0
        for number in sorted(near):
            if number > last + 1:
                links.append((0, ""))
            links.append((number, self.query(page=number)))
            last = number
        return links

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
        found = readable(found).order_by(*self._order())
        return cards_of(found[(self.current - 1) * PER_PAGE : self.current * PER_PAGE], now=self.now)

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
