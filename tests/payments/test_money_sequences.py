"""Any sequence of paying, notices (twice, lost, out of order), refunds, disputes, desk, clock: the books agree."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payments import desk, ledger, money, outcome
from payments.errors import MoneyError
from payments.models import LedgerEntry, Payment, Refund
from payments.providers.base import Refused
from payments.reconcile import move_money, reconcile
from payments.states import AttemptState, PaymentState, RefundState
from tests import factories
from tests.payments.books import assert_books
from tests.payments.stories import fresh, page_of

pytestmark = pytest.mark.django_db
ACTS = (
    *("start", "pay", "pay_wallet", "pay_later", "arrive", "bounce", "wrong_amount", "desk", "expire"),
    *("bring", "bring_twice", "bring_backwards", "lose", "move_money", "reconcile", "come_back"),
    *("refund_part", "refund_rest", "refund_in_dashboard", "finish_refund", "return_refund", "pay_out"),
    *("dispute", "win", "lose_dispute", "reverse"),
)


class World:
    """One payment or its successor, a payer, a cashier, Stripe: each act is tried; what is refused changes nothing."""

    def __init__(self, stripe, ask, places):
        self.stripe, self.ask, self.places = stripe, ask, places
        self.cashier, self.other, self.forms = factories.account(), factories.account(), 0
        self.payment = ask()

    def do(self, act):
        """Try an act."""
        self.payment = fresh(self.payment)
        try:
            with transaction.atomic():
                getattr(self, act)()
        except (MoneyError, Refused):
            pass
        except Exception as error:
            if type(error).__name__ != "ApiError":
                raise

    def page(self):
        """The page at Stripe, opened if there is none."""
        if not self.payment.attempts.exclude(session=None).exists():
            self.start()
        return page_of(self.payment)

    def start(self):
        money.start(self.payment, provider="stripe", return_url="http://testserver/")

    def pay(self):
        self.stripe.people.pay(self.page())

    def pay_wallet(self):
        self.stripe.people.pay(self.page(), "alipay")

    def pay_later(self):
        self.stripe.people.pay_later(self.page())

    def arrive(self):
        if self._intent("processing"):
            self.stripe.people.arrive(self.page())

    def bounce(self):
        if self._intent("processing"):
            self.stripe.people.bounce(self.page())

    def wrong_amount(self):
        self.stripe.people.pay(self.page(), amount=2999)

    def desk(self):
        self.forms += 1
        desk.take(self.payment, by=self.cashier, method="cash", amount=self.payment.amount, key=f"form-{self.forms}")

    def expire(self):
        money.expire(self.payment)

    def bring(self):
        self.stripe.post.bring()

    def bring_twice(self):
        self.stripe.post.bring(times=2)

    def bring_backwards(self):
        self.stripe.post.bring(order="backwards")

    def lose(self):
        self.stripe.post.lose()

    def move_money(self):
        move_money()

    def reconcile(self):
        reconcile()

    def come_back(self):
        outcome.ask_about(self.payment)

    def refund_part(self):
        money.refund(self.payment, amount=700, reason=Refund.Reason.GOODWILL)

    def refund_rest(self):
        money.refund(self.payment, amount=self.payment.refundable, reason=Refund.Reason.WITHDRAWN)

    def refund_in_dashboard(self):
        charge = self._charge()
        if charge and charge["amount"] - charge["amount_refunded"] >= 500:
            self.stripe.people.refund_in_dashboard(self.page(), 500)

    def finish_refund(self, failed=False):
        for name, refund in list(self.stripe.state.tables["refunds"].items()):
            if refund["status"] == "pending":
                self.stripe.people.finish_refund(name, failed=failed)

    def return_refund(self):
        self.finish_refund(failed=True)

    def pay_out(self):
        for refund in Refund.objects.at_the_desk():
            desk.pay_out(refund, by=self.cashier, method="cash")

    def dispute(self):
        charge = self._charge()
        if charge and not self.stripe.state.tables["disputes"] and not charge["amount_refunded"]:
            self.stripe.people.dispute(self.page())

    def win(self):
        self._decide(won=True)

    def lose_dispute(self):
        self._decide(won=False)

    def reverse(self):
        desk.reverse(self.payment, by=self.other, note="by mistake")

    def _decide(self, *, won):
        for name, dispute in list(self.stripe.state.tables["disputes"].items()):
            if dispute["status"] == "needs_response":
                self.stripe.people.decide(name, won=won)

    def _intent(self, status):
        page = self.stripe.state.tables["sessions"][self.page()]
        intent = self.stripe.state.tables["intents"].get(page["payment_intent"])
        return intent and intent["status"] == status and intent

    def _charge(self):
        intent = self._intent("succeeded")
        return intent and self.stripe.state.tables["charges"][intent["latest_charge"]]

    def end(self):
        """Days later: everything was delivered or asked about, decided, sent and paid out."""
        for act in ("arrive", "lose_dispute", "lose", "reconcile", "move_money", "finish_refund", "reconcile"):
            self.do(act)
        Refund.objects.filter(state="requested").update(sent_at=timezone.now() - timedelta(hours=1))
        for act in ("move_money", "reconcile", "pay_out"):
            self.do(act)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(st.sampled_from(ACTS), min_size=1, max_size=12))
def test_any_sequence_leaves_books_that_agree(stripe, ask, places, acts):
    with transaction.atomic():
        for table in stripe.state.tables.values():
            table.clear()
        stripe.post.lose()
        places.free, places.taken = 1, set()
        world = World(stripe, ask, places)
        for act in acts:
            world.do(act)
            assert_books()
        world.end()
        assert_books()
        assert_matched(world)
        transaction.set_rollback(True)


def assert_matched(world):
    """Nobody has paid without a place or the money back; what is at Stripe is what our books say (invariant 6)."""
    for payment in Payment.objects.all():
        if payment.state == PaymentState.PAID:
            assert payment.purpose in world.places.taken
    assert not Refund.objects.filter(state__in=(RefundState.REQUESTED, RefundState.SENT)).exists()
    charges = world.stripe.state.tables["charges"].values()
    lost = sum(one["amount"] for one in world.stripe.state.tables["disputes"].values() if one["status"] == "lost")
    there = sum(charge["amount"] - charge["amount_refunded"] for charge in charges) - lost
    assert ledger.balance(LedgerEntry.Ledger.STRIPE) == there
    assert len(charges) == Payment.objects.get().attempts.exclude(paid_at=None).filter(provider="stripe").count()
    held = Payment.objects.get().attempts.filter(state=AttemptState.HELD)
    back = Refund.objects.filter(attempt__in=held).exclude(state=RefundState.FAILED)
    waiting = sum(held.values_list("amount", flat=True)) - sum(back.values_list("amount", flat=True))
    assert -ledger.balance(LedgerEntry.Ledger.HELD) == waiting
