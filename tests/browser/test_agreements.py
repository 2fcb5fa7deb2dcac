"""From a confirmed seat to a first placement in three browsers: all sign by code, the paper is confirmed, the class
begins, pay and placement are told. The learner's browser runs without JavaScript.

`sign_own`, `sign_for_enterprise`, `sign_for_school` and `begin` are used by the story of an order program, too.
"""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse

from partners import agreement_printing, pay
from partners.models import Agreement, Placement
from tests import factories
from tests.browser.test_candidates import FITS, signed_in  # noqa: F401 - a fixture
from tests.partners import agreeing, making

pytestmark = pytest.mark.django_db(transaction=True)


def _enter(page, sent):
    page.click("main button[name=send]")
    page.wait_for_selector("[name=code]")
    page.fill("[name=code]", sent[-1][1])


def sign_own(phone, agreement, party="learner"):
    """The learner reads the terms and signs with the code from the SMS."""
    with agreeing.codes() as sent:
        phone.goto(reverse("agreement_sign", args=[agreement.reference, party]))
        _enter(phone, sent)
        phone.click("text=确认签署")
        phone.wait_for_selector("text=签署情况")


def sign_for_enterprise(enterprise, order):
    """The enterprise signs all that waits with one code."""
    with agreeing.codes() as sent:
        enterprise.goto(reverse("order_agreements_sign", args=[order.reference]))
        _enter(enterprise, sent)
        enterprise.fill("[name=name]", "王经理")
        enterprise.click("text=确认签署")
        enterprise.wait_for_selector("table")


def sign_for_school(desk):
    """The school's manager signs all that waits with one code."""
    with agreeing.codes() as sent:
        desk.goto(reverse("agreement:sign"))
        _enter(desk, sent)
        desk.fill("[name=name]", "陈校长")
        desk.click("text=确认签署")
        desk.wait_for_load_state()


def begin(desk, order):
    """Staff begin the training."""
    desk.goto(reverse("agreement:class", args=[order.pk]))
    desk.click("main button[value=begin]")
    desk.wait_for_selector("text=培训已开始")


def test_all_sign_the_class_begins_and_the_learner_is_placed(signed_in):  # noqa: F811
    program = making.order_program()
    row = agreeing.enrolled(program, factories.learner(name="林小溪", birth_date="2000-01-01"))
    order, owner = program.order, making.owner_of(program.order.enterprise)
    staff = factories.account(is_staff=True, is_superuser=True, email="school@example.org")
    desk, enterprise = signed_in(staff, 1280), signed_in(owner, 375)
    phone = signed_in(row.account, 375, java_script_enabled=False)

    desk.goto(reverse("agreement:class", args=[order.pk]))
    desk.click("main button[value=make]")
    desk.wait_for_selector("text=已生成 1 份协议")
    one = Agreement.objects.with_all().get()
    phone.goto(reverse("my_page"))
    phone.click("text=阅读并签署")
    sign_own(phone, one)
    sign_for_enterprise(enterprise, order)
    sign_for_school(desk)
    # What the QR code on the paper holds (tests/partners/test_agreement_screens.py), on this site.
    phone.goto(agreement_printing.verify_address(one).removeprefix(settings.SITE_URL))
    assert "已生效" in phone.content()
    assert "林小溪" not in phone.content()
    begin(desk, order)

    one = agreeing.move_back(one, program, began=timedelta(days=70), ends=timedelta(days=-1))
    month = f"{pay.months_of(one)[1]:%Y-%m}"
    enterprise.goto(reverse("order_pay", args=[order.reference, month]))
    enterprise.fill("main [inputmode=numeric]", "3000")
    enterprise.click("text=上报报酬")
    enterprise.wait_for_selector("table")
    phone.goto(reverse("agreement", args=[one.reference]))
    assert "低于承诺" in phone.content()
    enterprise.goto(reverse("order_placements", args=[order.reference, "end"]))
    enterprise.check("[name$=employed][value=yes]")
    enterprise.check("[name$=in_occupation][value=yes]")
    enterprise.click("text=提交填报")
    enterprise.wait_for_selector("table")
    phone.goto(reverse("my_page"))
    phone.click("main a:text-is('去填写')")
    phone.check("[name=employed][value=yes]")
    phone.check("[name=in_occupation][value=yes]")
    phone.click("text=提交填报")

    assert Placement.objects.placed().count() == 1


def test_every_screen_of_agreements_fits_and_reads_well(signed_in, axe):  # noqa: F811
    (one,) = agreeing.in_training(began=timedelta(days=70), ends=timedelta(days=-1))
    owner, order = making.owner_of(one.order.enterprise), one.page.order.reference
    month = pay.months_of(one)[1]
    pay.report(one.page.order, month=month, amounts={one.pk: 3000}, by=owner)
    waiting = agreeing.agreement()
    own = [
        *(reverse(name, args=[one.reference]) for name in ("agreement", "agreement_end", "agreement_verify")),
        reverse("agreement_not_so", args=[one.reference, f"{month:%Y-%m}"]),
        reverse("agreement_placement", args=[one.reference, "end"]),
    ]
    members = [
        reverse("order_agreements", args=[order]),
        *(reverse(name, args=[order, one.reference]) for name in ("order_agreement", "order_agreement_end")),
        reverse("order_pay", args=[order, f"{month:%Y-%m}"]),
        reverse("order_placements", args=[order, "end"]),
    ]
    unsigned = [reverse("agreement_sign", args=[waiting.reference, "learner"])]
    to_sign = [reverse("order_agreements_sign", args=[waiting.page.order.reference])]
    other = making.owner_of(waiting.order.enterprise)
    for account, addresses in (
        (one.enrollment.account, own),
        (owner, members),
        (waiting.enrollment.account, unsigned),
        (other, to_sign),
    ):
        for width in (375, 1280, 320):
            browser = signed_in(account, width)
            for address in addresses:
                browser.goto(address)
                assert browser.evaluate(FITS), (width, address)
                if width != 320:
                    axe(browser)
