"""What is paid for, as far as money needs to know: each kind of purpose is registered by the room that asks for it."""

from contextlib import contextmanager

from django.db import transaction


class Handler:
    """What a room offers for its kind of purpose; a subclass each. `payment` is a payments.models.Payment."""

    @contextmanager
    def locked(self, payment):
        """Take the locks of the room above, before the payment's row is locked, inside a transaction."""
        with transaction.atomic():
            yield

    def paid(self, payment):
        """The money has come, perhaps late. In the same transaction: give what it is for, or call refunds.refund."""
        raise NotImplementedError

    def reversed(self, payment):
        """Staff took the payment back: it was booked by mistake. In the same transaction and under the same locks."""

    def failed(self, payment):
        """The provider says that the money will not come; it may be tried again until the deadline."""

    def title(self, payment):
        """What it is for, in words for people, in the active language."""
        raise NotImplementedError

    def url(self, payment):
        """The path on this site where the payer sees what it is for."""
        raise NotImplementedError

    def staff_url(self, payment):
        """The path in the admin where staff see what it is for; empty when there is none."""
        return ""

    def disagreements(self):
        """Sentences about what this room and money do not agree on; for `manage.py doctor`."""
        return []


_handlers = {}


def register(kind, handler):
    """Make a kind of purpose known. `handler` is a Handler; registering a kind again replaces it."""
    _handlers[kind] = handler


def handler(payment):
    """The handler of a payment; KeyError when no room knows its kind."""
    return _handlers[payment.purpose.partition(":")[0]]


def handlers():
    """All handlers."""
    return list(_handlers.values())
