"""The app of money."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    """Payments, refunds, the books, Stripe and the desk."""

    name = "payments"
    verbose_name = _("payments")

    def ready(self):
        """Make known what payers are told, and what this room keeps of a person."""
        from payments import personal_data, telling  # noqa: F401 - whoever delivers must know the kinds of message

        personal_data.register()
