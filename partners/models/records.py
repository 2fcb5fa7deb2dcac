"""What every history of this room is: rows that are added and never changed or removed."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.append_only import AppendOnly


class Record(AppendOnly):
    """Something that was done: who, when, and what was said about it. Never changed, never removed."""

    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who"),
        help_text=_("Empty: the site itself, by a rule."),
    )
    note = models.TextField(_("said to the other side"), blank=True, max_length=2000)
    private_note = models.TextField(_("note for colleagues"), blank=True, max_length=2000)
    remarks = models.JSONField(
        _("remarks field by field"), default=dict, blank=True, help_text=_("Name of the field: what to mend.")
    )

    class Meta:
        abstract = True
        ordering = ["pk"]
