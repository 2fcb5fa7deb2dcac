"""Stripe: hosted Checkout with card, Alipay and WeChat Pay."""

from django.conf import settings

from payments.providers.base import Carrier


class StripeCarrier(Carrier):
    """Stripe, asked through its own library."""

    @property
    def is_configured(self):
        """Whether there is a key to ask with."""
        return bool(settings.STRIPE_SECRET_KEY)
