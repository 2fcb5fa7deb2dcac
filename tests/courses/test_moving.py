"""The school moves a learner to another class: out of the one and into the other, or neither."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses import enrollment as process
from courses.models import Enrollment
from courses.moving import move
from courses.states import Reason, State
from notifications.models import Message
from tests.courses.invariants import assert_invariants
from tests.factories import account, enroll, intake, learner, term

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    """Who works at the desk."""
    return account(is_staff=True)


def test_a_moved_learner_has_a_seat_there_and_none_here_and_is_told_once(staff):
    monday, friday = intake(seats=1), intake(seats=1, starts_in=timedelta(days=20))
    old = enroll(monday)
    new = move(old, to=friday, by=staff, note="周一没空")
    old.refresh_from_db()
    assert (old.state, new.state, new.intake) == (State.WITHDRAWN, State.ENROLLED, friday)
    left, arrived = old.history.last(), new.history.last()
    assert (left.other, arrived.other, left.reason, left.by) == (new, old, Reason.MOVED, staff)
    kinds = Message.objects.filter(account=old.account).values_list("kind", flat=True)
    assert sorted(kinds) == ["enrollment_enrolled", "enrollment_moved"]
    assert_invariants()


def test_the_seat_that_is_left_goes_to_the_next_in_line(staff):
    monday, friday = intake(seats=1), intake(seats=1, starts_in=timedelta(days=20))
    old, waiting = enroll(monday), enroll(monday)
    move(old, to=friday, by=staff)
    waiting.refresh_from_db()
    assert waiting.state == State.OFFERED
    assert_invariants()


def test_a_full_class_refuses_and_nothing_has_changed(staff):
    monday, friday = intake(), intake(seats=1, starts_in=timedelta(days=20))
    old = enroll(monday)
    enroll(friday)
    with pytest.raises(process.MoveRefused):
        move(old, to=friday, by=staff)
    old.refresh_from_db()
    assert old.state == State.ENROLLED
    assert Enrollment.objects.count() == 2
    assert_invariants()


def test_the_rules_of_the_new_class_hold(staff):
    child = learner(birth_date=timezone.localdate() - timedelta(days=365 * 20))
    old = enroll(intake(), child)
    with pytest.raises(process.NotEligible) as refused:
        move(old, to=intake(min_age=12 * 60, starts_in=timedelta(days=20)), by=staff)
    assert child.name in refused.value.messages[0]
    with pytest.raises(process.NotEligible):
        move(old, to=intake(needs_identity=True, starts_in=timedelta(days=20)), by=staff)
    with pytest.raises(process.NotOpen):
        move(old, to=intake(status="cancelled"), by=staff)
    with pytest.raises(process.MoveRefused):
        move(old, to=old.intake, by=staff)


def test_the_class_that_is_left_counts_neither_for_the_limit_nor_for_the_times(staff):
    here = term(learner_limit=1)
    old = enroll(intake(term=here))
    assert move(old, to=intake(term=here), by=staff).state == State.ENROLLED


def test_one_cannot_be_moved_to_where_one_is(staff):
    monday, friday = intake(), intake(starts_in=timedelta(days=20))
    old = enroll(monday)
    enroll(friday, old.learner)
    with pytest.raises(process.AlreadyEnrolled):
        move(old, to=friday, by=staff)
    assert_invariants()


def test_crossing_moves_at_the_same_moment_both_succeed(together, staff):
    monday, friday = intake(seats=4), intake(seats=4, starts_in=timedelta(days=20))
    here, there = [enroll(monday) for _ in range(2)], [enroll(friday) for _ in range(2)]
    crossing = [(here[0], friday), (there[0], monday), (here[1], friday), (there[1], monday)]
    done = together(lambda pair: move(pair[0], to=pair[1], by=staff), crossing)
    assert [new.state for new in done] == [State.ENROLLED] * 4
    assert_invariants()
