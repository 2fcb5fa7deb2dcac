"""What stories about cohorts need: learners in a pathway, a cohort in progression, all that is asked of one."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from courses.models import Cohort, PathwayPage, ScorePart
from courses.progression import collecting, rolling
from courses.progression.stages import Stage
from tests import factories


def admitted(pathway, *, count=1, **fields):
    """Learners who were admitted to an intake of this pathway; returns them as students."""
    into = factories.pathway_intake(program=pathway, admission_rule="first_come", **fields)
    return [factories.enroll(into).student for _number in range(count)]


def in_progression(*, count=1, days=40, **criteria):
    """A cohort in progression: two parts of the score, a certificate, a prize, all papers; its students."""
    students = admitted(factories.pathway(), count=count)
    cohort = students[0].cohort
    values = {
        "pass_mark": 40,
        "certificates": "护士技能证书",
        "prizes": "省技能大赛一等奖",
        "papers_by": timezone.localdate() + timedelta(days=days),
    }
    Cohort.objects.filter(pk=cohort.pk).update(**values | criteria)
    cohort.refresh_from_db()
    ScorePart.objects.create(cohort=cohort, name="专业课", weight=60, most=100)
    ScorePart.objects.create(cohort=cohort, name="技能考核", weight=40, most=50)
    keys = [student.pk for student in students]
    for stage in (Stage.ADMITTED, Stage.YEAR_1, Stage.YEAR_2, Stage.YEAR_3):
        rolling.roll(cohort, stage, keys, by=None)
    return cohort, list(cohort.students.all())


def complete(student, *, but=(), **said):
    """All that is asked of a student is there, but for some."""
    values = {("mark", "专业课"): Decimal(70), ("mark", "技能考核"): Decimal(40), ("certificate", "护士技能证书"): 1}
    values |= {("medical", ""): 1, ("record", ""): 1, ("papers", ""): 1}
    values |= {(kind, name): value for (kind, name), value in said.pop("also", {}).items()}
    left = {(student.pk, *key): value for key, value in values.items() if key[0] not in but}
    collecting.collect(student.cohort, left, by=None)


def objects_of(institution):
    """A cohort of a pathway whose school and college it is, with a learner, as addresses of the admin name them."""
    page = factories.pathway(institution=institution)
    PathwayPage.objects.filter(pk=page.pk).update(college=institution)  # No college: both parts in one hand.
    student = factories.enroll(factories.pathway_intake(program=page, admission_rule="first_come")).student
    return {"cohort pk": student.cohort_id, "cohort student": student.pk, "cohort what": "everybody"}
