"""The desk: staff take money, pay refunds out, take back what was booked by mistake, and close the day.

Each cashier has a till for each institution. Whoever changes a till locks its row, after the payment: so a closing
counts everything before it and nothing after.
"""

from collections import Counter

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from payments import ledger, money, outcome, purposes, refunds
from payments.errors import MoneyError, MoveRefused
from payments.models import Attempt, Booking, Closing, LedgerEntry, Provider, Refund, Till
from payments.states import AttemptState, PaymentState

METHODS = ("cash", "terminal", "transfer")


class SamePerson(MoneyError):
    """Whoever took the money cannot take it back alone."""


class NoteMissing(MoneyError):
    """A difference needs a word on where it comes from."""


def take(payment, *, by, method, amount, key):
    """Take money at the desk; `key` was drawn with the form, so that sending it twice takes the money once.

    A page on which the payer could pay online meanwhile is closed. Raises MoneyError when nothing, or another amount,
    is due: the person is still there.
    """
    payment = money.settle(
        payment,
        provider=Provider.DESK,
        amount=amount,
        currency=payment.currency,
        provider_reference=f"desk-{key}",
        method=method,
        by=by,
        till=till_of(by, payment.institution),
    )
    outcome.close_pages_of(payment)
    return payment


def till_of(cashier, institution):
    """The till of a cashier at an institution."""
    return Till.objects.get_or_create(cashier=cashier, institution=institution)[0]


def pay_out(refund, *, by, method):
    """Pay a refund out of one's till. Raises MoveRefused when somebody did before."""
    return refunds.pay_out(refund, method=method, by=by, till=till_of(by, refund.payment.institution))


def reverse(payment, *, by, note):
    """Take back what was booked by mistake: the money leaves the till that it was booked into.

    Only somebody else than who took it may, and only while nothing of it went back. The room above then takes back
    what it gave for it.
    """
    with purposes.handler(payment).locked(payment), transaction.atomic():
        payment = money.lock(payment)
        if payment.provider != Provider.DESK or payment.state != PaymentState.PAID:
            raise MoveRefused(_("Only what was taken at the desk, and of which nothing went back, can be reversed."))
        taken = payment.attempts.get(state=AttemptState.PAID, is_surplus=False)
        if taken.by_id == by.pk:
            raise SamePerson(_("Somebody else than the person who took the money has to reverse it."))
        refund = refunds.refund(payment, amount=payment.refundable, reason=Refund.Reason.REVERSED, by=by, note=note)
        refunds.pay_out(refund, method=taken.method, by=by, till=till_of(taken.by, payment.institution))
        payment = money.lock(payment)
        purposes.handler(payment).reversed(payment)
    return payment


def expected(till):
    """What should be in a till since its last closing, in fen by method."""
    last = till.closings.order_by("-pk").values_list("last_booking", flat=True).first() or 0
    entries = LedgerEntry.objects.filter(booking__till=till, booking__gt=last, ledger__in=METHODS)
    sums = entries.order_by().values_list("ledger").annotate(sum=Sum("amount"))
    return Counter(dict(sums))


def close(till, *, counted, note=""):
    """Close a till: keep what was expected and counted, and book the difference. `counted` gives fen by method.

    The money is handed over with that: the next day begins at zero. Raises NoteMissing for a difference without a word.
    """
    with transaction.atomic():
        till = Till.objects.select_for_update().get(pk=till.pk)
        due = expected(till)
        differences = {method: counted[method] - due[method] for method in METHODS}
        if any(differences.values()) and not note.strip():
            raise NoteMissing(_("What was counted differs from what is expected: say in the note what you know of it."))
        number = till.closings.count() + 1
        for method, difference in differences.items():
            if difference:
                _book_difference(till, method, difference, number)
        last = till.bookings.order_by("-pk").values_list("pk", flat=True).first() or 0
        amounts = {f"{method}_expected": due[method] for method in METHODS}
        amounts |= {f"{method}_counted": counted[method] for method in METHODS}
        return Closing.objects.create(till=till, last_booking=last, note=note[:200], **amounts)


def _book_difference(till, method, difference, number):
    ledger.book(
        f"difference:{till.pk}:{number}:{method}",
        Booking.Kind.DIFFERENCE,
        amount=difference,
        to=ledger.DESK_LEDGERS[method],
        out_of=ledger.Ledger.DIFFERENCE,
        institution_id=till.institution_id,
        till=till,
        by=till.cashier,
    )


def taken_by(payment):
    """Who took the money of this payment at the desk, or None."""
    taken = Attempt.objects.filter(payment=payment, provider=Provider.DESK, state=AttemptState.PAID).first()
    return taken.by if taken else None
