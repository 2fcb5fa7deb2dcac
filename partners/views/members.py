"""Members of an enterprise: who they are, inviting, roles, leaving, and answering who asks to join."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from partners import members
from partners.enterprise_forms import InviteForm, RoleForm
from partners.models import Claim
from partners.moves import PartnerError
from partners.views.access import enterprise_of, members_only

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@members_only
@get_or_post
def show_members(request, pk):
    """Everyone who acts for the enterprise; an owner invites here."""
    enterprise = enterprise_of(request, pk, own=request.method == "POST")
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            members.invite(enterprise, by=request.user, **form.cleaned_data)
        except PartnerError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("The invitation was sent. It is valid for seven days."))
            return redirect("enterprise_members", pk)
    context = {
        "enterprise": enterprise,
        "form": form,
        "members": enterprise.members.select_related("account"),
        "invitations": enterprise.invitations.filter(accepted_at=None, withdrawn_at=None),
        "claims": enterprise.claims.filter(state=Claim.State.OPEN, decider=Claim.Decider.OWNERS),
    }
    return render(request, "partners/members.html", context)


@members_only
@get_or_post
def change_member(request, pk, member):
    """Another role, or out; for oneself: leave. Asked once, with what follows."""
    enterprise = enterprise_of(request, pk)
    row = get_object_or_404(enterprise.members.select_related("account"), pk=member)
    is_me = row.account_id == request.user.pk
    if not is_me:
        enterprise_of(request, pk, own=True)
    form = RoleForm(request.POST if "role" in request.POST else None, initial={"role": row.role})
    if request.method == "POST":
        done = _do(request, lambda: _change(request, row, form))
        if done and is_me and "remove" in request.POST:
            return redirect("enterprise_home")
        return redirect("enterprise_members", pk)
    context = {"enterprise": enterprise, "member": row, "is_me": is_me, "form": form}
    return render(request, "partners/member.html", context)


def _change(request, row, form):
    if "remove" in request.POST:
        members.remove(row, by=request.user)
        messages.success(request, _("Done: %(name)s no longer acts for the enterprise.") % {"name": row.account})
    elif form.is_valid():
        members.set_role(row, role=form.cleaned_data["role"], by=request.user)
        messages.success(request, _("The role was changed."))


def _do(request, act):
    """Whether it worked; else say why not."""
    try:
        act()
    except PartnerError as refused:
        for text in refused.messages:
            messages.error(request, text)
        return False
    return True


@members_only
@require_POST
def withdraw_invitation(request, pk, invitation):
    """Take an invitation back."""
    enterprise = enterprise_of(request, pk, own=True)
    row = get_object_or_404(enterprise.invitations, pk=invitation)
    if _do(request, lambda: members.withdraw_invitation(row, by=request.user)):
        messages.success(request, _("The invitation no longer works."))
    return redirect("enterprise_members", pk)


@members_only
@require_POST
def answer_claim(request, pk, claim):
    """Let somebody in, or not."""
    enterprise = enterprise_of(request, pk, own=True)
    asked = enterprise.claims.filter(decider=Claim.Decider.OWNERS)
    row = get_object_or_404(asked, pk=claim)
    accept = request.POST.get("answer") == "accept"
    if _do(request, lambda: members.decide(row, accept=accept, by=request.user)):
        messages.success(request, _("Answered; they are told."))
    return redirect("enterprise_members", pk)


@never_cache
@get_or_post
def join(request, token):
    """The page behind an invitation: who invites, for what; accepting needs the phone or mailbox that was invited."""
    try:
        invitation = members.read(token)
        if request.method == "POST" and request.user.is_authenticated:
            enterprise = members.join(token, by=request.user)
            messages.success(request, _("You act for %(enterprise)s now.") % {"enterprise": enterprise})
            return redirect("enterprise_board", enterprise.pk)
    except PartnerError as error:
        return render(request, "partners/join.html", {"refusal": " ".join(error.messages)}, status=410)
    fits = request.user.is_authenticated and members.is_for(invitation, request.user)
    return render(request, "partners/join.html", {"invitation": invitation, "fits": fits})
