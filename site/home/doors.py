"""The live figures on the doors of the home page: what is there, and what is open now."""

from django.utils import timezone
from django.utils.translation import ngettext

from courses.models import Intake, PathwayIndexPage, PathwayPage
from partners.models import OrderProgramIndexPage, OrderProgramPage


def _pathways():
    """How many pathways there are, and how many are open now."""
    count = PathwayPage.objects.live().public().count()
    open_now = Intake.objects.published().open_at(timezone.now()).filter(program__pathwaypage__isnull=False)
    open_now = open_now.order_by().values("program").distinct().count()
    if count:
        yield ngettext("%(n)d pathway", "%(n)d pathways", count) % {"n": count}
    if open_now:
        yield ngettext("%(n)d open for applications", "%(n)d open for applications", open_now) % {"n": open_now}


def _order_programs():
    """How many order programs there are, and for how many posts one can apply now."""
    open_now = Intake.objects.published().open_at(timezone.now()).filter(program__orderprogrampage__isnull=False)
    seats = sum(intake.seats_total for intake in open_now.with_counts())
    count = OrderProgramPage.objects.shown().count()
    if count:
        yield ngettext("%(n)d order program", "%(n)d order programs", count) % {"n": count}
    if seats:
        yield ngettext("%(n)d seat open for applications", "%(n)d seats open for applications", seats) % {"n": seats}


# Which page has figures of its own; any other page that an editor chose as a door has none.
_FIGURES = {PathwayIndexPage: _pathways, OrderProgramIndexPage: _order_programs}


def figures_of(page):
    """The figures of the door that leads to this page, as sentences."""
    return list(_FIGURES.get(page.specific_class, list)())
