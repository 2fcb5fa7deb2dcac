"""The money of one enrollment: asked for when a seat is offered, given up or given back when the seat goes.

`follow` is called by moves.move, the one place that writes a state, inside its transaction: so whoever moves an
enrollment, a person, staff, a draw or a rule, moves its money with it. The pools of the intake are locked before any
row of a payment.
"""

from django.utils import timezone

from courses import refunding
from courses.states import BY_REFUND_RULES, State
from institutions.models import Institution
from payments import money
from payments.models import Payment, Refund

KIND = "enrollment"
_REASONS = {State.WITHDRAWN: Refund.Reason.WITHDRAWN, State.CANCELLED: Refund.Reason.CANCELLED}


class NotPaid(Exception):
    """The fee of a seat is not here, so the seat is not certain yet."""


def purpose(enrollment):
    """What its payments are for; after a move that is the enrollment under which the fee was paid."""
    return f"{KIND}:{enrollment.paid_as or enrollment.reference}"


def payments_of(enrollment):
    """All payments for an enrollment, oldest first."""
    return Payment.objects.filter(purpose=purpose(enrollment)).order_by("pk")


def open_payment(enrollment):
    """The payment that waits for the money of this enrollment, or None."""
    return Payment.objects.open().filter(purpose=purpose(enrollment)).first()


def balance(enrollment):
    """What is here of its fee, in fen: paid, and neither refunded nor on its way back."""
    return sum(payment.refundable for payment in payments_of(enrollment) if payment.is_paid)


def waits_for_proof(enrollment):
    """Whether staff still have to check a proof, so that nobody knows what is due."""
    from courses.models import FeeProof

    return FeeProof.objects.filter(enrollment=enrollment.pk, state=FeeProof.State.WAITING).exists()


def ask(enrollment):
    """Ask for the fee of an offered seat until the offer ends; nothing while a proof is being checked."""
    missing = enrollment.due - balance(enrollment)
    if missing > 0 and not waits_for_proof(enrollment):
        money.request(
            purpose=purpose(enrollment),
            account=enrollment.account,
            institution=Institution(pk=enrollment.intake.program.institution_id),
            amount=missing,
            expires_at=enrollment.offer_expires_at,
        )


def give_up(enrollment):
    """Ask no longer; money that still comes is dealt with when it comes (paying.py)."""
    payment = open_payment(enrollment)
    if payment:
        money.expire(payment)


def follow(enrollment, source, *, by, reason="", other=None):
    """Let money follow a move from `source` to the enrollment's present state.

    Raises NotPaid when an offered seat would become certain without its fee. With `other`, the enrollment that takes
    this one's place, the money moves along (moving.py).
    """
    target = enrollment.state
    if target == State.OFFERED:
        ask(enrollment)
    elif target == State.ENROLLED:
        if balance(enrollment) < enrollment.due:
            raise NotPaid
        give_up(enrollment)
    elif source == State.OFFERED:
        give_up(enrollment)
    if target in _REASONS and other is None:
        give_back(enrollment, by=by, reason=reason)


def give_back(enrollment, *, by, reason=""):
    """Refund what comes back now that the enrollment has ended; what the rules leave to the school is noted."""
    paid = balance(enrollment)
    if not paid:
        return
    by_rules = enrollment.state == State.WITHDRAWN or reason in BY_REFUND_RULES
    working = what_comes_back(enrollment, paid=paid) if by_rules else None
    amount, note = (working.amount, "; ".join(working.lines)) if working else (paid, "")
    refund(enrollment, amount, reason=_REASONS[enrollment.state], by=by, note=note)
    _keep(enrollment, paid - amount)


def _keep(enrollment, amount):
    enrollment.kept = amount
    type(enrollment).objects.filter(pk=enrollment.pk).update(kept=amount)


def refund(enrollment, amount, *, reason, by=None, note=""):
    """Give back so much of what was paid for it, from the newest payment on."""
    for payment in reversed(payments_of(enrollment)):
        part = min(amount, payment.refundable)
        if part > 0:
            money.refund(payment, amount=part, reason=reason, by=by, note=note)
            amount -= part


def what_comes_back(enrollment, *, paid=None, now=None):
    """What the learner would get back by leaving now, with the working; None where nothing was paid."""
    paid = balance(enrollment) if paid is None else paid
    terms = enrollment.terms
    if not paid or not terms.get("refunds") or not terms.get("bill"):
        return None
    meetings = refunding.beginnings(enrollment.intake_id)
    return refunding.work_out(terms["refunds"], terms["bill"], paid=paid, meetings=meetings, now=now or timezone.now())


def paid_in(intake):
    """How many people have paid for an intake, and how much of it is here, in fen."""
    balances = [balance(one) for one in intake.enrollments.filter(due__gt=0, state__in=(State.OFFERED, State.ENROLLED))]
    return sum(amount > 0 for amount in balances), sum(balances)
