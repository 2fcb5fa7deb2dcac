"""Changing a class that people are in: later dates, another room, another teacher. One act, told to everyone in it.

Two steps: `foresee` says what a change would bring, `carry_out` does it in one transaction: meetings, their copy on the
intake, calendars (by `updated_at`, see calendars.py), the log of the intake, a message to each learner's account.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from courses import rooms, schedule, seats
from courses.describe import moment
from courses.messages import tell_change
from courses.models import ClassMeeting, Enrollment, Intake
from courses.states import SEATED


class ReschedulingError(Exception):
    """A change that cannot be made; `args[0]` says why, for people."""


@dataclass(frozen=True)
class Change:
    """What becomes different: new times of meetings ({key: (start, end)}), the class's place and teacher.

    None for place or teacher: as it is.
    """

    times: dict = field(default_factory=dict)
    place: str | None = None
    teacher: str | None = None


@dataclass(frozen=True)
class Consequences:
    """What a change brings: how many are told, meetings as (before, start, end), and what speaks against it."""

    told: int
    moved: list
    rooms: list
    learners_elsewhere: int


def shifted(intake, *, days, now=None):
    """Move all meetings still to come by so many days. Raises ReschedulingError when none is, or into the past."""
    now = now or timezone.now()
    coming = [meeting for meeting in intake.meetings.all() if meeting.starts_at > now]
    if not coming:
        raise ReschedulingError(_("No meeting is still to come."))
    by = timedelta(days=days)
    if min(meeting.starts_at for meeting in coming) + by <= now:
        raise ReschedulingError(_("A meeting would then lie in the past."))
    return Change(times={meeting.pk: (meeting.starts_at + by, meeting.ends_at + by) for meeting in coming})


def moved(meeting, *, starts_at, ends_at):
    """Move one meeting that has not begun. Raises ReschedulingError when the new time cannot be."""
    if meeting.starts_at <= timezone.now():
        raise ReschedulingError(_("This meeting has begun; it cannot be moved any more."))
    if starts_at <= timezone.now():
        raise ReschedulingError(_("A meeting would then lie in the past."))
    if ends_at <= starts_at:
        raise ReschedulingError(_("The end must be after the start."))
    if meeting.intake.meetings.exclude(pk=meeting.pk).filter(starts_at=starts_at).exists():
        raise ReschedulingError(_("Another meeting of this class begins at that time."))
    return Change(times={meeting.pk: (starts_at, ends_at)})


def foresee(intake, change):
    """What this change of the intake brings. Reads only."""
    meetings = list(intake.meetings.order_by("starts_at"))
    place = intake.place if change.place is None else change.place
    coming = [
        (*change.times.get(meeting.pk, (meeting.starts_at, meeting.ends_at)), meeting.place or place)
        for meeting in meetings
        if meeting.pk in change.times or meeting.ends_at > timezone.now()
    ]
    return Consequences(
        told=intake.enrollments.live().values("account").distinct().count(),
        moved=[(meeting.starts_at, *change.times[meeting.pk]) for meeting in meetings if meeting.pk in change.times],
        rooms=rooms.clashes(institution=intake.program.institution_id, meetings=coming, intake=intake),
        learners_elsewhere=_elsewhere(intake, change.times.values()),
    )


def _elsewhere(intake, times):
    """How many of the class's people have another class at one of these times."""
    if not times:
        return 0
    people = intake.enrollments.live().values("person")
    others = Enrollment.objects.filter(person__in=people, state__in=SEATED).exclude(intake=intake)
    rows = ClassMeeting.objects.filter(
        intake__enrollments__in=others,
        starts_at__lt=max(end for _start, end in times),
        ends_at__gt=min(start for start, _end in times),
    ).values_list("starts_at", "ends_at", "intake__enrollments__person")
    return len({person for starts, ends, person in rows if any(starts < end and start < ends for start, end in times)})


def carry_out(intake, change, *, by, note=""):
    """Make the change and tell everyone who has a seat, an offer or a place in the waitlist; returns how many rows.

    Raises ReschedulingError when the class has been cancelled, or its meetings were changed a moment ago.
    """
    with seats.gate(intake.pk), transaction.atomic():
        seats.lock(intake.pk)
        intake = Intake.objects.select_related("program__institution", "district").get(pk=intake.pk)
        if intake.status == Intake.Status.CANCELLED:
            raise ReschedulingError(_("The class is cancelled."))
        before = {meeting.pk: meeting.starts_at for meeting in _move(intake, change.times)}
        _follow(intake, change)
        log(intake, "courses.change_class", user=by, data={"note": note, "what": _in_words(change, before)})
        return _tell_everyone(intake, change, before, note)


def _move(intake, times):
    """Give the meetings their new times; returns them with the old ones."""
    meetings = list(ClassMeeting.objects.filter(intake=intake, pk__in=times).order_by("starts_at"))
    if len(meetings) != len(times):
        raise ReschedulingError(_("The meetings were changed a moment ago. Please look again."))
    # The last one first when moving on, else the first: no meeting ever meets the old time of its neighbor.
    onward = bool(meetings) and times[meetings[0].pk][0] > meetings[0].starts_at
    for meeting in reversed(meetings) if onward else meetings:
        start, end = times[meeting.pk]
        ClassMeeting.objects.filter(pk=meeting.pk).update(starts_at=start, ends_at=end)
    return meetings


def _follow(intake, change):
    """What the intake itself shows; enrollment that closes with the first meeting goes on closing with it."""
    closes_with_start = intake.closes_at == intake.starts_at and intake.closes_at > timezone.now()
    schedule.refresh(intake)
    if closes_with_start and intake.starts_at > intake.opens_at:
        intake.closes_at = intake.starts_at
    if change.place is not None:
        intake.place = change.place
        intake.meetings.filter(starts_at__gt=timezone.now()).update(place="")
    if change.teacher is not None:
        intake.teacher = change.teacher
        intake.meetings.filter(starts_at__gt=timezone.now()).update(teacher="")
    # Saved, not updated: pages listen and are made anew, and calendars see that something is different.
    intake.save(update_fields=["closes_at", "place", "teacher", "updated_at"])


def _tell_everyone(intake, change, before, note):
    live = list(intake.enrollments.live().select_related("learner", "account").order_by("pk"))
    for enrollment in live:
        enrollment.intake = intake
        tell_change(enrollment, lambda: _in_words(change, before), occasion=intake.updated_at.isoformat(), note=note)
    return len(live)


def _in_words(change, before):
    """The change in the active language; `before` are the old times of the meetings that move."""
    said = []
    if len(change.times) == 1:
        [(key, (start, end))] = change.times.items()
        said.append(
            _("The meeting of %(before)s takes place on %(after)s instead.")
            % {"before": _exact(before[key]), "after": _exact(start, end)}
        )
    elif change.times:
        start, end = min(change.times.values())
        said.append(
            _("%(n)d meetings have new dates; the next one is on %(next)s.")
            % {"n": len(change.times), "next": _exact(start, end)}
        )
    if change.place is not None:
        said.append(_("New place: %(place)s.") % {"place": change.place})
    if change.teacher is not None:
        said.append(_("New teacher: %(teacher)s.") % {"teacher": change.teacher})
    return " ".join(said)


def _exact(start, end=None):
    """Without "tomorrow", which a stored text would soon get wrong."""
    return moment(start, end=end, now=start + timedelta(days=1))


def run_anyway(intake, *, by, note=""):
    """Decide that a class takes place with fewer learners than its minimum; recorded, and no longer asked for."""
    with transaction.atomic():
        Intake.objects.filter(pk=intake.pk).update(runs_anyway_at=timezone.now())
        log(intake, "courses.run_anyway", user=by, data={"note": note})
