"""What this room keeps of a person: their payments and what went back. The law on accounts has them kept."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import personal_data
from payments import describe, purposes
from payments.amounts import yuan
from payments.models import Payment, Refund


def export(account):
    """One record for each payment, with its refunds."""
    mine = Payment.objects.of(account).select_related("institution").prefetch_related("refunds")
    return [
        {
            "reference": payment.reference,
            "for": purposes.handler(payment).title(payment),
            "amount": yuan(payment.amount),
            "state": str(payment.get_state_display()),
            "method": str(describe.method(payment.method)),
            "paid": timezone.localtime(payment.paid_at).isoformat() if payment.paid_at else "",
            "refunds": " · ".join(f"{yuan(one.amount)} {one.get_state_display()}" for one in payment.refunds.all()),
        }
        for payment in mine
    ]


def obstacles(account, learner):
    """Money that is still on its way back: the account is how its owner is told."""
    if learner is None and Refund.objects.under_way().filter(payment__account=account).exists():
        return [_("A refund is still on its way to you. Please wait until it has arrived, or fetch it at the desk.")]
    return []


def consequences(account, learner):
    """What has to be kept."""
    if learner is None and Payment.objects.of(account).exists():
        return [_("Payments and receipts stay in the books as the law on accounting asks, without your name.")]
    return []


def register():
    """Tell "my data"."""
    personal_data.register(
        "payments",
        title=gettext_lazy("Payments"),
        labels={
            "reference": gettext_lazy("Reference of the payment"),
            "for": gettext_lazy("For"),
            "amount": gettext_lazy("Amount"),
            "state": gettext_lazy("State"),
            "method": gettext_lazy("Paid by"),
            "paid": gettext_lazy("Paid on"),
            "refunds": gettext_lazy("Refunds"),
        },
        export=export,
        obstacles=obstacles,
        consequences=consequences,
    )
