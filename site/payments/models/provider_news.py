"""What providers tell: each notice once (ProviderEvent), call-backs through a bank (Dispute), and what does not fit
and waits for a member of staff (Incident)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from institutions.models import Institution
from payments.models.payments import Attempt, Payment, Provider


class ProviderEvent(models.Model):
    """A notice of a provider, by its identifier. Its content is not kept: it may name people, and the object that
    it is about is asked for anew."""

    provider = models.CharField(_("provider"), max_length=10, choices=Provider.choices)
    event_id = models.CharField(_("identifier"), max_length=120)
    kind = models.CharField(_("kind"), max_length=60)
    object_id = models.CharField(max_length=120)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    processed_at = models.DateTimeField(_("worked off"), null=True)
    outcome = models.CharField(_("outcome"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("notice of a provider")
        verbose_name_plural = _("notices of providers")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="one_row_per_notice")]
        indexes = [models.Index(fields=["id"], condition=Q(processed_at=None), name="notice_unprocessed")]

    def __str__(self):
        return self.event_id


class Dispute(models.Model):
    """A payer's bank calls money back; the provider takes it from us until the bank has decided."""

    class State(models.TextChoices):
        """How far it has come."""

        OPEN = "open", _("undecided")
        WON = "won", _("decided for us")
        LOST = "lost", _("decided against us")

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="disputes", verbose_name=_("payment"))
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="disputes", verbose_name=_("way of paying"))
    provider_reference = models.CharField(max_length=120, unique=True)
    amount = models.PositiveIntegerField(_("amount (fen)"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("call-back through a bank")
        verbose_name_plural = _("call-backs through banks")
        ordering = ["-pk"]

    def __str__(self):
        return self.provider_reference


class IncidentQuerySet(models.QuerySet):
    """What may be asked of incidents."""

    def open(self):
        """Those that wait for staff."""
        return self.filter(closed_at=None)

    def staffed_by(self, account):
        """Those of the institutions that this account works for; what belongs to none is for administrators."""
        if account.is_superuser:
            return self
        return self.filter(institution__staff__account=account)


class Incident(models.Model):
    """Something about money that a member of staff has to look at. `key` names it: it is raised once."""

    class Kind(models.TextChoices):
        """What is wrong."""

        MISMATCH = "mismatch", _("another amount or currency than asked for")
        UNMATCHED = "unmatched", _("money that belongs to no payment")
        TWICE = "twice", _("paid twice: the second goes back by itself")
        DISPUTE = "dispute", _("called back through the bank")
        REFUND_FAILED = "refund_failed", _("a refund failed and is to be paid at the desk")
        REFUND_TOO_MUCH = "refund_too_much", _("more was refunded at the provider than was paid")
        OVERDUE = "overdue", _("overdue: it should have ended long ago")
        DISAGREES = "disagrees", _("the provider tells another story than the books")

    key = models.CharField(max_length=120, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, related_name="incidents", verbose_name=_("institution")
    )
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="incidents", verbose_name=_("payment"))
    attempt = models.ForeignKey(Attempt, models.PROTECT, null=True, related_name="+")
    provider_reference = models.CharField(_("at the provider"), max_length=120, blank=True)
    amount = models.IntegerField(_("amount"), null=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    opened_at = models.DateTimeField(_("since"), default=timezone.now)
    closed_at = models.DateTimeField(_("cleared"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("cleared by")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("exception of money")
        verbose_name_plural = _("exceptions of money")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["id"], condition=Q(closed_at=None), name="incident_open")]

    def __str__(self):
        return self.key
