"""What providers say of ways of paying is taken note of here, whoever asked: a notice, a returning payer, or we.

A provider's answer is always about the present, so hearing it twice, late or out of order ends the same.
"""

import logging

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from payments import attempts, money, providers
from payments.errors import MoneyError
from payments.models import Attempt, Payment, Provider
from payments.providers import base
from payments.states import OPEN, UNDECIDED, AttemptState

logger = logging.getLogger(__name__)


def learn(attempt, found):
    """Take note of what became of a way of paying; returns its payment."""
    if found.state == base.PAID:
        return money.settle(
            attempt.payment,
            provider=attempt.provider,
            amount=found.amount,
            currency=found.currency,
            provider_reference=found.payment,
            method=found.method,
            attempt=attempt,
        )
    if found.state == base.FAILED:
        money.fail(attempt)
    elif found.state == base.CLOSED:
        _mark(attempt, UNDECIDED, AttemptState.CLOSED)
    elif found.state == base.PROCESSING:
        _mark(attempt, (AttemptState.STARTING, AttemptState.OPEN), AttemptState.PROCESSING)
    return attempt.payment


def _mark(attempt, sources, target):
    with transaction.atomic():
        Payment.objects.select_for_update().get(pk=attempt.payment_id)
        Attempt.objects.filter(pk=attempt.pk, state__in=sources).update(state=target)


def ask(attempt):
    """Ask the provider what became of a way of paying, and take note; may raise ProviderFailed."""
    if attempt.state == AttemptState.STARTING:
        attempt = _begin_again(attempt)
    if attempt.state in UNDECIDED and attempt.session:
        learn(attempt, providers.get(attempt.provider).query(attempt))


def _begin_again(attempt):
    """We do not know whether the provider heard us: ask under the same key, as long as it remembers keys."""
    if timezone.now() > attempt.created_at + attempts.LONGEST_LIFE:
        _mark(attempt, (AttemptState.STARTING,), AttemptState.CLOSED)
    else:
        try:
            attempts.open_page(attempt)
        except base.Refused:
            _mark(attempt, (AttemptState.STARTING,), AttemptState.CLOSED)
    attempt.refresh_from_db()
    return attempt


def ask_about(payment):
    """Ask about every way of paying of one payment that is under way, for a payer who comes back; never raises."""
    for attempt in payment.attempts.filter(state__in=UNDECIDED, provider=Provider.STRIPE):
        _try(ask, attempt)


def close_pages_of(payment):
    """Close the pages on which a settled payment could still be paid; what was paid meanwhile goes back by itself."""
    for attempt in payment.attempts.filter(state__in=(AttemptState.STARTING, AttemptState.OPEN)):
        _try(_close, attempt)


def close_left_open(now=None):
    """Close every page whose payment is settled or whose deadline passed; returns how many there were."""
    late = Q(payment__expires_at__lte=now or timezone.now()) | ~Q(payment__state__in=OPEN)
    left = Attempt.objects.filter(late, state__in=(AttemptState.STARTING, AttemptState.OPEN))
    found = list(left.select_related("payment").order_by("pk")[:100])
    for attempt in found:
        _try(_close, attempt)
    return len(found)


def _close(attempt):
    if attempt.state == AttemptState.STARTING:
        attempt = _begin_again(attempt)
    if attempt.state == AttemptState.OPEN:
        learn(attempt, providers.get(attempt.provider).close(attempt))


def _try(act, attempt):
    """Do it, or leave it to the next time: a provider that is away must not stop anything else."""
    try:
        act(attempt)
    except (MoneyError, base.Refused) as error:
        logger.warning("Payment %s, attempt %s: %s", attempt.payment_id, attempt.reference, error)
