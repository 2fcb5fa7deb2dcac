"""How many of a cohort have come how far: the flow chart, as figures of a table with bars; and lists to take away."""

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from courses.models import StageEntry
from courses.progression.assessing import Kind, standings
from courses.progression.stages import ON_THE_WAY, Stage
from courses.reports.tables import Column, Figures, Row

# The milestones, and the stages of which any means that it was reached. In the order of the way.
_MILESTONES = (
    (gettext_lazy("admitted"), (Stage.ADMITTED,)),
    (gettext_lazy("began year 1"), (Stage.YEAR_1,)),
    (gettext_lazy("began year 2"), (Stage.YEAR_2,)),
    (gettext_lazy("began year 3"), (Stage.YEAR_3,)),
    (gettext_lazy("took part in progression"), (Stage.ELIGIBLE,)),
    (gettext_lazy("passed or exempt"), (Stage.PASSED, Stage.EXEMPT)),
    (gettext_lazy("began college year 1"), (Stage.HIGHER_1,)),
    (gettext_lazy("began college year 2"), (Stage.HIGHER_2,)),
    (gettext_lazy("graduated"), (Stage.GRADUATED,)),
)


def counts_of(cohort):
    """How many of a cohort stand at each stage."""
    rows = cohort.students.order_by().values_list("stage").annotate(n=Count("pk"))
    return {Stage(stage): count for stage, count in rows}


def flow(cohort):
    """Of those who reached each milestone: how many are still on the way or graduated, how many left later or failed.

    The share is of all who were admitted. Of history, so that it counts whom the table of today no longer shows.
    """
    reached = {}
    entries = StageEntry.objects.filter(student__cohort=cohort).order_by("pk")
    for student, stage in entries.values_list("student", "to_stage"):
        reached.setdefault(student, set()).add(stage)
    now = dict(cohort.students.values_list("pk", "stage"))
    gone = {pk for pk, stage in now.items() if stage in (Stage.LEFT, Stage.FAILED)}
    columns = [
        Column("reached", _("reached")),
        Column("fine", _("still on the way or graduated"), bar=True),
        Column("gone", _("left later or not passed"), bar=True),
        Column("share", _("of those admitted"), kind="percent"),
    ]
    rows, whole = [], len(now)
    for label, stages in _MILESTONES:
        there = {pk for pk, past in reached.items() if past & set(stages)} & _still(now, stages)
        if not there:
            break
        left = len(there & gone)
        share = round(100 * len(there) / whole, 1) if whole else None
        values = {"reached": len(there), "fine": len(there) - left, "gone": left, "share": share}
        rows.append(Row(str(label), values))
    return Figures(columns, rows)


def _still(now, stages):
    """All, except for the result of progression: what was decided and then taken back was not reached."""
    if Stage.PASSED not in stages:
        return set(now)
    return {pk for pk, stage in now.items() if stage not in (Stage.ELIGIBLE, Stage.FAILED)}


def with_summary(cohorts):
    """Each with `admitted`, `on_the_way`, `graduated` and `left`, in the same query."""
    stage = "students__stage"
    return cohorts.annotate(
        admitted=Count("students"),
        on_the_way=Count("students", filter=Q(**{f"{stage}__in": ON_THE_WAY})),
        graduated=Count("students", filter=Q(**{stage: Stage.GRADUATED})),
        left=Count("students", filter=Q(**{stage: Stage.LEFT})),
    )


def everybody(cohort):
    """The cohort to take away: a heading, then a row for each, with what is missing for progression."""
    yield [_("Reference"), _("Learner"), _("Where they stand"), _("Since"), _("Reason"), _("Score"), _("Missing")]
    last = {}
    for entry in StageEntry.objects.filter(student__cohort=cohort).order_by("pk"):
        last[entry.student_id] = entry
    for standing in standings(cohort, cohort.students.all()):
        student, entry = standing.student, last[standing.student.pk]
        why = _(", ").join(filter(None, [str(entry.get_reason_display()) if entry.reason else "", entry.note]))
        missing = _(", ").join(str(one.label) for one in standing.missing) if standing.at_risk else ""
        yield [
            student.enrollment.reference,
            student.enrollment.learner.name,
            str(student.get_stage_display()),
            f"{timezone.localtime(entry.at):%Y-%m-%d}",
            why,
            "" if standing.score is None else str(standing.score),
            missing,
        ]


def for_the_province(cohort):
    """The list of those who passed or are exempt: names without numbers, for the report that the province approves."""
    taken = cohort.students.filter(stage__in=(Stage.PASSED, Stage.EXEMPT, Stage.HIGHER_1, Stage.HIGHER_2))
    page = cohort.pathway
    yield [
        *(_("No."), _("Learner"), _("Reference"), _("Secondary school"), _("Major at the secondary school")),
        *(_("College"), _("Major at the college"), _("Score"), _("Prize"), _("Result")),
    ]
    for number, standing in enumerate(standings(cohort, taken), 1):
        enrollment = standing.student.enrollment
        prize = ", ".join(one.name for one in standing.asked if one.kind == Kind.PRIZE and standing.value(one))
        yield [
            *(number, enrollment.learner.name, enrollment.reference, page.institution.name, page.secondary_major.name),
            *(page.college.name, page.college_major.name, "" if standing.score is None else str(standing.score)),
            *(prize, str(standing.student.get_stage_display())),
        ]


def summary_of(cohorts):
    """The cohorts to take away, one a line."""
    yield [_("Pathway"), _("Entered in"), pgettext("people", "Admitted"), _("On the way"), _("Graduated"), _("Left")]
    for one in with_summary(cohorts):
        yield [one.pathway.title, one.entry_year, one.admitted, one.on_the_way, one.graduated, one.left]
