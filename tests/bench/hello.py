"""The reference "hello world": Django with one view, no middleware, no database, served by the same command."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

MARKER = "Hello, Xuelin"


def hello(request):
    """Say hello."""
    return HttpResponse(MARKER)


urlpatterns = [path("hello/", hello)]

if not settings.configured:  # Not in the site's own process, whose urls name the view.
    settings.configure(SECRET_KEY="bench", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=[])
    application = get_wsgi_application()
