"""Does everything about money agree? The books with themselves, payments with the books, we with the provider, and the
rooms above with us. `manage.py doctor` says what does not; nothing is changed."""

from datetime import timedelta

from django.db.models import Max, Min, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from payments import ledger, providers, purposes
from payments.amounts import yuan
from payments.errors import ProviderFailed
from payments.models import Attempt, Booking, LedgerEntry, Payment, Provider, ProviderEvent, Receipt, Refund
from payments.providers import base
from payments.states import OPEN, UNDER_WAY, AttemptState, PaymentState, RefundState

Ledger = LedgerEntry.Ledger
# What a provider has had no answer to for so long is worth a look; deadlines pass in seconds.
_PATIENCE = timedelta(hours=1)
# How many of the newest payments are compared with the provider, one request each.
_COMPARED = 50


def disagreements(*, ask_provider=True):
    """Sentences, one for each thing that does not agree; empty when all is well."""
    found = [*_books(), *_payments(), *_receipts(), *_left_behind()]
    if ask_provider and providers.is_online_possible():
        found += _provider()
    for handler in purposes.handlers():
        found += handler.disagreements()
    return found


def _books():
    for booking in Booking.objects.annotate(sum=Sum("entries__amount")).exclude(sum=0):
        yield _("Booking %(key)s does not sum to zero.") % {"key": booking.key}
    due = Refund.objects.filter(state__in=UNDER_WAY).aggregate(sum=Sum("amount"))["sum"] or 0
    booked = -ledger.balance(Ledger.REFUNDS_DUE)
    if due != booked:
        facts = {"due": yuan(due), "booked": yuan(booked)}
        yield _("Refunds under way are %(due)s, in the books they are %(booked)s.") % facts


def _payments():
    paid = Payment.objects.filter(paid_at__isnull=False).annotate(
        income=Sum("bookings__entries__amount", filter=Q(bookings__entries__ledger=Ledger.INCOME)),
    )
    given = _refunded_by_payment(Refund.objects.exclude(state=RefundState.FAILED))
    done = _refunded_by_payment(Refund.objects.filter(state=RefundState.DONE))
    for payment in paid.iterator(chunk_size=1000):
        facts = {"payment": payment.reference}
        if -(payment.income or 0) != payment.amount - given.get(payment.pk, 0):
            yield _("Payment %(payment)s and its bookings differ.") % facts
        if payment.state != _state_of(payment, done.get(payment.pk, 0)):
            yield _("Payment %(payment)s and its refunds differ.") % facts


def _refunded_by_payment(refunds):
    sums = refunds.filter(is_surplus=False).order_by().values_list("payment").annotate(Sum("amount"))
    return dict(sums)


def _state_of(payment, back):
    if not back:
        return PaymentState.PAID
    return PaymentState.REFUNDED if back >= payment.amount else PaymentState.PARTLY_REFUNDED


def _receipts():
    numbered = Receipt.objects.order_by().values("institution", "year")
    for row in numbered.annotate(first=Min("number"), last=Max("number"), many=Sum(1)):
        if (row["first"], row["last"]) != (1, row["many"]):
            yield _("The receipts of institution %(institution)s in %(year)s have a gap.") % row
    without = Payment.objects.filter(paid_at__isnull=False).exclude(receipts__refund=None, receipts__isnull=False)
    for payment in without:
        yield _("Payment %(payment)s has no receipt.") % {"payment": payment.reference}


def _left_behind(now=None):
    before = (now or timezone.now()) - _PATIENCE
    for payment in Payment.objects.filter(state__in=OPEN, expires_at__lte=before):
        yield _("Payment %(payment)s is past its deadline and still open.") % {"payment": payment.reference}
    stuck = Refund.objects.filter(state=RefundState.REQUESTED, provider=Provider.STRIPE, created_at__lte=before)
    for refund in stuck:
        yield _("Refund %(refund)s was not taken by the provider.") % {"refund": refund.reference}
    for event in ProviderEvent.objects.filter(processed_at=None, received_at__lte=before):
        yield _("Notice %(event)s was not worked off.") % {"event": event.event_id}
    starting = Attempt.objects.filter(state=AttemptState.STARTING, created_at__lte=before)
    for attempt in starting:
        yield _("Nobody knows what became of way of paying %(attempt)s.") % {"attempt": attempt.reference}


def _provider():
    """The newest payments, as Stripe tells of them."""
    newest = Attempt.objects.filter(provider=Provider.STRIPE, session__isnull=False).select_related("payment")
    for attempt in newest.order_by("-pk")[:_COMPARED]:
        facts = {"attempt": attempt.reference, "payment": attempt.payment.reference}
        try:
            found = providers.get(Provider.STRIPE).query(attempt)
        except ProviderFailed:
            yield _("Stripe does not answer.")
            return
        except base.Refused:
            yield _("Stripe does not know way of paying %(attempt)s of %(payment)s.") % facts
            continue
        here = attempt.state in (AttemptState.PAID, AttemptState.HELD)
        if (found.state == base.PAID) != here:
            yield _("Way of paying %(attempt)s of %(payment)s is told differently by Stripe.") % facts
        elif here and (found.payment, found.amount) != (attempt.provider_payment, attempt.amount):
            yield _("Way of paying %(attempt)s of %(payment)s has another amount at Stripe.") % facts
