"""Where an order stands, as steps: done, now, next. What comes is the table's straight way; what was is its history."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from partners.models import OrderEvent
from partners.states import OrderState

_WAY = (
    OrderState.SUBMITTED,
    OrderState.APPROVED,
    OrderState.MATCHED,
    OrderState.RECRUITING,
    OrderState.TRAINING,
    OrderState.FULFILLED,
)
# Shown when they happened, but they are no step of their own.
_ASIDE = (OrderEvent.Act.BEGUN, OrderEvent.Act.FIRST_YES)


def steps(order):
    """The steps for components/timeline.html: place, title, at, text."""
    past = [event for event in order.history.all() if event.act not in _ASIDE]
    told = [_step("done", event.get_act_display(), at=event.at, text=event.note) for event in past]
    if told:
        # What happened last is where it stands.
        told[-1]["place"] = "now"
    if order.state == OrderState.SUBMITTED and order.review_due_on:
        told[-1]["text"] = _("Answer by %(day)s") % {"day": date_format(order.review_due_on)}
    if order.state in _WAY:
        coming = _WAY[_WAY.index(order.state) + 1 :]
        told += [_step("next", OrderState(state).label) for state in coming]
    return told


def _step(place, title, *, at=None, text=""):
    return {"place": place, "title": str(title), "at": at, "text": text}
