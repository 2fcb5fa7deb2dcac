"""An agreement as learner and guardian see it: read, sign, take away, end, say what is not so, where one works."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from partners import agreement_printing, agreements, pay, placements
from partners.agreement_forms import EndForm, NotSoForm, PlacementForm, WhyForm
from partners.agreements import SUMMARY
from partners.models import Agreement, AgreementDocument, Party, PayReport, Placement
from partners.moves import PartnerError
from partners.own_agreements import parties_for
from partners.views.signing import Signing

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def own_only(view):
    """For whoever is signed in, and never kept by anybody."""
    return login_required(never_cache(view))


def _mine(request, reference, *, as_holder=False):
    """An agreement that the account signs; `as_holder`: of its own learners only. Else 404."""
    mine = Agreement.objects.of(request.user)
    if as_holder:
        mine = mine.filter(enrollment__account=request.user)
    return get_object_or_404(mine.with_all(), document__reference=reference)


def summary_of(agreement):
    """What counts most, as (label, words)."""
    return [(SUMMARY[key], words) for key, words in agreement.document.summary if key in SUMMARY]


@own_only
@require_GET
def show(request, reference):
    """The terms in short, the whole text, who has signed; later pay and work."""
    one = _mine(request, reference)
    holds = one.enrollment.account_id == request.user.pk
    context = {
        "agreement": one,
        "summary": summary_of(one),
        "signatures": list(agreement_printing.signature_rows(one)),
        "to_sign": parties_for(one, request.user),
        "missing": "、".join(str(party.label) for party in one.missing),
        "holds": holds,
        "pay": list(one.pay_reports.all()) if holds else [],
        "told": list(one.placements.filter(side=Placement.Side.LEARNER)) if holds else [],
        "asked": placements.due([one], Placement.Side.LEARNER) if holds else {},
        "end": one.history.filter(act__in=("voided", "withdrawn", "terminated", "breached")).last(),
    }
    return render(request, "partners/agreements/show.html", context)


@own_only
@get_or_post
def sign(request, reference, party):
    """Ask for the code, then enter it."""
    one = _mine(request, reference)
    if party not in (Party.LEARNER, Party.GUARDIAN) or not agreements.is_party(one, party, request.user):
        raise Http404
    signing = Signing(request, [one], Party(party), back=redirect("agreement", reference))
    context = {"agreement": one, "summary": summary_of(one)}
    return signing.answer("partners/agreements/sign.html", context)


@own_only
@require_GET
def paper(request, reference, kind):
    """The agreement as a PDF, or its text as it is hashed."""
    return paper_of(_mine(request, reference), kind)


def paper_of(agreement, kind):
    """An agreement to take away."""
    if kind not in ("pdf", "txt"):
        raise Http404
    if kind == "pdf":
        response = HttpResponse(agreement_printing.pdf(agreement), content_type="application/pdf")
    else:
        response = HttpResponse(agreement.document.plain.encode(), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{agreement.reference}.{kind}"'
    return response


@own_only
@get_or_post
def end(request, reference):
    """Not sign it, or end it when it is in force: asked once, with what follows."""
    one = _mine(request, reference)
    party = Party.LEARNER if one.enrollment.account_id == request.user.pk else Party.GUARDIAN
    if not one.is_open and not one.is_in_force:
        return redirect("agreement", reference)
    form = (WhyForm if one.is_open else EndForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = agreements.withdraw if one.is_open else agreements.terminate
        try:
            act(one, party=party, by=request.user, **form.cleaned_data)
        except PartnerError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("Recorded. All parties are told."))
            return redirect("agreement", reference)
    context = {"agreement": one, "form": form, "consequences": _follows(one)}
    return render(request, "partners/agreements/end.html", context)


def _follows(agreement):
    if agreement.is_open:
        yield _("The agreement does not come into force. Without one, you cannot take part in the training.")
        yield _("The school can make another one if you change your mind in time.")
        return
    yield _("The agreement ends on that day, and cannot be taken up again.")
    if agreement.breach:
        yield _("The terms say: %(text)s") % {"text": agreement.breach}
    yield _("This website never collects money for it. Ask the school if you are not sure.")


@own_only
@get_or_post
def not_so(request, reference, month):
    """The learner says that a pay report is not so."""
    one = _mine(request, reference, as_holder=True)
    report = next((row for row in PayReport.objects.filter(agreement=one) if f"{row.month:%Y-%m}" == month), None)
    if report is None:
        raise Http404
    form = NotSoForm(request.POST or None, initial={"text": report.not_so})
    if request.method == "POST" and form.is_valid():
        pay.say_not_so(report, text=form.cleaned_data["text"], by=request.user)
        messages.success(request, _("Thank you. The school looks into it."))
        return redirect("agreement", reference)
    return render(request, "partners/agreements/not_so.html", {"agreement": one, "report": report, "form": form})


@own_only
@get_or_post
def placement(request, reference, point):
    """Where the learner works now."""
    one = _mine(request, reference, as_holder=True)
    if point not in Placement.Point.values or not placements.is_asked(one, point):
        raise Http404
    known = one.placements.filter(point=point, side=Placement.Side.LEARNER).first()
    options = {"by_learner": True, "enterprise": one.order.enterprise.name, "initial": initial_of(known)}
    form = PlacementForm(request.POST or None, **options)
    if request.method == "POST" and form.is_valid():
        placements.tell(one, point=point, side=Placement.Side.LEARNER, by=request.user, **form.answers)
        messages.success(request, _("Thank you. That helps those who come after you."))
        return redirect("agreement", reference)
    context = {"agreement": one, "point": Placement.Point(point).label, "form": form}
    return render(request, "partners/agreements/placement.html", context)


def initial_of(known):
    """What was told before, for the form."""
    if known is None:
        return {}
    words = {True: "yes", False: "no"}
    said = {"employed": words[known.employed], "in_occupation": words[known.in_occupation]}
    return said | {"monthly_pay": known.monthly_pay, "note": known.note}


@never_cache
@require_GET
def verify(request, reference):
    """For anybody who holds the paper: whether it exists, its hash, which parties signed when; masked names only."""
    document = get_object_or_404(AgreementDocument.objects.filter(agreement__isnull=False), reference=reference)
    one = Agreement.objects.prefetch_related("signatures").select_related("document").get(document=document)
    signed = one.signed
    rows = [
        (party.label, signed.get(party), mask_name(getattr(signed.get(party), "name", ""))) for party in one.parties
    ]
    genuine = document.hashed() == document.sha256
    context = {"agreement": one, "rows": rows, "genuine": genuine}
    return render(request, "partners/agreements/verify.html", context)


def mask_name(name):
    """The first character of a name, the rest hidden, whatever its length."""
    return f"{name[:1]}**" if name else ""
