"""Two things at the same moment: one wins, the other is told so in words, and the invariants hold.

Threads stand for processes: the gate in front of the transactions is taken away, and every act is made slow before
its commit, so that acts really overlap. What is left are the locks and constraints of the database.
"""

import time
from collections import Counter
from contextlib import nullcontext
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from courses import enrollment as process
from courses import seats
from courses.models import Enrollment
from courses.states import State
from tests.courses.invariants import assert_invariants
from tests.factories import enroll, intake, learner, term

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def overlapping(monkeypatch):
    """No gate, and a pause before every commit."""
    tell = process.tell

    def tell_slowly(*args, **kwargs):
        tell(*args, **kwargs)
        time.sleep(0.03)

    monkeypatch.setattr(seats, "gate", lambda intake_id: nullcontext())
    monkeypatch.setattr(process, "tell", tell_slowly)


@pytest.fixture
def at_once(together):
    """A function that does all these acts at the same moment and counts how they ended, by name."""

    def run(*acts):
        outcomes = together(lambda act: act(), acts)
        unexpected = [
            one for one in outcomes if isinstance(one, Exception) and not isinstance(one, process.EnrollmentError)
        ]
        assert not unexpected
        return Counter(type(one).__name__ for one in outcomes)

    return run


def twins(count):
    """One person, kept by that many accounts."""
    people = [learner() for _ in range(count)]
    for person in people:
        person.set_document("resident", "11010519491231002X")
        person.save()
    return people


def test_one_person_enrolled_by_five_accounts_at_once_is_enrolled_once(at_once):
    course = intake()

    ended = at_once(*[partial(enroll, course, person) for person in twins(5)])

    assert ended == {"Enrollment": 1, "AlreadyEnrolled": 4}
    assert_invariants()


def test_a_limit_of_one_course_holds_in_two_classes_at_once(at_once):
    here = term(learner_limit=1)
    courses = [intake(term=here, starts_in=timedelta(days=days)) for days in (10, 12, 14)]
    who = learner()

    ended = at_once(*[partial(enroll, course, who) for course in courses])

    assert ended == {"Enrollment": 1, "NotEligible": 2}


def test_the_last_seat_goes_to_one(at_once):
    course = intake(seats=1)

    at_once(*[partial(enroll, course, learner()) for _ in range(6)])

    assert Counter(Enrollment.objects.values_list("state", flat=True)) == {State.ENROLLED: 1, State.WAITLISTED: 5}
    assert_invariants()


@pytest.mark.parametrize("waiting", [0, 2])
def test_a_seat_that_is_given_back_is_not_lost_between_those_who_come(at_once, waiting):
    course = intake(seats=1)
    seated = enroll(course)
    for _ in range(waiting):
        enroll(course)

    at_once(
        partial(process.withdraw, seated, by=seated.account), *[partial(enroll, course, learner()) for _ in range(4)]
    )

    assert course.pools.get().seats_taken == 1
    assert_invariants()


def test_an_offer_is_answered_once(at_once):
    course = intake(seats=1)
    first, second = enroll(course), enroll(course)
    process.withdraw(first, by=first.account)
    answers = [process.confirm, process.decline, process.withdraw, process.confirm]

    ended = at_once(*[partial(answer, second, by=second.account) for answer in answers])

    assert ended["MoveRefused"] >= 2
    assert_invariants()


def test_two_workers_and_a_newcomer_meet_at_an_expired_offer(at_once):
    course = intake(seats=1)
    first, second = enroll(course), enroll(course)
    process.withdraw(first, by=first.account)
    Enrollment.objects.filter(pk=second.pk).update(offer_expires_at=timezone.now() - timedelta(seconds=1))

    at_once(process.expire_overdue, process.expire_overdue, partial(enroll, course, learner()))

    second.refresh_from_db()
    assert second.state == State.EXPIRED
    assert second.history.filter(to_state=State.EXPIRED).count() == 1
    assert_invariants()


def test_nobody_is_left_in_a_class_that_is_cancelled_while_they_enroll(at_once):
    course = intake(seats=3)
    seated = enroll(course)

    at_once(
        partial(process.cancel_intake, course, by=seated.account, note="教师生病"),
        *[partial(enroll, course, learner()) for _ in range(4)],
    )

    assert not Enrollment.objects.live().exists()
    assert_invariants()
