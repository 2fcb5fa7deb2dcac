"""A class that people are in moves: dates, room, teacher, calendars, messages, all in one act or not at all."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from courses import calendars, enrollment, rescheduling, rooms
from courses.models import Enrollment, Intake
from courses.rescheduling import Change, ReschedulingError
from courses.states import State
from notifications.models import Message
from tests import factories
from tests.courses.invariants import assert_invariants

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)


def times(intake):
    """The starts of its meetings."""
    return list(intake.meetings.order_by("starts_at").values_list("starts_at", flat=True))


def events(account):
    """What the private feed says, by the identifier of the meeting."""
    found = Calendar.from_ical(calendars.feed(account)).walk("VEVENT")
    return {str(event["uid"]): event for event in found}


@pytest.mark.parametrize("days", [7, 14, 3])
def test_postponing_moves_what_is_to_come_and_enrollment_with_it(days):
    intake = factories.intake(meetings=5)
    before = times(intake)
    by = factories.account(is_staff=True)
    rescheduling.carry_out(intake, rescheduling.shifted(intake, days=days), by=by)
    intake.refresh_from_db()
    assert times(intake) == [at + timedelta(days=days) for at in before]
    assert (intake.starts_at, intake.closes_at) == (times(intake)[0], times(intake)[0])


def test_meetings_that_were_stay():
    intake = factories.intake(meetings=3)
    first, *coming = times(intake)
    change = rescheduling.shifted(intake, days=7, now=first + timedelta(hours=1))
    rescheduling.carry_out(intake, change, by=None)
    assert times(intake) == [first, *(at + WEEK for at in coming)]


def test_moving_back_meets_no_neighbor_and_no_past():
    intake = factories.intake(meetings=3, starts_in=timedelta(days=20))
    before = times(intake)
    rescheduling.carry_out(intake, rescheduling.shifted(intake, days=-7), by=None)
    assert times(intake) == [at - WEEK for at in before]
    with pytest.raises(ReschedulingError):
        rescheduling.shifted(intake, days=-21)


def test_one_meeting_does_not_move_onto_another_or_into_the_past():
    intake = factories.intake(meetings=2)
    first, second = intake.meetings.order_by("starts_at")
    hour = timedelta(hours=1)
    for start in (second.starts_at, first.starts_at - timedelta(days=100)):
        with pytest.raises(ReschedulingError):
            rescheduling.moved(first, starts_at=start, ends_at=start + hour)
    with pytest.raises(ReschedulingError):
        rescheduling.moved(first, starts_at=first.starts_at + hour, ends_at=first.starts_at)


def test_everyone_in_it_or_waiting_is_told_each_time():
    intake = factories.intake(seats=1)
    people = [factories.enroll(intake) for _ in range(3)]
    gone = people.pop()
    enrollment.withdraw(gone, by=gone.account)
    for place in ("302 教室", "303 教室"):
        assert rescheduling.carry_out(intake, Change(place=place), by=None, note="水管坏了") == 2
    told = Message.objects.filter(kind="class_changed").order_by("pk")
    assert [message.account for message in told] == [one.account for one in people] * 2
    assert "302 教室" in told[0].body
    assert "水管坏了" in told[0].body
    assert_invariants()


def test_the_calendar_follows_under_the_same_identifier():
    intake = factories.intake(meetings=1)
    account = factories.enroll(intake).account
    [(uid, before)] = events(account).items()
    rescheduling.carry_out(intake, rescheduling.shifted(intake, days=2), by=None)
    [(same, after)] = events(account).items()
    assert same == uid
    assert after["dtstart"].dt - before["dtstart"].dt == timedelta(days=2)
    assert int(after["sequence"]) >= int(before["sequence"])


def test_a_cancelled_class_stays_in_the_feed_as_cancelled_for_those_who_had_a_seat():
    intake = factories.intake(meetings=1, seats=1)
    seated, waiting = factories.enroll(intake), factories.enroll(intake)
    enrollment.cancel_intake(intake, by=None, note="停办")
    [event] = events(seated.account).values()
    assert event["status"] == "CANCELLED"
    assert events(waiting.account) == {}
    [public] = Calendar.from_ical(calendars.intake_calendar(Intake.objects.get())).walk("VEVENT")
    assert public["status"] == "CANCELLED"


def test_a_cancelled_class_does_not_move():
    intake = factories.intake()
    enrollment.cancel_intake(intake, by=None, note="停办")
    with pytest.raises(ReschedulingError):
        rescheduling.carry_out(intake, Change(place="302"), by=None)


def test_whoever_has_another_class_then_is_counted():
    intake, other = factories.intake(), factories.intake(starts_in=timedelta(days=15))
    who = factories.learner()
    for one in (intake, other):
        factories.enroll(one, who)
    factories.enroll(intake)
    assert rescheduling.foresee(intake, rescheduling.shifted(intake, days=1)).learners_elsewhere == 1
    assert rescheduling.foresee(intake, rescheduling.shifted(intake, days=3)).learners_elsewhere == 0


def test_leaving_a_postponed_class_is_possible_until_it_really_begins():
    intake = factories.intake(starts_in=timedelta(days=2), withdraw_hours=72)
    one = factories.enroll(intake)
    assert not enrollment.may_withdraw(one)
    rescheduling.carry_out(intake, rescheduling.shifted(intake, days=14), by=None)
    one = Enrollment.objects.get(pk=one.pk)
    assert enrollment.may_withdraw(one)
    enrollment.withdraw(one, by=one.account)
    one.refresh_from_db()
    assert one.state == State.WITHDRAWN


def test_a_room_is_taken_only_at_the_same_time_in_the_same_institution():
    here = factories.institution()
    program = factories.program(institution=here)
    taken = factories.intake(program=program, place="201  教室")
    factories.intake(program=factories.program(institution=factories.institution()), place="201教室")
    factories.intake(program=program, place="201教室", status=Intake.Status.CANCELLED)
    start = times(taken)[0]
    hour = timedelta(hours=1)

    def clash(start, place, intake=None):
        found = rooms.clashes(institution=here.pk, meetings=[(start, start + hour, place)], intake=intake)
        return [meeting.intake for meeting in found]

    assert clash(start, "201教室") == [taken]
    assert clash(start, "201教室", intake=taken) == []
    assert clash(start, "202教室") == []
    assert clash(start, "") == []
    assert clash(start + timedelta(minutes=90), "201教室") == []
