"""What staff begin and a worker finishes: an import of courses (CourseImport), an act on many at once (BulkWork).

Both keep how far they are in their row, so that progress outlives the page, and a worker that dies is replaced
(courses/background.py).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from institutions.models import Institution


class Background(models.Model):
    """Who began it, how far it is, since when nobody has touched it."""

    class State(models.TextChoices):
        """How far it is. The first three are steps of an import only."""

        COLUMNS = "columns", _("columns to be chosen")
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("checked, not imported")
        WORKING = "working", _("at work")
        STOPPED = "stopped", _("stopped")
        DONE = "done", _("done")

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    created_at = models.DateTimeField(_("when"), default=timezone.now)
    language = models.CharField(max_length=10, default="zh-hans", help_text=_("In which its report is written."))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WORKING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    touched_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        abstract = True

    @property
    def percent(self):
        """How much is done, 0 to 100."""
        if self.state == self.State.DONE or not self.total:
            return 100
        return min(100, self.done * 100 // self.total)

    @property
    def is_busy(self):
        """Whether a worker is (or should be) at it."""
        return self.state in (self.State.CHECKING, self.State.WORKING)


class CourseImportQuerySet(models.QuerySet):
    """What may be asked of imports."""

    def staffed_by(self, account):
        """Those for one's own institutions; those for several at once only if they are one's own."""
        several = {} if account.is_superuser else {"by": account}
        mine = Q(institution__in=Institution.objects.staffed_by(account))
        return self.filter(mine | Q(institution=None, **several))

    def light(self):
        """Without the file."""
        return self.defer("content")


class CourseImport(Background):
    """A schedule file that staff sent, which of its columns is what, and what became of it (its `lines`).

    `institution` is that of all rows; None: each row names one. `signature` names the header, so that the mapping is
    found again for the next file of the same shape. The content is kept until it is imported.
    """

    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, related_name="course_imports", verbose_name=_("institution")
    )
    file_name = models.CharField(_("file"), max_length=200)
    content = models.BinaryField()
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the file."))
    sheet = models.CharField(_("sheet"), max_length=60, blank=True)
    header_row = models.PositiveSmallIntegerField(_("row of the titles"), default=1)
    header = models.JSONField(default=list)
    example = models.JSONField(default=list)
    signature = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    trouble = models.CharField(max_length=400, blank=True, help_text=_("Why nothing of it can be imported."))

    objects = CourseImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of courses")
        verbose_name_plural = _("imports of courses")
        ordering = ["-pk"]
        default_permissions = ["add", "view"]
        indexes = [models.Index(fields=["signature", "institution"], name="import_by_header")]

    def __str__(self):
        return self.file_name


class ImportLine(models.Model):
    """What becomes, or became, of one row of the file. `written`: this row's course is in the site as it says."""

    class Outcome(models.TextChoices):
        """In the order of how much they ask of the reader."""

        PROBLEM = "problem", _("cannot be imported")
        LEFT_OUT = "left_out", _("left out with its course")
        CREATE = "create", _("new")
        CHANGE = "change", _("changed")
        UNCHANGED = "unchanged", _("unchanged")

    of = models.ForeignKey(CourseImport, models.CASCADE, related_name="lines")
    row = models.PositiveIntegerField(_("row"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    words = models.TextField(_("what it says"))
    written = models.BooleanField(default=False)

    class Meta:
        ordering = ["row"]
        constraints = [models.UniqueConstraint(fields=["of", "row"], name="one_line_for_each_row")]

    def __str__(self):
        return self.words


class BulkWork(Background):
    """One act on many rows, done one after the other: `keys` in their order, `done` of them are behind us."""

    kind = models.CharField(max_length=20, help_text=_("Which act; courses/bulk.py knows them."))
    title = models.CharField(_("what"), max_length=200)
    keys = models.JSONField(default=list)
    data = models.JSONField(default=dict)
    succeeded = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list, help_text=_("Sentences: whom it was refused for, and why."))
    back = models.CharField(max_length=300, blank=True)
    form_key = models.CharField(max_length=32, unique=True, help_text=_("The same form sent twice is one work."))

    class Meta:
        verbose_name = _("work in the background")
        verbose_name_plural = _("works in the background")
        ordering = ["-pk"]
        default_permissions = []

    def __str__(self):
        return self.title
