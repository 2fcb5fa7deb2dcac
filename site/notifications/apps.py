"""The app of messages to people."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """Texts, SMS, e-mail and the inbox."""

    name = "notifications"
    verbose_name = _("messages")

    def ready(self):
        """Listen to what the rooms below say."""
        from accounts.signals import code_sms
        from notifications.sms import send_code

        code_sms.connect(send_code, dispatch_uid="notifications.send_code")
