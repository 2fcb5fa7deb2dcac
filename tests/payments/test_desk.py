"""The desk: taking money, paying out, taking back by another person, closing the day."""

import pytest
from django.db import IntegrityError, connection

from payments import desk, money
from payments.errors import MoveRefused, NotPayable, WrongAmount
from payments.models import Booking, LedgerEntry, Receipt, Refund
from payments.reconcile import move_money
from tests import factories
from tests.payments.books import assert_books
from tests.payments.stories import fresh, open_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def cashier():
    """Somebody at the desk."""
    return factories.account()


def take(payment, by, *, amount=3000, method="cash", key="form-1"):
    """Take money at the desk."""
    return desk.take(payment, by=by, method=method, amount=amount, key=key)


def test_cash_at_the_desk_with_a_receipt(ask, places, cashier):
    payment = take(ask(), cashier)
    assert (payment.state, payment.provider, payment.method) == ("paid", "desk", "cash")
    assert str(payment.receipts.get()).endswith("-000001")
    assert (desk.taken_by(payment), places.free) == (cashier, 9)
    assert_books()


def test_the_form_sent_twice_takes_the_money_once(ask, cashier):
    payment = ask()
    take(payment, cashier)
    assert take(payment, cashier).state == "paid"
    assert desk.expected(desk.till_of(cashier, payment.institution))["cash"] == 3000
    with pytest.raises(NotPayable):
        take(payment, cashier, key="another form")


def test_another_amount_is_refused_while_the_person_is_there(ask, cashier):
    payment = ask()
    with pytest.raises(WrongAmount):
        take(payment, cashier, amount=2999)
    assert fresh(payment).state == "pending"
    assert not payment.attempts.exists()


def test_at_the_desk_and_online_at_once(stripe, ask, places, cashier):
    payment = ask()
    page = open_page(payment)
    take(payment, cashier)
    assert stripe.state.tables["sessions"][page]["status"] == "expired"
    assert payment.attempts.get(provider="stripe").state == "closed"


def test_paid_online_while_paying_at_the_desk_goes_back(stripe, ask, places, cashier):
    payment = ask()
    page = open_page(payment)
    stripe.people.pay(page)  # We do not know of it yet.
    take(payment, cashier)
    move_money()
    stripe.post.bring(times=2)
    payment = fresh(payment)
    assert (payment.state, payment.provider, places.free) == ("paid", "desk", 9)
    refund = payment.refunds.get()
    assert (refund.reason, refund.provider, refund.state) == ("twice", "stripe", "done")
    assert payment.refundable == 3000
    assert_books()


def test_a_refund_of_cash_is_paid_out_once(ask, cashier):
    payment = take(ask(), cashier)
    refund = money.refund(payment, amount=1000, reason=Refund.Reason.WITHDRAWN)
    assert (refund.provider, Refund.objects.at_the_desk().get()) == ("desk", refund)
    desk.pay_out(refund, by=cashier, method="cash")
    assert fresh(payment).state == "partly_refunded"
    with pytest.raises(MoveRefused):
        desk.pay_out(refund, by=cashier, method="cash")
    assert desk.expected(desk.till_of(cashier, payment.institution))["cash"] == 2000
    assert_books()


def test_what_was_taken_by_mistake_is_taken_back_by_another_person(ask, places, cashier):
    payment = take(ask(), cashier)
    with pytest.raises(desk.SamePerson):
        desk.reverse(payment, by=cashier, note="wrong person")
    desk.reverse(payment, by=factories.account(), note="wrong person")
    assert (fresh(payment).state, places.reversals) == ("refunded", [payment.reference])
    assert desk.expected(desk.till_of(cashier, payment.institution))["cash"] == 0
    with pytest.raises(MoveRefused):
        desk.reverse(payment, by=factories.account(), note="again")
    assert_books()


def test_what_was_paid_online_is_not_taken_back_at_the_desk(stripe, ask, cashier):
    payment = ask()
    stripe.people.pay(open_page(payment))
    stripe.post.bring()
    with pytest.raises(MoveRefused):
        desk.reverse(payment, by=cashier, note="")


def test_closing_counts_each_day_once(ask, cashier):
    first, second = take(ask("a"), cashier), ask("b")
    till = desk.till_of(cashier, first.institution)
    desk.close(till, counted={"cash": 3000, "terminal": 0, "transfer": 0})
    assert desk.expected(till)["cash"] == 0
    take(second, cashier, method="terminal", key="form-2")
    counted = {"cash": -50, "terminal": 3000, "transfer": 0}
    with pytest.raises(desk.NoteMissing):
        desk.close(till, counted=counted)
    closing = desk.close(till, counted=counted, note="change given wrongly")
    assert (closing.terminal_expected, closing.cash_expected, closing.difference) == (3000, 0, -50)
    assert desk.expected(till) == {}
    assert -LedgerEntry.objects.filter(ledger="difference").get().amount == -50
    assert_books()


def test_receipts_have_no_gaps_when_something_fails(ask, places, cashier, monkeypatch):
    take(ask("a"), cashier)
    with monkeypatch.context() as broken:
        broken.setattr(places, "paid", lambda payment: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            take(ask("b"), cashier, key="form-2")
    take(ask("b"), cashier, key="form-3")
    assert list(Receipt.objects.values_list("number", flat=True).order_by("number")) == [1, 2]


def test_the_database_refuses_to_change_the_books(ask, cashier):
    take(ask(), cashier)
    booking = Booking.objects.get()
    with pytest.raises(TypeError):
        booking.save()
    with pytest.raises(Exception, match="never changed"), connection.cursor() as cursor:
        cursor.execute("UPDATE payments_ledgerentry SET amount = 1")


def test_one_open_payment_for_one_purpose(ask):
    first = ask()
    first.pk, first.reference = None, "P-another"
    with pytest.raises(IntegrityError):
        type(first).objects.bulk_create([first])
