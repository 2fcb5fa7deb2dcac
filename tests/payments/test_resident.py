"""What payers see: their payments, the way to pay, receipts on paper, refunds with their day; and nobody else's."""

import pytest
from django.urls import reverse

from accounts import personal_data
from payments import desk, money
from payments.amounts import in_capitals, yuan
from payments.reconcile import move_money
from tests import factories
from tests.payments.stories import fresh, open_page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (10, "壹角整"),
        (12000, "壹佰贰拾元整"),
        (12050, "壹佰贰拾元伍角整"),
        (12005, "壹佰贰拾元零伍分"),
        (100500, "壹仟零伍元整"),
        (10010000, "壹拾万零壹佰元整"),
    ],
)
def test_amounts_in_capitals(fen, words):
    assert in_capitals(fen) == words


def test_amounts_in_yuan():
    assert [yuan(0), yuan(3050), yuan(-100), yuan(123456789)] == ["¥0.00", "¥30.50", "-¥1.00", "¥1,234,567.89"]


@pytest.fixture
def payer(client, ask):
    """A payment, whose payer is signed in."""
    payment = ask()
    client.force_login(payment.account)
    return payment


def page(client, payment):
    """The payment's page as text."""
    return client.get(reverse("payment_detail", args=[payment.reference])).content.decode()


def test_what_waits_shows_both_ways_to_pay(client, stripe, payer):
    shown = page(client, payer)
    assert "网上缴费 ¥30.00" in shown
    assert payer.institution.name in shown
    assert payer.reference in client.get(reverse("payment_list")).content.decode()


def test_without_keys_only_the_desk_is_offered(client, settings, payer):
    settings.STRIPE_SECRET_KEY = ""
    shown = page(client, payer)
    assert "网上缴费" not in shown
    assert "到窗口缴费" in shown
    answer = client.post(reverse("payment_start", args=[payer.reference]), follow=True)
    assert "网上缴费 ¥" not in answer.content.decode()
    assert not payer.attempts.exists()


def test_money_on_its_way_is_not_asked_for_twice(client, stripe, payer):
    stripe.people.pay_later(open_page(payer))
    stripe.post.bring()
    shown = page(client, payer)
    assert "您不用再次付款" in shown
    assert "网上缴费" not in shown


def test_a_receipt_on_the_screen_and_as_pdf(client, payer):
    desk.take(payer, by=factories.account(name="收费员"), method="cash", amount=3000, key="a")
    receipt = payer.receipts.get()
    shown = client.get(reverse("payment_receipt", args=[payer.reference, receipt.pk])).content.decode()
    assert all(text in shown for text in (str(receipt), "¥30.00（叁拾元整）", "测试名额 a", "现金", "收费员"))
    answer = client.get(reverse("payment_receipt_pdf", args=[payer.reference, receipt.pk]))
    assert (answer["Content-Type"], answer.content[:4]) == ("application/pdf", b"%PDF")
    client.force_login(factories.account())
    for name in ("payment_receipt", "payment_receipt_pdf"):
        assert client.get(reverse(name, args=[payer.reference, receipt.pk])).status_code == 404


def test_a_row_of_receipts_has_one_link_because_the_whole_row_is_it(client, payer):
    desk.take(payer, by=factories.account(), method="cash", amount=3000, key="a")
    rows = page(client, payer).partition('<ul class="tasks">')[2].partition("</ul>")[0]
    assert rows.count("<li>") == rows.count("<a ") == 1


def test_a_refund_is_seen_with_its_day_and_then_as_done(client, stripe, payer):
    stripe.people.pay(open_page(payer), "alipay")
    stripe.post.bring()
    refund = money.refund(payer, amount=1000, reason="goodwill")
    assert "预计" in page(client, payer)
    assert "正在途中" in client.get(reverse("payment_list")).content.decode()
    move_money()
    stripe.people.finish_refund(fresh(refund).provider_reference)
    stripe.post.bring()
    assert "退费收据" in page(client, payer)


def test_a_refund_at_the_desk_says_where(client, payer):
    desk.take(payer, by=factories.account(), method="cash", amount=3000, key="a")
    money.refund(payer, amount=1000, reason="goodwill")
    assert f"请到{payer.institution.name}窗口领取" in page(client, payer)


def test_my_data_holds_payments_and_waits_for_refunds(payer):
    desk.take(payer, by=factories.account(), method="cash", amount=3000, key="a")
    (record,) = personal_data.export(payer.account)["payments"]
    assert (record["amount"], record["for"]) == ("¥30.00", "测试名额 a")
    assert not personal_data.obstacles(payer.account)
    money.refund(payer, amount=1000, reason="goodwill")
    assert personal_data.obstacles(payer.account)
