"""What is always true of money (DESIGN §4, 6 and 7), as one function that looks at the whole database."""

from django.db.models import Sum

from payments import ledger
from payments.models import Booking, LedgerEntry, Payment, Receipt, ReceiptCounter, Refund
from payments.states import UNDER_WAY, AttemptState, RefundState

Ledger = LedgerEntry.Ledger


def assert_books():
    """Raise AssertionError with what does not hold."""
    for booking in Booking.objects.annotate(sum=Sum("entries__amount")):
        assert booking.sum == 0, f"{booking} does not sum to zero"
        assert booking.entries.count() == 2, booking
    for payment in Payment.objects.all():
        _one(payment)
    _receipts()
    due = sum(Refund.objects.filter(state__in=UNDER_WAY).values_list("amount", flat=True))
    assert -ledger.balance(Ledger.REFUNDS_DUE) == due, "refunds due in the books are not those under way"


def _one(payment):
    kept = payment.attempts.filter(state=AttemptState.PAID, is_surplus=False)
    assert kept.count() == (1 if payment.is_paid else 0), f"{payment} {payment.state}"
    given = payment.refunds.exclude(state=RefundState.FAILED).filter(is_surplus=False)
    given = given.aggregate(sum=Sum("amount"))["sum"] or 0
    assert given <= (payment.amount if payment.is_paid else 0), f"{payment}: refunds of more than was paid"
    income = -ledger.balance(Ledger.INCOME, payment=payment)
    assert income == (payment.amount - given if payment.is_paid else 0), f"{payment}: fees in the books are {income}"
    back = payment.refunded
    wanted = {0: "paid", payment.amount: "refunded"}.get(back, "partly_refunded") if payment.is_paid else payment.state
    assert payment.state == wanted, f"{payment}: {payment.state}, {back} of {payment.amount} went back"
    for attempt in payment.attempts.filter(is_surplus=True):
        assert sum(attempt.refunds.exclude(state="failed").values_list("amount", flat=True)) == attempt.amount


def _receipts():
    for counter in ReceiptCounter.objects.all():
        numbers = Receipt.objects.filter(institution=counter.institution, year=counter.year)
        assert sorted(numbers.values_list("number", flat=True)) == list(range(1, counter.last + 1)), "a gap"


def summary():
    """How everything ended, to compare two ways to the same end."""
    return {
        "payments": sorted(Payment.objects.values_list("purpose", "state", "provider")),
        "refunds": sorted(Refund.objects.values_list("payment__purpose", "amount", "state", "provider", "reason")),
        "books": sorted(
            (entry["ledger"], entry["sum"])
            for entry in LedgerEntry.objects.order_by().values("ledger").annotate(sum=Sum("amount"))
            if entry["sum"]
        ),
        "receipts": sorted(Receipt.objects.values_list("number", "amount")),
    }
