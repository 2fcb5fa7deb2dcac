"""Who came: taken from the day on, said again the last one counts, and judged by the rule told at enrollment."""

from datetime import timedelta

import pytest
from django.db.models.deletion import ProtectedError
from django.urls import reverse
from django.utils import timezone

from courses import attendance, enrollment, schedule
from courses.attendance import AttendanceError
from courses.models import Attendance, Intake
from courses.states import State
from institutions import roles
from tests import factories
from tests.courses.test_admin_class import someone  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


def running(meetings=4, **fields):
    """A class in its midst: two learners, the first meeting an hour away from now, and its teacher."""
    made = factories.intake(starts_in=timedelta(minutes=1), meetings=meetings, **fields)
    teacher = factories.account(is_staff=True)
    made.teachers.add(teacher)
    return made, [factories.enroll(made) for _ in range(2)], teacher


def bring_back(intake, weeks):
    """Let so many weeks of the class be over."""
    for meeting in intake.meetings.order_by("starts_at"):
        meeting.starts_at -= timedelta(weeks=weeks)
        meeting.ends_at -= timedelta(weeks=weeks)
        meeting.save()
    Intake.objects.filter(pk=intake.pk).update(opens_at=timezone.now() - timedelta(weeks=weeks + 4))
    intake.refresh_from_db()
    schedule.refresh(intake)


def test_attendance_is_taken_from_the_day_of_the_meeting_on():
    intake, [one, _two], teacher = running()
    first, later = intake.meetings.order_by("starts_at")[:2]
    assert attendance.take(first, {one.pk: "present"}, by=teacher) == 1
    with pytest.raises(AttendanceError):
        attendance.take(later, {one.pk: "present"}, by=teacher)


def test_said_again_the_last_one_counts():
    intake, [one, two], teacher = running()
    meeting = intake.meetings.order_by("starts_at")[0]
    for mark in ("present", "absent", "leave"):
        attendance.take(meeting, {one.pk: mark, two.pk: "present"}, by=teacher)
    assert Attendance.objects.count() == 2
    assert one.attendance.get().mark == "leave"
    assert one.attendance.get().by == teacher


def test_nobody_outside_the_class_gets_a_mark_and_then_nothing_is_written():
    intake, [one, two], teacher = running()
    stranger = factories.enroll(factories.intake())
    meeting = intake.meetings.order_by("starts_at")[0]
    with pytest.raises(AttendanceError):
        attendance.take(meeting, {one.pk: "present", stranger.pk: "present"}, by=teacher)
    enrollment.cancel(two, by=None, reason="asked_at_desk")
    with pytest.raises(AttendanceError):
        attendance.take(meeting, {one.pk: "present", two.pk: "present"}, by=teacher)
    assert not Attendance.objects.exists()


def record_of(intake, marks, percent=None):
    """The record of the first learner after these marks of the first meetings."""
    bring_back(intake, len(marks))
    one = intake.enrollments.first()
    teacher = intake.teachers.get()
    for meeting, mark in zip(intake.meetings.order_by("starts_at"), marks, strict=False):
        if mark:
            attendance.take(meeting, {one.pk: mark}, by=teacher)
    return next(record for record in attendance.records(intake)[1] if record.enrollment == one)


@pytest.mark.parametrize(
    ("marks", "in_a_row", "too_often"),
    [
        (["absent", "absent"], 2, True),
        (["absent", "leave"], 0, False),
        (["absent", "leave", "absent"], 1, False),
        (["absent", "", "absent"], 2, True),
        (["absent", "absent", "present"], 0, False),
        ([""], 0, False),
    ],
)
def test_absences_in_a_row_without_leave(marks, in_a_row, too_often):
    intake, _people, _teacher = running(absence_limit=2)
    record = record_of(intake, marks)
    assert (record.row_of_absences, record.too_often_absent) == (in_a_row, too_often)


@pytest.mark.parametrize(
    ("percent", "marks", "met"),
    [
        (50, ["present", "present", "absent", "absent"], True),
        (60, ["present", "present", "absent", "absent"], False),
        (50, ["present", "leave", "leave", "leave"], False),
        (0, ["absent"] * 4, True),
        (100, ["present"] * 4, True),
    ],
)
def test_the_share_of_meetings_that_completes(percent, marks, met):
    intake, _people, _teacher = running(attendance_percent=percent)
    assert record_of(intake, marks).meets_rule is met


def test_a_rule_made_stricter_later_does_not_count_against_those_who_were_told_another():
    intake, _people, _teacher = running(attendance_percent=25, absence_limit=0)
    intake.attendance_percent, intake.absence_limit = 100, 1
    intake.save()
    record = record_of(intake, ["present", "absent", "absent", "absent"])
    assert (record.meets_rule, record.too_often_absent) == (True, False)


def test_a_class_is_closed_after_its_end_only_and_once():
    intake, [one, _two], teacher = running()
    with pytest.raises(AttendanceError):
        attendance.close_class(intake, [one.pk], by=teacher)
    bring_back(intake, 5)
    assert attendance.close_class(intake, [one.pk], by=teacher) == 1
    assert attendance.close_class(intake, [one.pk], by=teacher) == 0
    one.refresh_from_db()
    assert one.state == State.COMPLETED


def test_a_meeting_with_attendance_stays_whatever_happens_to_the_timetable():
    intake, [one, _two], teacher = running()
    first = intake.meetings.order_by("starts_at")[0]
    attendance.take(first, {one.pk: "present"}, by=teacher)
    start = first.starts_at + timedelta(days=100)
    schedule.reschedule(intake, [(start, start + timedelta(hours=1))], keep_begun=False)
    assert first in intake.meetings.all()
    with pytest.raises(ProtectedError):
        first.delete()


def test_the_form_works_without_javascript_and_all_present_leaves_what_was_said(someone):  # noqa: F811
    client = someone(roles.TEACHER)
    intake, [one, two], _teacher = running()
    intake.teachers.add(client.account)
    meeting = intake.meetings.order_by("starts_at")[0]
    url = reverse("attendance:take", args=[meeting.pk])
    client.post(url, {f"mark-{one.pk}": "leave"})
    client.post(url, {"all_present": "1"})
    assert (one.attendance.get().mark, two.attendance.get().mark) == ("leave", "present")
    tap = client.post(url, {f"mark-{two.pk}": "absent"}, headers={"accept": "application/json"})
    assert tap.json() == {"saved": 1}
    enrollment.cancel(two, by=None, reason="asked_at_desk")
    late = client.post(url, {f"mark-{two.pk}": "present"}, headers={"accept": "application/json"})
    assert late.status_code == 409
    for name in ("intake", "sheet"):
        assert one.learner.name in client.get(reverse(f"attendance:{name}", args=[intake.pk])).content.decode()
