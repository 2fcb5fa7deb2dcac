"""What is to be paid (Payment), each way of paying it (Attempt) and money on its way back (Refund)."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from institutions.models import Institution
from payments.states import OPEN, UNDER_WAY, AttemptState, PaymentState, RefundState

# Without 0 1 I L O U: read out over the telephone, they are mistaken for one another.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference(letter):
    """A reference to read out that says nothing about anyone: letter, year, month and eight random characters."""
    random = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"{letter}{timezone.localdate():%y%m}-{random[:4]}-{random[4:]}"


def _payment_reference():
    return new_reference("P")


def _attempt_reference():
    return new_reference("A")


def _refund_reference():
    return new_reference("R")


class Provider(models.TextChoices):
    """Who carries the money."""

    STRIPE = "stripe", _("online (Stripe)")
    DESK = "desk", _("desk")


class PaymentQuerySet(models.QuerySet):
    """What may be asked of payments."""

    def open(self):
        """Those that wait for money."""
        return self.filter(state__in=OPEN)

    def of(self, account):
        """Those of this account; the only way a resident's views reach one."""
        return self.filter(account=account)

    def staffed_by(self, account):
        """Those to the institutions that this account works for."""
        if account.is_superuser:
            return self
        return self.filter(institution__staff__account=account)


class Payment(models.Model):
    """An amount that somebody is to pay, and what became of it. Its state is written by money.py only.

    `purpose` is "<kind>:<opaque reference>"; the room that registered the kind (purposes.py) knows what it means.
    Provider and method are those by which it was paid.
    """

    reference = models.CharField(_("reference"), max_length=20, unique=True, default=_payment_reference, editable=False)
    purpose = models.CharField(_("purpose"), max_length=60)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="payments", verbose_name=_("account")
    )
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="payments", verbose_name=_("institution"))
    amount = models.PositiveIntegerField(_("amount (fen)"))
    currency = models.CharField(_("currency"), max_length=3, default="cny")
    provider = models.CharField(_("paid by"), max_length=10, choices=Provider.choices, blank=True)
    method = models.CharField(_("method"), max_length=20, blank=True)
    state = models.CharField(_("state"), max_length=16, choices=PaymentState.choices, default=PaymentState.PENDING)
    created_at = models.DateTimeField(_("asked for"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("pay until"), null=True, blank=True)
    paid_at = models.DateTimeField(_("paid on"), null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-pk"]
        permissions = [
            ("take_money", _("Can take and pay out money at the desk")),
            ("reverse_money", _("Can decide refunds and take back what somebody else took by mistake")),
            ("report_money", _("Can see reports of money and export them")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["purpose"], condition=Q(state__in=OPEN), name="one_open_payment"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_is_of_something"),
            models.CheckConstraint(
                condition=Q(paid_at__isnull=False) | Q(state__in=(*OPEN, PaymentState.EXPIRED)),
                name="paid_payment_has_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["purpose"], name="payment_purpose"),
            models.Index(fields=["account", "-id"], name="payment_of_account"),
            models.Index(fields=["institution", "-id"], name="payment_of_institution"),
        ]

    def __str__(self):
        return self.reference

    @property
    def is_open(self):
        """Whether it waits for money."""
        return self.state in OPEN

    @property
    def is_paid(self):
        """Whether its money came; part or all of it may have gone back since."""
        return self.paid_at is not None

    @property
    def refundable(self):
        """What can still be refunded, in fen: what was paid less the refunds done and under way."""
        if not self.is_paid:
            return 0
        given = self.refunds.filter(is_surplus=False).exclude(state=RefundState.FAILED)
        return self.amount - (given.aggregate(sum=Sum("amount"))["sum"] or 0)

    @property
    def refunded(self):
        """What has gone back, in fen."""
        done = self.refunds.filter(is_surplus=False, state=RefundState.DONE)
        return done.aggregate(sum=Sum("amount"))["sum"] or 0


class Attempt(models.Model):
    """One way of paying a payment: a page at a provider, or money laid on the desk. Written by attempts.py, money.py.

    Its reference is the key under which a provider does the same request once. `session` and `provider_payment` are
    the provider's own names for the page and for the money. `is_surplus` is money that came although the payment
    was paid already: it goes back by itself.
    """

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="attempts", verbose_name=_("payment"))
    reference = models.CharField(max_length=20, unique=True, default=_attempt_reference, editable=False)
    provider = models.CharField(_("provider"), max_length=10, choices=Provider.choices)
    state = models.CharField(_("state"), max_length=10, choices=AttemptState.choices, default=AttemptState.STARTING)
    session = models.CharField(max_length=120, unique=True, null=True, editable=False)
    provider_payment = models.CharField(max_length=120, null=True, editable=False)
    url = models.TextField(blank=True, editable=False)
    return_url = models.CharField(max_length=300, blank=True, editable=False)
    method = models.CharField(_("method"), max_length=20, blank=True)
    amount = models.PositiveIntegerField(_("amount (fen)"))
    currency = models.CharField(_("currency"), max_length=3, default="cny")
    is_surplus = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, editable=False)
    paid_at = models.DateTimeField(null=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken by")
    )

    class Meta:
        verbose_name = _("way of paying")
        verbose_name_plural = _("ways of paying")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "provider_payment"], name="money_comes_once"),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(state__in=("starting", "open", "processing")), name="attempt_undecided"
            ),
        ]

    def __str__(self):
        return self.reference


class RefundQuerySet(models.QuerySet):
    """What may be asked of refunds."""

    def under_way(self):
        """Those that are not done and have not failed."""
        return self.filter(state__in=UNDER_WAY)

    def at_the_desk(self):
        """Those that staff have to pay out."""
        return self.filter(provider=Provider.DESK, state=RefundState.REQUESTED)

    def staffed_by(self, account):
        """Those of the institutions that this account works for."""
        if account.is_superuser:
            return self
        return self.filter(payment__institution__staff__account=account)


class Refund(models.Model):
    """Money on its way back to the payer. Its state is written by refunds.py only.

    One that a provider could not carry fails, and another, at the desk, `replaces` it. `surplus` gives back what was
    paid twice or could not be matched: it does not count against the payment.
    """

    class Reason(models.TextChoices):
        """Listed reasons, which the payer is told."""

        WITHDRAWN = "withdrawn", _("withdrawn, by the refund rules")
        CANCELLED = "cancelled", _("cancelled by the school")
        MOVED = "moved", _("the other class costs less")
        NO_SEAT = "no_seat", _("paid after the deadline, and no seat was free")
        TWICE = "twice", _("paid twice")
        MISMATCH = "mismatch", _("another amount than asked for")
        REVERSED = "reversed", _("taken by mistake at the desk")
        DISPUTE = "dispute", _("called back through the bank")
        AT_PROVIDER = "at_provider", _("refunded at the payment provider")
        GOODWILL = "goodwill", _("goodwill")

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds", verbose_name=_("payment"))
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="refunds", verbose_name=_("way of paying"))
    reference = models.CharField(_("reference"), max_length=20, unique=True, default=_refund_reference, editable=False)
    amount = models.PositiveIntegerField(_("amount (fen)"))
    provider = models.CharField(_("refunded by"), max_length=10, choices=Provider.choices)
    method = models.CharField(_("method"), max_length=20, blank=True)
    provider_reference = models.CharField(max_length=120, unique=True, null=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=RefundState.choices, default=RefundState.REQUESTED)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)
    is_surplus = models.BooleanField(default=False, editable=False)
    form_key = models.CharField(max_length=32, unique=True, null=True, editable=False)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name=_("in place of")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("asked by")
    )
    paid_out_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("paid out by")
    )
    created_at = models.DateTimeField(_("asked for"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    done_at = models.DateTimeField(_("refunded on"), null=True, blank=True)
    expected_on = models.DateField(_("expected on"), null=True, blank=True)
    failure = models.CharField(_("why it failed"), max_length=200, blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_is_of_something"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state__in=("requested", "sent")), name="refund_under_way"),
        ]

    def __str__(self):
        return self.reference
