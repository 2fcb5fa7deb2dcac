"""The whole text of each consent, for anybody to read."""

from django.http import Http404
from django.shortcuts import render

from accounts.consent import TEXTS


def privacy(request, purpose):
    """Purpose, scope, retention and the consequence of refusing."""
    if purpose not in TEXTS:
        raise Http404
    return render(request, "accounts/privacy.html", {"text": TEXTS[purpose], "purpose": purpose, "texts": TEXTS})
