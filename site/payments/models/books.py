"""The books: bookings whose entries sum to zero (double entry, never changed), and receipts with their numbers."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.append_only import AppendOnly, append_only
from institutions.models import Institution
from payments.models.payments import Payment, Refund
from payments.models.tills import Till


@append_only
class Booking(AppendOnly):
    """One event of money, with entries that sum to zero. `key` names the event: it is booked once."""

    class Kind(models.TextChoices):
        """What happened."""

        PAID = "paid", _("paid")
        HELD = "held", _("came in, held")
        REFUND_DUE = "refund_due", _("refund decided")
        REFUNDED = "refunded", _("refunded")
        REFUND_RETURNED = "returned", _("refund came back")
        DISPUTED = "disputed", _("called back through the bank")
        DISPUTE_WON = "dispute_won", _("call-back decided for us")
        DISPUTE_LOST = "dispute_lost", _("call-back decided against us")
        DIFFERENCE = "difference", _("difference at closing")

    key = models.CharField(max_length=80, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    at = models.DateTimeField(_("when"), default=timezone.now)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="bookings", verbose_name=_("institution"))
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="bookings", verbose_name=_("payment"))
    refund = models.ForeignKey(Refund, models.PROTECT, null=True, related_name="bookings", verbose_name=_("refund"))
    till = models.ForeignKey(Till, models.PROTECT, null=True, related_name="bookings", verbose_name=_("till"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ["pk"]
        indexes = [models.Index(fields=["institution", "at"], name="booking_report")]

    def __str__(self):
        return self.key


@append_only
class LedgerEntry(AppendOnly):
    """One side of a booking: a ledger account gets (positive, debit) or gives (negative, credit) an amount in fen."""

    class Ledger(models.TextChoices):
        """The ledger accounts. The first four are where money is; the others say whose it is."""

        STRIPE = "stripe", _("at Stripe")
        CASH = "cash", _("cash")
        TERMINAL = "terminal", _("card terminal")
        TRANSFER = "transfer", _("bank transfer")
        INCOME = "income", _("fees")
        REFUNDS_DUE = "refunds_due", _("refunds to be paid")
        HELD = "held", _("held, to be cleared")
        DISPUTED = "disputed", _("called back, undecided")
        DIFFERENCE = "difference", _("cash differences")

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="entries", verbose_name=_("booking"))
    ledger = models.CharField(_("ledger account"), max_length=12, choices=Ledger.choices)
    amount = models.IntegerField(_("amount (fen)"))

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["pk"]
        indexes = [models.Index(fields=["ledger", "booking"], name="entry_of_ledger")]

    def __str__(self):
        return f"{self.booking} {self.ledger} {self.amount}"


class ReceiptCounter(models.Model):
    """The last receipt number of an institution in a year; locked while the next is given, so there are no gaps."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("receipt counter")
        verbose_name_plural = _("receipt counters")
        constraints = [models.UniqueConstraint(fields=["institution", "year"], name="one_receipt_counter")]

    def __str__(self):
        return f"{self.institution} {self.year}: {self.last}"


@append_only
class Receipt(AppendOnly):
    """A numbered receipt for money that came (no refund) or went back. Numbers run without gaps within a year."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="receipts", verbose_name=_("institution"))
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="receipts", verbose_name=_("payment"))
    refund = models.OneToOneField(Refund, models.PROTECT, null=True, related_name="receipt", verbose_name=_("refund"))
    amount = models.IntegerField(_("amount (fen)"), help_text=_("below zero: money that went back"))
    title = models.CharField(_("for"), max_length=200)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "year", "number"], name="receipt_number_once"),
            models.UniqueConstraint(
                fields=["payment"], condition=models.Q(refund=None), name="one_receipt_per_payment"
            ),
        ]

    def __str__(self):
        return f"{self.year}-{self.institution_id:03d}-{self.number:06d}"
