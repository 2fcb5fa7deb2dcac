"""Giving money back: every change of a refund's state is one function here.

A refund is decided in one transaction with what it follows from, then sent to the provider outside of any, and ends
when the provider says so. What a provider cannot carry is paid out at the desk.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from payments import incidents, ledger, providers, receipts, telling
from payments.errors import MoveRefused, NotRefundable
from payments.models import Booking, Incident, LedgerEntry, Payment, Provider, Refund, Till
from payments.providers.base import REFUND_DONE, REFUND_FAILED, Refused
from payments.states import PAYMENT_MOVES, REFUND_MOVES, AttemptState, PaymentState, RefundState, may_move

# How long a provider gives money back the way it came, by method (DOMAIN), and in how many days it arrives.
WINDOWS = {"alipay": timedelta(days=90), "wechat_pay": timedelta(days=180)}
ARRIVAL_DAYS = {"alipay": 5, "wechat_pay": 5}
CARD_ARRIVAL_DAYS = 10
# The method of a refund that a bank called back.
BY_BANK = "bank"
Ledger = LedgerEntry.Ledger


def refund(payment, *, amount, reason, by=None, note="", attempt=None, form_key=None):
    """Decide to give back `amount` fen; returns the Refund. Raises NotRefundable for more than what remains.

    `attempt` is given for money that never counted for the payment: paid twice, or held because it did not fit.
    `form_key` was drawn with the form of a member of staff: the same form sent again finds its refund.
    """
    with transaction.atomic():
        payment = _locked(payment)
        known = payment.refunds.filter(form_key=form_key).first() if form_key else None
        if known:
            return known
        is_surplus = attempt is not None and (attempt.is_surplus or attempt.state == AttemptState.HELD)
        attempt = attempt or payment.attempts.filter(state=AttemptState.PAID, is_surplus=False).first()
        remaining = _remaining(attempt) if is_surplus else payment.refundable
        if not 0 < amount <= remaining:
            raise NotRefundable(_("No more can be refunded than what was paid and has not gone back yet."))
        carrier = Provider.DESK if _must_go_by_desk(attempt) else attempt.provider
        made = Refund.objects.create(
            payment=payment,
            attempt=attempt,
            amount=amount,
            provider=carrier,
            reason=reason,
            by=by,
            note=note[:200],
            is_surplus=is_surplus,
            form_key=form_key,
            expected_on=_expected_on(carrier, attempt),
        )
        _book(made, "due", Booking.Kind.REFUND_DUE, to=_owner(made), out_of=Ledger.REFUNDS_DUE)
        telling.refund_decided(made)
    return made


def _remaining(attempt):
    given = attempt.refunds.exclude(state=RefundState.FAILED)
    return attempt.amount - (given.aggregate(sum=Sum("amount"))["sum"] or 0)


def _must_go_by_desk(attempt):
    window = WINDOWS.get(attempt.method)
    return attempt.provider == Provider.DESK or bool(window and timezone.now() > attempt.paid_at + window)


def _expected_on(carrier, attempt):
    """The day by which the money arrives; at the desk it is there to be fetched."""
    if carrier == Provider.DESK:
        return None
    return timezone.localdate() + timedelta(days=ARRIVAL_DAYS.get(attempt.method, CARD_ARRIVAL_DAYS))


def _owner(made):
    """The ledger account that said whose the money was: fees, or held for somebody."""
    return Ledger.HELD if made.is_surplus else Ledger.INCOME


def send(made):
    """Have the provider give the money back, once; may be repeated. Not inside a transaction."""
    with transaction.atomic():
        _locked(made.payment)
        made = _fresh(made)
        if made.state != RefundState.REQUESTED or made.provider == Provider.DESK:
            return made
        again = made.sent_at is not None
        made.sent_at = timezone.now()
        made.save(update_fields=["sent_at"])
    try:
        found = providers.get(made.provider).refund(made, again=again)
    except Refused as refusal:
        if refusal.wait:
            return _wait(made, str(refusal))
        return fail(made, str(refusal))
    return learn(made, found)


def _wait(made, why):
    """The money may go back to the payer in another way: staff look at it, and nothing is paid twice meanwhile."""
    incidents.report(
        Incident.Kind.DISAGREES,
        f"refund_refused:{made.reference}",
        payment=made.payment,
        attempt=made.attempt,
        provider_reference=made.attempt.provider_payment,
        amount=made.amount,
        currency=made.attempt.currency,
        note=why,
    )
    return made


def record_outside(attempt, *, reference, amount, reason, method=""):
    """Money went back that we did not send, at the provider or through a bank: it stands in the same books, once.

    A refund of the same amount that we were about to send is this one. More than what remains is flagged.
    """
    with transaction.atomic():
        payment = _locked(attempt.payment)
        known = Refund.objects.filter(provider_reference=reference).first()
        if known:
            return known
        ours = attempt.refunds.filter(state=RefundState.REQUESTED, provider=attempt.provider, amount=amount)
        made = ours.filter(provider_reference=None).order_by("pk").first()
        if made is None:
            made = _made_outside(payment, attempt, amount, reason)
        made.provider_reference, made.method = reference, method
        made.save(update_fields=["provider_reference", "method"])
    return made


def _made_outside(payment, attempt, amount, reason):
    is_surplus = attempt.is_surplus or attempt.state == AttemptState.HELD
    remaining = _remaining(attempt) if is_surplus else payment.refundable
    made = Refund.objects.create(
        payment=payment,
        attempt=attempt,
        amount=amount,
        provider=attempt.provider,
        reason=reason,
        is_surplus=is_surplus or amount > remaining,
        expected_on=_expected_on(attempt.provider, attempt),
    )
    _book(made, "due", Booking.Kind.REFUND_DUE, to=_owner(made), out_of=Ledger.REFUNDS_DUE)
    if amount > remaining:
        incidents.report(
            Incident.Kind.REFUND_TOO_MUCH,
            f"too_much:{made.reference}",
            payment=payment,
            attempt=attempt,
            amount=amount,
            currency=attempt.currency,
        )
    return made


def learn(made, found):
    """Take note of what the provider says of a refund; returns it as it is then."""
    if found.state == REFUND_FAILED:
        return fail(made, found.failure, provider_reference=found.reference)
    with transaction.atomic():
        payment = _locked(made.payment)
        made = _fresh(made)
        if not made.provider_reference:
            made.provider_reference = found.reference
            made.save(update_fields=["provider_reference"])
        if found.state == REFUND_DONE and made.state in (RefundState.REQUESTED, RefundState.SENT):
            _finish(payment, made)
        elif made.state == RefundState.REQUESTED:
            move(made, RefundState.SENT)
    return made


def fail(made, failure, *, provider_reference=None):
    """The provider could not give it back, or a bank returned it: it becomes a refund at the desk, once."""
    with transaction.atomic():
        payment = _locked(made.payment)
        made = _fresh(made)
        if made.state == RefundState.FAILED:
            return made
        if made.state == RefundState.DONE:
            _book(made, "returned", Booking.Kind.REFUND_RETURNED, to=Ledger.STRIPE, out_of=Ledger.REFUNDS_DUE)
        made.provider_reference = made.provider_reference or provider_reference
        move(made, RefundState.FAILED, failure=failure[:200], provider_reference=made.provider_reference)
        _settle_state(payment)
        instead = Refund.objects.create(
            payment=payment,
            attempt=made.attempt,
            amount=made.amount,
            provider=Provider.DESK,
            reason=made.reason,
            by=made.by,
            note=made.note,
            is_surplus=made.is_surplus,
            replaces=made,
        )
        incidents.report(
            Incident.Kind.REFUND_FAILED,
            f"refund_failed:{made.reference}",
            payment=payment,
            attempt=made.attempt,
            provider_reference=made.provider_reference or "",
            amount=made.amount,
            currency=payment.currency,
            note=failure,
        )
        telling.refund_at_desk(instead)
    return made


def pay_out(made, *, method, by, till):
    """Staff have paid a refund out at the desk; Raises MoveRefused when somebody did before."""
    with transaction.atomic():
        payment = _locked(made.payment)
        made = _fresh(made)
        if made.provider != Provider.DESK:
            raise MoveRefused(_("This refund is not paid out at the desk."))
        Till.objects.select_for_update().get(pk=till.pk)
        made.method, made.paid_out_by = method, by
        made.save(update_fields=["method", "paid_out_by"])
        _finish(payment, made, till=till)
    return made


def _finish(payment, made, till=None):
    move(made, RefundState.DONE, done_at=timezone.now())
    by_bank = made.method == BY_BANK
    from_where = Ledger.DISPUTED if by_bank else ledger.ledger_of(made.provider, made.method)
    _book(made, "out", Booking.Kind.REFUNDED, to=Ledger.REFUNDS_DUE, out_of=from_where, till=till, by=made.paid_out_by)
    if not made.is_surplus:
        receipts.issue(payment, refund=made)
    _settle_state(payment)
    telling.refund_done(made)


def _settle_state(payment):
    """Bring the payment's state to what has gone back."""
    back = payment.refunded
    states = PaymentState.PAID, PaymentState.PARTLY_REFUNDED, PaymentState.REFUNDED
    target = states[0 if not back else 2 if back >= payment.amount else 1]
    if payment.is_paid and payment.state != target:
        if not may_move(PAYMENT_MOVES, payment.state, target):
            raise MoveRefused(_("This is not possible any more."))
        payment.state = target
        payment.save(update_fields=["state"])


def _book(made, what, kind, *, to, out_of, till=None, by=None):
    ledger.book(
        f"{what}:{made.reference}",
        kind,
        amount=made.amount,
        to=to,
        out_of=out_of,
        institution_id=made.payment.institution_id,
        payment=made.payment,
        refund=made,
        till=till,
        by=by or made.by,
    )


def _locked(payment):
    return Payment.objects.select_for_update(of=("self",)).select_related("account", "institution").get(pk=payment.pk)


def _fresh(made):
    return Refund.objects.select_related("payment__account", "payment__institution", "attempt").get(pk=made.pk)


def move(made, target, **fields):
    """Move a refund whose payment is locked along the table of states, or raise MoveRefused."""
    if not may_move(REFUND_MOVES, made.state, target):
        raise MoveRefused(_("This is not possible: the refund is %(state)s.") % {"state": made.get_state_display()})
    for name, value in fields.items():
        setattr(made, name, value)
    made.state = target
    made.save(update_fields=["state", *fields])
