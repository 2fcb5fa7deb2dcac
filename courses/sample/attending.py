"""Sample attendance: the teacher's classes, with what was said of the meetings that are over."""

import random

from django.utils import timezone

from courses import attendance
from courses.models import Intake
from courses.states import State


def attend(teacher):
    """Give the teacher the classes of the institution they work for, and take attendance of the meetings before today.

    In each class somebody has been absent all the time, so that one sees what the rule says.
    """
    now = timezone.now()
    classes = Intake.objects.filter(program__institution__staff__account=teacher, status=Intake.Status.PUBLISHED)
    for intake in classes:
        intake.teachers.add(teacher)
        rng = random.Random(f"attendance {intake.code}")  # noqa: S311 - chance for looks, not for secrets
        learners = [row for row in attendance.roster(intake) if row.state == State.ENROLLED]
        for meeting in intake.meetings.filter(ends_at__lte=now):
            attendance.take(meeting, _marks(learners, rng), by=teacher)


def _marks(learners, rng):
    marks = rng.choices(list(attendance.Mark), weights=[17, 2, 1], k=len(learners))
    return {
        row.pk: mark if number else attendance.Mark.ABSENT
        for number, (row, mark) in enumerate(zip(learners, marks, strict=True))
    }
