"""The app of messages to people."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """Texts, SMS, e-mail and the inbox."""

    name = "notifications"
    verbose_name = _("messages")
