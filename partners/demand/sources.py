"""What the demand board is counted from: orders that stand, majors that are taught, programs for orders.

A prefecture has hundreds of orders, not millions: they are read whole, in a fixed number of queries, and counted in
Python, since medians and the folding of small groups need every one of them anyway.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Sum

from courses.models import Intake, MajorOffer, SeatPool
from partners.models import OccupationMajor, Placement, TrainingOrder
from partners.states import LIVE, OrderState

# What was approved and not closed since: a closed order asks for nobody any more.
COUNTED = (*LIVE, OrderState.FULFILLED)


@dataclass(frozen=True)
class Demand:
    """One order as the board counts it. `seats` are those of its order program, `placed` who works there since."""

    order: int
    occupation: int
    district: int
    trade: str
    enterprise: int
    posts: int
    pay: int | None
    starts_on: date
    majors: tuple = ()
    seats: int = 0
    placed: int = 0

    @property
    def year(self):
        """The year in which the training begins."""
        return self.starts_on.year

    @property
    def quarter(self):
        """2027-1: the year and its quarter."""
        return f"{self.starts_on.year}-{(self.starts_on.month + 2) // 3}"

    @property
    def month(self):
        """2027-03."""
        return f"{self.starts_on:%Y-%m}"


@dataclass(frozen=True)
class Offer:
    """A major at an institution in a year."""

    major: int
    year: int
    district: int
    seats: int
    enrolled: int
    graduates: int
    placed: int


@dataclass
class Sources:
    """Everything that is counted, read once."""

    demands: list
    offers: list
    # Majors that lead to an occupation, as the bureau and the orders say: {occupation: {major, ...}}.
    leading: dict = field(default_factory=dict)

    def majors_of(self, occupations):
        """The majors that lead to one of these occupations."""
        return set().union(*(self.leading.get(one, ()) for one in occupations))


def read():
    """The sources as they are now."""
    demands = _demands()
    leading = defaultdict(set)
    for occupation, major in OccupationMajor.objects.order_by().values_list("occupation_id", "major_id"):
        leading[occupation].add(major)
    for one in demands:
        leading[one.occupation].update(one.majors)
    return Sources(demands, _offers(), dict(leading))


def _demands():
    found = TrainingOrder.objects.filter(state__in=COUNTED, starts_on__isnull=False).order_by("pk")
    majors = defaultdict(list)
    through = TrainingOrder.majors.through.objects.filter(trainingorder__in=found.values("pk"))
    for order, major in through.order_by("major_id").values_list("trainingorder_id", "major_id"):
        majors[order].append(major)
    seats, placed = _seats(), _placed()
    columns = ("pk", "occupation_id", "district_id", "enterprise__industry", "enterprise_id", "posts", "pay_after")
    return [
        Demand(*row, majors=tuple(majors[row[0]]), seats=seats.get(row[0], 0), placed=placed.get(row[0], 0))
        for row in found.values_list(*columns, "starts_on")
    ]


def _seats():
    """{order: seats of its program's published intakes}."""
    pools = SeatPool.objects.filter(
        intake__program__orderprogrampage__isnull=False, intake__status=Intake.Status.PUBLISHED
    )
    counted = pools.order_by().values("intake__program__orderprogrampage__order")
    return dict(counted.annotate(n=Sum("capacity")).values_list("intake__program__orderprogrampage__order", "n"))


def _placed():
    """{order: people who work in its occupation after the training, as the enterprise says and they do not deny}."""
    counted = Placement.objects.placed().order_by().values("agreement__order")
    return dict(counted.annotate(n=Count("agreement", distinct=True)).values_list("agreement__order", "n"))


def _offers():
    columns = ("major_id", "year", "institution__district_id", "seats", "enrolled", "graduates", "placed")
    return [Offer(*row) for row in MajorOffer.objects.order_by("pk").values_list(*columns)]
