"""Receipts: one for money that came and one for each refund, numbered by institution and year without gaps."""

from django.utils import timezone, translation

from payments import purposes
from payments.models import Receipt, ReceiptCounter


def issue(payment, *, refund=None):
    """Give the next number of this institution and year; call in the transaction that books the money.

    The counter's row is locked until that transaction ends: when it is undone, so is the number. It is the last lock
    that is taken, so nobody who waits for it holds what its holder needs.
    """
    now = timezone.localtime()
    counted = {"institution_id": payment.institution_id, "year": now.year}
    ReceiptCounter.objects.bulk_create([ReceiptCounter(**counted)], ignore_conflicts=True)
    counter = ReceiptCounter.objects.select_for_update().get(**counted)
    counter.last += 1
    counter.save(update_fields=["last"])
    with translation.override(payment.account.language):
        title = purposes.handler(payment).title(payment)
    return Receipt.objects.create(
        **counted,
        number=counter.last,
        payment=payment,
        refund=refund,
        amount=-refund.amount if refund else payment.amount,
        title=title[:200],
        at=now,
    )
