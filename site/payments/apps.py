"""The app of money."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    """Payments, refunds, the books, Stripe and the desk."""

    name = "payments"
    verbose_name = _("payments")

    def ready(self):
        """Make known what payers are told: whoever delivers must know the kinds."""
        from payments import telling  # noqa: F401 - it registers them
