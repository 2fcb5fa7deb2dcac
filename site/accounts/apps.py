"""The app of accounts and learners."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Accounts, learners, sign-in, consent and personal data."""

    name = "accounts"
    verbose_name = _("accounts")

    def ready(self):
        """Tell "my data" what this room keeps, and guard the tables to which rows are only added."""
        from accounts import append_only, own_data

        own_data.register_all()
        post_migrate.connect(append_only.guard_after_migrate, dispatch_uid="append_only")
