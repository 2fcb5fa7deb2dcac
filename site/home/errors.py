"""Pages for what went wrong. Each says what happened, that nothing was lost, and where to go on."""

from django.shortcuts import render


def bad_request(request, exception=None):
    """400: the request made no sense to us."""
    return render(request, "400.html", status=400)


def forbidden(request, exception=None):
    """403: not this reader's."""
    return render(request, "403.html", status=403)


def not_found(request, exception=None):
    """404: nothing here; offer the search and the ways in."""
    return render(request, "404.html", status=404)


def csrf_failure(request, reason=""):
    """403 of a form whose token is missing or old: nearly always a page left open for days, or cookies turned off."""
    return render(request, "403_csrf.html", status=403)


def busy(request):
    """503: too many at once; ask to try again in a moment."""
    response = render(request, "503.html", status=503)
    response["Retry-After"] = "5"
    return response


def server_error(request):
    """500: our fault. Asks nothing of the database, which may be what failed."""
    return render(request, "500.html", status=500)
