"""Where a class stands is one answer, whether asked of one or filtered out of many."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses import life
from courses.life import Life, Waits
from courses.models import Intake
from tests import factories

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_one_and_many_agree_in_every_moment_of_a_life():
    now = timezone.now()
    spare = factories.intake()
    full = factories.intake(seats=1)
    factories.enroll(full)
    factories.intake(status=Intake.Status.DRAFT)
    factories.intake(status=Intake.Status.CANCELLED)
    factories.intake(meetings=0)
    seen = set()
    for moment in (now - 3 * DAY, now, spare.closes_at - DAY, spare.starts_at + DAY, spare.ends_at + DAY):
        for intake in Intake.objects.prefetch_related("pools"):
            expected = life.life_of(intake, free=sum(pool.free for pool in intake.pools.all()), now=moment)
            holds = [one for one in Life if life.living(Intake.objects.all(), one, moment).filter(pk=intake.pk)]
            assert holds == [expected]
            seen.add(expected)
    assert seen == set(Life)


def test_what_waits():
    now = timezone.now()
    soon = factories.intake(opens_at=now + DAY, closes_at=now + 9 * DAY, starts_in=30 * DAY)
    short = factories.intake(minimum=2, starts_in=5 * DAY)
    factories.enroll(short)
    today = factories.intake(starts_in=timedelta(seconds=5))
    factories.intake(minimum=0, starts_in=5 * DAY)
    found = {what: list(life.waiting(Intake.objects.all(), what)) for what in Waits}
    assert found[Waits.OPENING] == [soon]
    assert found[Waits.DECISION] == [short]
    assert found[Waits.FREE_SEATS] == []
    assert today in found[Waits.TODAY] or timezone.localdate(today.starts_at) != timezone.localdate()
    factories.enroll(short)
    assert list(life.waiting(Intake.objects.all(), Waits.DECISION)) == []
