"""Asking providers about everything that is open: what a lost notice or a crash left behind is found here.

Everything may be repeated, and one thing that goes wrong does not stop the others.
"""

import logging
from collections import Counter
from datetime import timedelta

from django.utils import timezone

from payments import incidents, notices, outcome, providers, refunds
from payments.errors import MoneyError, ProviderFailed
from payments.models import Attempt, Incident, Payment, Provider, ProviderEvent, Refund
from payments.providers import base
from payments.states import UNDECIDED, RefundState

logger = logging.getLogger(__name__)

# Stripe sends a notice again for three days; with a day more, a quiet weekend loses nothing.
LOOK_BACK = timedelta(days=4)
# A request that went out a moment ago may still be under way in another process.
_PATIENCE = timedelta(minutes=1)
# Deadlines pass within seconds and refunds within days, those at the desk when people come by.
OPEN_TOO_LONG, REFUND_TOO_LONG = timedelta(hours=1), timedelta(days=14)


def move_money(now=None):
    """Send refunds that were decided and close pages that nobody may pay on any more; returns how many were tried.

    Stops at a provider that does not answer: the next time is soon.
    """
    if not providers.is_online_possible():
        return 0
    tried = outcome.close_left_open(now)
    for refund in to_send(now):
        tried += 1
        if not _attempt(refunds.send, refund):
            break
    return tried


def to_send(now=None):
    """Refunds that a provider has not been asked for, or a while ago without an answer."""
    now = now or timezone.now()
    decided = Refund.objects.filter(state=RefundState.REQUESTED, provider=Provider.STRIPE)
    fresh = decided.filter(sent_at=None) | decided.filter(sent_at__lte=now - _PATIENCE)
    return list(fresh.select_related("payment", "attempt").order_by("pk")[:100])


def reconcile(*, since=None):
    """Ask about everything; returns how much there was of each kind, for whoever runs the command.

    `since`: from which moment on to look for missed notices; by default four days ago.
    """
    done = Counter()
    if not providers.is_online_possible():
        return done
    now = timezone.now()
    done["pages closed"] = outcome.close_left_open(now)
    for attempt in _undecided():
        done["ways of paying"] += 1
        done["without an answer"] += not _attempt(outcome.ask, attempt)
    # Later than any patience: whoever runs this says that nobody else is at it, or is the regular job.
    for refund in to_send(now + _PATIENCE):
        done["refunds sent"] += 1
        done["without an answer"] += not _attempt(refunds.send, refund)
    for refund in Refund.objects.filter(state=RefundState.SENT, provider=Provider.STRIPE).select_related("payment"):
        done["refunds on their way"] += 1
        done["without an answer"] += not _attempt(_ask_about_refund, refund)
    for event in ProviderEvent.objects.filter(processed_at=None).order_by("pk"):
        done["notices left"] += 1
        done["without an answer"] += not _attempt(notices.work_off, event)
    done["notices missed"] = _find_missed(since or now - LOOK_BACK)
    return done


def flag_overdue(now=None):
    """Raise an exception for staff, once each, for what should have ended long ago; returns how many are new."""
    now = now or timezone.now()
    overdue = [(one, one, None) for one in Payment.objects.open().filter(expires_at__lte=now - OPEN_TOO_LONG)]
    left = Refund.objects.under_way().filter(created_at__lte=now - REFUND_TOO_LONG).select_related("payment", "attempt")
    overdue += [(one, one.payment, one.attempt) for one in left]
    return sum(
        incidents.report(
            Incident.Kind.OVERDUE,
            f"overdue:{subject.reference}",
            payment=payment,
            attempt=attempt,
            amount=subject.amount,
            currency=payment.currency,
        )
        for subject, payment, attempt in overdue
    )


def _undecided():
    return list(Attempt.objects.filter(state__in=UNDECIDED).select_related("payment").order_by("pk"))


def _ask_about_refund(refund):
    refunds.learn(refund, providers.get(refund.provider).query_refund(refund.provider_reference))


def _find_missed(since):
    """Take in, oldest first, the notices that never came; returns how many."""
    try:
        told = providers.get(Provider.STRIPE).notices_since(since)
    except (ProviderFailed, base.Refused):
        logger.warning("Stripe does not say which notices it sent.")
        return 0
    known = ProviderEvent.objects.filter(
        event_id__in=[notice.identifier for notice in told], processed_at__isnull=False
    )
    known = set(known.values_list("event_id", flat=True))
    missed = [notice for notice in reversed(told) if notice.identifier not in known]
    for notice in missed:
        _attempt(notices.take_in, notice)
    return len(missed)


def _attempt(act, subject):
    """Do it; False when the provider did not answer. What else goes wrong is logged, and the others go on."""
    try:
        act(subject)
    except ProviderFailed as error:
        logger.warning("%s: %s", subject, error)
        return False
    except (MoneyError, base.Refused) as error:
        logger.warning("%s: %s", subject, error)
    return True
