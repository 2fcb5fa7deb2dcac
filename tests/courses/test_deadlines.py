"""An offer lasts its hours from the moment at which its message can arrive: nobody loses a seat in their sleep."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from courses import enrollment, moves
from courses.deadlines import offer_until
from notifications.models import MessageSettings
from tests import factories

pytestmark = pytest.mark.django_db
FAR = datetime(2027, 1, 1, tzinfo=timezone.get_default_timezone())


@pytest.fixture(autouse=True)
def quiet():
    """From nine in the evening until seven."""
    MessageSettings.objects.create(quiet_from="21:00", quiet_until="07:00")


def at(clock, day=24):
    return datetime.fromisoformat(f"2026-11-{day}T{clock}").replace(tzinfo=timezone.get_default_timezone())


@pytest.mark.parametrize(
    ("offered", "until"),
    [
        (at("20:59"), at("21:59")),
        (at("21:00"), at("08:00", 25)),
        (at("23:30"), at("08:00", 25)),
        (at("03:00"), at("08:00")),
        (at("06:59"), at("08:00")),
        (at("07:00"), at("08:00")),
    ],
)
def test_an_hour_counts_from_the_morning_when_it_is_offered_at_night(offered, until):
    assert offer_until(offered, hours=1, last_call=FAR) == until


def test_no_offer_lasts_longer_than_the_last_call():
    assert offer_until(at("23:30"), hours=1, last_call=at("07:30", 25)) == at("07:30", 25)


def test_without_quiet_hours_the_night_counts():
    MessageSettings.objects.update(quiet_from="00:00", quiet_until="00:00")
    assert offer_until(at("03:00"), hours=1, last_call=FAR) == at("04:00")


def test_whoever_gets_a_seat_at_night_has_the_hours_of_the_class_in_the_morning(monkeypatch):
    night = timezone.localtime().replace(hour=23, minute=30, second=0, microsecond=0) + timedelta(days=1)
    intake = factories.intake(seats=1, offer_hours=2)
    seated, waiting = factories.enroll(intake), factories.enroll(intake)
    monkeypatch.setattr(moves.timezone, "now", lambda: night)
    enrollment.withdraw(seated, by=seated.account)
    waiting.refresh_from_db()
    assert timezone.localtime(waiting.offer_expires_at) == night.replace(hour=9, minute=0) + timedelta(days=1)
