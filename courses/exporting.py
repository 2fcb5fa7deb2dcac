"""Lists of admitted learners in the columns of an authority (ColumnTemplate), with whole numbers only for a reason.

Whoever may not see whole numbers, or does not ask for them, gets them masked; each learner whose numbers leave the site
is recorded (IdentityReveal) before the list is made.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import mask_phone
from courses.draws import marks
from courses.models import Enrollment, IdentityReveal, PathwayPage
from courses.models.column_templates import TemplateColumn
from courses.states import SEATED

Source = TemplateColumn.Source
# What identifies a person to authorities.
NUMBERS = (Source.DOCUMENT, Source.CANDIDATE, Source.STUDENT)
_RELATED = (
    *("learner__district", "learner__township", "learner__school_record__junior_school"),
    *("learner__school_record__household_district", "intake__program__institution", "intake__round"),
    *("pool", "entry__round", "student"),
)


def of_intake(intake):
    """Those who have, or are offered, a seat in an intake."""
    return Enrollment.objects.filter(intake=intake, state__in=SEATED)


def of_round(round):
    """Those who have, or are offered, a seat from a round, whatever the school."""
    return Enrollment.objects.filter(entry__round=round, state__in=SEATED)


def of_cohort(cohort):
    """Those of a cohort of a pathway who have neither left nor been cancelled."""
    return Enrollment.objects.filter(student__cohort=cohort, state__in=SEATED)


@transaction.atomic
def rows(template, enrollments, *, by, purpose="", note=""):
    """The heading and the rows; with a `purpose` (IdentityReveal.Purpose) numbers stand there whole, which is recorded.

    Whether `by` may see whole numbers is the caller's to ask.
    """
    columns = list(template.columns.all())
    enrollments = enrollments.select_related(*_RELATED).order_by("intake", "pk")
    pages = PathwayPage.objects.filter(pk__in=enrollments.order_by().values("intake__program"))
    pathways = {page.pk: page for page in pages.select_related("college", "secondary_major", "college_major")}
    people = list(enrollments)
    if purpose and any(column.source in NUMBERS for column in columns):
        IdentityReveal.objects.bulk_create(
            IdentityReveal(learner=one.learner, enrollment=one, by=by, purpose=purpose, note=note) for one in people
        )
    made = [[column.heading for column in columns]]
    for number, one in enumerate(people, 1):
        person = _Person(number, one, pathways.get(one.intake.program_id), whole=bool(purpose))
        made.append([person.cell(column) for column in columns])
    return made


class _Person:
    """One row: what stands in each kind of column. A missing record leaves its cells empty."""

    def __init__(self, number, enrollment, pathway, *, whole):
        self.number, self.enrollment, self.pathway, self.whole = number, enrollment, pathway, whole
        self.learner = enrollment.learner
        self.record = getattr(enrollment.learner, "school_record", None)

    def cell(self, column):
        """The cell of this person in a column."""
        if column.source == Source.TEXT:
            return column.text
        value = getattr(self, f"_{column.source}")()
        return "" if value is None else value if isinstance(value, int) else str(value)

    def _number(self):
        return self.number

    def _name(self):
        return self.learner.name

    def _sex(self):
        return self.learner.get_sex_display()

    def _birth_date(self):
        return self.learner.birth_date

    def _document(self):
        return self.learner.document_number if self.whole else self.learner.masked_number

    def _phone(self):
        return self.learner.phone if self.whole else self.learner.masked_phone

    def _residence(self):
        return self.learner.residence

    def _guardian(self):
        return self.learner.guardian_name

    def _guardian_phone(self):
        phone = self.learner.guardian_phone
        return phone if self.whole else mask_phone(phone)

    def _candidate(self):
        return self._hidden(self.record and self.record.candidate_number)

    def _student(self):
        return self._hidden(self.record and self.record.student_number)

    def _hidden(self, number):
        if not number or self.whole:
            return number
        return f"{number[:2]}{'*' * max(0, len(number) - 4)}{number[-2:]}" if len(number) > 4 else "*" * len(number)

    def _junior_school(self):
        return self.record and (self.record.junior_school or self.record.other_school)

    def _graduation(self):
        return self.record and self.record.graduation_year

    def _household(self):
        if self.record and self.record.household_elsewhere:
            return _("outside the prefecture")
        return self.record and self.record.household_district

    def _score(self):
        entry = self.enrollment.entry
        ranked = entry and entry.round.rank_by and marks.keys(entry.round, entry)
        return ranked[0] if ranked else ""

    def _reference(self):
        return self.enrollment.reference

    def _choice(self):
        return self.enrollment.choice

    def _state(self):
        return self.enrollment.get_state_display()

    def _pool(self):
        return self.enrollment.pool

    def _program(self):
        return self.enrollment.intake.program.title

    def _school(self):
        return self.enrollment.intake.program.institution

    def _secondary_major(self):
        return self.pathway and self.pathway.secondary_major.name

    def _secondary_code(self):
        return self.pathway and self.pathway.secondary_major.code

    def _college(self):
        return self.pathway and self.pathway.college

    def _college_major(self):
        return self.pathway and self.pathway.college_major.name

    def _college_code(self):
        return self.pathway and self.pathway.college_major.code

    def _approval(self):
        return self.pathway and self.pathway.approval_document

    def _stage(self):
        student = getattr(self.enrollment, "student", None)
        return student and student.get_stage_display()
