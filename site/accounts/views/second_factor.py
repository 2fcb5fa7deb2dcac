"""The step that asks staff for a second factor."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.staff import ADMIN_PREFIX, NOT_NOW


@login_required
def second_factor(request):
    """Offer the ways; "not now" is a way only where the setting allows it (in the demo)."""
    target = request.POST.get("next") or request.GET.get("next") or ADMIN_PREFIX
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = ADMIN_PREFIX
    if is_mfa_enabled(request.user):
        return redirect(target)
    if request.method == "POST" and not settings.SECOND_FACTOR_REQUIRED:
        request.session[NOT_NOW] = True
        return redirect(target)
    return render(request, "accounts/second_factor.html", {"next": target, "required": settings.SECOND_FACTOR_REQUIRED})
