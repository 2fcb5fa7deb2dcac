"""Paying, from the question to the money: every change of a payment's state is one function here.

Each function is one transaction, and may be repeated: asking, settling and expiring twice do the same as once. What
is asked of a provider over the network happens outside (attempts.py, refunds.py).

The order of locks is always the same: what the room above locks (purposes.py), then the payment, its ways of paying,
the till, the counter of receipts.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from payments import attempts, incidents, ledger, providers, purposes, receipts, telling
from payments.errors import MoveRefused, NotPayable, WrongAmount
from payments.models import Attempt, Booking, Incident, Payment, Provider, Refund, Till
from payments.refunds import refund
from payments.states import PAYMENT_MOVES, SETTLED, UNDECIDED, AttemptState, PaymentState, may_move

__all__ = ["expire", "fail", "lock", "move", "paid_for", "refund", "request", "settle", "start"]


def request(*, purpose, account, institution, amount, expires_at):
    """The one open payment of a purpose: asked for now, or found. Raises KeyError for a kind that no room knows.

    An open payment of another amount is given up for the new one; money that still comes for it goes back.
    """
    facts = {"account": account, "institution": institution, "amount": amount, "expires_at": expires_at}
    with transaction.atomic():
        found = Payment.objects.open().select_for_update().filter(purpose=purpose).first()
        if found and found.amount == amount:
            if found.expires_at != expires_at:
                found.expires_at = expires_at
                found.save(update_fields=["expires_at"])
            return found
        if found:
            move(found, PaymentState.EXPIRED)
        payment = Payment(purpose=purpose, **facts)
        purposes.handler(payment)
        try:
            with transaction.atomic():
                payment.save()
        except IntegrityError:
            return Payment.objects.open().get(purpose=purpose)
    return payment


def paid_for(purpose):
    """The payment whose money is here for a purpose, or None; of several the last."""
    return Payment.objects.filter(purpose=purpose, state__in=SETTLED).order_by("pk").last()


def start(payment, *, provider, return_url):
    """The address at the provider to which to send the payer's browser. Asking again gives the same page.

    Raises NotPayable when the payment is settled or its deadline passed, ProviderFailed when the provider does not
    answer. Not inside a transaction: it speaks with the provider.
    """
    if not providers.get(provider).is_configured:
        raise NotPayable(_("Paying online does not work at the moment. Please try again, or pay at the desk."))
    with transaction.atomic():
        payment = lock(payment)
        if not payment.is_open:
            raise NotPayable(_("This payment is settled: %(state)s.") % {"state": payment.get_state_display()})
        if payment.expires_at and payment.expires_at <= timezone.now():
            raise NotPayable(_("The time to pay has passed."))
        if payment.state == PaymentState.FAILED:
            move(payment, PaymentState.PENDING)
        attempt = attempts.begin(payment, provider=provider, return_url=return_url)
    return attempts.open_page(attempt)


def settle(payment, *, provider, amount, currency, provider_reference, method="", by=None, attempt=None, till=None):
    """The money is here: book it, give a receipt and what it is for, all in one transaction; returns the payment.

    `provider_reference` names the money at the provider: the same money settles once. Another amount or currency is
    held and flagged, never fulfilled; money for what is paid already goes back by itself. At the desk, where both
    can still be put right, these raise WrongAmount and NotPayable instead.
    """
    with purposes.handler(payment).locked(payment), transaction.atomic():
        payment = lock(payment)
        known = Attempt.objects.filter(provider=provider, provider_payment=provider_reference).first()
        if known:
            _require_its_own(known, payment)
            return payment
        fits = amount == payment.amount and currency == payment.currency
        if provider == Provider.DESK:
            _require_payable_at_the_desk(payment, fits)
        # Ways of paying are written under the payment's lock only: read again, it is what it is now.
        attempt = payment.attempts.get(pk=attempt.pk) if attempt else Attempt(payment=payment, provider=provider, by=by)
        attempt.amount, attempt.currency, attempt.method = amount, currency, method
        attempt.provider_payment, attempt.paid_at = provider_reference, timezone.now()
        if not fits:
            _hold(payment, attempt)
        elif payment.is_paid:
            _give_back(payment, attempt)
        else:
            _fulfil(payment, attempt, till)
    return payment


def _require_payable_at_the_desk(payment, fits):
    if not payment.is_open:
        raise NotPayable(_("This payment is settled: %(state)s.") % {"state": payment.get_state_display()})
    if not fits:
        raise WrongAmount(_("Another amount is due."))


def _require_its_own(attempt, payment):
    if attempt.payment_id != payment.pk:
        raise NotPayable(_("This money belongs to another payment."))


def _fulfil(payment, attempt, till):
    if till:
        Till.objects.select_for_update().get(pk=till.pk)
    attempt.state = AttemptState.PAID
    attempt.save()
    move(payment, PaymentState.PAID, provider=attempt.provider, method=attempt.method, paid_at=attempt.paid_at)
    _book(payment, attempt, Booking.Kind.PAID, ledger.Ledger.INCOME, till=till)
    receipt = receipts.issue(payment)
    telling.received(payment, receipt)
    purposes.handler(payment).paid(payment)
    payment.refresh_from_db()


def _hold(payment, attempt):
    """Money that does not fit is not ours: it stands in the books as held until staff clear it. What is not in our
    currency cannot stand in our books; staff clear it at the provider."""
    attempt.state = AttemptState.HELD
    attempt.save()
    if attempt.currency == payment.currency:
        _book(payment, attempt, Booking.Kind.HELD, ledger.Ledger.HELD)
    incidents.report(
        Incident.Kind.MISMATCH,
        f"mismatch:{attempt.reference}",
        payment=payment,
        attempt=attempt,
        provider_reference=attempt.provider_payment,
        amount=attempt.amount,
        currency=attempt.currency,
    )


def _give_back(payment, attempt):
    """It was paid already, at the desk or on another page: the second money goes back."""
    attempt.state, attempt.is_surplus = AttemptState.PAID, True
    attempt.save()
    _book(payment, attempt, Booking.Kind.HELD, ledger.Ledger.HELD)
    incidents.report(
        Incident.Kind.TWICE,
        f"twice:{attempt.reference}",
        payment=payment,
        attempt=attempt,
        provider_reference=attempt.provider_payment,
        amount=attempt.amount,
        currency=attempt.currency,
    )
    refund(payment, amount=attempt.amount, reason=Refund.Reason.TWICE, attempt=attempt)


def _book(payment, attempt, kind, out_of, till=None):
    ledger.book(
        f"in:{attempt.reference}",
        kind,
        amount=attempt.amount,
        to=ledger.ledger_of(attempt.provider, attempt.method),
        out_of=out_of,
        institution_id=payment.institution_id,
        payment=payment,
        till=till,
        by=attempt.by,
    )


def expire(payment):
    """The time to pay is over, or what was to be paid for is no longer wanted. A payment that is settled stays so.

    Its pages at providers are closed a moment later (attempts.close_left_open).
    """
    with transaction.atomic():
        payment = lock(payment)
        if payment.is_open:
            move(payment, PaymentState.EXPIRED)
    return payment


def fail(attempt):
    """The provider says that the money of this way of paying will not come; the payment may be tried again."""
    payment = attempt.payment
    with purposes.handler(payment).locked(payment), transaction.atomic():
        payment = lock(payment)
        changed = Attempt.objects.filter(pk=attempt.pk, state__in=UNDECIDED).update(state=AttemptState.FAILED)
        others = payment.attempts.filter(state__in=UNDECIDED).exists()
        if changed and not others and payment.state == PaymentState.PENDING:
            move(payment, PaymentState.FAILED)
            telling.failed(payment)
            purposes.handler(payment).failed(payment)


def lock(payment):
    """The payment as it is now, locked until the transaction ends."""
    return Payment.objects.select_for_update(of=("self",)).select_related("account", "institution").get(pk=payment.pk)


def move(payment, target, **fields):
    """Move a locked payment along the table of states. Raises MoveRefused when the table does not list the move."""
    if not may_move(PAYMENT_MOVES, payment.state, target):
        raise MoveRefused(_("This is not possible: the payment is %(state)s.") % {"state": payment.get_state_display()})
    for name, value in fields.items():
        setattr(payment, name, value)
    payment.state = target
    payment.save(update_fields=["state", *fields])
