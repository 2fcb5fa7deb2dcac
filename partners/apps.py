"""The app of enterprises and their orders."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    """Enterprises, their members, their training orders."""

    name = "partners"
    verbose_name = _("partners")

    def ready(self):
        """Register what this room keeps of a person, and the kinds of message that it sends."""
        from partners import messages, personal_data  # noqa: F401 - registering kinds is what the first is imported for
        from partners.alliance import messages as alliance_messages  # noqa: F401 - likewise

        personal_data.register()
