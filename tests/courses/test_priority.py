"""Seat pools with priority: newcomers, places, ages, sending schools; unclaimed seats fall to everyone."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from courses import enrollment, schools, seats
from courses.admission_words import sharing
from courses.eligibility import Rules
from courses.models import Enrollment, Intake, SeatPool
from courses.states import State
from tests import factories
from tests.courses.drawing import apply, drawn
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
        {"name": "塔河的学校", "sending_district": tahe},
        {"name": "一中", "sending_school": factories.junior_school()},
    ]
    pools = [SeatPool(pk=number, capacity=1, **row) for number, row in enumerate(rows)]
    names = [pool.name for pool in seats.most_specific_first(pools)]
    assert names == ["塔河60岁", "一中", "塔河的学校", "塔河", "新到课程", "新到机构", "80岁", "60岁", "公开"]


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


# --- Quotas by sending school and county ------------------------------------------------------------------------------


def class_with_quotas(school, county, **fields):
    """One seat for a school, one for the schools of a county, one for everyone."""
    pools = [
        {"name": "公开", "capacity": 1},
        {"name": "县里", "capacity": 1, "sending_district": county},
        {"name": "学校", "capacity": 1, "sending_school": school},
    ]
    return factories.intake(pools=pools, **fields)


def graduate(school=None):
    """A learner who told where they went to school; without one, that it is none of the list."""
    learner = factories.learner()
    schools.keep(learner, school)
    return learner


def test_a_school_comes_before_its_county_and_both_before_everyone():
    school, next_door = factories.junior_school(), factories.junior_school()
    course = class_with_quotas(school, school.district)
    rows = [factories.enroll(course, graduate(one)) for one in (school, school, next_door, None)]
    assert [row.pool.name for row in rows] == ["学校", "县里", "公开", "公开"]
    assert [row.state for row in rows] == [State.ENROLLED] * 3 + [State.WAITLISTED]
    enrollment.withdraw(rows[0], by=rows[0].account)
    rows[3].refresh_from_db()
    assert rows[3].state == State.WAITLISTED, "the seat is for another school"
    last = factories.enroll(course, graduate(school))
    assert (last.state, last.pool.name) == (State.ENROLLED, "学校")
    assert_invariants()


def test_where_all_seats_are_kept_for_schools_others_are_told_so_and_the_unknown_are_asked():
    school = factories.junior_school(name="塔河一中")
    course = factories.intake(pools=[{"name": "学校", "capacity": 2, "sending_school": school}])
    with pytest.raises(enrollment.NotEligible) as refused:
        factories.enroll(course, graduate())
    assert "塔河一中的毕业生" in str(refused.value)
    with pytest.raises(enrollment.DataMissing) as lacking:
        factories.enroll(course, factories.learner())
    assert lacking.value.missing == {schools.NEED}
    told = factories.enroll(course, graduate(school))
    assert "塔河一中的毕业生" in dict(sharing(Rules.from_terms(told.terms)))["优先名额"]


def test_who_waits_is_read_with_their_schools_at_once(django_assert_max_num_queries):
    """The line of a class with quotas asks no more the longer it is."""
    school, other = factories.junior_school(), factories.junior_school()
    course = class_with_quotas(school, factories.district("232701", "加格达奇区"))
    rows = [factories.enroll(course, graduate(one)) for one in [school, None] + [other] * 9]
    SeatPool.objects.filter(intake=course, name="县里").update(capacity=2)
    enrollment.withdraw(rows[0], by=rows[0].account)
    with django_assert_max_num_queries(12):
        assert enrollment.promote(course) == []


def test_the_journey_asks_for_the_school_once_and_keeps_it(client):
    school = factories.junior_school(name="塔河二中")
    course = class_with_quotas(school, school.district)
    learner = factories.learner(of=factories.account())
    client.force_login(learner.account)
    details = reverse("enroll_details", args=[course.pk, learner.pk])
    assert client.get(reverse("enroll_check", args=[course.pk, learner.pk])).url == details
    shown = client.get(details).content.decode()
    assert '<optgroup label="塔河县">' in shown
    assert "以上都不是" in shown
    refused = client.post(details, {"junior_school": ""})
    assert "请选择学校" in refused.content.decode()
    assert client.post(details, {"junior_school": school.pk}).status_code == 302
    assert schools.school_of(type(learner).objects.get(pk=learner.pk)) == school
    assert client.get(reverse("enroll_check", args=[course.pk, learner.pk])).status_code == 200
    assert client.get(details).status_code == 302


def test_a_quota_is_for_a_school_or_for_a_county():
    school = factories.junior_school()
    pool = SeatPool(capacity=1, sending_school=school, sending_district=school.district)
    with pytest.raises(ValidationError, match="只能选一项"):
        pool.clean()


def test_a_draw_seats_by_quota_and_lists_it_by_name():
    school = factories.junior_school()
    pools = [{"name": "公开", "capacity": 1}, {"name": "学校", "capacity": 1, "sending_school": school}]
    round = factories.admission_round(seats=(pools,))
    own, others = graduate(school), [graduate() for _n in range(2)]
    entries = [apply(round, 0, who=one) for one in (own, *others)]
    draw = drawn(round)
    result, names = draw.document("result"), {str(pool.pk): pool.name for pool in SeatPool.objects.all()}
    pools_of = {member: names[pool] for member, (_code, pool, _choice) in result["seats"].items()}
    assert pools_of[entries[0].reference] == "学校"
    assert sorted(pools_of.values()) == ["公开", "学校"]
    listed = draw.document("list")
    assert [pool["name"] for own in listed["intakes"].values() for pool in own] == ["学校", "公开"]
