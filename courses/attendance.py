"""Taking attendance, from the first tap to the end of the class: who came, what it means, who has completed.

The rule that counts is the one that the learner was told when enrolling (`Enrollment.terms`). Ending an enrollment is
the matter of enrollment.py, and staff decide it: a rule alone ends nothing.
"""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import enrollment as process
from courses.eligibility import Rules
from courses.models import Attendance, Enrollment
from courses.states import State

Mark = Attendance.Mark


_guards = []


class AttendanceError(Exception):
    """Attendance cannot be taken; `args[0]` says why, for people."""


def roster(intake):
    """The enrollments whose attendance is taken, by name."""
    rows = intake.enrollments.filter(state__in=(State.ENROLLED, State.COMPLETED))
    return rows.select_related("learner").order_by("learner__name", "pk")


def may_take(meeting, now=None):
    """Whether attendance may be taken: from the day of the meeting on."""
    return timezone.localdate(meeting.starts_at) <= timezone.localdate(now)


def register_guard(guard):
    """Let a room above say why attendance cannot be taken: `guard(intake, keys of enrollments)` gives a sentence or "".

    It costs no query where the intake is none of its own.
    """
    if guard not in _guards:
        _guards.append(guard)
    return guard


@transaction.atomic
def take(meeting, marks, *, by):
    """Write marks of one meeting, {key of enrollment: Mark}; said again, the last one counts. Returns how many.

    Raises AttendanceError before the day of the meeting, and for whoever is not, or no longer, in the class.
    """
    if not may_take(meeting):
        raise AttendanceError(_("Attendance can be taken from the day of the meeting on."))
    if reasons := [reason for guard in _guards if (reason := guard(meeting.intake, set(marks)))]:
        raise AttendanceError(" ".join(reasons))
    enrolled = set(
        Enrollment.objects.filter(intake=meeting.intake_id, pk__in=marks, state=State.ENROLLED).values_list(
            "pk", flat=True
        )
    )
    if len(enrolled) != len(marks):
        raise AttendanceError(_("Somebody on the list has left the class. Please load the page again."))
    now = timezone.now()
    rows = [Attendance(enrollment_id=pk, meeting=meeting, mark=Mark(mark), by=by, at=now) for pk, mark in marks.items()]
    Attendance.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["meeting", "enrollment"], update_fields=["mark", "by", "at"]
    )
    return len(rows)


@dataclass
class Record:
    """How one learner has attended: marks in the order of the meetings ("" where nothing was said)."""

    enrollment: Enrollment
    total: int
    marks: list[str] = field(default_factory=list)

    @property
    def present(self):
        """Meetings attended."""
        return self.marks.count(Mark.PRESENT)

    @property
    def percent(self):
        """Of all meetings of the class."""
        return 100 * self.present // self.total if self.total else 0

    @property
    def row_of_absences(self):
        """Absences in a row without leave, up to the last meeting of which anything was said."""
        count = 0
        for mark in reversed([mark for mark in self.marks if mark]):
            if mark != Mark.ABSENT:
                break
            count += 1
        return count

    @property
    def meets_rule(self):
        """Whether the learner has completed the class, by the rule told at enrollment."""
        return self.present * 100 >= self._rules.attendance_percent * self.total

    @property
    def too_often_absent(self):
        """Whether the seat may be given to someone else, by the rule told at enrollment."""
        limit = self._rules.absence_limit
        return self.enrollment.state == State.ENROLLED and 0 < limit <= self.row_of_absences

    @property
    def _rules(self):
        return Rules.from_terms(self.enrollment.terms)


def records(intake):
    """The meetings of a class and the record of everyone in it, in three queries."""
    meetings = list(intake.meetings.order_by("starts_at"))
    said = {}
    for mark in Attendance.objects.filter(meeting__intake=intake):
        said[mark.enrollment_id, mark.meeting_id] = mark.mark
    return meetings, [
        Record(enrollment, len(meetings), [said.get((enrollment.pk, meeting.pk), "") for meeting in meetings])
        for enrollment in roster(intake)
    ]


def close_class(intake, completed, *, by):
    """Record that these enrollments (keys) have completed the class, once its last meeting is over; returns how many.

    Whoever is not named stays as they are: enrolled in a class that is over. Raises AttendanceError before the end.
    """
    if intake.ends_at is None or timezone.now() < intake.ends_at:
        raise AttendanceError(_("The class can be closed after its last meeting."))
    with transaction.atomic():
        finished = intake.enrollments.filter(state=State.ENROLLED, pk__in=completed).order_by("pk")
        return len([process.complete(enrollment, by=by) for enrollment in finished])
