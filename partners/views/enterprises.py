"""Registering an enterprise, its details and papers, and its board of orders."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from partners import board, enterprises, members
from partners.enterprise_forms import ClaimForm, EnterpriseForm
from partners.models import Enterprise, Paper
from partners.moves import PartnerError
from partners.views.access import enterprise_of, members_only

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@members_only
@require_GET
def home(request):
    """The account's enterprise; a choice where there are several, and the way in where there is none."""
    mine = list(Enterprise.objects.of(request.user))
    if len(mine) == 1:
        return redirect("enterprise_board", mine[0].pk)
    claims = request.user.claims.select_related("enterprise")
    return render(request, "partners/home.html", {"enterprises": mine, "claims": claims})


@members_only
@get_or_post
def register(request):
    """The form, the papers, the first owner."""
    form = EnterpriseForm(request.POST or None, request.FILES or None, account=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            papers = list(form.kept.values())
            made = enterprises.register(details=form.details, papers=papers, by=request.user)
        except enterprises.AlreadyRegistered:
            return redirect(f"{reverse('enterprise_claim')}?{urlencode({'uscc': form.cleaned_data['uscc']})}")
        except PartnerError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("Registered. The bureau compares it with the public register and tells you."))
            return redirect("enterprise_board", made.pk)
    return render(request, "partners/register.html", {"form": form})


@members_only
@get_or_post
def claim(request):
    """An enterprise is there already: ask its owners, or the bureau."""
    asked = {"uscc": request.GET.get("uscc", "")[:24], "name": request.user.name}
    form = ClaimForm(request.POST or None, initial=asked)
    if request.method == "POST" and form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("name", "message", "decider")}
        try:
            members.claim(form.enterprise, by=request.user, **told)
        except PartnerError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("Your request was sent. You will be told the answer."))
            return redirect("enterprise_home")
    return render(request, "partners/claim.html", {"form": form, "known": bool(asked["uscc"])})


@members_only
@require_GET
def show_board(request, pk):
    """What waits for the enterprise, and its orders by state."""
    enterprise = enterprise_of(request, pk)
    return render(
        request,
        "partners/board.html",
        {
            "enterprise": enterprise,
            "columns": board.columns(enterprise),
            "waits": board.waits(enterprise),
            "returned": board.last_return(enterprise),
        },
    )


@members_only
@get_or_post
def details(request, pk):
    """Look at the details, change them, send them (again) for a check."""
    enterprise = enterprise_of(request, pk)
    if request.method == "POST" or "change" in request.GET:
        enterprise = enterprise_of(request, pk, own=True)
        return _change(request, enterprise)
    context = {"enterprise": enterprise, "rows": board.details(enterprise), "returned": board.last_return(enterprise)}
    return render(request, "partners/details.html", context | {"history": enterprise.history.select_related("by")})


def _change(request, enterprise):
    form = EnterpriseForm(
        request.POST or None,
        request.FILES or None,
        account=request.user,
        instance=Enterprise.objects.get(pk=enterprise.pk),
    )
    if request.method == "POST" and form.is_valid():
        try:
            papers = list(form.kept.values())
            after = enterprises.change_details(enterprise, details=form.details, papers=papers, by=request.user)
        except PartnerError as refused:
            form.add_error(None, refused.messages)
        else:
            waits = after.state == "pending"
            text = _("Saved. The bureau checks it and tells you.") if waits else _("Saved.")
            messages.success(request, text)
            return redirect("enterprise_board", enterprise.pk)
    context = {"form": form, "enterprise": enterprise, "returned": board.last_return(enterprise)}
    return render(request, "partners/register.html", context)


@members_only
@require_GET
def paper(request, pk, paper):
    """A paper of the enterprise, for its members."""
    enterprise = enterprise_of(request, pk)
    return give_out(get_object_or_404(enterprise.papers, pk=paper))


def give_out(paper: Paper):
    """The file itself; the caller has asked who reads. A PDF is saved, not shown: nothing in it runs here."""
    is_pdf = paper.content_type == "application/pdf"
    response = FileResponse(paper.file.open(), content_type=paper.content_type, as_attachment=is_pdf)
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
