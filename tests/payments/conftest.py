"""What stories about money stand on: Stripe's stand-in over real HTTP, and something simple to pay for."""

import json
from datetime import timedelta

import pytest


@pytest.fixture
def places(monkeypatch):
    """The handler of purposes that begin with "place:"."""
    from payments import purposes
    from tests.payments.stories import Places

    handler = Places()
    monkeypatch.setitem(purposes._handlers, "place", handler)
    return handler


@pytest.fixture(scope="session")
def stripe_server():
    """The stand-in, once for all tests."""
    from payments.development.server import StripeServer
    from tests.payments.stories import KEY, SECRET

    server = StripeServer(key=KEY, secret=SECRET, send=None).start()
    yield server
    server.stop()


@pytest.fixture
def stripe(stripe_server, settings, monkeypatch):
    """The stand-in with nothing in it, and the settings that lead to it; `.post` holds its notices."""
    from tests.payments.stories import Post

    for table in stripe_server.state.tables.values():
        table.clear()
    stripe_server.state.ahead = 0
    stripe_server.requests.clear()
    stripe_server.notifier.manner = "at once"
    post = stripe_server.post = Post(stripe_server)

    def keep(event, **options):
        post.waiting.append(json.dumps(event).encode())

    monkeypatch.setattr(stripe_server.notifier, "deliver", keep)
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = stripe_server.key, stripe_server.notifier.secret
    settings.STRIPE_ADDRESS = stripe_server.address
    return stripe_server


@pytest.fixture
def ask(places):
    """A function that asks for a payment: ask("a", amount=3000)."""
    from django.utils import timezone

    from payments import money
    from tests import factories

    payer, school = factories.account(), factories.institution()

    def make(name="a", *, amount=3000, account=payer, institution=school, until=timedelta(hours=1)):
        return money.request(
            purpose=f"place:{name}",
            account=account,
            institution=institution,
            amount=amount,
            expires_at=timezone.now() + until,
        )

    return make
