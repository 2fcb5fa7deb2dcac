"""What shows that history is whole: a chain of seals over it (Seal), its daily heads, and checks of it by auditors."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.append_only import append_only


@append_only
class Seal(models.Model):
    """One link of the chain: the rows of `source` with keys above `after` up to `last`, and the seal before.

    `marks` holds for each of these rows the low 4 bytes of (key - after) and the first 8 of the SHA-256 of the row, so
    that a check can say which row was changed, removed or put in. `hash` covers all of it (courses/answering/chain.py).
    """

    number = models.PositiveIntegerField(_("number"), unique=True)
    source = models.CharField(max_length=10)
    after = models.BigIntegerField()
    last = models.BigIntegerField()
    count = models.PositiveIntegerField(_("rows"))
    content = models.CharField(max_length=64, help_text=_("SHA-256 of the rows."))
    marks = models.BinaryField()
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(_("seal"), max_length=64, unique=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    complete = models.BooleanField(default=True, help_text=_("No decided row was left when it was made."))

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ["number"]
        default_permissions = ["view"]
        constraints = [models.UniqueConstraint(fields=["source", "after"], name="one_seal_for_each_row")]

    def __str__(self):
        return f"{self.number} {self.hash[:12]}"


@append_only
class ChainHead(models.Model):
    """The newest seal at the end of a day, as the public page shows it for ever."""

    day = models.DateField(_("day"), unique=True)
    number = models.PositiveIntegerField(_("number"))
    rows = models.PositiveIntegerField(_("rows"))
    hash = models.CharField(_("seal"), max_length=64)
    at = models.DateTimeField(_("published"), default=timezone.now)

    class Meta:
        verbose_name = _("published seal")
        verbose_name_plural = _("published seals")
        ordering = ["-day"]
        default_permissions = []

    def __str__(self):
        return f"{self.day} {self.hash[:12]}"


class HistoryCheck(models.Model):
    """One check of the whole history, begun by an auditor and done by a worker. `findings`: kinds with their data."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    begun_at = models.DateTimeField(_("when"), default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    head = models.CharField(max_length=64, blank=True, help_text=_("A published seal that the chain must hold."))
    newest = models.CharField(max_length=64, blank=True)
    findings = models.JSONField(default=list)
    found = models.PositiveIntegerField(_("found"), default=0)

    class Meta:
        verbose_name = _("check of the history")
        verbose_name_plural = _("checks of the history")
        ordering = ["-pk"]
        default_permissions = ["add", "view"]

    def __str__(self):
        return f"{timezone.localtime(self.begun_at):%Y-%m-%d %H:%M}"

    @property
    def percent(self):
        """How much is done, 0 to 100."""
        if self.finished_at:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0
