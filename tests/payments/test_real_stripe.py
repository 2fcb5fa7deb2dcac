"""The same requests to the stand-in and, when STRIPE_TEST_KEY is in the environment, to Stripe's test mode itself.

What people do on Stripe's page cannot be done by requests, so paying is tried on the stand-in only. These were never
run against Stripe itself by those who wrote them: they had no key.
"""

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from payments import attempts, money, providers
from payments.models import Provider, Refund
from payments.providers import base

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["stand-in", "stripe"])
def carrier(request, settings):
    """The provider, once of each."""
    key = os.environ.get("STRIPE_TEST_KEY", "")
    if request.param == "stand-in":
        request.getfixturevalue("stripe")
    elif key.startswith("sk_test_"):
        settings.STRIPE_SECRET_KEY, settings.STRIPE_ADDRESS = key, ""
    else:
        pytest.skip("no STRIPE_TEST_KEY (sk_test_...) in the environment")
    return providers.get(Provider.STRIPE)


@pytest.fixture
def attempt(carrier, ask):
    """A way of paying that was begun and not yet asked for."""
    begun = attempts.begin(ask(), provider=Provider.STRIPE, return_url="https://example.org/back/")
    begun.payment = money.lock(begun.payment)
    return begun


def test_a_page_is_opened_once_looked_at_and_closed(carrier, attempt):
    page = carrier.start(attempt)
    assert carrier.start(attempt) == page
    attempt.session = page.session
    found = carrier.query(attempt)
    assert (found.state, found.our_attempt, found.our_reference) == (
        base.OPEN,
        attempt.reference,
        attempt.payment.reference,
    )
    assert carrier.close(attempt).state == base.CLOSED
    assert carrier.close(attempt).state == base.CLOSED


def test_what_does_not_exist_is_refused(carrier, attempt):
    attempt.provider_payment = "pi_does_not_exist"
    refund = Refund(payment=attempt.payment, attempt=attempt, amount=100)
    with pytest.raises(base.Refused):
        carrier.refund(refund, again=False)
    with pytest.raises(base.Refused):
        carrier.query_refund("re_does_not_exist")
    with pytest.raises(base.Refused):
        carrier.query_dispute("dp_does_not_exist")


def test_notices_are_listed(carrier):
    assert isinstance(carrier.notices_since(timezone.now() - timedelta(minutes=5)), list)
