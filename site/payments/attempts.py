"""Ways of paying: a page at a provider is begun, and opened, once.

The row is committed before the provider is asked, and its reference is the key of that request: whoever asks again,
be it after a crash, gets the same page.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from payments import providers
from payments.errors import NotPayable
from payments.models import Attempt, Payment
from payments.states import AttemptState

# A page at Stripe lives at least 30 minutes and at most 24 hours, and Stripe forgets keys of requests after 24 hours.
SHORTEST_LIFE, LONGEST_LIFE = timedelta(minutes=31), timedelta(hours=23)
# With less left than this, a new page is opened instead.
_TOO_LATE = timedelta(minutes=1)


def begin(payment, *, provider, return_url):
    """The way of paying that is under way at a provider, or a new one; the payment is locked by the caller.

    Raises NotPayable when money is on its way already: a second page would only lead to paying twice.
    """
    now = timezone.now()
    if payment.attempts.filter(state=AttemptState.PROCESSING).exists():
        raise NotPayable(_("A payment is on its way already. It can take some minutes until the bank confirms it."))
    alive = payment.attempts.filter(provider=provider, state__in=(AttemptState.STARTING, AttemptState.OPEN))
    for attempt in alive.filter(expires_at__gt=now + _TOO_LATE).order_by("-pk"):
        return attempt
    wished = payment.expires_at or now + LONGEST_LIFE
    return Attempt.objects.create(
        payment=payment,
        provider=provider,
        return_url=return_url,
        amount=payment.amount,
        currency=payment.currency,
        expires_at=min(max(wished, now + SHORTEST_LIFE), now + LONGEST_LIFE).replace(microsecond=0),
    )


def open_page(attempt):
    """The address of the page of this way of paying; the provider is asked for it when it has none yet."""
    if attempt.url:
        return attempt.url
    page = providers.get(attempt.provider).start(attempt)
    with transaction.atomic():
        Payment.objects.select_for_update().get(pk=attempt.payment_id)
        starting = Attempt.objects.filter(pk=attempt.pk, state=AttemptState.STARTING)
        starting.update(state=AttemptState.OPEN, session=page.session, url=page.url)
    attempt.refresh_from_db()
    return page.url
