"""Seat pools with priority: newcomers, places, ages; the most specific first; unclaimed seats fall to everyone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses import enrollment, seats
from courses.admission_words import sharing
from courses.eligibility import Rules
from courses.models import Enrollment, Intake, SeatPool
from courses.states import State
from tests import factories
from tests.courses.invariants import assert_invariants

pytestmark = pytest.mark.django_db


def class_for_newcomers(**fields):
    """One seat for newcomers, one for everyone."""
    pools = [{"name": "公开", "capacity": 1}, {"name": "新学员", "capacity": 1, "newcomers": "institution"} | fields]
    return factories.intake(pools=pools, allow_clash=True)


def who_was_here(institution=None):
    """A learner who sat in a class that has begun."""
    past = factories.intake(program=factories.program(**({"institution": institution} if institution else {})))
    row = factories.enroll(past)
    begun = timezone.now() - timedelta(days=30)
    Intake.objects.filter(pk=past.pk).update(starts_at=begun, allow_clash=True)
    return row.learner


def test_newcomers_are_tried_in_their_pool_first_and_others_never_get_it():
    course = class_for_newcomers()
    assert factories.enroll(course).pool.name == "新学员"
    assert factories.enroll(course, who_was_here()).pool.name == "公开"


def test_whoever_was_at_another_institution_is_a_newcomer_here():
    factories.institution()
    elsewhere = who_was_here(factories.institution())
    assert factories.enroll(class_for_newcomers(), elsewhere).pool.name == "新学员"


def test_a_seat_that_was_withdrawn_does_not_count():
    learner = who_was_here()
    Enrollment.objects.update(state=State.WITHDRAWN)
    SeatPool.objects.update(seats_taken=0)
    assert factories.enroll(class_for_newcomers(), learner).pool.name == "新学员"


def test_the_order_of_pools_is_total():
    tahe = factories.district()
    rows = [
        {"name": "公开"},
        {"name": "60岁", "min_age": 720},
        {"name": "80岁", "min_age": 960},
        {"name": "新到机构", "newcomers": "institution"},
        {"name": "新到课程", "newcomers": "program"},
        {"name": "塔河", "district": tahe},
        {"name": "塔河60岁", "district": tahe, "min_age": 720},
    ]
    pools = [SeatPool(pk=number, capacity=1, **row) for number, row in enumerate(rows)]
    names = [pool.name for pool in seats.most_specific_first(pools)]
    assert names == ["塔河60岁", "塔河", "新到课程", "新到机构", "80岁", "60岁", "公开"]


def test_unclaimed_seats_fall_to_everyone_at_their_moment():
    course = class_for_newcomers(released_at=timezone.now() + timedelta(hours=1))
    known = who_was_here(), who_was_here()
    rows = [factories.enroll(course, learner) for learner in known]
    assert [row.state for row in rows] == [State.ENROLLED, State.WAITLISTED]
    assert enrollment.release_due() == 0
    assert enrollment.release_due(timezone.now()) == 0
    SeatPool.objects.filter(name="新学员").update(released_at=timezone.now())
    enrollment.release_due()
    rows[1].refresh_from_db()
    assert (rows[1].state, rows[1].pool.name) == (State.OFFERED, "公开")
    assert sum(SeatPool.objects.filter(intake=course).values_list("capacity", flat=True)) == 2
    assert_invariants()
    enrollment.release_due()
    assert sum(SeatPool.objects.filter(intake=course).values_list("capacity", flat=True)) == 2


def test_nothing_is_unclaimed_while_somebody_waits_for_a_decision():
    course = class_for_newcomers(released_at=timezone.now())
    Intake.objects.filter(pk=course.pk).update(admission_rule=Intake.AdmissionRule.REVIEW)
    factories.enroll(Intake.objects.get(pk=course.pk))
    enrollment.release_due()
    assert SeatPool.objects.get(name="新学员").capacity == 1


def test_the_words_say_which_pools_there_are_and_when_they_open():
    course = class_for_newcomers(released_at=timezone.now() + timedelta(days=1))
    told = Rules.of(course, seats.most_specific_first(course.pools.all()))
    words = dict(sharing(Rules.from_terms(told.as_terms())))
    assert "1 个名额" in words["优先名额"]
    assert "起" in words["优先名额"]
