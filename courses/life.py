"""Where classes stand in the eyes of staff, and which of them wait for somebody to act: each as a queryset.

The public's words for the same are in describe.py: it says whether one can enroll, this says what there is to do.
"""

from datetime import datetime, time, timedelta

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import ClassMeeting, Enrollment, Intake, SeatPool
from courses.states import State

# How far ahead one looks: openings within a week, and classes that are short of learners two weeks before they begin.
SOON = timedelta(days=7)
DECIDE = timedelta(days=14)


class Life(models.TextChoices):
    """The life of an intake, from the draft to the end."""

    DRAFT = "draft", _("draft")
    UPCOMING = "upcoming", _("opens later")
    OPEN = "open", _("open")
    FULL = "full", _("full")
    CLOSED = "closed", _("closed")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


def life_of(intake, *, free, now=None):
    """Where one intake stands; `free` is the number of free seats."""
    now = now or timezone.now()
    if intake.status != Intake.Status.PUBLISHED:
        return Life(intake.status)
    if intake.ends_at and intake.ends_at <= now:
        return Life.DONE
    if intake.starts_at and intake.starts_at <= now:
        return Life.RUNNING
    if now < intake.opens_at:
        return Life.UPCOMING
    if now >= intake.closes_at:
        return Life.CLOSED
    return Life.OPEN if free > 0 else Life.FULL


def living(intakes, life, now=None):
    """Those of the intakes that stand there; the same answer as `life_of`."""
    now = now or timezone.now()
    if life in (Life.DRAFT, Life.CANCELLED):
        return intakes.filter(status=life)
    intakes = intakes.filter(status=Intake.Status.PUBLISHED)
    if life == Life.DONE:
        return intakes.filter(ends_at__lte=now)
    intakes = intakes.exclude(ends_at__lte=now)
    if life == Life.RUNNING:
        return intakes.filter(starts_at__lte=now)
    intakes = intakes.exclude(starts_at__lte=now)
    if life == Life.UPCOMING:
        return intakes.filter(opens_at__gt=now)
    if life == Life.CLOSED:
        return intakes.filter(opens_at__lte=now, closes_at__lte=now)
    intakes = intakes.open_at(now)
    with_seats = Exists(_pools().filter(seats_taken__lt=F("capacity")))
    return intakes.filter(with_seats if life == Life.OPEN else ~with_seats)


class Waits(models.TextChoices):
    """What waits for staff."""

    OPENING = "opening", _("open within a week")
    DECISION = "decision", _("under their minimum: go or no-go")
    OFFERS = "offers", _("with offers that expire today")
    FREE_SEATS = "free_seats", _("with a free seat although somebody waits")
    REVIEWS = "reviews", _("with applications to decide")
    TODAY = "today", _("meet today")


def waiting(intakes, what, now=None):
    """Those of the intakes for which this waits."""
    now = now or timezone.now()
    published = intakes.filter(status=Intake.Status.PUBLISHED)
    begins, ends = _today(now)
    match what:
        case Waits.OPENING:
            return published.filter(opens_at__gt=now, opens_at__lte=now + SOON)
        case Waits.DECISION:
            soon = published.filter(starts_at__gt=now, starts_at__lte=now + DECIDE, runs_anyway_at=None)
            return with_enrolled(soon).filter(minimum__gt=F("enrolled"))
        case Waits.OFFERS:
            offers = Enrollment.objects.filter(intake=OuterRef("pk"), state=State.OFFERED, offer_expires_at__lt=ends)
            return published.filter(Exists(offers))
        case Waits.FREE_SEATS:
            missed = _pools().filter(seats_taken__lt=F("capacity"), waiting__gt=0)
            giving = Q(starts_at__gt=now) | Q(closes_at__gt=now)
            return published.filter(giving, Exists(missed))
        case Waits.REVIEWS:
            applied = Enrollment.objects.filter(intake=OuterRef("pk"), state=State.SUBMITTED)
            return published.filter(Exists(applied), admission_rule=Intake.AdmissionRule.REVIEW)
        case Waits.TODAY:
            meetings = ClassMeeting.objects.filter(intake=OuterRef("pk"), starts_at__gte=begins, starts_at__lt=ends)
            return published.filter(Exists(meetings))


def with_enrolled(intakes):
    """Each with `enrolled`: how many have a certain seat."""
    rows = Enrollment.objects.filter(intake=OuterRef("pk"), state=State.ENROLLED).order_by().values("intake")
    return intakes.annotate(enrolled=Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0))


def meetings_today(intakes, now=None):
    """Today's meetings of these intakes, in their order."""
    begins, ends = _today(now or timezone.now())
    meetings = ClassMeeting.objects.filter(
        intake__in=intakes, intake__status=Intake.Status.PUBLISHED, starts_at__gte=begins, starts_at__lt=ends
    )
    return meetings.select_related("intake__program").order_by("starts_at", "pk")


def _pools():
    return SeatPool.objects.filter(intake=OuterRef("pk"))


def _today(now):
    """The first moment of today and of tomorrow."""
    begins = timezone.make_aware(datetime.combine(timezone.localdate(now), time()))
    return begins, begins + timedelta(days=1)
