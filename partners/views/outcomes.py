"""An order's agreements, pay and placements as members of the enterprise handle them.

Pages get the objects of candidate_view.py only; of the agreement itself they get the document that is signed.
"""

from datetime import date

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from courses import tables
from partners import agreement_printing, agreements, order_outcomes, pay, placements
from partners.agreement_forms import BreachForm, PayForm, PlacementForm, WhyForm
from partners.models import Agreement, Party, Placement
from partners.moves import PartnerError
from partners.views.access import members_only, order_of
from partners.views.agreements import initial_of, paper_of, summary_of
from partners.views.signing import Signing

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _one(request, order, agreement):
    mine = Agreement.objects.for_members(request.user).filter(order=order)
    return get_object_or_404(mine.with_all(), document__reference=agreement)


@members_only
@require_GET
def show_all(request, reference):
    """The learners with their agreements, attendance, pay and placements; what has to be reported."""
    order = order_of(request, reference)
    found = order_outcomes.trainees(order)
    agreed = list(pay.agreed(order))
    to_sign = sum(one.state == "open" and not one.signed_by_us for one in found)
    points = placements.due(agreed, Placement.Side.ENTERPRISE)
    context = {
        "order": order,
        "trainees": found,
        "to_sign": 0 if order.enterprise.is_suspended else to_sign,
        "figures": list(order_outcomes.figures(order)) if found else [],
        "months": sorted({month for row in agreed for month in pay.months_of(row)}),
        "months_due": pay.months_due(order, rows=agreed),
        "points_due": [(point, Placement.Point(point).label) for point in points],
    }
    return render(request, "partners/agreements/order.html", context)


@members_only
@require_GET
def show(request, reference, agreement):
    """One agreement: its terms in short, its text, who has signed."""
    order = order_of(request, reference)
    one = _one(request, order, agreement)
    context = {
        "order": order,
        "document": one.document,
        "is_open": one.is_open,
        "is_in_force": one.is_in_force,
        "state": one.get_state_display(),
        "summary": summary_of(one),
        "signatures": list(agreement_printing.signature_rows(one)),
        "signed_by_us": Party.ENTERPRISE in one.signed,
        "end": one.history.filter(act__in=("voided", "withdrawn", "terminated", "breached")).last(),
    }
    return render(request, "partners/agreements/order_one.html", context)


@members_only
@require_GET
def paper(request, reference, agreement, sheet_kind):
    """An agreement to take away."""
    return paper_of(_one(request, order_of(request, reference), agreement), sheet_kind)


@members_only
@get_or_post
def sign(request, reference):
    """Sign what is chosen in the address, or all that waits, with one code."""
    order = order_of(request, reference, write=True)
    waiting = Agreement.objects.signed_by_members(request.user).filter(order=order).unsigned_by(Party.ENTERPRISE)
    chosen = request.GET.getlist("agreement")
    found = [one for one in waiting.with_all().order_by("pk") if not chosen or one.reference in chosen]
    back = redirect("order_agreements", order.reference)
    if not found:
        messages.info(request, _("There is nothing to sign."))
        return back
    rows = [(one.reference, one.enrollment.learner.name) for one in found]
    context = {"order": order, "rows": rows, "summary": summary_of(found[0])}
    return Signing(request, found, Party.ENTERPRISE, back=back).answer("partners/agreements/order_sign.html", context)


@members_only
@get_or_post
def end(request, reference, agreement):
    """Not sign, end, or record a breach: asked once, with what follows."""
    order = order_of(request, reference, write=True)
    one = _one(request, order, agreement)
    back = redirect("order_agreement", order.reference, agreement)
    if not one.is_open and not one.is_in_force:
        return back
    form = (WhyForm if one.is_open else BreachForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _end(one, form.cleaned_data, request.user)
        except PartnerError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("Recorded. All parties are told."))
            return back
    context = {"order": order, "reference": agreement, "form": form, "consequences": _follows(one)}
    return render(request, "partners/agreements/order_end.html", context)


def _end(agreement, data, account):
    told = {"by": account, "reason": data["reason"]}
    if agreement.is_open:
        agreements.withdraw(agreement, party=Party.ENTERPRISE, **told)
    elif data["how"] == "terminate":
        agreements.terminate(agreement, party=Party.ENTERPRISE, day=data["day"], **told)
    else:
        told |= {"day": data["day"], "act_for": Party.ENTERPRISE}
        agreements.record_breach(agreement, party=Party.LEARNER, **told)


def _follows(agreement):
    if agreement.is_open:
        yield _("The agreement does not come into force; the learner and the school are told why.")
        return
    yield _("The agreement ends on that day; the learner and the school are told why.")
    if agreement.breach:
        yield _("The terms say: %(text)s") % {"text": agreement.breach}
    yield _("A breach is looked into by the school. This website never collects money for it.")


@members_only
@get_or_post
def report_pay(request, reference, month):
    """One form for all learners of a month."""
    order = order_of(request, reference, write=request.method == "POST")
    first = _month(month)
    rows = [one for one in pay.agreed(order) if first in pay.months_of(one)]
    if not rows:
        raise Http404
    known = {row.pk: one.amount for row in rows for one in row.pay_reports.all() if one.month == first}
    found = order_outcomes.trainees(order, rows)
    form = PayForm(request.POST or None, trainees=found, known=known)
    if request.method == "POST" and form.is_valid():
        try:
            pay.report(order, month=first, amounts=form.amounts, by=request.user)
        except PartnerError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("Kept. Each learner can read what was reported."))
            return redirect("order_agreements", order.reference)
    promised = sorted({pay.promised_for(row, first) for row in rows})
    context = {"order": order, "month": date_format(first, "YEAR_MONTH_FORMAT"), "form": form, "promised": promised[-1]}
    return render(request, "partners/agreements/pay.html", context)


def _month(text):
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Http404 from None


@members_only
@get_or_post
def tell_placements(request, reference, point):
    """Where each learner works at a point in time: one short form for each."""
    order = order_of(request, reference, write=request.method == "POST")
    if point not in Placement.Point.values:
        raise Http404
    rows = {one.pk: one for one in pay.agreed(order) if placements.is_asked(one, point)}
    if not rows:
        raise Http404
    found = order_outcomes.trainees(order, rows.values())
    forms = [(one, _placement_form(request, rows[one.key], point)) for one in found]
    if request.method == "POST":
        filled = [(one, form) for one, form in forms if form.has_changed()]
        valid = [form.is_valid() for _one, form in filled]  # Every form says what it lacks.
        if all(valid):
            answers = {one.key: form.answers for one, form in filled}
            placements.tell_many(order, point=point, answers=answers, by=request.user)
            messages.success(request, _("Kept. Thank you."))
            return redirect("order_agreements", order.reference)
    context = {"order": order, "point": Placement.Point(point).label, "forms": forms}
    return render(request, "partners/agreements/placements.html", context)


def _placement_form(request, agreement, point):
    side = Placement.Side.ENTERPRISE
    known = next((one for one in agreement.placements.all() if (one.point, one.side) == (point, side)), None)
    options = {"prefix": f"p{agreement.pk}", "initial": initial_of(known), "empty_permitted": True}
    return PlacementForm(request.POST or None, **options)


@members_only
@require_GET
def export(request, reference, file_format):
    """The outcomes as a table to keep."""
    order = order_of(request, reference)
    if file_format not in tables.FORMATS:
        raise Http404
    return tables.download(f"outcomes-{order.reference}", order_outcomes.table(order), file_format=file_format)
