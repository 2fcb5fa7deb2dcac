"""At the same moment: notices, the desk and the returning payer; receipts of many payments."""

import pytest

from payments import desk, outcome
from payments.errors import NotPayable
from payments.models import Payment, Receipt
from payments.reconcile import move_money
from tests import factories
from tests.payments.books import assert_books
from tests.payments.stories import fresh, open_page

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_payment_from_all_sides_and_many_at_once(stripe, ask, places, together):
    payment, cashier = ask(), factories.account()
    stripe.people.pay(open_page(payment))
    waiting = list(stripe.post.waiting)

    def act(way):
        if way == "desk":
            return desk.take(payment, by=cashier, method="cash", amount=3000, key="a")
        if way == "back":
            return outcome.ask_about(fresh(payment))
        mine = type(stripe.post)(stripe)
        mine.waiting = list(waiting)
        return mine.bring()

    ended = together(act, ["notice", "desk", "notice", "back"])
    assert not [one for one in ended if isinstance(one, Exception) and not isinstance(one, NotPayable)], ended
    move_money()
    payment = fresh(payment)
    assert (payment.state, places.free, payment.receipts.count()) == ("paid", 9, 1)
    assert payment.refunds.count() == (1 if payment.provider == "desk" else 0)
    assert_books()

    others = [ask(f"other {number}") for number in range(6)]
    together(lambda one: desk.take(one, by=cashier, method="cash", amount=3000, key=one.reference), others)
    assert Payment.objects.filter(state="paid").count() == 7
    numbers = Receipt.objects.filter(refund=None).values_list("number", flat=True)
    assert len(set(numbers)) == 7
    assert_books()
