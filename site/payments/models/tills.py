"""The desk: each cashier's till at an institution (Till) and its closings (Closing)."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from institutions.models import Institution


class Till(models.Model):
    """What one cashier takes and pays out for one institution. Locked by whoever changes it, so that a closing
    counts everything before it and nothing after."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="tills", verbose_name=_("institution"))
    cashier = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="tills", verbose_name=_("cashier")
    )

    class Meta:
        verbose_name = _("till")
        verbose_name_plural = _("tills")
        constraints = [models.UniqueConstraint(fields=["institution", "cashier"], name="one_till_per_cashier")]

    def __str__(self):
        return f"{self.institution} · {self.cashier}"


class ClosingQuerySet(models.QuerySet):
    """What may be asked of closings."""

    def staffed_by(self, account):
        """Those of the institutions that this account works for."""
        if account.is_superuser:
            return self
        return self.filter(till__institution__staff__account=account)


class Closing(models.Model):
    """The end of a cashier's day: what should be there since the last closing, and what was counted, in fen."""

    till = models.ForeignKey(Till, models.PROTECT, related_name="closings", verbose_name=_("till"))
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    # The last booking that it counts; the next closing begins after it.
    last_booking = models.PositiveBigIntegerField(editable=False)
    cash_expected = models.IntegerField(_("cash expected"))
    cash_counted = models.IntegerField(_("cash counted"))
    terminal_expected = models.IntegerField(_("card terminal expected"))
    terminal_counted = models.IntegerField(_("card terminal counted"))
    transfer_expected = models.IntegerField(_("transfers expected"))
    transfer_counted = models.IntegerField(_("transfers counted"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = ClosingQuerySet.as_manager()

    class Meta:
        verbose_name = _("daily closing")
        verbose_name_plural = _("daily closings")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.till} {timezone.localtime(self.at):%Y-%m-%d %H:%M}"

    @property
    def difference(self):
        """What is there too much (above zero) or missing, in fen, over all methods."""
        expected = self.cash_expected + self.terminal_expected + self.transfer_expected
        return self.cash_counted + self.terminal_counted + self.transfer_counted - expected
