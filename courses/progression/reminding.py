"""“Late means forfeited” is told three times before it happens; then the rule acts. Jobs of home/jobs.py."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from courses.models import Cohort, PathwayStudent, ProgressionTelling
from courses.models.cohorts import TELLINGS
from courses.progression import texts
from courses.progression.assessing import standing_of, standings
from courses.progression.stages import Stage, Why
from courses.progression.steps import step

_PAUSE = timedelta(hours=20)  # Two tellings on one day would be one.


def _cohorts(condition):
    under_way = PathwayStudent.objects.filter(stage=Stage.ELIGIBLE).values("cohort")
    return Cohort.objects.filter(condition, pk__in=under_way).select_related("pathway").order_by("pk")


def _standings(cohort):
    related = "enrollment__intake__program__institution", "enrollment__intake__district"
    students = cohort.students.filter(stage=Stage.ELIGIBLE).select_related(*related).prefetch_related("tellings")
    return standings(cohort, students)


def tell_due(now=None):
    """Tell the families of all for whom something is missing, on each day of reminding; returns how many were told.

    A day that was missed is made up for, at most one telling a day; running twice does the same as once.
    """
    now = now or timezone.now()
    told = 0
    for cohort in _cohorts(Q(papers_by__isnull=False)):
        days = (cohort.papers_by - timezone.localdate(now)).days
        due = sum(1 for day in cohort.reminders if days <= day)
        for standing in _standings(cohort) if due else []:
            told += bool(standing.missing) and _tell(standing, due, now)
    return told


def _said(student):
    """The tellings about the present last day."""
    return [one for one in student.tellings.all() if one.papers_by == student.cohort.papers_by]


def _tell(standing, due, now):
    student, said = standing.student, _said(standing.student)
    if len(said) >= due or (said and now - said[-1].at < _PAUSE):
        return False
    with transaction.atomic():
        number = len(said) + 1
        values = {"student": student, "number": number, "papers_by": student.cohort.papers_by}
        if not ProgressionTelling.objects.get_or_create(**values, defaults={"at": now})[1]:
            return False  # A second scheduler was faster.
        occasion = f"{student.cohort.papers_by:%Y%m%d}:{number}"
        texts.tell(student, "progression_missing", occasion=occasion, missing=[one.label for one in standing.missing])
    return True


def forfeit_late(now=None):
    """After the last day: whose papers are not in has not passed. Never without the three tellings, the last of them a
    day before; whoever was told too seldom is told first. Returns how many."""
    now = now or timezone.now()
    failed = 0
    for cohort in _cohorts(Q(papers_by__lt=timezone.localdate(now))):
        for standing in _standings(cohort):
            said = _said(standing.student)
            told = len(said) >= TELLINGS and now - said[-1].at >= _PAUSE
            if standing.papers_missing and told:
                failed += _forfeit(standing.student)
    return failed


@transaction.atomic
def _forfeit(student):
    """With the row locked and everything read again: the school may be ticking the papers at this moment."""
    locked = PathwayStudent.objects.select_for_update(no_key=True).filter(pk=student.pk, stage=Stage.ELIGIBLE)
    # A decision that people look at again is theirs.
    if not locked.exists() or student.history.filter(reason=Why.AGAIN).exists():
        return False
    standing = standing_of(student)
    if standing.papers_missing:
        step(student, Stage.FAILED, by=None, reason=Why.PAPERS, figures=standing.figures)
    return standing.papers_missing
