"""The columns in which an authority wants a list (ColumnTemplate): headings in order, and what stands below each."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable


class ColumnTemplate(ClusterableModel):
    """A format of lists of admitted learners. The bureau keeps them, every school exports in them."""

    name = models.CharField(
        _("name"), max_length=60, unique=True, help_text=_("For example: list of admitted, bureau 2027.")
    )
    is_sample = models.BooleanField(_("sample"), default=False, editable=False)

    class Meta:
        verbose_name = _("column template")
        verbose_name_plural = _("column templates")
        ordering = ["name"]

    def __str__(self):
        return self.name


class TemplateColumn(Orderable):
    """One column: its heading, and a field of the listed ones, or the same text in every row."""

    class Source(models.TextChoices):
        """What can stand in a column. How each is read: courses/exporting.py."""

        TEXT = "text", _("the same text in every row")
        NUMBER = "number", _("number of the row")
        NAME = "name", _("name")
        SEX = "sex", _("sex")
        BIRTH_DATE = "birth_date", _("birth date")
        DOCUMENT = "document", _("identity number")
        PHONE = "phone", _("phone")
        RESIDENCE = "residence", _("residence")
        GUARDIAN = "guardian", _("guardian's name")
        GUARDIAN_PHONE = "guardian_phone", _("guardian's phone")
        CANDIDATE = "candidate", _("candidate number")
        STUDENT = "student", _("student number")
        JUNIOR_SCHOOL = "junior_school", _("junior middle school")
        GRADUATION = "graduation", _("year of graduation")
        HOUSEHOLD = "household", _("household registration")
        SCORE = "score", _("score")
        REFERENCE = "reference", _("reference of the enrollment")
        CHOICE = "choice", _("number of the choice")
        STATE = "state", _("state")
        POOL = "pool", _("seat pool")
        PROGRAM = "program", _("program")
        SCHOOL = "school", _("institution")
        SECONDARY_MAJOR = "secondary_major", _("major at the secondary school")
        SECONDARY_CODE = "secondary_code", _("code of the major at the secondary school")
        COLLEGE = "college", _("college")
        COLLEGE_MAJOR = "college_major", _("major at the college")
        COLLEGE_CODE = "college_code", _("code of the major at the college")
        DOCUMENT_OF_APPROVAL = "approval", _("approving document")
        STAGE = "stage", _("stage")

    template = ParentalKey(ColumnTemplate, on_delete=models.CASCADE, related_name="columns")
    heading = models.CharField(_("heading"), max_length=60)
    source = models.CharField(_("what stands there"), max_length=20, choices=Source.choices)
    text = models.CharField(_("text"), max_length=80, blank=True, help_text=_("Only for the same text in every row."))

    class Meta(Orderable.Meta):
        verbose_name = _("column")
        verbose_name_plural = _("columns")

    def __str__(self):
        return self.heading
