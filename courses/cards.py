"""Reading intakes for lists: each with its seats and its words, in a number of queries that does not grow."""

from dataclasses import dataclass

from django.db.models import F, Sum, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone

from courses import describe
from courses.models import Intake, SeatPool

# What a card says; a page has sixty columns more.
INTAKE_FIELDS = [
    *(
        "program_id",
        "code",
        "label",
        "status",
        "status_note",
        "opens_at",
        "closes_at",
        "district__name",
        "place",
        "teacher",
        "fee",
        "materials_fee",
    ),
    *("min_age", "max_age", "min_age_women", "max_age_women", "residents_of", "admission_rule", "minimum"),
    *(
        "starts_at",
        "first_ends_at",
        "ends_at",
        "weekdays",
        "day_parts",
        "meeting_count",
        "updated_at",
        "withdraw_hours",
        "materials",
    ),
]
_FIELDS = [
    *("program__title", "program__slug", "program__summary", "program__is_sample", "program__institution__name"),
    "program__cover",
    *INTAKE_FIELDS,
]


@dataclass(frozen=True)
class Card:
    """One intake, ready to be shown in a list; `pictured` with the cover of its course."""

    intake: Intake
    seats: describe.Seats
    facts: describe.Facts
    pictured: bool = False

    @property
    def taken_percent(self):
        """How much of the seats is taken, for the bar."""
        return round(100 * self.seats.taken / self.seats.total) if self.seats.total else 0

    @property
    def address(self):
        """The course's page with this class in its facts box."""
        return f"{reverse('course', args=[self.intake.program.slug])}?class={self.intake.pk}"


def readable(queryset):
    """The intakes with all that their words are made of, in one query."""
    return queryset.select_related("program__institution", "district").only(*_FIELDS)


def seats_of(intake_ids):
    """The seats of these intakes as {id: Seats}; an intake without pools has none."""
    rows = (
        SeatPool.objects.filter(intake__in=intake_ids)
        .order_by()
        .values_list("intake")
        .annotate(Sum("capacity"), Sum("seats_taken"), Sum("waiting"))
    )
    counted = {pk: describe.Seats(total, taken, waiting) for pk, total, taken, waiting in rows}
    return {pk: counted.get(pk, describe.Seats()) for pk in intake_ids}


def cards_of(intakes, *, now=None, pictured=False):
    """Cards for these `readable` intakes, in their order; with covers it takes up to two queries more, however many."""
    now = now or timezone.now()
    intakes = list(intakes)
    seats = seats_of([intake.pk for intake in intakes])
    if pictured:
        prefetch_related_objects([intake.program for intake in intakes], "cover__renditions")
    return [
        Card(intake, seats[intake.pk], describe.facts(intake, seats=seats[intake.pk], now=now), pictured)
        for intake in intakes
    ]


def opening_soon(count, *, now=None):
    """The next intakes to open."""
    now = now or timezone.now()
    coming = Intake.objects.published().of_courses().filter(status=Intake.Status.PUBLISHED, opens_at__gt=now)
    return cards_of(readable(coming).order_by("opens_at", "pk")[:count], now=now, pictured=True)


def closing_soon(count, *, now=None):
    """Open intakes with free seats, the first to close first."""
    now = now or timezone.now()
    closing = Intake.objects.published().of_courses().open_at(now).with_seats()
    return cards_of(readable(closing).order_by("closes_at", "pk")[:count], now=now, pictured=True)


def near(district_code, count, *, now=None):
    """Open intakes in that county or district, soonest start first."""
    now = now or timezone.now()
    here = Intake.objects.published().of_courses().open_at(now).filter(district__code__startswith=district_code[:6])
    return cards_of(readable(here).order_by(F("starts_at").asc(nulls_last=True), "pk")[:count], now=now, pictured=True)


def of_institution(institution, count, *, now=None):
    """Open and coming intakes of that institution, soonest start first."""
    now = now or timezone.now()
    theirs = Intake.objects.published().of_courses()
    theirs = theirs.filter(program__institution=institution, status=Intake.Status.PUBLISHED, closes_at__gt=now)
    return cards_of(
        readable(theirs).order_by(F("starts_at").asc(nulls_last=True), "pk")[:count], now=now, pictured=True
    )


def similar(page, count, *, now=None):
    """Open intakes with seats of other courses in the same category, soonest start first, one per course."""
    now = now or timezone.now()
    others = (
        Intake.objects.published()
        .open_at(now)
        .with_seats()
        .filter(program__communitycoursepage__category=page.category_id)
        .exclude(program=page.pk)
    )
    first_of_each = {}
    for intake in readable(others).order_by(F("starts_at").asc(nulls_last=True), "pk")[: count * 5]:
        first_of_each.setdefault(intake.program_id, intake)
    return cards_of(list(first_of_each.values())[:count], now=now, pictured=True)
