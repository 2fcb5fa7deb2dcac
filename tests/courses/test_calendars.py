"""Calendar files: one event for each meeting, the same one after a change; a private address nobody can guess."""

import pytest
from icalendar import Calendar

from courses import calendars
from courses.models import ClassMeeting, Enrollment, Intake
from courses.states import State
from tests import factories
from tests.courses.catalog import course

pytestmark = pytest.mark.django_db


def events(content):
    return list(Calendar.from_ical(content).walk("VEVENT"))


def enrolled(account, intake, *, state=State.ENROLLED, name="张桂英"):
    learner = factories.learner(of=account, name=name)
    return Enrollment.objects.create(
        intake=intake, learner=learner, account=account, person=learner.person, pool=intake.pools.first(), state=state
    )


def test_a_class_as_a_file(client):
    intake = factories.intake(program=course("毛笔书法"), place="203 室", teacher="赵秀兰", label="晚班")
    response = client.get(f"/intakes/{intake.pk}/calendar.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    first, second = events(response.content)
    assert (first["summary"], first["status"]) == ("毛笔书法（晚班）", "CONFIRMED")
    assert "203 室" in first["location"]
    assert "赵秀兰" in first["description"]
    assert first["dtstart"].dt == intake.starts_at
    assert first["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert first["uid"] != second["uid"]
    assert b"BEGIN:VTIMEZONE" in response.content


def test_a_changed_meeting_replaces_its_event():
    intake = factories.intake(program=course(), meetings=1)
    (before,) = events(calendars.intake_calendar(intake))
    meeting = ClassMeeting.objects.get(intake=intake)
    meeting.place = "图书馆"
    meeting.save()
    intake.save()
    (after,) = events(calendars.intake_calendar(Intake.objects.get(pk=intake.pk)))
    assert (after["uid"], after["location"]) == (before["uid"], "图书馆")
    assert after["sequence"] >= before["sequence"]


def test_a_cancelled_class_cancels_its_events():
    intake = factories.intake(program=course(), status=Intake.Status.CANCELLED)
    assert {event["status"] for event in events(calendars.intake_calendar(intake))} == {"CANCELLED"}


def test_a_draft_has_no_calendar(client):
    intake = factories.intake(program=course(), status=Intake.Status.DRAFT)
    assert client.get(f"/intakes/{intake.pk}/calendar.ics").status_code == 404


def test_my_classes_are_those_in_which_my_learners_are_enrolled(client, settings):
    account, stranger = factories.account(), factories.account()
    mine = factories.intake(program=course("合唱"), meetings=2)
    enrolled(account, mine)
    enrolled(account, mine, name="李建国")
    enrolled(account, factories.intake(program=course("滑雪")), state=State.WAITLISTED)
    enrolled(stranger, factories.intake(program=course("剪纸")))
    path = calendars.feed_url(account).removeprefix(settings.SITE_URL)
    found = events(client.get(path).content)
    assert {str(event["summary"]) for event in found} == {"合唱（张桂英、李建国）"}
    assert len(found) == 2


def test_the_address_stays_until_it_is_renewed(client, settings):
    account = factories.account()
    address = calendars.feed_url(account)
    assert calendars.feed_url(account) == address
    renewed = calendars.renew_feed(account)
    assert client.get(address.removeprefix(settings.SITE_URL)).status_code == 404
    assert client.get(renewed.removeprefix(settings.SITE_URL)).status_code == 200


def test_a_closed_account_has_no_feed(client, settings):
    account = factories.account()
    address = calendars.feed_url(account)
    account.is_active = False
    account.save()
    assert client.get(address.removeprefix(settings.SITE_URL)).status_code == 404


@pytest.mark.parametrize("token", ["x", "0" * 43, "%00"])
def test_guesses_find_nothing(client, token):
    assert client.get(f"/my/calendar/{token}.ics").status_code == 404
