"""Pages for errors."""

from django.views.csrf import csrf_failure  # noqa
