"""`manage.py doctor` finds what does not agree, and nothing where all is well."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from payments import desk, money
from payments.doctor import disagreements
from payments.models import LedgerEntry, Payment, Receipt, Refund
from tests import factories
from tests.payments.stories import open_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(stripe, ask):
    """A payment online, partly refunded, and one at the desk."""
    online = ask("online")
    stripe.people.pay(open_page(online))
    stripe.post.bring()
    money.refund(online, amount=1000, reason="goodwill")
    desk.take(ask("desk"), by=factories.account(), method="cash", amount=3000, key="a")
    return stripe


def test_all_is_well(world, capsys):
    call_command("doctor")
    assert "Everything agrees" in capsys.readouterr().out


def spoil_booking(stripe):
    """One side of a booking too many."""
    entry = LedgerEntry.objects.first()
    LedgerEntry.objects.create(booking=entry.booking, ledger="held", amount=1)


def spoil_state(stripe):
    """A state that nothing speaks for."""
    Payment.objects.filter(purpose="place:desk").update(state="refunded")


def spoil_refund(stripe):
    """A refund that the books do not know."""
    Refund.objects.update(amount=999)


def spoil_receipts(stripe):
    """A number left out."""
    payment = Payment.objects.last()
    refund = money.refund(payment, amount=1, reason="goodwill")
    facts = {"institution": payment.institution, "year": timezone.localtime().year, "number": 9, "amount": -1}
    Receipt.objects.create(payment=payment, refund=refund, title="x", **facts)


def spoil_deadline(stripe):
    """Nobody has expired it."""
    old = timezone.now() - timedelta(days=1)
    payment = Payment.objects.first()
    payment.pk, payment.reference, payment.state, payment.paid_at, payment.expires_at = (
        None,
        "P-x",
        "pending",
        None,
        old,
    )
    payment.save(force_insert=True)


def spoil_provider(stripe):
    """Stripe tells another amount."""
    for intent in stripe.state.tables["intents"].values():
        intent["amount_received"] = 1


def forget_at_provider(stripe):
    """Stripe has never heard of it."""
    stripe.state.tables["sessions"].clear()


@pytest.mark.parametrize(
    "spoil",
    [
        *(spoil_booking, spoil_state, spoil_refund, spoil_receipts),
        *(spoil_deadline, spoil_provider, forget_at_provider),
    ],
)
def test_what_does_not_agree_is_named(world, spoil):
    spoil(world)
    assert disagreements()
    with pytest.raises(CommandError):
        call_command("doctor")


def test_the_room_above_is_asked(world, places, monkeypatch):
    monkeypatch.setattr(places, "disagreements", lambda: ["Somebody paid and has no seat."])
    assert disagreements(ask_provider=False) == ["Somebody paid and has no seat."]
