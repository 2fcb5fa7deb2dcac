"""The books: what happened to money is booked once, as entries that sum to zero."""

from django.db.models import Sum

from payments.models import Booking, LedgerEntry, Provider

Ledger = LedgerEntry.Ledger
# Where money is, by how it came at the desk.
DESK_LEDGERS = {"cash": Ledger.CASH, "terminal": Ledger.TERMINAL, "transfer": Ledger.TRANSFER}


def ledger_of(provider, method):
    """The ledger account in which money of this provider and method lies."""
    return Ledger.STRIPE if provider == Provider.STRIPE else DESK_LEDGERS[method]


def book(key, kind, *, amount, to, out_of, institution_id, **facts):
    """Book that `amount` fen went to one ledger account out of another, unless the event `key` is booked already.

    Call inside a transaction in which the payment (or the till) is locked. `facts`: payment, refund, till, by.
    """
    if Booking.objects.filter(key=key).exists():
        return None
    booking = Booking.objects.create(key=key, kind=kind, institution_id=institution_id, **facts)
    LedgerEntry.objects.bulk_create(
        [
            LedgerEntry(booking=booking, ledger=to, amount=amount),
            LedgerEntry(booking=booking, ledger=out_of, amount=-amount),
        ]
    )
    return booking


def balance(ledger, **conditions):
    """What stands on a ledger account, in fen; `conditions` narrow the bookings (payment=..., institution=...)."""
    narrowed = {f"booking__{name}": value for name, value in conditions.items()}
    return LedgerEntry.objects.filter(ledger=ledger, **narrowed).aggregate(sum=Sum("amount"))["sum"] or 0
