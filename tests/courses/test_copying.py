"""Classes go on in the next term: same weekday and time, holidays skipped, and nobody in them yet."""

from datetime import date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses import copying
from courses.models import Holiday, Intake
from institutions import roles
from tests import factories
from tests.courses.test_admin_class import huma, someone, tahe  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def at(day, hour=19):
    """A meeting of an hour."""
    start = timezone.make_aware(datetime.combine(day, time(hour)))
    return start, start + HOUR


def holiday(first, last):
    """A holiday that no table knows."""
    return Holiday(name="假", starts_on=first, ends_on=last)


def test_a_weekly_class_keeps_its_weekday_and_number_and_skips_holidays():
    wednesday = date(2026, 3, 4)
    old = [at(wednesday + timedelta(weeks=week)) for week in range(4)]
    new = copying.series(old, weeks=26, holidays=[holiday(date(2026, 9, 9), date(2026, 9, 10))])
    assert [timezone.localdate(start) for start, _end in new] == [
        date(2026, 9, 2),
        date(2026, 9, 16),
        date(2026, 9, 23),
        date(2026, 9, 30),
    ]


def test_gaps_that_old_holidays_left_close():
    wednesday = date(2026, 3, 4)
    old = [at(wednesday + timedelta(weeks=week)) for week in (0, 1, 3, 4)]
    new = copying.series(old, weeks=1)
    assert [(start - new[0][0]).days for start, _end in new] == [0, 7, 14, 21]


def test_twice_a_week_at_different_times():
    monday = date(2026, 3, 2)
    old = [at(monday, 9), at(monday + timedelta(days=3), 14), at(monday + timedelta(days=7), 9)]
    old.append(at(monday + timedelta(days=10), 14))
    new = copying.series(old, weeks=2)
    assert new == [(start + timedelta(weeks=2), end + timedelta(weeks=2)) for start, end in old]


def test_irregular_dates_move_as_they_are_and_off_holidays():
    monday = date(2026, 3, 2)
    regular = [at(monday + timedelta(weeks=week)) for week in range(4)]
    old = [*regular, at(monday + timedelta(days=12), 10)]
    free = date(2026, 3, 9)
    new = copying.series(old, weeks=1, holidays=[holiday(free, free)])
    days = [timezone.localdate(start) for start, _end in new]
    assert len(days) == 5
    assert free not in days
    assert date(2026, 3, 21) in days


def test_holidays_without_end_are_said():
    with pytest.raises(copying.CopyingError):
        copying.series([at(date(2026, 3, 4))], weeks=0, holidays=[holiday(date(2026, 1, 1), date(2036, 1, 1))])


@pytest.fixture
def terms():
    """This term and the next, 26 weeks later."""
    this = factories.term()
    return this, factories.term(
        starts_on=this.starts_on + timedelta(weeks=26), ends_on=this.ends_on + timedelta(weeks=26)
    )


def test_a_copy_is_a_draft_with_all_but_the_people(terms):
    this, after = terms
    old = factories.intake(term=this, seats=7, fee=500, place="201 教室", minimum=3, runs_anyway_at=timezone.now())
    factories.enroll(old)
    teacher = factories.account(is_staff=True)
    old.teachers.add(teacher)
    [new] = copying.copy(copying.plan([old], term=after), term=after, by=teacher)
    new.refresh_from_db()
    assert (new.status, new.term, new.copied_from, new.runs_anyway_at) == ("draft", after, old, None)
    assert (new.fee, new.place, new.minimum, list(new.teachers.all())) == (500, "201 教室", 3, [teacher])
    [pool] = new.pools.all()
    assert (pool.capacity, pool.seats_taken, pool.waiting) == (7, 0, 0)
    assert new.starts_at == old.starts_at + timedelta(weeks=26)
    assert new.closes_at == new.starts_at
    assert (new.enrollments.count(), new.meeting_count, new.meetings.count()) == (0, 2, 2)
    assert new.code not in ("", old.code)


def test_a_term_is_copied_from_a_list_with_boxes(someone, tahe, huma, terms):  # noqa: F811
    this, after = terms
    program = factories.program(institution=tahe)
    kept, left = factories.intake(program=program, term=this), factories.intake(program=program, term=this)
    theirs = factories.intake(program=factories.program(institution=huma), term=this)
    client = someone(roles.OFFICER, tahe)
    url = reverse("intake:copy_term")
    data = {"institution": tahe.pk, "source": this.pk, "term": after.pk}
    listed = client.post(url, data)
    assert {plan.intake for plan in listed.context["plans"]} == {kept, left}
    client.post(url, data | {"confirmed": 1, "intake": [kept.pk, theirs.pk]})
    assert list(Intake.objects.filter(term=after).values_list("copied_from", flat=True)) == [kept.pk]
    again = client.post(url, data).context["plans"]
    assert {plan.intake: plan.copied_before for plan in again} == {kept: True, left: False}
    assert client.post(url, data | {"institution": huma.pk, "confirmed": 1}).status_code == 200
    assert not Intake.objects.filter(copied_from=theirs).exists()


def test_one_class_is_copied_after_a_look(someone, tahe, terms):  # noqa: F811
    this, after = terms
    old = factories.intake(program=factories.program(institution=tahe), term=this, place="201")
    client = someone(roles.OFFICER, tahe)
    url = reverse("intake:copy_to", args=[old.pk])
    assert client.post(url, {"term": after.pk}).context["asking"]
    response = client.post(url, {"term": after.pk, "confirmed": 1})
    copy = Intake.objects.get(copied_from=old)
    assert response["Location"] == reverse("intake:inspect", args=[copy.pk])
