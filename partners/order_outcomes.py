"""An order's learners with agreements as its enterprise reads them (candidate_view.Trainee), and what waits for it."""

from collections import defaultdict

from django.db.models import Count
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners import agreements, pay, placements, training
from partners.candidate_view import OUTCOMES, outcome_of, trainee_of
from partners.models import Agreement, Party, Placement
from partners.states import AgreementState, OrderState

# While an order is in one of these its enterprise reports pay and placements.
_REPORTING = (OrderState.TRAINING, OrderState.FULFILLED)


def rows_of(*orders):
    """The newest agreement of each learner who has or had one, by name; without those that were replaced."""
    standing = Agreement.objects.filter(order__in=orders).exclude(state=AgreementState.VOID)
    found = standing.shown_to_enterprise().with_all().prefetch_related("pay_reports", "placements")
    newest = {}
    for one in found.order_by("enrollment__learner__name", "-pk"):
        newest.setdefault(one.enrollment_id, one)
    return list(newest.values())


def trainees(order, rows=None):
    """They, as the enterprise reads them; of `rows` instead, where also agreements count that another one followed."""
    attendance = training.attendance(order) if order.state in _REPORTING else {}
    return [trainee_of(row, attendance, placements.words_of) for row in (rows_of(order) if rows is None else rows)]


def table(order):
    """The rows of the table of outcomes, its heading first."""
    return [_heading(), *(outcome_of(one) for one in trainees(order))]


def table_of_enterprise(enterprise):
    """The same of all its orders, one after the other."""
    by_order = defaultdict(list)
    for row in rows_of(*enterprise.orders.all()):
        by_order[row.order].append(row)
    yield _heading()
    for order in sorted(by_order, key=lambda one: one.pk):
        yield from (outcome_of(one) for one in trainees(order, by_order[order]))


def _heading():
    return [str(label) for label in OUTCOMES.values()]


def figures(order):
    """How the order stands: (label, words) pairs."""
    placed, posts, percent = training.share(order)
    words = {"placed": placed, "posts": posts, "percent": percent}
    yield _("Posts filled"), _("%(placed)d of %(posts)d (%(percent)d%%)") % words
    for point, there, told in placements.retention(order):
        if told:
            text = _("%(there)d of %(told)d work there in the occupation")
            yield Placement.Point(point).label, text % {"there": there, "told": told}


def waits(enterprise):
    """(sentence, address) pairs: agreements to sign, pay to report, placements to tell; a fixed number of queries."""
    if not enterprise.is_suspended:
        yield from _to_sign(enterprise)
    rows = pay.with_reports(Agreement.objects.filter(order__enterprise=enterprise, order__state__in=_REPORTING))
    by_order = {}
    for row in rows.order_by("-order", "pk"):
        by_order.setdefault(row.order, []).append(row)
    for order, its_rows in by_order.items():
        yield from _reports(order, its_rows)


def _to_sign(enterprise):
    to_sign = Agreement.objects.filter(order__enterprise=enterprise).unsigned_by(Party.ENTERPRISE)
    counted = to_sign.order_by("order").values("order__reference", "order__title").annotate(n=Count("pk"))
    for row in counted:
        text = ngettext("%(n)d agreement to sign: %(order)s", "%(n)d agreements to sign: %(order)s", row["n"])
        words = {"n": row["n"], "order": row["order__title"]}
        yield text % words, reverse("order_agreements_sign", args=[row["order__reference"]])


def _reports(order, rows):
    for month in pay.months_due(order, rows=rows):
        words = {"month": date_format(month, "YEAR_MONTH_FORMAT"), "order": order.name}
        address = reverse("order_pay", args=[order.reference, f"{month:%Y-%m}"])
        yield _("Report the pay for %(month)s: %(order)s") % words, address
    for point in placements.due(rows, Placement.Side.ENTERPRISE):
        words = {"point": Placement.Point(point).label, "order": order.name}
        address = reverse("order_placements", args=[order.reference, point])
        yield _("Say who works with you (%(point)s): %(order)s") % words, address


def learners_to_wait_for(order):
    """Why the training cannot begin yet, learner by learner."""
    return list(agreements.what_is_missing(order)) if order.state == OrderState.RECRUITING else []
