"""Staff in Wagtail's admin: which users app it runs, and the second factor that is asked of staff.

Wagtail loads this module while apps are set up, so models are imported late.
"""

from urllib.parse import quote

from django.conf import settings
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.users.apps import WagtailUsersAppConfig

ADMIN_PREFIX = "/cms/"
# In the session: the step was passed by (in the demo only).
NOT_NOW = "second_factor_not_now"


class StaffUsersConfig(WagtailUsersAppConfig):
    """Wagtail's users app with forms for our accounts."""

    user_viewset = "accounts.staff_users.StaffViewSet"


class SecondFactorMiddleware:
    """Send staff who have no second factor to set one up, before the admin shows them anything."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Ask, or let through."""
        if request.path.startswith(ADMIN_PREFIX) and self._must_ask(request):
            return redirect(f"{reverse('second_factor')}?next={quote(request.get_full_path(), safe='/')}")
        return self.get_response(request)

    def _must_ask(self, request):
        from allauth.mfa.utils import is_mfa_enabled

        if not request.user.is_authenticated or not request.user.has_perm("wagtailadmin.access_admin"):
            return False
        if request.session.get(NOT_NOW) and not settings.SECOND_FACTOR_REQUIRED:
            return False
        return not is_mfa_enabled(request.user)
