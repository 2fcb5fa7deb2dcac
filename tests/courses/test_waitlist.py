"""The waitlist: who is offered a seat, when an offer ends, and who comes next."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from courses import enrollment as process
from courses.models import Enrollment, Intake, SeatPool
from courses.states import Reason, State
from tests.courses.invariants import assert_invariants
from tests.factories import district, enroll, intake, learner

pytestmark = pytest.mark.django_db


def test_a_full_class_gives_the_next_place_in_the_waitlist():
    course = intake(seats=1)
    enroll(course)

    second, third = enroll(course), enroll(course)

    assert (second.state, second.waitlist_position) == (State.WAITLISTED, 1)
    assert (third.state, third.waitlist_position) == (State.WAITLISTED, 2)
    assert_invariants()


def test_a_seat_given_back_is_offered_to_the_first_in_line_who_confirms():
    course = intake(seats=1)
    first, second, third = enroll(course), enroll(course), enroll(course)

    process.withdraw(first, by=first.account)
    second.refresh_from_db()
    assert second.state == State.OFFERED
    assert timedelta(hours=23) < second.offer_expires_at - timezone.now() <= timedelta(hours=24)
    process.confirm(second, by=second.account)

    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.state, third.state) == (State.ENROLLED, State.WAITLISTED)
    assert_invariants()


def test_a_declined_offer_goes_to_the_next():
    course = intake(seats=1)
    first, second, third = enroll(course), enroll(course), enroll(course)
    process.withdraw(first, by=first.account)

    process.decline(second, by=second.account)

    third.refresh_from_db()
    assert third.state == State.OFFERED
    assert_invariants()


def overdue(offered):
    """Let the deadline of an offer pass."""
    Enrollment.objects.filter(pk=offered.pk).update(offer_expires_at=timezone.now() - timedelta(seconds=1))


def test_an_offer_not_confirmed_in_time_expires_and_goes_to_the_next():
    course = intake(seats=1)
    first, second, third = enroll(course), enroll(course), enroll(course)
    process.withdraw(first, by=first.account)
    overdue(second)

    assert process.expire_overdue() == 1

    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.state, third.state) == (State.EXPIRED, State.OFFERED)
    assert process.expire_overdue() == 0
    assert_invariants()


def test_an_expired_offer_frees_its_seat_even_if_no_worker_runs():
    course = intake(seats=1)
    first, second = enroll(course), enroll(course)
    process.withdraw(first, by=first.account)
    overdue(second)

    newcomer = enroll(course)

    second.refresh_from_db()
    assert (second.state, newcomer.state) == (State.EXPIRED, State.ENROLLED)
    assert_invariants()


def test_a_newcomer_never_overtakes_those_who_wait_for_an_expired_seat():
    course = intake(seats=1)
    first, second, third = enroll(course), enroll(course), enroll(course)
    process.withdraw(first, by=first.account)
    overdue(second)

    newcomer = enroll(course)

    third.refresh_from_db()
    assert (third.state, newcomer.state) == (State.OFFERED, State.WAITLISTED)
    assert_invariants()


def test_confirming_too_late_is_refused_and_the_seat_moves_on():
    course = intake(seats=1)
    first, second, third = enroll(course), enroll(course), enroll(course)
    process.withdraw(first, by=first.account)
    overdue(second)

    with pytest.raises(process.MoveRefused):
        process.confirm(second, by=second.account)

    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.state, third.state) == (State.EXPIRED, State.OFFERED)
    assert_invariants()


def test_an_offer_that_clashes_is_confirmed_only_after_leaving_the_other_class():
    monday, same_hour = intake(seats=1), intake()
    first = enroll(monday)
    who = learner()
    waiting, other = enroll(monday, who), enroll(same_hour, who)
    process.withdraw(first, by=first.account)

    with pytest.raises(process.MoveRefused):
        process.confirm(waiting, by=who.account)
    process.withdraw(other, by=who.account)
    process.confirm(waiting, by=who.account)

    waiting.refresh_from_db()
    assert waiting.state == State.ENROLLED


def test_a_free_seat_goes_to_the_first_who_qualifies_wherever_they_wait():
    tahe = district()
    course = intake(pools=[{"name": "公开", "capacity": 1}, {"name": "塔河", "capacity": 1, "district": tahe}])
    enroll(course, learner(district=tahe))
    in_open = enroll(course, learner(lives_elsewhere=True))
    local_waits, stranger_waits = (
        enroll(course, learner(district=tahe)),
        enroll(course, learner(lives_elsewhere=True)),
    )

    process.withdraw(in_open, by=in_open.account)

    local_waits.refresh_from_db()
    stranger_waits.refresh_from_db()
    assert (local_waits.state, local_waits.pool.name) == (State.OFFERED, "公开")
    assert stranger_waits.state == State.WAITLISTED
    assert_invariants()


def test_promotion_passes_over_nobody_and_stops_at_nobody():
    course = intake(seats=1)
    first, erased, third = enroll(course), enroll(course), enroll(course)
    erased.learner.erased_at = timezone.now()
    erased.learner.save()

    process.withdraw(first, by=first.account)

    erased.refresh_from_db()
    third.refresh_from_db()
    assert (erased.state, third.state) == (State.NOT_ADMITTED, State.OFFERED)
    assert erased.history.last().reason == Reason.RULES_NOT_MET
    assert_invariants()


def test_a_rule_made_later_does_not_count_against_those_who_wait():
    course = intake(seats=1)
    first, young = (
        enroll(course),
        enroll(course, learner(birth_date=date(2010, 1, 1), guardian_name="王", guardian_phone="13900000000")),
    )
    Intake.objects.filter(pk=course.pk).update(min_age=60 * 12)

    process.withdraw(first, by=first.account)

    young.refresh_from_db()
    assert young.state == State.OFFERED


def test_more_seats_are_offered_to_those_who_wait():
    course = intake(seats=1)
    enroll(course)
    waiting = [enroll(course) for _ in range(3)]
    SeatPool.objects.filter(intake=course).update(capacity=3)

    offered = process.promote(course)

    assert offered == waiting[:2]
    assert_invariants()


def test_who_still_waits_when_the_class_begins_is_told_so():
    course = intake(seats=0)
    waiting = enroll(course)
    past = timezone.now() - timedelta(minutes=1)
    Intake.objects.filter(pk=course.pk).update(starts_at=past, closes_at=past)

    assert process.close_waitlists() == 1

    waiting.refresh_from_db()
    assert waiting.state == State.NOT_ADMITTED
    assert_invariants()
