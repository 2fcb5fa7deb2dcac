"""The app of accounts and learners."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Accounts, learners, sign-in, consent and personal data."""

    name = "accounts"
    verbose_name = _("accounts")

    def ready(self):
        """Tell "my data" what this room keeps."""
        from accounts import own_data

        own_data.register_all()
