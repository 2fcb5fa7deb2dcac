"""Staff screens of money: found and exported, taken, paid out, taken back, closed, cleared; only one's own."""

import io

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from institutions.models import Staff
from payments import desk, money
from payments.models import Closing, Incident, Payment, Receipt, Refund
from tests import factories
from tests.payments.books import assert_books
from tests.payments.stories import fresh, open_page

pytestmark = pytest.mark.django_db
ALL = ("take_money", "reverse_money", "report_money", "view_payment", "view_refund", "view_incident")


@pytest.fixture
def staff(client, settings, places):
    """A function that signs a member of staff in who may do these things at the payment's institution."""
    settings.SECOND_FACTOR_REQUIRED = False

    def sign_in(institution, *permissions):
        account = factories.account(is_staff=True, name="收费员")
        names = [*(permissions or (*ALL, "change_incident", "view_closing")), "access_admin"]
        account.user_permissions.set(Permission.objects.filter(codename__in=names))
        Staff.objects.create(account=account, institution=institution)
        client.force_login(account)
        session = client.session
        session["second_factor_not_now"] = True
        session.save()
        return account

    return sign_in


def form_of(response):
    """The values that a shown form would send."""
    form = response.context["form"]
    return {name: form[name].value() for name in form.fields if form[name].value() is not None}


def test_the_list_finds_filters_and_exports(client, staff, ask):
    payment = desk.take(ask(), by=factories.account(), method="cash", amount=3000, key="a")
    ask("b")
    staff(payment.institution)
    assert payment.reference in client.get(reverse("payment:index")).content.decode()
    for query, found in (("?state=paid", 1), (f"?q={payment.reference}", 1), ("?q=P0000", 0), ("?method=card", 0)):
        assert client.get(reverse("payment:index") + query).context["items_count"] == found, query
    answer = client.get(reverse("payment:index") + "?export=xlsx")
    sheet = load_workbook(io.BytesIO(answer.getvalue()))
    assert sheet.active.max_row == 3


def test_money_is_taken_at_the_desk_once(client, staff, ask):
    payment = ask()
    cashier = staff(payment.institution)
    address = reverse("payment:take", args=[payment.pk])
    data = form_of(client.get(address))
    assert data["amount"] == "30.00"
    wrong = client.post(address, data | {"amount": "29.99", "method": "cash"})
    assert (wrong.status_code, fresh(payment).state) == (200, "pending")
    for _time in range(2):
        assert client.post(address, data | {"method": "cash"}).status_code == 302
    assert (fresh(payment).state, desk.taken_by(payment)) == ("paid", cashier)
    receipt = client.get(reverse("receipt_print", args=[Receipt.objects.get().pk]))
    assert receipt.content.startswith(b"%PDF")
    assert_books()


def test_what_a_colleague_took_by_mistake(client, staff, ask):
    payment = desk.take(ask(), by=factories.account(), method="cash", amount=3000, key="a")
    staff(payment.institution)
    address = reverse("payment:reverse", args=[payment.pk])
    data = form_of(client.get(address)) | {"note": "给错人了"}
    assert client.post(address, data).status_code == 302
    assert fresh(payment).state == "refunded"


def test_one_does_not_take_back_what_one_took(client, staff, ask):
    payment = ask()
    cashier = staff(payment.institution)
    desk.take(payment, by=cashier, method="cash", amount=3000, key="a")
    address = reverse("payment:reverse", args=[payment.pk])
    data = form_of(client.get(address)) | {"note": "给错人了"}
    assert "form" in client.post(address, data).context
    assert fresh(payment).state == "paid"


def test_a_refund_form_sent_twice_refunds_once_and_is_paid_out(client, staff, ask):
    payment = desk.take(ask(), by=factories.account(), method="cash", amount=3000, key="a")
    staff(payment.institution)
    address = reverse("payment:refund", args=[payment.pk])
    data = form_of(client.get(address)) | {"amount": "10.00", "note": "教室停暖一天"}
    for _time in range(2):
        client.post(address, data)
    refund = Refund.objects.get()
    assert (refund.amount, refund.state) == (1000, "requested")
    assert refund.reference in client.get(reverse("refund:index") + "?provider=desk&state=requested").content.decode()
    address = reverse("refund:inspect", args=[refund.pk])
    assert client.get(address).context["form"]
    for _time in range(2):
        client.post(address, {"method": "cash"})
    assert (fresh(refund).state, fresh(payment).state) == ("done", "partly_refunded")
    assert_books()


def test_the_day_is_closed_and_a_difference_needs_a_word(client, staff, ask):
    payment = ask()
    cashier = staff(payment.institution)
    desk.take(payment, by=cashier, method="cash", amount=3000, key="a")
    address = reverse("closing:close", args=[payment.institution_id])
    counted = {"cash": "29.50", "terminal": "0", "transfer": "0"}
    assert client.post(address, counted).context["form"].errors["note"]
    assert client.post(address, counted | {"note": "找零有误"}).status_code == 302
    assert Closing.objects.get().difference == -50
    assert "¥29.50 / ¥30.00" in client.get(reverse("closing:index")).content.decode()


def test_held_money_is_sent_back_and_cleared(client, staff, stripe, ask):
    payment = ask()
    stripe.people.pay(open_page(payment), amount=2999)
    stripe.post.bring()
    staff(payment.institution)
    incident = Incident.objects.get()
    assert str(incident.payment) in client.get(reverse("incident:index")).content.decode()
    address = reverse("incident:inspect", args=[incident.pk])
    client.get(address)
    client.post(address, {"note": "已退回", "give_back": "1"})
    assert fresh(incident).closed_at
    refund = Refund.objects.get()
    assert (refund.amount, refund.provider, refund.reason) == (2999, "stripe", "mismatch")
    assert_books()


@pytest.mark.parametrize("period", ["day", "month"])
def test_reports_and_books_for_the_accountant(client, staff, ask, period):
    payment = desk.take(ask(), by=factories.account(), method="cash", amount=3000, key="a")
    desk.pay_out(money.refund(payment, amount=500, reason="goodwill"), by=factories.account(), method="cash")
    staff(payment.institution)
    today = timezone.localdate(payment.paid_at)
    query = f"?first={today.replace(day=1)}&last={today}&period={period}"
    page = client.get(reverse("money_report") + query)
    assert "date-time-chooser" in page.content.decode()
    total = page.context["total"]
    assert total == {"received": 3000, "given": -500, "remains": 2500}
    answer = client.get(reverse("money_export") + query)
    rows = list(load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)
    assert len(rows) == 1 + 2 * 3
    assert sum(row[4] or 0 for row in rows[1:]) == sum(row[5] or 0 for row in rows[1:])


def test_other_institutions_money_does_not_exist(client, staff, ask):
    payment = desk.take(ask(), by=factories.account(), method="cash", amount=3000, key="a")
    refund = money.refund(payment, amount=500, reason="goodwill")
    staff(factories.institution())
    assert payment.reference not in client.get(reverse("payment:index")).content.decode()
    for name, pk in (("payment:inspect", payment.pk), ("payment:refund", payment.pk), ("refund:inspect", refund.pk)):
        assert client.get(reverse(name, args=[pk])).status_code == 404
    assert client.post(reverse("refund:inspect", args=[refund.pk]), {"method": "cash"}).status_code == 404
    assert client.get(reverse("closing:close", args=[payment.institution_id])).status_code == 404
    assert client.get(reverse("receipt_print", args=[Receipt.objects.first().pk])).status_code == 404
    assert Payment.objects.get().state == "paid"


def test_who_may_only_look_takes_nothing(client, staff, ask):
    payment = ask()
    staff(payment.institution, "view_payment")
    assert client.get(reverse("payment:inspect", args=[payment.pk])).status_code == 200
    for name in ("take", "refund", "reverse"):
        assert client.post(reverse(f"payment:{name}", args=[payment.pk]), {"amount": "30"}).status_code == 302
    assert fresh(payment).state == "pending"
