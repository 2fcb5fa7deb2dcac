"""The screens of agreements. How one is signed and kept is told in test_order_program.py."""

from datetime import timedelta

import pytest
from django.urls import reverse

from partners import pay
from tests.browser.order_steps import FITS
from tests.partners import agreeing, making

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_screen_of_agreements_fits_and_reads_well(signed_in, axe):
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
