"""Where a learner went to junior middle school, and what the exam office says of them (SchoolRecord)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.encryption import EncryptedField, keyed_hash
from accounts.models import District, Learner
from institutions.models import Institution


def candidate_key(number):
    """The keyed hash by which a candidate number is found again; empty for none."""
    number = "".join(str(number).split()).upper()
    return keyed_hash(f"candidate:{number}") if number else ""


class JuniorSchool(models.Model):
    """A junior middle school that sends graduates: quotas may be kept for it, or for its county."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    code = models.CharField(
        _("code"), max_length=20, blank=True, help_text=_("The exam office's number of the school, where it has one.")
    )
    district = models.ForeignKey(
        District, models.PROTECT, related_name="junior_schools", verbose_name=_("county or district")
    )
    institution = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        limit_choices_to={"kind": Institution.Kind.JUNIOR},
        related_name="junior_schools",
        verbose_name=_("institution"),
        help_text=_(
            "Its staff, too, check the applications of the school's graduates. Empty: only the receiving school does."
        ),
    )
    is_sample = models.BooleanField(_("sample"), default=False, editable=False)

    class Meta:
        verbose_name = _("junior middle school")
        verbose_name_plural = _("junior middle schools")
        ordering = ["district_id", "name"]
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="one_junior_school_per_code"),
        ]

    def __str__(self):
        return self.name


class SchoolRecord(models.Model):
    """A learner's way to the exam: school, numbers, year, and points by subject, typed and official.

    `typed_scores` are what the family entered, `official_scores` what the exam office's file said; where the latter are
    there they count. Points are numbers by the name of the subject. Numbers are encrypted; `candidate_key` is a keyed
    hash of the candidate number, so that an import finds its learner.
    """

    learner = models.OneToOneField(Learner, models.CASCADE, related_name="school_record", verbose_name=_("learner"))
    junior_school = models.ForeignKey(
        JuniorSchool,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="records",
        verbose_name=_("junior middle school"),
    )
    other_school = models.CharField(
        _("another school"), max_length=60, blank=True, help_text=_("Where the school is not in the list.")
    )
    candidate_number = EncryptedField(_("candidate number"), blank=True, default="")
    candidate_key = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    student_number = EncryptedField(_("student number"), blank=True, default="")
    graduation_year = models.PositiveSmallIntegerField(_("year of graduation"), null=True, blank=True)
    household_district = models.ForeignKey(
        District,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("household registration"),
    )
    household_elsewhere = models.BooleanField(_("registered outside the prefecture"), default=False)
    typed_scores = models.JSONField(_("scores as entered"), default=dict, blank=True)
    official_scores = models.JSONField(_("official scores"), default=dict, blank=True)
    official_at = models.DateTimeField(_("official scores since"), null=True, blank=True)

    class Meta:
        verbose_name = _("school record")
        verbose_name_plural = _("school records")

    def __str__(self):
        return str(self.learner)

    @property
    def scores(self):
        """The points that count: the official ones where they are there."""
        return self.official_scores or self.typed_scores
