"""My account: by what one signs in, name, language, and the sessions on other devices."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.forms import AccountForm


@login_required
def my_account(request):
    """See and change."""
    form = AccountForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The changes are saved."))
        return redirect("my_account")
    return render(request, "accounts/my_account.html", {"form": form, "second_factor": is_mfa_enabled(request.user)})


@login_required
@require_POST
def sign_out_elsewhere(request):
    """Close every session of the account but this one."""
    request.user.session_version = F("session_version") + 1
    request.user.save(update_fields=["session_version"])
    request.user.refresh_from_db()
    update_session_auth_hash(request, request.user)
    messages.success(request, _("All other devices are signed out."))
    return redirect("my_account")
