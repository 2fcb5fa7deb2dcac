"""Until when an offer can be taken."""

from datetime import timedelta

from notifications.quiet import QuietHours


def offer_until(now, *, hours, last_call):
    """The deadline of an offer made now: so many hours after its message can arrive, at the latest the last call.

    At night nothing is sent (quiet hours), so what is offered at night counts from the morning: nobody loses a seat
    before hearing of it.
    """
    return min(QuietHours.now_valid().end_after(now) + timedelta(hours=hours), last_call)
