"""What is always true of enrollments (DESIGN §4), as one function that looks at the whole database."""

from collections import Counter

from django.db.models import F

from courses.models import Enrollment, HistoryEntry, SeatPool
from courses.states import LIVE, SEATED, State, may_move


def assert_invariants():
    """Raise AssertionError with the row that breaks an invariant."""
    _seats()
    _one_live_enrollment()
    _no_seat_free_while_somebody_waits()
    _history()


def _seats():
    seated = Counter(Enrollment.objects.filter(state__in=SEATED).values_list("pool_id", flat=True))
    waiting = Counter(Enrollment.objects.filter(state=State.WAITLISTED).values_list("pool_id", flat=True))
    for pool in SeatPool.objects.all():
        assert pool.seats_taken == seated[pool.pk], f"{pool}: counter {pool.seats_taken}, rows {seated[pool.pk]}"
        assert pool.waiting == waiting[pool.pk], f"{pool}: waiting {pool.waiting}, rows {waiting[pool.pk]}"
        assert 0 <= pool.seats_taken <= pool.capacity, f"{pool}: over capacity"


def _one_live_enrollment():
    people = Counter(Enrollment.objects.filter(state__in=LIVE).values_list("intake_id", "person"))
    assert all(count == 1 for count in people.values()), people


def _no_seat_free_while_somebody_waits():
    for pool in SeatPool.objects.filter(seats_taken__lt=F("capacity"), waiting__gt=0).select_related("intake"):
        assert pool.intake.status != "published", f"{pool} has a free seat and {pool.waiting} waiting"


def _history():
    chains = {}
    for entry in HistoryEntry.objects.order_by("pk"):
        before = chains.get(entry.enrollment_id, "")
        assert entry.from_state == before, f"{entry}: history says {before!r} before"
        assert may_move(entry.from_state or None, entry.to_state), f"{entry} is no allowed move"
        chains[entry.enrollment_id] = entry.to_state
    for enrollment in Enrollment.objects.all():
        assert chains.get(enrollment.pk) == enrollment.state, f"{enrollment}: history ends elsewhere"
