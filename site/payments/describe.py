"""Payments and refunds in words, for the people who paid and for staff."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from payments import purposes
from payments.models import Provider
from payments.states import UNDER_WAY, AttemptState, RefundState

METHOD_LABELS = {
    "card": _("bank card"),
    "alipay": _("Alipay"),
    "wechat_pay": _("WeChat Pay"),
    "cash": _("cash"),
    "terminal": _("card terminal"),
    "transfer": _("bank transfer"),
    "bank": _("called back through the bank"),
}
_STATE_TAGS = {
    "pending": "wait",
    "failed": "bad",
    "expired": "bad",
    "paid": "ok",
    "partly_refunded": "info",
    "refunded": "info",
    "requested": "wait",
    "sent": "wait",
    "done": "ok",
}


def method(name):
    """How money came or went, in words."""
    return METHOD_LABELS.get(name, name)


def payment(one):
    """The payment with what pages say of it: title, url, tag, method in words, whether it can be paid now."""
    handler = purposes.handler(one)
    one.title, one.url = handler.title(one), handler.url(one)
    one.tag = _STATE_TAGS[one.state]
    one.method_label = method(one.method)
    one.is_processing = one.is_open and one.attempts.filter(state=AttemptState.PROCESSING).exists()
    in_time = one.expires_at is None or one.expires_at > timezone.now()
    one.can_be_paid = one.is_open and in_time and not one.is_processing
    return one


def refund(one):
    """The refund with what pages say of it. One that failed is told by the one at the desk in its place."""
    one.tag = _STATE_TAGS.get(one.state, "bad")
    one.is_under_way = one.state in UNDER_WAY
    one.waits_at_desk = one.provider == Provider.DESK and one.state == RefundState.REQUESTED
    one.method_label = method(one.method or one.attempt.method)
    return one
