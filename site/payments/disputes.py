"""Payers who call their money back through their bank: the provider takes it from us until the bank has decided."""

from django.db import transaction
from django.utils import timezone

from payments import incidents, ledger, money, refunds
from payments.models import Booking, Dispute, Incident, LedgerEntry, Refund
from payments.providers.base import REFUND_DONE, FoundRefund

Ledger = LedgerEntry.Ledger


def learn(attempt, found):
    """Take note of what the provider says of a dispute about this money; hearing it again changes nothing."""
    if not found.state:
        return None
    dispute = _opened(attempt, found)
    if found.state == Dispute.State.WON:
        _won(dispute)
    elif found.state == Dispute.State.LOST:
        _lost(dispute)
    return dispute


def _opened(attempt, found):
    with transaction.atomic():
        payment = money.lock(attempt.payment)
        facts = {"payment": payment, "attempt": attempt, "amount": found.amount}
        dispute, is_new = Dispute.objects.get_or_create(provider_reference=found.reference, defaults=facts)
        if is_new:
            _book(dispute, "taken", Booking.Kind.DISPUTED, to=Ledger.DISPUTED, out_of=Ledger.STRIPE)
            incidents.report(
                Incident.Kind.DISPUTE,
                f"dispute:{found.reference}",
                payment=payment,
                attempt=attempt,
                provider_reference=found.reference,
                amount=found.amount,
                currency=found.currency,
            )
    return dispute


def _won(dispute):
    with transaction.atomic():
        money.lock(dispute.payment)
        if _end(dispute, Dispute.State.WON):
            _book(dispute, "won", Booking.Kind.DISPUTE_WON, to=Ledger.STRIPE, out_of=Ledger.DISPUTED)


def _lost(dispute):
    """The payer has the money back: a refund like any other in the books, carried by the bank."""
    with transaction.atomic():
        money.lock(dispute.payment)
        if _end(dispute, Dispute.State.LOST):
            back = refunds.record_outside(
                dispute.attempt,
                reference=dispute.provider_reference,
                amount=dispute.amount,
                reason=Refund.Reason.DISPUTE,
                method=refunds.BY_BANK,
            )
            refunds.learn(back, FoundRefund(REFUND_DONE, dispute.provider_reference))


def _end(dispute, state):
    changed = Dispute.objects.filter(pk=dispute.pk, state=Dispute.State.OPEN)
    return changed.update(state=state, ended_at=timezone.now())


def _book(dispute, what, kind, *, to, out_of):
    ledger.book(
        f"{what}:{dispute.provider_reference}",
        kind,
        amount=dispute.amount,
        to=to,
        out_of=out_of,
        institution_id=dispute.payment.institution_id,
        payment=dispute.payment,
    )
