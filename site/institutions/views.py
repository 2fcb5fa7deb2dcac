"""The page behind an invitation."""

from django.contrib.auth import logout
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.staff import ADMIN_PREFIX
from institutions import colleagues


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request, token):
    """Say who invites for what; accepting leads to signing in with the mailbox or phone that was invited."""
    try:
        if request.method == "POST":
            account = colleagues.accept(token)
            if request.user.is_authenticated and request.user.pk != account.pk:
                logout(request)
            return HttpResponseRedirect(ADMIN_PREFIX)
        context = {"invitation": colleagues.read(token)}
    except colleagues.ColleagueError as error:
        context = {"refusal": str(error), "sign_in": reverse("account_login")}
    return render(request, "institutions/invitation.html", context, status=200 if "invitation" in context else 410)
