"""Sums of the books by day or month, institution and place of the money; and each entry, for the accountant."""

from datetime import datetime, time, timedelta

from django.db.models import Q, Sum
from django.db.models.functions import TruncDay, TruncMonth
from django.utils import timezone

from payments.ledger import Ledger
from payments.models import LedgerEntry

PLACES = (Ledger.STRIPE, Ledger.CASH, Ledger.TERMINAL, Ledger.TRANSFER)
PERIODS = {"day": TruncDay, "month": TruncMonth}


def entries(institutions, *, first, last):
    """The entries of these institutions from the first to the last day, both included."""
    begin = timezone.make_aware(datetime.combine(first, time.min))
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
    return LedgerEntry.objects.filter(
        booking__institution__in=institutions, booking__at__gte=begin, booking__at__lt=end
    )


def sums(institutions, *, first, last, period="day"):
    """Rows of period, institution, place, what came in, what went out and what remains, in fen; the latest first."""
    rows = entries(institutions, first=first, last=last).filter(ledger__in=PLACES).order_by()
    rows = rows.annotate(period=PERIODS[period]("booking__at"))
    rows = rows.values("period", "booking__institution__name", "ledger").annotate(
        received=Sum("amount", filter=Q(amount__gt=0), default=0),
        given=Sum("amount", filter=Q(amount__lt=0), default=0),
        remains=Sum("amount"),
    )
    return list(rows.order_by("-period", "booking__institution__name", "ledger"))
