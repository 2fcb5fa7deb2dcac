"""What an enterprise can take away as tables, in one place.

Whoever adds one writes a function `rows(enterprise, account)` that yields the heading and then the rows, and names it
below. Everything in a table must be what the account, a member of the enterprise, may read on its pages anyway.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners import candidate_lists, order_outcomes
from partners.answers import FIELDS, Answers, label_of


@dataclass(frozen=True)
class Export:
    """A table: its name in addresses and files, what it is called, what stands in it, who gives its rows."""

    key: str
    title: str
    note: str
    rows: Callable


def exports():
    """All tables, in the order of the page."""
    return _EXPORTS


def get(key):
    """One of them, or None."""
    return next((one for one in _EXPORTS if one.key == key), None)


def _orders(enterprise, _account):
    """One row for each order with every answer in words, as the enterprise has them."""
    yield [_("Reference"), _("State"), _("Submitted"), *(str(label_of(name)) for name in FIELDS)]
    for order in enterprise.orders.order_by("pk"):
        order.enterprise = enterprise
        answers = Answers.of(order)
        submitted = f"{order.submitted_at:%Y-%m-%d}" if order.submitted_at else ""
        yield [order.reference, order.get_state_display(), submitted, *(answers.words(name) for name in FIELDS)]


def _candidates(enterprise, account):
    """One row for each candidate whose share stands, of all orders; of a suspended enterprise none."""
    return candidate_lists.table(candidate_lists.of_enterprise(enterprise, account))


def _outcomes(enterprise, _account):
    """One row for each learner with an agreement, of all orders."""
    return order_outcomes.table_of_enterprise(enterprise)


_EXPORTS = [
    Export(
        "orders",
        title=gettext_lazy("Training orders"),
        note=gettext_lazy("Every order with its state and all its answers, drafts too."),
        rows=_orders,
    ),
    Export(
        "candidates",
        title=gettext_lazy("Candidates"),
        note=gettext_lazy(
            "Everybody whom a school recommends to you now, for all orders. "
            "Keep it only as long as you choose, and pass it on to nobody else."
        ),
        rows=_candidates,
    ),
    Export(
        "outcomes",
        title=gettext_lazy("Agreements and outcomes"),
        note=gettext_lazy("Everybody with an agreement, for all orders: attendance, pay, and who works with you."),
        rows=_outcomes,
    ),
]
