"""Paying online: from the question to the money, with notices early, late, twice and never."""

from datetime import timedelta

import pytest
from django.utils import timezone

from payments import attempts, money, outcome
from payments.errors import NotPayable, ProviderFailed
from payments.models import Attempt, Incident, Payment, Provider, ProviderEvent
from payments.reconcile import move_money, reconcile
from tests.payments.books import assert_books
from tests.payments.stories import fresh, open_page

pytestmark = pytest.mark.django_db


def test_paid_by_card_and_told_by_notice(stripe, ask, places):
    payment = ask()
    page = open_page(payment)
    stripe.people.pay(page)
    assert fresh(payment).state == "pending"  # Nobody has told us.
    stripe.post.bring()
    payment = fresh(payment)
    assert (payment.state, payment.provider, payment.method) == ("paid", "stripe", "card")
    assert places.taken == {"place:a"}
    receipt = payment.receipts.get()
    assert (receipt.number, receipt.amount, receipt.title) == (1, 3000, "测试名额 a")
    assert payment.account.messages.get().kind == "payment_received"
    assert_books()


@pytest.mark.parametrize("order", ["forwards", "backwards"])
def test_notices_twice_and_in_any_order_do_the_same_as_once(stripe, ask, places, order):
    payment = ask()
    page = open_page(payment)
    stripe.people.pay_later(page, "alipay")
    stripe.people.arrive(page)
    stripe.post.bring(order=order, times=2)
    assert fresh(payment).state == "paid"
    assert ProviderEvent.objects.count() == 2
    assert places.free == 9
    assert_books()


def test_a_notice_that_was_lost_is_found(stripe, ask):
    payment = ask()
    stripe.people.pay(open_page(payment), "wechat_pay")
    stripe.post.lose()
    reconcile()
    assert fresh(payment).state == "paid"
    reconcile()
    assert_books()


def test_asking_twice_gives_the_same_payment_and_page(stripe, ask):
    payment = ask()
    assert ask() == payment
    url = money.start(payment, provider=Provider.STRIPE, return_url="http://testserver/back/")
    assert url == money.start(payment, provider=Provider.STRIPE, return_url="http://testserver/back/")
    assert len(stripe.state.tables["sessions"]) == 1


def test_a_page_that_was_begun_and_never_kept_is_asked_for_again(stripe, ask):
    payment = ask()
    attempt = attempts.begin(payment, provider=Provider.STRIPE, return_url="http://testserver/back/")
    reconcile()
    attempt = fresh(attempt)
    assert (attempt.state, bool(attempt.url)) == ("open", True)
    stripe.people.pay(attempt.session)
    reconcile()
    assert fresh(payment).state == "paid"


def test_another_amount_gives_the_first_payment_up(stripe, ask):
    first = ask()
    page = open_page(first)
    second = ask(amount=2000)
    assert (fresh(first).state, second.state) == ("expired", "pending")
    move_money()
    assert stripe.state.tables["sessions"][page]["status"] == "expired"


def test_stripe_is_told_references_only(stripe, ask):
    payment = ask()
    page = stripe.state.tables["sessions"][open_page(payment)]
    assert page["client_reference_id"] == payment.reference
    told = str([page["metadata"], page["intent_metadata"]])
    assert payment.account.phone not in str(stripe.state.tables)
    assert "测试名额" not in str(stripe.state.tables)
    assert payment.reference in told


def test_money_that_takes_a_while_and_comes(stripe, ask):
    payment = ask()
    page = open_page(payment)
    stripe.people.pay_later(page)
    stripe.post.bring()
    assert payment.attempts.get().state == "processing"
    with pytest.raises(NotPayable):
        open_page(payment)  # It would be paid twice.
    stripe.people.arrive(page)
    stripe.post.bring()
    assert fresh(payment).state == "paid"


def test_money_that_takes_a_while_and_does_not_come_may_be_tried_again(stripe, ask):
    payment = ask()
    page = open_page(payment)
    stripe.people.pay_later(page)
    stripe.people.bounce(page)
    stripe.post.bring(times=2)
    assert fresh(payment).state == "failed"
    assert payment.account.messages.get().kind == "payment_failed"
    stripe.people.pay(open_page(payment))
    stripe.post.bring()
    assert fresh(payment).state == "paid"
    assert_books()


def test_a_card_that_is_declined_leaves_the_page_open(stripe, ask):
    payment = ask()
    page = open_page(payment)
    stripe.people.fail(page)
    reconcile()
    assert fresh(payment).state == "pending"
    stripe.people.pay(page)
    reconcile()
    assert fresh(payment).state == "paid"


def test_a_page_is_closed_when_the_time_to_pay_is_over(stripe, ask):
    payment = ask(until=timedelta(minutes=5))
    page = open_page(payment)
    lives = stripe.state.tables["sessions"][page]["expires_at"] - timezone.now().timestamp()
    assert lives > 30 * 60  # Stripe allows no less.
    money.expire(payment)
    assert move_money() == 1
    assert stripe.state.tables["sessions"][page]["status"] == "expired"
    assert (fresh(payment).state, payment.attempts.get().state) == ("expired", "closed")
    assert move_money() == 0


def test_paid_after_the_deadline_with_a_place_free(stripe, ask, places):
    payment = ask()
    page = open_page(payment)
    stripe.people.pay(page)
    money.expire(payment)
    stripe.post.bring()
    assert fresh(payment).state == "paid"
    assert places.taken == {"place:a"}


def test_paid_after_the_deadline_without_a_place_goes_back_by_itself(stripe, ask, places):
    places.free = 0
    payment = ask()
    page = open_page(payment)
    money.expire(payment)
    stripe.people.pay(page)
    stripe.post.bring()
    refund = payment.refunds.get()
    assert (refund.reason, refund.amount, refund.state) == ("no_seat", 3000, "requested")
    move_money()
    assert fresh(payment).state == "refunded"
    assert_books()


def test_closing_a_page_that_was_paid_a_moment_before_takes_the_money(stripe, ask):
    payment = ask()
    page = open_page(payment)
    money.expire(payment)
    stripe.people.pay(page)
    stripe.post.lose()
    move_money()
    assert fresh(payment).state == "paid"
    assert_books()


def test_nothing_is_started_after_the_deadline_or_when_paid(stripe, ask):
    late = ask("late", until=timedelta(seconds=-1))
    with pytest.raises(NotPayable):
        open_page(late)
    paid = ask("paid")
    stripe.people.pay(open_page(paid))
    stripe.post.bring()
    with pytest.raises(NotPayable):
        money.start(paid, provider=Provider.STRIPE, return_url="http://testserver/")


def test_stripe_does_not_answer(stripe, ask, settings):
    payment = ask()
    settings.STRIPE_ADDRESS = "http://127.0.0.1:9"
    with pytest.raises(ProviderFailed):
        open_page(payment)
    reconcile()
    settings.STRIPE_ADDRESS = stripe.address
    open_page(payment)
    assert Attempt.objects.get().state == "open"


@pytest.mark.parametrize(("amount", "currency"), [(1, None), (None, "usd"), (3001, None)])
def test_another_amount_or_currency_is_held_and_never_fulfilled(stripe, ask, places, amount, currency):
    payment = ask()
    stripe.people.pay(open_page(payment), amount=amount, currency=currency)
    stripe.post.bring(times=2)
    reconcile()
    assert fresh(payment).state == "pending"
    assert (places.taken, payment.attempts.get().state) == (set(), "held")
    incident = Incident.objects.get()
    assert (incident.kind, incident.amount, incident.currency) == ("mismatch", amount or 3000, currency or "cny")
    assert not payment.receipts.exists()
    assert_books()


def test_two_pages_paid_the_second_goes_back(stripe, ask, places):
    payment = ask()
    first = open_page(payment)
    Attempt.objects.update(expires_at=timezone.now())  # As after an hour: a second page is opened.
    second = open_page(payment)
    assert first != second
    stripe.people.pay(first)
    stripe.people.pay(second)
    stripe.post.bring()
    move_money()
    payment = fresh(payment)
    assert (payment.state, places.free) == ("paid", 9)
    assert payment.refunds.get().reason == "twice"
    assert Incident.objects.get().kind == "twice"
    assert_books()
    assert outcome.close_left_open() == 0
    assert Payment.objects.count() == 1
