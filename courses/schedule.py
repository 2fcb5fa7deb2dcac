"""When a class meets: dates from a weekly pattern, and what the finder knows of them.

Times of day are those of the site's time zone (Asia/Shanghai); every datetime that comes out is aware.
"""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Attendance, ClassMeeting, Intake

MORNING, AFTERNOON, EVENING = 1, 2, 4
_NOON, _EVENING_BEGINS = time(12), time(17, 30)
# A pattern that needs longer than this is a slip of the pen (a holiday without end, 1,000 meetings).
_HORIZON = timedelta(days=3 * 366)


class PatternError(ValueError):
    """A weekly pattern that makes no sense; the text says what to change."""


def generate(*, weekdays, start, end, first_day, holidays=(), count=None, last_day=None):
    """Meetings of a weekly pattern, as (start, end) in order.

    "Every Wednesday 19:00-20:30 from 4 March, 12 times, skipping holidays": `weekdays` are numbers, 0 is Monday;
    `first_day` need not be one of them; the pattern ends after `count` meetings or on `last_day`, whichever comes
    first; `holidays` have `starts_on` and `ends_on`, both without classes. Raises PatternError.
    """
    days = frozenset(weekdays)
    _check(days, start, end, first_day, count, last_day)
    closed = [(holiday.starts_on, holiday.ends_on) for holiday in holidays]
    meetings = []
    day, horizon = first_day, first_day + _HORIZON
    while (last_day is None or day <= last_day) and (count is None or len(meetings) < count):
        if day > horizon:
            raise PatternError(
                _("Only %(n)d meetings fit into three years. Check the dates and the holidays.") % {"n": len(meetings)}
            )
        if day.weekday() in days and not any(first <= day <= last for first, last in closed):
            meetings.append((at(day, start), at(day, end)))
        day += timedelta(days=1)
    if not meetings:
        raise PatternError(_("No meeting falls on these weekdays between the two dates."))
    return meetings


def _check(days, start, end, first_day, count, last_day):
    if not days or not days <= set(range(7)):
        raise PatternError(_("Choose at least one weekday."))
    if end <= start:
        raise PatternError(_("The end must be after the start."))
    if count is None and last_day is None:
        raise PatternError(_("Give the number of meetings or the last day."))
    if count is not None and count < 1:
        raise PatternError(_("There must be at least one meeting."))
    if last_day is not None and last_day < first_day:
        raise PatternError(_("The last day is before the first."))


def at(day, moment):
    """That time of day on that day, as an aware datetime of the site's time zone."""
    return timezone.make_aware(datetime.combine(day, moment), timezone.get_default_timezone())


def summary(meetings):
    """What an intake keeps of its meetings ((start, end) pairs, in any order): values of its fields, by name."""
    local = [timezone.localtime(start, timezone.get_default_timezone()) for start, _end in meetings]
    return {
        "starts_at": min((start for start, _end in meetings), default=None),
        "first_ends_at": min(meetings, default=(None, None))[1],
        "ends_at": max((end for _start, end in meetings), default=None),
        "weekdays": sum({1 << start.weekday() for start in local}),
        "day_parts": sum({day_part(start.time()) for start in local}),
        "meeting_count": len(meetings),
    }


def day_part(moment):
    """The bit of a time of day: morning before 12:00, afternoon before 17:30, evening."""
    if moment < _NOON:
        return MORNING
    return AFTERNOON if moment < _EVENING_BEGINS else EVENING


def refresh(intake):
    """Copy to the intake what its stored meetings say (start, end, weekdays, times of day, number)."""
    stored = list(ClassMeeting.objects.filter(intake_id=intake.pk).values_list("starts_at", "ends_at"))
    values = summary(stored)
    Intake.objects.filter(pk=intake.pk).update(**values, updated_at=timezone.now())
    for name, value in values.items():
        setattr(intake, name, value)


def merged(stored, meetings, *, now, keep_begun=True):
    """The timetable after a change: what of `stored` has begun by `now`, and of `meetings` what is still to come.

    Both are (start, end) pairs in order. Where nothing has begun, or without `keep_begun`, all of `meetings` count,
    past ones too.
    """
    begun = [meeting for meeting in stored if meeting[0] <= now and keep_begun]
    return begun + [meeting for meeting in meetings if meeting[0] > now or not begun]


@transaction.atomic
def reschedule(intake, meetings, *, now=None, keep_begun=True):
    """Make the meetings still to come those of `meetings` ((start, end) pairs); return (added, removed, changed).

    Meetings that have begun stay as they are, unless told not to; see `merged`. One that keeps its start keeps its row,
    with its own place and teacher; one whose attendance was taken stays in any case.
    """
    stored = {meeting.starts_at: meeting for meeting in ClassMeeting.objects.filter(intake_id=intake.pk)}
    attended = set(Attendance.objects.filter(meeting__intake=intake.pk).values_list("meeting", flat=True))
    had = [(meeting.starts_at, meeting.ends_at) for meeting in stored.values()]
    wanted = dict(merged(had, meetings, now=now or timezone.now(), keep_begun=keep_begun))
    removed = [meeting.pk for start, meeting in stored.items() if start not in wanted and meeting.pk not in attended]
    ClassMeeting.objects.filter(pk__in=removed).delete()
    new = [ClassMeeting(intake_id=intake.pk, starts_at=s, ends_at=e) for s, e in wanted.items() if s not in stored]
    ClassMeeting.objects.bulk_create(new)
    moved = [stored[start] for start, end in wanted.items() if start in stored and stored[start].ends_at != end]
    for meeting in moved:
        meeting.ends_at = wanted[meeting.starts_at]
    ClassMeeting.objects.bulk_update(moved, ["ends_at"])
    refresh(intake)
    return len(new), len(removed), len(moved)
