"""What people are told about the fee of a seat; that it was paid or goes back, the room of money tells (telling.py)."""

from django.utils.translation import gettext_lazy as _

from courses import dues
from courses.states import State
from courses.wording import ALWAYS
from notifications.texts import register

_TO_PAY, _TO_PROVE, _NOT_PAID = "enrollment_to_pay", "enrollment_to_prove", "enrollment_not_paid"
GRANTED, REFUSED = "fee_proof_granted", "fee_proof_refused"

register(
    _TO_PAY,
    title=_("Pay until %(deadline)s: %(title)s"),
    body=_(
        "A seat in %(title)s is held for %(name)s. Please pay %(amount)s by %(deadline)s, online or at the desk of "
        "%(institution)s; then the seat is certain. Reference %(reference)s."
    ),
    also=ALWAYS,
    required={"title", "amount", "deadline"},
)
register(
    _TO_PROVE,
    title=_("Show your proof until %(deadline)s: %(title)s"),
    body=_(
        "A seat in %(title)s is held for %(name)s. Please upload the proof for the lower fee, or show it at the desk "
        "of %(institution)s, by %(deadline)s. You pay nothing until it was checked. Reference %(reference)s."
    ),
    also=ALWAYS,
    required={"title", "deadline"},
)
register(
    _NOT_PAID,
    title=_("The time to pay is over: %(title)s"),
    body=_(
        "The seat in %(title)s for %(name)s was not paid for in time and went to the next in line. Money that still "
        "comes in gets you a seat if one is free, else it goes back to you by itself."
    ),
    also=ALWAYS,
    required={"title"},
)
register(
    GRANTED,
    title=_("Lower fee granted: %(title)s"),
    body=_("The proof for %(name)s was accepted: the fee for %(title)s is %(amount)s. Reference %(reference)s."),
    also=ALWAYS,
    required={"title", "amount"},
)
register(
    REFUSED,
    title=_("Lower fee not granted: %(title)s"),
    body=_(
        "The proof for %(name)s was not accepted (%(reason)s): the fee for %(title)s is %(amount)s. "
        "Reference %(reference)s."
    ),
    also=ALWAYS,
    required={"title", "amount"},
)


def kind_of(enrollment):
    """The kind of message about the state that an enrollment with a fee has reached; None for the usual one."""
    if enrollment.state == State.OFFERED:
        return _TO_PROVE if dues.waits_for_proof(enrollment) else _TO_PAY
    return _NOT_PAID if enrollment.state == State.EXPIRED else None
