"""Giving money back: by the provider, at the desk when it cannot, and what others do at the provider."""

from datetime import timedelta

import pytest
from django.utils import timezone

from payments import desk, ledger, money, providers, refunds
from payments.errors import NotRefundable
from payments.models import Attempt, Dispute, Incident, LedgerEntry, Refund
from payments.reconcile import flag_overdue, move_money, reconcile
from tests import factories
from tests.payments.books import assert_books
from tests.payments.stories import fresh, open_page

pytestmark = pytest.mark.django_db
GOODWILL = Refund.Reason.GOODWILL


@pytest.fixture
def paid(stripe, ask):
    """A function that has a payment paid online; `.page` is its page at Stripe."""

    def pay(name="a", method="card"):
        payment = ask(name)
        page = open_page(payment)
        stripe.people.pay(page, method)
        stripe.post.bring()
        payment = fresh(payment)
        payment.page = page
        return payment

    return pay


def test_part_and_then_the_rest(stripe, paid):
    payment = paid()
    money.refund(payment, amount=1000, reason=GOODWILL)
    move_money()
    assert fresh(payment).state == "partly_refunded"
    money.refund(payment, amount=2000, reason=GOODWILL)
    move_money()
    payment = fresh(payment)
    assert (payment.state, payment.refunded, payment.refundable) == ("refunded", 3000, 0)
    assert list(payment.receipts.order_by("number").values_list("amount", flat=True)) == [3000, -1000, -2000]
    stripe.post.bring(times=2)
    reconcile()
    assert payment.refunds.count() == 2
    assert_books()


@pytest.mark.parametrize("amount", [0, 3001])
def test_never_more_than_was_paid(paid, amount):
    with pytest.raises(NotRefundable):
        money.refund(paid(), amount=amount, reason=GOODWILL)


def test_nothing_is_refunded_of_what_was_not_paid_or_is_under_way_already(paid, ask):
    with pytest.raises(NotRefundable):
        money.refund(ask("not paid"), amount=1, reason=GOODWILL)
    payment = paid()
    money.refund(payment, amount=3000, reason=GOODWILL)
    with pytest.raises(NotRefundable):
        money.refund(payment, amount=1, reason=GOODWILL)


def test_a_wallet_takes_its_time_and_the_person_knows_until_when(stripe, paid):
    payment = paid(method="alipay")
    refund = money.refund(payment, amount=3000, reason=GOODWILL)
    move_money()
    refund = fresh(refund)
    assert (refund.state, refund.expected_on) == ("sent", timezone.localdate() + timedelta(days=5))
    assert fresh(payment).state == "paid"
    stripe.people.finish_refund(refund.provider_reference)
    stripe.post.bring(order="backwards", times=2)
    assert (fresh(refund).state, fresh(payment).state) == ("done", "refunded")
    told = payment.account.messages.order_by("pk").values_list("kind", flat=True)
    assert list(told) == ["payment_received", "refund_decided", "refund_done"]
    assert_books()


@pytest.mark.parametrize(("method", "days", "carrier"), [("alipay", 89, "stripe"), ("alipay", 91, "desk")])
def test_after_the_providers_window_it_is_paid_at_the_desk(paid, method, days, carrier):
    payment = paid(method=method)
    Attempt.objects.update(paid_at=timezone.now() - timedelta(days=days))
    assert money.refund(payment, amount=3000, reason=GOODWILL).provider == carrier
    told = payment.account.messages.order_by("pk").last().kind
    assert told == {"stripe": "refund_decided", "desk": "refund_at_desk"}[carrier]


@pytest.mark.parametrize("already_done", [False, True])
def test_a_refund_that_comes_back_is_paid_at_the_desk(stripe, paid, already_done):
    payment = paid(method="card" if already_done else "wechat_pay")
    refund = money.refund(payment, amount=3000, reason=GOODWILL)
    move_money()
    stripe.people.finish_refund(fresh(refund).provider_reference, failed=True)
    stripe.post.bring(times=2)
    refund = fresh(refund)
    instead = refund.replaced_by
    assert (refund.state, instead.state, instead.provider) == ("failed", "requested", "desk")
    assert (fresh(payment).state, Incident.objects.get().kind) == ("paid", "refund_failed")
    assert_books()
    cashier = factories.account()
    desk.pay_out(instead, by=cashier, method="cash")
    assert (fresh(payment).state, fresh(instead).paid_out_by) == ("refunded", cashier)
    assert_books()


def test_what_stripe_refuses_is_paid_at_the_desk(stripe, paid):
    payment = paid()
    refund = money.refund(payment, amount=3000, reason=GOODWILL)
    stripe.state.tables["intents"].clear()
    move_money()
    assert fresh(refund).replaced_by.provider == "desk"
    assert_books()


def test_a_refund_made_in_stripes_dashboard_ends_in_the_same_books(stripe, paid):
    payment = paid()
    stripe.people.refund_in_dashboard(payment.page, 1000)
    stripe.post.bring(times=2)
    refund = payment.refunds.get()
    assert (refund.reason, refund.amount, refund.state) == ("at_provider", 1000, "done")
    assert fresh(payment).state == "partly_refunded"
    assert_books()


def test_refunded_in_the_dashboard_what_we_were_about_to_refund_goes_back_once(stripe, paid):
    payment = paid()
    refund = money.refund(payment, amount=3000, reason=GOODWILL)
    stripe.people.refund_in_dashboard(payment.page, 3000)
    move_money()  # Refused: nothing is left to refund there.
    assert (fresh(refund).state, Incident.objects.get().kind) == ("requested", "disagrees")
    stripe.post.bring()
    assert (fresh(refund).state, payment.refunds.count()) == ("done", 1)
    assert_books()


def test_more_refunded_in_the_dashboard_than_remains_is_flagged(stripe, paid):
    payment = paid()
    Attempt.objects.update(paid_at=timezone.now() - timedelta(days=400), method="alipay")
    money.refund(payment, amount=3000, reason=GOODWILL)  # At the desk.
    stripe.people.refund_in_dashboard(payment.page, 3000)
    stripe.post.bring()
    assert Incident.objects.get().kind == "refund_too_much"
    assert payment.refundable == 0


@pytest.mark.parametrize("won", [True, False])
def test_a_payer_calls_the_money_back_through_the_bank(stripe, paid, won):
    payment = paid()
    dispute = stripe.people.dispute(payment.page)
    stripe.post.bring(times=2)
    assert ledger.balance(LedgerEntry.Ledger.DISPUTED) == 3000
    assert Incident.objects.get().kind == "dispute"
    stripe.people.decide(dispute["id"], won=won)
    stripe.post.bring(times=2)
    assert Dispute.objects.get().state == ("won" if won else "lost")
    assert fresh(payment).state == ("paid" if won else "refunded")
    assert ledger.balance(LedgerEntry.Ledger.DISPUTED) == 0
    assert ledger.balance(LedgerEntry.Ledger.STRIPE) == (3000 if won else 0)
    assert_books()


def test_called_back_and_withdrawn_goes_back_once(stripe, paid):
    payment = paid()
    dispute = stripe.people.dispute(payment.page)
    refund = money.refund(payment, amount=3000, reason=Refund.Reason.WITHDRAWN)
    move_money()
    assert fresh(refund).state == "requested"  # The bank has the money: Stripe refuses.
    stripe.people.decide(dispute["id"], won=False)
    stripe.post.bring()
    assert (fresh(refund).state, payment.refunds.count()) == ("done", 1)
    assert_books()


def test_the_same_request_for_a_refund_refunds_once(stripe, paid):
    refund = money.refund(paid(), amount=1000, reason=GOODWILL)
    carrier = providers.get("stripe")
    assert carrier.refund(refund, again=False) == carrier.refund(refund, again=False)


def test_what_is_overdue_is_flagged_once(stripe, paid, ask):
    ask("late")
    money.refund(paid(), amount=1000, reason=GOODWILL)
    assert flag_overdue() == 0
    later = timezone.now() + timedelta(days=15)
    assert [flag_overdue(later), flag_overdue(later)] == [2, 0]
    assert set(Incident.objects.values_list("kind", flat=True)) == {"overdue"}


def test_sent_again_after_stripe_forgot_the_key_goes_back_once(stripe, paid, monkeypatch):
    payment = paid()
    refund = money.refund(payment, amount=1000, reason=GOODWILL)
    learn = refunds.learn
    monkeypatch.setattr(refunds, "learn", lambda made, found: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        refunds.send(refund)  # We die with the answer in our hands.
    monkeypatch.setattr(refunds, "learn", learn)
    stripe.state.tables["answers"].clear()
    reconcile()
    assert fresh(refund).state == "done"
    assert len(stripe.state.tables["refunds"]) == 1
    assert_books()
