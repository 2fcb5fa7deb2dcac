"""A whole cohort steps on at once: a new school year, the beginning of progression, the college, the end."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models.cohorts import TELLINGS
from courses.progression import steps
from courses.progression.assessing import asked_of
from courses.progression.stages import NEXT, OF_THE_SCHOOL, ON_THE_WAY, Stage

LABELS = {
    Stage.ADMITTED: gettext_lazy("School begins: year 1"),
    Stage.YEAR_1: gettext_lazy("On to year 2"),
    Stage.YEAR_2: gettext_lazy("On to year 3"),
    Stage.YEAR_3: gettext_lazy("Progression begins"),
    Stage.PASSED: gettext_lazy("Record as admitted at the college: passed"),
    Stage.EXEMPT: gettext_lazy("Record as admitted at the college: exempt"),
    Stage.HIGHER_1: gettext_lazy("On to college year 2"),
    Stage.HIGHER_2: gettext_lazy("Record as graduated"),
}


@dataclass(frozen=True)
class Roll:
    """One step that a cohort can take: from where, to where, how many are there, and whether the school takes it."""

    source: Stage
    count: int

    @property
    def target(self):
        """Where they step to."""
        return NEXT[self.source]

    @property
    def label(self):
        """What the button says."""
        return LABELS[self.source]

    @property
    def by_school(self):
        """Whether the secondary school keeps the records at that stage; else the college does."""
        return self.source in OF_THE_SCHOOL


def rolls(cohort, counts):
    """The steps that make sense now, given how many stand at each stage."""
    return [Roll(stage, counts[stage]) for stage in NEXT if counts.get(stage)]


def obstacle(cohort, source, now=None):
    """What must be done before, in words, or None: progression begins with criteria that leave time to tell them."""
    if source != Stage.YEAR_3:
        return None
    if not asked_of(cohort):
        return _("Write down the criteria of progression first: families are told them before it begins.")
    if cohort.papers_by and (cohort.papers_by - timezone.localdate(now)).days < TELLINGS:
        return _("The last day for papers is too near: families must be told three times before it.")
    return None


def exceptions(cohort, source):
    """Those on the way who stand at another stage, by name: they stay where they are."""
    others = cohort.students.filter(stage__in=ON_THE_WAY).exclude(stage=source)
    return others.select_related("enrollment__learner").order_by("stage", "enrollment__learner__name")


def roll(cohort, source, keys, *, by):
    """Step on with these learners, from `source`, where they still stand there; returns how many.

    Those named who stand elsewhere by now are passed over: the same form sent twice does the same as once. All in one
    transaction, except the end: there each enrollment is completed under its own locks. Raises StepRefused.
    """
    source = Stage(source)
    if reason := obstacle(cohort, source):
        raise steps.StepRefused(reason)
    students = cohort.students.filter(pk__in=keys, stage=source).order_by("pk")
    students = students.select_related("enrollment__intake__program__institution", "enrollment__learner")
    students = students.select_related("enrollment__account", "cohort__pathway")
    if NEXT[source] == Stage.GRADUATED:
        return sum(_once(student, by) for student in students)
    with transaction.atomic():
        found = list(students.select_for_update(of=("self",), no_key=True))
        for student in found:
            steps.step(student, NEXT[source], by=by)
    return len(found)


def _once(student, by):
    try:
        steps.graduate(student, by=by)
    except steps.StepRefused:  # Somebody else was a moment faster.
        return False
    return True
