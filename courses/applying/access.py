"""Who reaches what of applications and interest: the family's own only; anything else does not exist for them (404).

Whoever is signed out is told so (403) with the way to sign in: the page says nothing of whether there is something.
"""

from functools import wraps
from urllib.parse import urlencode

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from courses.models import Interest, PathwayApplication


def family_only(view):
    """For whoever is signed in, and never kept by anybody."""

    @wraps(view)
    @never_cache
    def guarded(request, *args, **kwargs):
        if not request.user.is_authenticated:
            address = f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}"
            return render(request, "courses/applying/sign_in.html", {"address": address}, status=403)
        return view(request, *args, **kwargs)

    return guarded


def application_of(request, reference):
    """The account's application of this reference, or 404."""
    mine = PathwayApplication.objects.of(request.user)
    related = "round__term", "round__institution", "learner", "account", "entry"
    return get_object_or_404(mine.select_related(*related), reference=reference)


def interest_of(request, pk):
    """The account's interest of this key, or 404."""
    mine = Interest.objects.of(request.user).select_related("intake__program__institution", "learner")
    return get_object_or_404(mine, pk=pk)
