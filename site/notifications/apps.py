"""The app of messages to people."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """Texts, SMS, e-mail and the inbox."""

    name = "notifications"
    verbose_name = _("messages")

    def ready(self):
        """Listen to what the room below says, and tell it what this one keeps of a person."""
        from accounts.signals import code_sms
        from notifications import personal_data
        from notifications.sms import send_code

        personal_data.register()

        code_sms.connect(send_code, dispatch_uid="notifications.send_code")
