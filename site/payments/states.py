"""The states of a payment, of one way of paying it and of a refund, and the tables of moves between them.

Only money.py, refunds.py, attempts.py and outcome.py write states, and they refuse what these tables do not list.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PaymentState(models.TextChoices):
    """Where a payment stands. `failed` may be tried again until its deadline; what was paid late is paid."""

    PENDING = "pending", _("to be paid")
    FAILED = "failed", _("payment failed")
    EXPIRED = "expired", _("not paid in time")
    PAID = "paid", _("paid")
    PARTLY_REFUNDED = "partly_refunded", _("partly refunded")
    REFUNDED = "refunded", _("refunded")


class AttemptState(models.TextChoices):
    """Where one way of paying stands. What is open, or still on its way, is asked about until it ends."""

    STARTING = "starting", _("being started")
    OPEN = "open", _("open")
    PROCESSING = "processing", _("on its way")
    PAID = "paid", _("paid")
    HELD = "held", _("held")
    FAILED = "failed", _("failed")
    CLOSED = "closed", _("closed")


class RefundState(models.TextChoices):
    """Where a refund stands."""

    REQUESTED = "requested", _("to be refunded")
    SENT = "sent", _("sent, on its way")
    DONE = "done", _("refunded")
    FAILED = "failed", _("failed")


# Payments that wait for money, and those whose money is here (at least in part).
OPEN = (PaymentState.PENDING, PaymentState.FAILED)
SETTLED = (PaymentState.PAID, PaymentState.PARTLY_REFUNDED)
# Ways of paying of which the provider may still have news.
UNDECIDED = (AttemptState.STARTING, AttemptState.OPEN, AttemptState.PROCESSING)
# Refunds that are under way.
UNDER_WAY = (RefundState.REQUESTED, RefundState.SENT)

PAYMENT_MOVES = {
    None: {PaymentState.PENDING},
    PaymentState.PENDING: {PaymentState.PAID, PaymentState.FAILED, PaymentState.EXPIRED},
    PaymentState.FAILED: {PaymentState.PENDING, PaymentState.PAID, PaymentState.EXPIRED},
    # Money that comes after the deadline is here all the same.
    PaymentState.EXPIRED: {PaymentState.PAID},
    PaymentState.PAID: {PaymentState.PARTLY_REFUNDED, PaymentState.REFUNDED},
    # The last two go back a step when a bank returns a refund that it could not deliver.
    PaymentState.PARTLY_REFUNDED: {PaymentState.REFUNDED, PaymentState.PAID},
    PaymentState.REFUNDED: {PaymentState.PARTLY_REFUNDED, PaymentState.PAID},
}

REFUND_MOVES = {
    None: {RefundState.REQUESTED, RefundState.DONE},  # The provider may refund by itself: then it is done already.
    RefundState.REQUESTED: {RefundState.SENT, RefundState.DONE, RefundState.FAILED},
    RefundState.SENT: {RefundState.DONE, RefundState.FAILED},
    # Banks give money back that they could not deliver, days after the provider called it done.
    RefundState.DONE: {RefundState.FAILED},
}


def may_move(table, source, target):
    """Whether a table allows this move; `source` is None for something new."""
    return target in table.get(source, set())
