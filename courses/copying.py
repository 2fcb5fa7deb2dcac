"""Copying classes to another term: dates shifted by whole weeks, so weekdays stay, and holidays skipped.

A copy is a draft with the same seats, rules and people in front, and nobody in it.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from courses import rooms, schedule
from courses.models import ClassMeeting, FeeReduction, Holiday, Intake, PathwayPage, SeatPool

_LIMIT = timedelta(days=3 * 366)
# What a copy does not take over.
_OWN = {"id", "code", "status", "status_note", "runs_anyway_at", "copied_from", "term", "opens_at", "closes_at"}
_OWN |= {"round", "starts_at", "first_ends_at", "ends_at", "weekdays", "day_parts", "meeting_count", "updated_at"}

_OF_REDUCTIONS = ("kind", "percent", "with_materials", "min_age", "district_id", "proof")


class CopyingError(Exception):
    """A copy that cannot be made; `args[0]` says why, for people."""


@dataclass(frozen=True)
class Plan:
    """One class as it would be in the other term: its (start, end) pairs, and rooms that are taken then."""

    intake: Intake
    code: str
    meetings: list
    rooms: list
    copied_before: bool
    years: int = 0  # A pathway moves by whole years: its day of reporting keeps its date, not its weekday.

    @property
    def starts_at(self):
        """The first meeting; None without meetings."""
        return self.meetings[0][0] if self.meetings else None

    @property
    def ends_at(self):
        """The end of the last one."""
        return self.meetings[-1][1] if self.meetings else None


def plan(intakes, *, term):
    """What copies of these intakes in that term would be, in order."""
    holidays = list(Holiday.objects.filter(ends_on__gte=term.starts_on))
    done = set(Intake.objects.filter(term=term, copied_from__in=intakes).values_list("copied_from", flat=True))
    taken = set(Intake.objects.values_list("code", flat=True))
    of_pathways = set(PathwayPage.objects.filter(intakes__in=intakes).values_list("pk", flat=True))
    plans = []
    for intake in intakes:
        years = round(weeks_between(intake.term, term) / 52) if intake.program_id in of_pathways else 0
        meetings = series(
            [(meeting.starts_at, meeting.ends_at) for meeting in intake.meetings.all()],
            weeks=weeks_between(intake.term, term),
            holidays=holidays,
        )
        if years:
            days = [(meeting.starts_at, meeting.ends_at) for meeting in intake.meetings.all()]
            meetings = [(_later(start, years), _later(end, years)) for start, end in days]
        code = _new_code(intake.code, taken)
        taken.add(code)
        in_room = [(start, end, intake.place) for start, end in meetings]
        busy = rooms.clashes(institution=intake.program.institution_id, meetings=in_room)
        plans.append(Plan(intake, code, meetings, busy, intake.pk in done, years))
    return plans


def _later(moment, years):
    """The same date and time so many years later; the 29th of February becomes the 28th."""
    local = timezone.localtime(moment)
    day = local.day - (local.month == 2 and local.day == 29)
    return local.replace(year=local.year + years, day=day)


def weeks_between(old, new):
    """By how many whole weeks the new term begins later than the old one."""
    return round((new.starts_on - old.starts_on).days / 7)


def _new_code(code, taken):
    """The next free code after this one: 2026Q-031-2, then -3."""
    number = 2
    while (new := f"{code[:36]}-{number}") in taken:
        number += 1
    return new


def series(meetings, *, weeks, holidays=()):
    """The (start, end) pairs of a class so many weeks later, as many as before, none on a holiday.

    A weekly class is made anew from its weekdays and times, so that gaps which holidays of the old term had left
    close; one with irregular dates moves as it is, and what falls on a holiday moves on by a week.
    """
    if not meetings:
        return []
    zone = timezone.get_default_timezone()
    local = sorted((start.astimezone(zone), end.astimezone(zone)) for start, end in meetings)
    moved = [(start + timedelta(weeks=weeks), end + timedelta(weeks=weeks)) for start, end in local]
    slots = Counter((start.weekday(), start.time(), end - start) for start, end in moved)
    closed = [(holiday.starts_on, holiday.ends_on) for holiday in holidays]
    if min(slots.values()) * 2 < max(slots.values()):
        return _one_by_one(moved, closed)
    return _weekly(slots, moved[0][0].date(), len(moved), closed)


def _weekly(slots, day, count, closed):
    found, end_of_search = [], day + _LIMIT
    while len(found) < count:
        if day > end_of_search:
            raise CopyingError(_("The meetings do not fit between the holidays. Check the list of holidays."))
        if not _is_closed(day, closed):
            for _weekday, begins, length in sorted(slot for slot in slots if slot[0] == day.weekday()):
                start = schedule.at(day, begins)
                found.append((start, start + length))
        day += timedelta(days=1)
    return found[:count]


def _one_by_one(moved, closed):
    found = {}
    for start, end in moved:
        while _is_closed(start.date(), closed) or start in found:
            start, end = start + timedelta(weeks=1), end + timedelta(weeks=1)
            if start - moved[0][0] > _LIMIT:
                raise CopyingError(_("The meetings do not fit between the holidays. Check the list of holidays."))
        found[start] = end
    return sorted(found.items())


def _is_closed(day, closed):
    return any(first <= day <= last for first, last in closed)


@transaction.atomic
def copy(plans, *, term, by):
    """Make these copies, all or none; returns the new intakes."""
    return [_copy(one, term, by) for one in plans]


def _pool(pool, new, weeks):
    """The same seats for the same people; the moment at which they fall to everyone moves with the class."""
    same = {name: getattr(pool, name) for name in ("name", "capacity", *SeatPool.CONDITIONS)}
    return SeatPool(intake=new, released_at=pool.released_at and pool.released_at + weeks, **same)


def _copy(one, term, by):
    old, weeks = one.intake, timedelta(weeks=weeks_between(one.intake.term, term))
    fields = {field.attname: getattr(old, field.attname) for field in Intake._meta.concrete_fields}
    own = {Intake._meta.get_field(name).attname for name in _OWN}
    new = Intake(**{name: value for name, value in fields.items() if name not in own})
    new.code, new.term, new.copied_from = one.code, term, old
    if one.years:
        new.opens_at, new.closes_at = _later(old.opens_at, one.years), _later(old.closes_at, one.years)
    else:
        new.opens_at, new.closes_at = old.opens_at + weeks, old.closes_at + weeks
    if old.closes_at == old.starts_at and one.starts_at and one.starts_at > new.opens_at:
        new.closes_at = one.starts_at
    if old.round_id:  # A round is of its term: until the copy is put into another one, it has the plain rule.
        rules = Intake.AdmissionRule
        new.admission_rule = rules.REVIEW if one.years else rules.FIRST_COME
    new.save()
    new.teachers.set(old.teachers.all())
    pools = old.pools.select_related("district", "sending_school", "sending_district")
    SeatPool.objects.bulk_create(_pool(pool, new, weeks) for pool in pools)
    FeeReduction.objects.bulk_create(
        FeeReduction(intake=new, **{name: getattr(row, name) for name in _OF_REDUCTIONS})
        for row in old.reductions.all()
    )
    ClassMeeting.objects.bulk_create(ClassMeeting(intake=new, starts_at=s, ends_at=e) for s, e in one.meetings)
    schedule.refresh(new)
    log(new, "wagtail.copy", user=by, data={"from": old.code})
    return new
