"""Tables of the exam office that staff send: official scores of a round, or results of the official channel."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.background import Background
from courses.models.rounds import AdmissionRound
from institutions.models import Institution


class ExamImportQuerySet(models.QuerySet):
    """What may be asked of them."""

    def staffed_by(self, account):
        """Those of one's own institutions."""
        if account.is_superuser:
            return self
        return self.filter(institution__staff__account=account)

    def light(self):
        """Without the file."""
        return self.defer("content")


class ExamImport(Background):
    """A table of the exam office, which of its columns is what, and what became of each row (its `lines`).

    The content is kept encrypted until it is written or given up, then it is emptied. `signature` names the header, so
    that the chosen columns are found again for the next file of the same shape.
    """

    class Kind(models.TextChoices):
        """What it says."""

        SCORES = "scores", _("official scores")
        RESULTS = "results", _("results of the official channel")

    kind = models.CharField(_("what it holds"), max_length=8, choices=Kind.choices, default=Kind.SCORES)
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="exam_imports", verbose_name=_("institution")
    )
    round = models.ForeignKey(
        AdmissionRound,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="exam_imports",
        verbose_name=_("admission round"),
    )
    file_name = models.CharField(_("file"), max_length=200)
    content = models.BinaryField()
    header_row = models.PositiveSmallIntegerField(_("row of the titles"), default=1)
    header = models.JSONField(default=list)
    signature = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    trouble = models.CharField(max_length=400, blank=True, help_text=_("Why nothing of it can be imported."))

    objects = ExamImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("table of the exam office")
        verbose_name_plural = _("tables of the exam office")
        ordering = ["-pk"]
        default_permissions = ["add", "view"]
        constraints = [
            models.CheckConstraint(condition=~Q(kind="scores") | Q(round__isnull=False), name="scores_are_of_a_round"),
        ]
        indexes = [models.Index(fields=["institution", "signature"], name="exam_import_by_header")]

    def __str__(self):
        return self.file_name


class ExamImportLine(models.Model):
    """What becomes, or became, of one row of the table."""

    class Outcome(models.TextChoices):
        """In the order of how much they ask of the reader."""

        PROBLEM = "problem", _("to be mended")
        WRITE = "write", _("fits")
        SAME = "same", _("there already")
        OTHER = "other", _("nobody of ours")

    of = models.ForeignKey(ExamImport, models.CASCADE, related_name="lines")
    row = models.PositiveIntegerField(_("row"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    words = models.TextField(_("what it says"))

    class Meta:
        ordering = ["row"]
        constraints = [models.UniqueConstraint(fields=["of", "row"], name="one_exam_line_for_each_row")]

    def __str__(self):
        return self.words
