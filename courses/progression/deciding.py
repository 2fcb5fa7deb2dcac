"""What the college decides at the end of progression, one by one or all as the criteria propose; and looking again."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.progression.assessing import standing_of, standings
from courses.progression.stages import DECIDED, FAILING, Stage, Why
from courses.progression.steps import StepRefused, step

# These may still come until the date that was told: before it nobody fails for them.
_MAY_COME = (Why.PAPERS, Why.MEDICAL, Why.RECORD, Why.CERTIFICATE)


@transaction.atomic
def decide(student, result, *, by, reason="", note=""):
    """Passed, exempt or failed. Against what the criteria propose only with a note, which the family reads too.

    Raises StepRefused when nobody decides here, and for a failure by something that may still be handed in.
    """
    result, standing = Stage(result), standing_of(student)
    if result not in DECIDED:
        raise StepRefused(_("Choose passed, exempt or not passed."))
    if result == Stage.FAILED and reason not in FAILING:
        raise StepRefused(_("Choose one of the listed reasons."))
    if _is_early(student.cohort, result, reason):
        raise StepRefused(_("This may still be handed in until %(day)s.") % {"day": student.cohort.papers_by})
    proposed, why = standing.proposal
    differs = result != proposed or (result == Stage.FAILED and reason != why)
    if differs and not note.strip():
        raise StepRefused(_("The criteria propose something else. Write down why you decide otherwise."))
    reason = reason if result == Stage.FAILED else Why.PRIZE if result == Stage.EXEMPT and standing.prize else ""
    return step(student, result, by=by, reason=reason, note=note.strip(), figures=standing.figures)


def _is_early(cohort, result, reason):
    """Whether somebody would fail for what may still be handed in."""
    until = cohort.papers_until
    return bool(result == Stage.FAILED and reason in _MAY_COME and until and timezone.now() < until)


def may_decide(standing):
    """Whether the criteria propose something that can be decided now."""
    result, reason = standing.proposal
    return result is not None and not _is_early(standing.cohort, result, reason)


def open_to(cohort):
    """The Standings on which the college decides now."""
    return standings(cohort, cohort.students.filter(stage=Stage.ELIGIBLE))


@dataclass
class Decided:
    """How many got which result, and who could not be decided on: (name, why)."""

    counts: dict
    refused: list


def decide_all(cohort, keys, *, by):
    """Decide on these learners as the criteria propose.

    Whoever is decided on already is passed over: sent twice it does the same as once.
    """
    counts, refused = dict.fromkeys(DECIDED, 0), []
    for standing in open_to(cohort):
        if standing.student.pk not in keys:
            continue
        result, reason = standing.proposal
        name = standing.student.enrollment.learner.name
        if result is None:
            refused.append((name, _("Marks are missing.")))
            continue
        try:
            decide(standing.student, result, by=by, reason=reason)
        except StepRefused as error:
            refused.append((name, " ".join(error.messages)))
        else:
            counts[result] += 1
    return Decided(counts, refused)


def look_again(student, *, by, note):
    """Take a decision back, with the reason for it: progression is under way for this learner again."""
    if not note.strip():
        raise StepRefused(_("Write down why the decision is looked at again."))
    if student.stage not in DECIDED:
        raise StepRefused(_("This is not possible: %(stage)s.") % {"stage": student.get_stage_display()})
    return step(student, Stage.ELIGIBLE, by=by, reason=Why.AGAIN, note=note.strip())
