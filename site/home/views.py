"""What machines ask: whether the site is well, what it holds, what they may read."""

from django.core.cache import caches
from django.db import connection
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

CLOSED_TO_ROBOTS = ("/cms/", "/account/", "/my/", "/enroll/", "/display/")


@never_cache
@require_safe
def health(request):
    """200 when the database and the shared cache answer; 503 with the name of what does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # Whatever the driver raises: the answer is no.
        return HttpResponse("database\n", status=503, content_type="text/plain")
    try:
        caches["default"].get("health")
    except Exception:
        return HttpResponse("cache\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def robots(request):
    """What search engines should leave alone, and where the list of pages is."""
    lines = ["User-agent: *", *(f"Disallow: {prefix}" for prefix in CLOSED_TO_ROBOTS)]
    lines += ["", f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
