"""What a report answers: a table of figures, which of its columns the bars are made of, and the question it answers."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

COUNT, PERCENT, DAYS, YUAN, SIGNED = "count", "percent", "days", "yuan", "signed"


@dataclass(frozen=True)
class Question:
    """What is asked: which classes (`everything`: all there are), on which days, counted by what (a Dimension)."""

    intakes: QuerySet
    by: object
    since: date | None = None
    until: date | None = None
    everything: bool = False

    def classes(self, path="intake"):
        """The condition on rows that `path` leads from to their class."""
        return Q() if self.everything else Q(**{f"{path}__in": self.intakes.order_by().values("pk")})

    def days(self, path):
        """The condition that a moment lies on these days, the last one included."""
        condition = Q()
        if self.since:
            condition &= Q(**{f"{path}__gte": _begin(self.since)})
        if self.until:
            condition &= Q(**{f"{path}__lt": _begin(self.until + timedelta(days=1))})
        return condition


def _begin(day):
    return timezone.make_aware(datetime.combine(day, time()))


@dataclass(frozen=True)
class Column:
    """One figure of each row. `bar`: it is a part of the row's bar."""

    key: str
    label: str
    kind: str = COUNT
    bar: bool = False

    def text(self, value):
        """The figure as people read it."""
        if value is None:
            return "—"
        patterns = {COUNT: "{:,}", PERCENT: "{:.1f}%", DAYS: "{:.1f}", YUAN: "¥{:,}", SIGNED: "{:+,}"}
        return patterns[self.kind].format(value)


@dataclass
class Row:
    """What is counted in one group. `values` by the key of a column."""

    label: str
    values: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """One part of a bar: where it begins and how long it is, in thousandths of the whole width; which colour."""

    start: float
    width: float
    number: int


@dataclass
class Figures:
    """The table. A bar is as long as its row's count beside the greatest; with `share` all end at the same whole.

    `whole` names the column that a bar with `share` is a share of.
    """

    columns: list
    rows: list
    total: Row | None = None
    whole: str = ""

    @property
    def parts(self):
        """The columns that bars are made of."""
        return [column for column in self.columns if column.bar]

    def bar(self, row):
        """The parts of the bar of a row."""
        full = row.values[self.whole] if self.whole else self._longest
        start, parts = 0.0, []
        for number, column in enumerate(self.parts, start=1):
            width = 1000 * row.values[column.key] / full if full else 0
            if width:
                parts.append(Part(round(start, 1), round(width, 1), number))
            start += width
        return parts

    @property
    def _longest(self):
        return max((sum(row.values[column.key] for column in self.parts) for row in self.rows), default=0)

    def cells(self, row):
        """The figures of a row as people read them."""
        return [column.text(row.values[column.key]) for column in self.columns]


def percent(part, whole):
    """A share in percent with one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None
