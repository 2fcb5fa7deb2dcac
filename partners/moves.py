"""The moves of enterprises and orders along the tables in states.py: the one place that writes a state.

Each move changes the state and adds its row of history, or does nothing. The processes (enterprises.py, orders.py,
reviews.py) are made of them; they run inside a transaction in which the row is locked, as `changing` does. Where both
are locked, the enterprise comes before its order.
"""

from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from partners.models import EnterpriseEvent, OrderEvent
from partners.models.enterprises import Enterprise
from partners.states import ENTERPRISE_MOVES, ORDER_MOVES, may_move


class PartnerError(Exception):
    """Something that cannot be done, with `messages` that say to people why and what to do."""

    def __init__(self, *messages):
        super().__init__(*messages)
        self.messages = [str(message) for message in messages]


class MoveRefused(PartnerError):
    """The enterprise or the order is not in a state in which this can be done (any more)."""


@contextmanager
def changing(row):
    """A transaction in which one enterprise or order is locked; yields it as it is now."""
    with transaction.atomic():
        yield type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)


def lock_enterprise(enterprise_id):
    """The enterprise, locked, inside the caller's transaction."""
    return Enterprise.objects.select_for_update(of=("self",)).get(pk=enterprise_id)


def move(row, target, *, act, by, fields=None, **told):
    """Move a locked enterprise or order along its table; `told` goes into the row of history, which is returned.

    `fields` are further columns to write. Raises MoveRefused when the table does not list the move.
    """
    is_enterprise = isinstance(row, Enterprise)
    source = row.state
    if not may_move(ENTERPRISE_MOVES if is_enterprise else ORDER_MOVES, source, target):
        raise MoveRefused(_("This is not possible now: the state is “%(state)s”.") % {"state": row.get_state_display()})
    row.state = target
    for name, value in (fields or {}).items():
        setattr(row, name, value)
    # Saved, not updated: pages that show it listen and are made anew.
    row.save(update_fields=["state", *(fields or {})])
    return record(row, act, by=by, from_state=source, to_state=target, **told)


def record(row, act, *, by, **told):
    """Add a row of history to an enterprise or an order."""
    if isinstance(row, Enterprise):
        return EnterpriseEvent.objects.create(enterprise=row, act=act, by=by, **told)
    return OrderEvent.objects.create(order=row, act=act, by=by, **told)
