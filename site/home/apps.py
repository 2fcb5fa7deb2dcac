"""The app of the website's own pages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    """Home page, notices, search, navigation."""

    name = "home"
    verbose_name = _("website")

    def ready(self):
        """Make pages anew when what they show changes."""
        from home import signals  # It needs the models.

        signals.connect()
