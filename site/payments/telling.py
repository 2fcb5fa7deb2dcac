"""What payers are told about their money: one text for each occasion, written in the transaction of what it tells."""

from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext_lazy

from notifications.sending import say
from notifications.texts import explain, register
from payments import purposes
from payments.amounts import yuan
from payments.models import Provider

_RECEIVED, _FAILED = "payment_received", "payment_failed"
_REFUND, _REFUND_DONE, _AT_DESK = "refund_decided", "refund_done", "refund_at_desk"

explain("amount", meaning=gettext_lazy("An amount of money"), example="¥120.00")
explain("receipt", meaning=gettext_lazy("Number of the receipt"), example="2027-003-000042")
explain("expected", meaning=gettext_lazy("Day by which a refund should arrive"), example=gettext_lazy("17 March 2027"))
explain("institution", meaning=gettext_lazy("Name of the school or college"), example=gettext_lazy("Community college"))
# `title` is what was paid for, `reference` that of the payment.
register(
    _RECEIVED,
    title=gettext_lazy("Paid: %(title)s"),
    body=gettext_lazy("We received %(amount)s for %(title)s. Receipt %(receipt)s, reference %(reference)s."),
    required={"amount", "reference"},
)
register(
    _FAILED,
    title=gettext_lazy("Payment failed: %(title)s"),
    body=gettext_lazy(
        "%(amount)s for %(title)s did not arrive: the bank or wallet refused it. You can pay again, online or at the "
        "desk, until the deadline. Reference %(reference)s."
    ),
    required={"reference"},
)
register(
    _REFUND,
    title=gettext_lazy("Refund: %(title)s"),
    body=gettext_lazy(
        "You get %(amount)s back for %(title)s: %(reason)s. It goes the way it came and should arrive by %(expected)s. "
        "Reference %(reference)s."
    ),
    required={"amount", "reference"},
)
register(
    _REFUND_DONE,
    title=gettext_lazy("Refunded: %(title)s"),
    body=gettext_lazy("%(amount)s for %(title)s went back to you: %(reason)s. Reference %(reference)s."),
    required={"amount", "reference"},
)
register(
    _AT_DESK,
    title=gettext_lazy("Fetch your refund: %(title)s"),
    body=gettext_lazy(
        "%(amount)s for %(title)s is yours (%(reason)s). It cannot go back the way it came: please fetch it at the "
        "desk of %(institution)s, or ring them for a transfer. Reference %(reference)s."
    ),
    required={"amount", "reference", "institution"},
)


def received(payment, receipt):
    """The money is here."""
    _say(payment, _RECEIVED, f"paid:{payment.reference}", amount=payment.amount, receipt=str(receipt))


def failed(payment):
    """A bank or wallet refused; each way of paying is told once."""
    occasion = f"failed:{payment.reference}:{payment.attempts.count()}"
    _say(payment, _FAILED, occasion, amount=payment.amount)


def refund_decided(refund):
    """Money goes back, by its provider or at the desk."""
    if refund.provider == Provider.DESK:
        refund_at_desk(refund)
        return
    _say_refund(refund, _REFUND, "decided")


def refund_done(refund):
    """Money went back."""
    _say_refund(refund, _REFUND_DONE, "done")


def refund_at_desk(refund):
    """Money waits at the desk."""
    _say_refund(refund, _AT_DESK, "desk")


def _say_refund(refund, kind, occasion):
    facts = {"amount": refund.amount, "reason": refund.get_reason_display, "expected": refund.expected_on}
    _say(refund.payment, kind, f"refund:{refund.reference}:{occasion}", **facts)


def _say(payment, kind, key, *, amount, reason=str, expected=None, receipt=""):
    with translation.override(payment.account.language):
        context = {
            "title": purposes.handler(payment).title(payment),
            "amount": yuan(amount),
            "reference": payment.reference,
            "receipt": receipt,
            "reason": str(reason()),
            "expected": formats.date_format(expected, "DATE_FORMAT") if expected else "",
            "institution": payment.institution.name,
        }
        say(
            payment.account,
            kind,
            context,
            key=f"money:{key}",
            url=reverse("payment_detail", args=[payment.reference]),
            institution_id=payment.institution_id,
        )
