"""What money consists of here: payments and the ways of paying them, refunds, the books, receipts, tills."""

from payments.models.books import Booking, LedgerEntry, Receipt, ReceiptCounter
from payments.models.payments import Attempt, Payment, Provider, Refund
from payments.models.provider_news import Dispute, Incident, ProviderEvent
from payments.models.tills import Closing, Till

__all__ = [
    "Attempt",
    "Booking",
    "Closing",
    "Dispute",
    "Incident",
    "LedgerEntry",
    "Payment",
    "Provider",
    "ProviderEvent",
    "Receipt",
    "ReceiptCounter",
    "Refund",
    "Till",
]
