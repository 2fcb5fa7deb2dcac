"""Stripe: hosted Checkout with card, Alipay and WeChat Pay, asked through its own library.

It is told references and amounts only: no names, no titles, no identity numbers. Every request is in stripe_table.py.
"""

import logging
from contextlib import contextmanager
from functools import lru_cache

import stripe
from django.conf import settings

from payments.errors import ProviderFailed
from payments.providers import base, stripe_table
from payments.providers.base import Found, FoundDispute, FoundRefund, Notice, Page, Refused

# The library waits 80 seconds by default: longer than a browser does.
_TIMEOUT_SECONDS = 10
# Refusals after which the money goes back otherwise, or may: giving it back at the desk, too, would be twice.
_WAIT = {"charge_already_refunded", "charge_disputed"}
_REFUND_STATES = {
    "succeeded": base.REFUND_DONE,
    "failed": base.REFUND_FAILED,
    "canceled": base.REFUND_FAILED,
}


class StripeCarrier(base.Carrier):
    """Stripe, behind the methods of every provider."""

    @property
    def is_configured(self):
        """Whether there is a key to ask with."""
        return bool(settings.STRIPE_SECRET_KEY)

    def start(self, attempt):
        """A Checkout Session. The same attempt gets the same one, for as long as Stripe knows the key (24 hours)."""
        ours = {"payment": attempt.payment.reference, "attempt": attempt.reference}
        params = {
            "mode": "payment",
            "client_reference_id": attempt.payment.reference,
            "metadata": ours,
            "payment_intent_data": {"metadata": ours},
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": attempt.currency,
                        "unit_amount": attempt.amount,
                        "product_data": {"name": attempt.payment.reference},
                    },
                }
            ],
            "allowed_payment_method_types": stripe_table.METHODS,
            "payment_method_options": stripe_table.METHOD_OPTIONS,
            # Else Stripe may ask for another currency than ours.
            "adaptive_pricing": {"enabled": False},
            "expires_at": int(attempt.expires_at.timestamp()),
            "success_url": attempt.return_url,
            "cancel_url": attempt.return_url,
            "locale": "zh" if attempt.payment.account.language.startswith("zh") else "en",
        }
        with asking() as client:
            session = client.v1.checkout.sessions.create(params, {"idempotency_key": attempt.reference})
        return Page(session=session.id, url=session.url)

    def query(self, attempt):
        """What became of its page."""
        return self.query_session(attempt.session)

    def query_session(self, session):
        """What became of a page, by its name at Stripe, with the money and how it came."""
        with asking() as client:
            return _found(client.v1.checkout.sessions.retrieve(session, _EXPANDED))

    def close(self, attempt):
        """Expire the page. When it was paid a moment before Stripe refuses, and we look what became of it."""
        try:
            with asking() as client:
                return _found(client.v1.checkout.sessions.expire(attempt.session, _EXPANDED))
        except Refused:
            return self.query(attempt)

    def refund(self, refund, *, again):
        """Refund part or all of the money. One that was perhaps sent before is looked for first: keys are forgotten."""
        if again:
            found = self._find_refund(refund)
            if found:
                return found
        params = {
            "payment_intent": refund.attempt.provider_payment,
            "amount": refund.amount,
            "metadata": {"refund": refund.reference, "payment": refund.payment.reference},
        }
        with asking() as client:
            return _found_refund(client.v1.refunds.create(params, {"idempotency_key": refund.reference}))

    def _find_refund(self, refund):
        with asking() as client:
            listed = client.v1.refunds.list({"payment_intent": refund.attempt.provider_payment, "limit": 100})
            for one in listed.auto_paging_iter():
                found = _found_refund(one)
                if found.our_reference == refund.reference:
                    return found
        return None

    def query_refund(self, reference):
        """What became of a refund."""
        with asking() as client:
            return _found_refund(client.v1.refunds.retrieve(reference))

    def query_dispute(self, reference):
        """What became of a dispute."""
        with asking() as client:
            return _found_dispute(client.v1.disputes.retrieve(reference))

    def read_notice(self, body, headers):
        """The notice in the raw body of a request, when Stripe signed it in the last five minutes and it is about us.

        Raises Refused for a forged or stale one, one of another mode (test, live), or of another Stripe account.
        """
        try:
            event = stripe.Webhook.construct_event(
                body, headers.get("Stripe-Signature", ""), settings.STRIPE_WEBHOOK_SECRET
            )
        except (stripe.SignatureVerificationError, ValueError) as error:
            raise Refused(type(error).__name__) from None
        if getattr(event, "account", None):
            raise Refused("of another account")
        if event.livemode != settings.STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_")):
            raise Refused("of another mode")
        return _notice(event)

    def notices_since(self, moment):
        """The notices that Stripe has sent, or tried to, since a moment; it keeps them for 30 days."""
        params = {"created": {"gte": int(moment.timestamp())}, "types": list(stripe_table.EVENTS), "limit": 100}
        with asking() as client:
            return [_notice(event) for event in client.v1.events.list(params).auto_paging_iter()]


_EXPANDED = {"expand": ["payment_intent.latest_charge"]}


@contextmanager
def asking():
    """The client to ask with. What goes wrong becomes Refused (it will go wrong again) or ProviderFailed (try again).

    A key used for another request is no refusal: we do not know then what became of the first.
    """
    if not settings.STRIPE_SECRET_KEY:
        raise ProviderFailed("Stripe: there is no key to ask with")
    try:
        yield _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_ADDRESS)
    except (stripe.InvalidRequestError, stripe.CardError) as error:
        raise Refused(error.code or "refused", wait=error.code in _WAIT) from None
    except stripe.StripeError as error:
        raise ProviderFailed(f"Stripe: {type(error).__name__} {error.code or ''}".strip()) from None


@lru_cache(maxsize=4)
def _client(key, address):
    stripe.enable_telemetry = False
    logging.getLogger("stripe").setLevel(logging.WARNING)  # It tells of every request.
    return stripe.StripeClient(
        key,
        base_addresses={"api": address} if address else None,
        max_network_retries=1,
        http_client=stripe.RequestsClient(timeout=_TIMEOUT_SECONDS),
    )


def _found(answer):
    session = answer.to_dict()
    intent, ours = session["payment_intent"], session["metadata"] or {}
    common = {
        "session": session["id"],
        "our_reference": session["client_reference_id"] or "",
        "our_attempt": ours.get("attempt", ""),
    }
    if session["status"] == "open":
        return Found(base.OPEN, **common)
    if session["status"] == "expired":
        return Found(base.CLOSED, **common)
    if session["payment_status"] == "paid":
        return Found(
            base.PAID,
            payment=intent["id"],
            amount=intent["amount_received"],
            currency=intent["currency"],
            method=intent["latest_charge"]["payment_method_details"]["type"],
            **common,
        )
    failed = intent is None or intent["status"] in ("requires_payment_method", "canceled")
    return Found(base.FAILED if failed else base.PROCESSING, **common)


def _found_refund(answer):
    refund = answer.to_dict()
    return FoundRefund(
        state=_REFUND_STATES.get(refund["status"], base.REFUND_PENDING),
        reference=refund["id"],
        payment=refund["payment_intent"] or "",
        amount=refund["amount"],
        currency=refund["currency"],
        our_reference=(refund["metadata"] or {}).get("refund", ""),
        failure=refund.get("failure_reason") or "",
    )


def _found_dispute(answer):
    dispute = answer.to_dict()
    # A warning is a question only: no money has been taken.
    state = dispute["status"] if dispute["status"] in ("won", "lost") else "open"
    return FoundDispute(
        state="" if dispute["status"].startswith("warning") else state,
        reference=dispute["id"],
        payment=dispute["payment_intent"] or "",
        amount=dispute["amount"],
        currency=dispute["currency"],
    )


def _notice(event):
    about = event.to_dict()["data"]["object"]
    return Notice(identifier=event.id, kind=event.type, object_id=about.get("id", ""))
