"""My data: see all, take it along, have it erased."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import consent, personal_data
from accounts.models import Consent


@login_required
@never_cache
def my_data(request):
    """Everything that is kept, in plain words; on paper without what one can press."""
    context = {
        "parts": [(section, section.readable(request.user)) for section in personal_data.sections()],
        "consents": request.user.consents.filter(withdrawn_at=None).select_related("learner"),
        "now": timezone.now(),
    }
    return render(request, "accounts/my_data.html", context)


@login_required
@never_cache
def my_data_json(request):
    """The same as a JSON file."""
    response = JsonResponse(
        {"exported_at": timezone.localtime().isoformat(), **personal_data.export(request.user)},
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )
    response["Content-Disposition"] = f'attachment; filename="xuelin-my-data-{timezone.localdate()}.json"'
    return response


@login_required
def account_erase(request):
    """Erase the account after listing what that means; refused while something needs it, and says what."""
    obstacles = personal_data.obstacles(request.user)
    if request.method == "POST" and not obstacles:
        account = request.user
        logout(request)
        personal_data.erase_account(account)
        messages.success(request, _("Your account and your data have been erased."))
        return redirect("/")
    context = {"obstacles": obstacles, "consequences": personal_data.consequences(request.user)}
    return render(request, "accounts/account_erase.html", context)


@login_required
def consent_withdraw(request, pk):
    """Take a consent back after saying what follows from it."""
    given = get_object_or_404(Consent, account=request.user, pk=pk, withdrawn_at=None)
    if request.method == "POST":
        consent.withdraw(request.user, given.purpose, learner=given.learner)
        messages.success(request, _("The consent is taken back."))
        return redirect("my_data")
    return render(request, "accounts/consent_withdraw.html", {"given": given, "text": consent.TEXTS[given.purpose]})
