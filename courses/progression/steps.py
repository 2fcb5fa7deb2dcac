"""The steps of a learner along the table in stages.py: the one place that writes a stage; how the enrollment follows.

Graduated: the enrollment is completed. Left: it is withdrawn (cancelled where the learner did not come any more), and
the other way round: whatever ends the enrollment ends the way (`follow`, told by courses.signals.enrollment_moved).
"""

from functools import cache

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import moves
from courses.models import Cohort, PathwayPage, PathwayStudent, StageEntry
from courses.progression import texts
from courses.progression.stages import LEAVING, ON_THE_WAY, Stage, Why, may_step
from courses.states import Reason, State

# The account is told of these; a new school year alone is no news.
_TOLD = {
    Stage.ELIGIBLE: "progression_open",
    Stage.PASSED: "progression_passed",
    Stage.EXEMPT: "progression_exempt",
    Stage.FAILED: "progression_failed",
    Stage.HIGHER_1: "progression_college",
    Stage.LEFT: "pathway_left",
}
_ENDS = (State.WITHDRAWN, State.CANCELLED, State.EXPIRED)


class StepRefused(moves.EnrollmentError):
    """The learner is not at a stage from which this can be done (any more)."""


@transaction.atomic
def step(student, target, *, by, reason="", note="", figures=(), quiet=False):
    """Step along the table: the stage, its history and the message, or nothing. Raises StepRefused."""
    source = student.stage
    if not may_step(source, target):
        raise StepRefused(_("This is not possible: %(stage)s.") % {"stage": Stage(source).label})
    if not PathwayStudent.objects.filter(pk=student.pk, stage=source).update(stage=target):
        raise StepRefused(_("The stage was changed a moment ago. Please look again."))
    student.stage = target
    entry = StageEntry.objects.create(
        student=student,
        by=by,
        from_stage=source,
        to_stage=target,
        reason=reason,
        note=note,
        figures=list(figures),
    )
    if target in _TOLD and not quiet:
        kind = "progression_again" if reason == Why.AGAIN else _TOLD[target]
        texts.tell(student, kind, occasion=entry.pk, reason=reason, note=note)
    return entry


def graduate(student, *, by):
    """The end of the five years; the enrollment is completed."""
    with moves.changing(student.enrollment) as enrollment:
        step(student, Stage.GRADUATED, by=by)
        moves.move(enrollment, State.COMPLETED, by=by)


def leave(student, *, by, reason, note=""):
    """Leave the pathway, for good: nobody joins later. The seat goes back; before school begins, to who waits."""
    reason = Why(reason)
    if reason not in LEAVING:
        raise StepRefused(_("Choose one of the listed reasons."))
    with moves.changing(student.enrollment) as enrollment:
        step(student, Stage.LEFT, by=by, reason=reason, note=note)
        absent = reason == Why.NO_SHOW
        target, why = (State.CANCELLED, Reason.ABSENT) if absent else (State.WITHDRAWN, Reason.ASKED_AT_DESK)
        moves.move(enrollment, target, by=by, reason=why, note=note, quiet=True)
        moves.offer_free_seats(enrollment.intake)


def follow(sender, *, enrollment, source, by, **_signal):
    """What a move of an enrollment means for the way (receiver of courses.signals.enrollment_moved)."""
    if not is_pathway(enrollment.intake):
        return
    if enrollment.state == State.ENROLLED:
        _begin(enrollment, by)
    elif enrollment.state in _ENDS and source in (State.ENROLLED, State.OFFERED):
        student = PathwayStudent.objects.filter(enrollment=enrollment, stage__in=ON_THE_WAY).first()
        if student is not None:
            step(student, Stage.LEFT, by=by, reason=Why.ENDED, quiet=True)


def _begin(enrollment, by):
    """Somebody new; or back, where a review found that the end was wrong, at the stage that was lost."""
    year = timezone.localdate(enrollment.intake.starts_at or enrollment.intake.closes_at).year
    cohort = Cohort.objects.get_or_create(pathway_id=enrollment.intake.program_id, entry_year=year)[0]
    student, is_new = PathwayStudent.objects.get_or_create(enrollment=enrollment, defaults={"cohort": cohort})
    if is_new:
        StageEntry.objects.create(student=student, by=by, to_stage=Stage.ADMITTED)
    elif student.stage == Stage.LEFT:
        last = student.history.filter(to_stage=Stage.LEFT).last()
        step(student, last.from_stage, by=by, reason=Why.REVIEWED, quiet=True)


def is_pathway(intake):
    """Whether people enroll in a pathway there; no query where the program is loaded."""
    return intake.program.content_type_id == _pathways()


@cache
def _pathways():
    """The key of the content type of pathways: read once, for every enrollment asks."""
    return ContentType.objects.get_for_model(PathwayPage).pk
