"""Notices of Stripe: proved, kept once by their identifier, and worked off by asking for what they are about."""

import logging

from django.db import transaction
from django.utils import timezone

from payments import disputes, incidents, outcome, providers, refunds
from payments.errors import MoneyError, ProviderFailed
from payments.models import Attempt, Incident, Payment, Provider, ProviderEvent, Refund
from payments.providers import base, stripe_table
from payments.states import AttemptState

logger = logging.getLogger(__name__)


def receive(body, headers):
    """Take a notice in: prove it, keep it, work it off; returns its row. Raises Refused for one that is not proved,
    ProviderFailed when the provider cannot be asked now: it will send the notice again, and reconcile asks too."""
    try:
        notice = providers.get(Provider.STRIPE).read_notice(body, headers)
    except base.Refused as refusal:
        logger.warning("A notice was refused: %s", refusal)
        raise
    return take_in(notice)


def take_in(notice):
    """Keep a proved notice and work it off, unless that was done before."""
    facts = {"kind": notice.kind, "object_id": notice.object_id}
    if notice.kind not in stripe_table.EVENTS:
        facts |= {"processed_at": timezone.now(), "outcome": "not ours to know"}
    event = ProviderEvent.objects.get_or_create(provider=Provider.STRIPE, event_id=notice.identifier, defaults=facts)[0]
    return work_off(event)


def work_off(event):
    """Do what a kept notice is about. What was worked off stays so, however often it comes."""
    if event.processed_at:
        return event
    act = {stripe_table.SESSION: _session, stripe_table.REFUND: _refund, stripe_table.DISPUTE: _dispute}
    try:
        event.outcome = act[stripe_table.EVENTS[event.kind]](event.object_id)
    except ProviderFailed:
        raise
    except (base.Refused, MoneyError) as error:
        event.outcome = f"refused: {error}"[:100]
        logger.warning("Notice %s (%s) was refused: %s", event.event_id, event.kind, type(error).__name__)
    event.processed_at = timezone.now()
    event.save(update_fields=["processed_at", "outcome"])
    return event


def _session(name):
    found = providers.get(Provider.STRIPE).query_session(name)
    attempt = _attempt_of(found)
    if attempt is None:
        if found.state == base.PAID:
            _unmatched(f"session:{name}", found)
        return "unmatched"
    outcome.learn(attempt, found)
    return found.state


def _attempt_of(found):
    """The way of paying that a page belongs to: by its name, or by ours when we died before keeping its name."""
    attempt = Attempt.objects.select_related("payment").filter(reference=found.our_attempt).first()
    if attempt is None or attempt.payment.reference != found.our_reference:
        return None
    if attempt.session is None and attempt.state == AttemptState.STARTING:
        with transaction.atomic():
            Payment.objects.select_for_update().get(pk=attempt.payment_id)
            Attempt.objects.filter(pk=attempt.pk, session=None).update(session=found.session)
        attempt.session = found.session
    return attempt if attempt.session == found.session else None


def _refund(name):
    found = providers.get(Provider.STRIPE).query_refund(name)
    attempt = _attempt_paid_by(found.payment)
    if attempt is None:
        _unmatched(f"refund:{name}", found)
        return "unmatched"
    ours = attempt.refunds.filter(reference=found.our_reference).first()
    if ours is None:
        ours = refunds.record_outside(
            attempt, reference=found.reference, amount=found.amount, reason=Refund.Reason.AT_PROVIDER
        )
    refunds.learn(ours, found)
    return found.state


def _dispute(name):
    found = providers.get(Provider.STRIPE).query_dispute(name)
    attempt = _attempt_paid_by(found.payment)
    if attempt is None:
        _unmatched(f"dispute:{name}", found)
        return "unmatched"
    disputes.learn(attempt, found)
    return found.state or "a question only"


def _attempt_paid_by(payment):
    """The way of paying whose money has this name at the provider."""
    paid = Attempt.objects.select_related("payment__account", "payment__institution")
    return paid.filter(provider=Provider.STRIPE, provider_payment=payment).first() if payment else None


def _unmatched(key, found):
    incidents.report(
        Incident.Kind.UNMATCHED,
        f"unmatched:{key}",
        provider_reference=found.payment,
        amount=found.amount,
        currency=found.currency,
    )
