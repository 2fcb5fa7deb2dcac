"""When a class meets: weekly patterns, and what the finder knows of them."""

from datetime import date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from courses import schedule
from courses.models import ClassMeeting, Intake
from tests import factories

days = st.dates(date(2020, 1, 1), date(2040, 1, 1))
weekday_sets = st.sets(st.integers(0, 6), min_size=1)
times = st.tuples(st.times(), st.times()).filter(lambda pair: pair[0] < pair[1])


@st.composite
def holidays(draw, around):
    """Up to four holidays of at most ten days, near a day."""
    starts = draw(st.lists(st.integers(-5, 200), max_size=4))
    return [
        SimpleNamespace(
            starts_on=around + timedelta(days=start),
            ends_on=around + timedelta(days=start + draw(st.integers(0, 10))),
        )
        for start in starts
    ]


@given(data=st.data(), weekdays=weekday_sets, hours=times, first_day=days, count=st.integers(1, 40))
def test_a_pattern_gives_the_number_of_meetings_asked_for_and_none_on_a_holiday(
    data, weekdays, hours, first_day, count
):
    off = data.draw(holidays(first_day))
    meetings = schedule.generate(
        weekdays=weekdays, start=hours[0], end=hours[1], first_day=first_day, count=count, holidays=off
    )
    starts = [timezone.localtime(start) for start, _ in meetings]
    assert len(meetings) == count
    assert starts == sorted(set(starts))
    assert all(start.date() >= first_day and start.weekday() in weekdays for start in starts)
    assert {start.time() for start in starts} == {hours[0]}
    assert {timezone.localtime(end).time() for _, end in meetings} == {hours[1]}
    assert not [s for s in starts for h in off if h.starts_on <= s.date() <= h.ends_on]
    # None is left out: every day of the pattern up to the last meeting is there, or a holiday.
    possible = [first_day + timedelta(days=n) for n in range((starts[-1].date() - first_day).days + 1)]
    expected = [
        day for day in possible if day.weekday() in weekdays and not any(h.starts_on <= day <= h.ends_on for h in off)
    ]
    assert [start.date() for start in starts] == expected


@given(weekdays=weekday_sets, first_day=days, length=st.integers(6, 200), count=st.integers(1, 30))
def test_a_pattern_ends_on_the_last_day_or_with_the_number_whichever_comes_first(weekdays, first_day, length, count):
    last_day = first_day + timedelta(days=length)
    pattern = {"weekdays": weekdays, "start": time(9), "end": time(10), "first_day": first_day}
    bounded = schedule.generate(**pattern, last_day=last_day)
    assert timezone.localtime(bounded[-1][0]).date() <= last_day
    assert schedule.generate(**pattern, last_day=last_day, count=count) == bounded[:count]


def test_every_wednesday_evening_twelve_times_without_the_national_holiday():
    national = SimpleNamespace(starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 7))
    meetings = schedule.generate(
        weekdays=[2], start=time(19), end=time(20, 30), first_day=date(2026, 9, 21), count=3, holidays=[national]
    )
    assert [start.isoformat() for start, _ in meetings] == [
        "2026-09-23T19:00:00+08:00",
        "2026-09-30T19:00:00+08:00",
        "2026-10-14T19:00:00+08:00",
    ]
    assert meetings[0][1].isoformat() == "2026-09-23T20:30:00+08:00"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weekdays": []}, "weekday"),
        ({"weekdays": [7]}, "weekday"),
        ({"end": time(9)}, "end must be after"),
        ({"count": None}, "number of meetings or the last day"),
        ({"count": 0}, "at least one"),
        ({"last_day": date(2026, 2, 28)}, "before the first"),
        ({"last_day": date(2026, 3, 2), "weekdays": [3]}, "No meeting"),
        ({"count": 5000}, "three years"),
    ],
)
def test_a_pattern_that_makes_no_sense_is_refused_in_words(change, words):
    pattern = {"weekdays": [0], "start": time(9), "end": time(10), "first_day": date(2026, 3, 1), "count": 2}
    with translation.override("en"), pytest.raises(schedule.PatternError, match=words):
        schedule.generate(**pattern | change)


@pytest.mark.parametrize(
    ("moment", "part"),
    [(time(0), 1), (time(11, 59), 1), (time(12), 2), (time(17, 29), 2), (time(17, 30), 4), (time(23, 59), 4)],
)
def test_parts_of_the_day(moment, part):
    assert schedule.day_part(moment) == part


def test_no_meetings_leave_an_intake_without_dates():
    assert schedule.summary([]) == {
        "starts_at": None,
        "first_ends_at": None,
        "ends_at": None,
        "weekdays": 0,
        "day_parts": 0,
        "meeting_count": 0,
    }


def at(day, hour):
    """A moment in March 2026, in Shanghai."""
    return timezone.make_aware(datetime(2026, 3, day, hour))


def hours(*moments):
    """One-hour meetings."""
    return [(moment, moment + timedelta(hours=1)) for moment in moments]


@pytest.fixture
def stored(db):
    """An intake with three meetings: Monday morning, Wednesday afternoon, next Monday evening."""
    intake = factories.intake()
    ClassMeeting.objects.filter(intake=intake).delete()
    for start, end in hours(at(2, 9), at(4, 14), at(9, 19)):
        ClassMeeting.objects.create(intake=intake, starts_at=start, ends_at=end)
    return intake


def test_an_intake_keeps_what_the_finder_asks_of_its_meetings(stored, django_assert_num_queries):
    with django_assert_num_queries(2):
        schedule.refresh(stored)
    intake = Intake.objects.get(pk=stored.pk)
    assert (intake.starts_at, intake.ends_at) == (at(2, 9), at(9, 20))
    assert (intake.weekdays, intake.day_parts, intake.meeting_count) == (0b101, 0b111, 3)
    assert (stored.weekdays, stored.meeting_count) == (0b101, 3)


def test_a_new_timetable_leaves_the_meetings_that_have_begun(stored):
    ClassMeeting.objects.filter(intake=stored, starts_at=at(9, 19)).update(place="大厅")
    result = schedule.reschedule(stored, hours(at(1, 9), at(9, 19), at(16, 19)), now=at(3, 0))
    rows = list(ClassMeeting.objects.filter(intake=stored).values_list("starts_at", "place"))
    assert rows == [(at(2, 9), ""), (at(9, 19), "大厅"), (at(16, 19), "")]
    assert result == (1, 1, 0)
    assert stored.meeting_count == 3


def test_before_the_class_begins_the_whole_timetable_is_replaced(stored):
    longer = [(at(2, 9), at(2, 11))]
    assert schedule.reschedule(stored, longer, now=at(1, 0)) == (0, 2, 1)
    assert list(ClassMeeting.objects.filter(intake=stored).values_list("starts_at", "ends_at")) == longer
    assert schedule.reschedule(stored, longer, now=at(1, 0)) == (0, 0, 0)
