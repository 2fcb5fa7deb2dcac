"""What an enterprise can take away as tables, in one place.

Whoever adds one writes a function `rows(enterprise)` that yields the heading and then the rows, and registers it when
the room is ready (apps.py, or the module that is imported there). Everything in a table must be what the enterprise may
read anyway.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.answers import FIELDS, Answers, label_of


@dataclass(frozen=True)
class Export:
    """A table: its name in addresses and files, what it is called, what stands in it, who gives its rows."""

    key: str
    title: str
    note: str
    rows: Callable


_exports = {}


def register(key, *, title, note, rows):
    """Make a table known; doing so twice with one key is a mistake of the programmer."""
    if key in _exports:
        raise ValueError(f"The export {key!r} is registered twice.")
    _exports[key] = Export(key, title, note, rows)


def exports():
    """All tables, in the order in which they were registered."""
    return list(_exports.values())


def get(key):
    """One of them, or None."""
    return _exports.get(key)


def _orders(enterprise):
    """One row for each order with every answer in words, as the enterprise has them."""
    yield [_("Reference"), _("State"), _("Submitted"), *(str(label_of(name)) for name in FIELDS)]
    for order in enterprise.orders.order_by("pk"):
        order.enterprise = enterprise
        answers = Answers.of(order)
        submitted = f"{order.submitted_at:%Y-%m-%d}" if order.submitted_at else ""
        yield [order.reference, order.get_state_display(), submitted, *(answers.words(name) for name in FIELDS)]


register(
    "orders",
    title=gettext_lazy("Training orders"),
    note=gettext_lazy("Every order with its state and all its answers, drafts too."),
    rows=_orders,
)
