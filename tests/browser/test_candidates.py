"""The screens of choosing candidates. How one is chosen is told in test_order_program.py."""

import pytest
from django.urls import reverse

from tests.browser.order_steps import FITS
from tests.partners import making

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_screen_fits_and_reads_well(signed_in, axe):
    page = making.order_program()
    one, other = making.candidate(page, papers=[making.picture()]), making.candidate(page)
    making.slot(page.order, capacity=3)
    slot = making.slot(page.order, days=5)
    order, reference = page.order.reference, one.enrollment.reference
    owner = making.owner_of(page.order.enterprise)
    names = ("interview", "interview_about", "interview_unshare", "enrollment_detail")
    learners = [reverse("my_page"), *(reverse(name, args=[reference]) for name in names)]
    members = [
        reverse("candidates", args=[order]),
        reverse("candidate", args=[order, reference]),
        reverse("candidate_decide", args=[order, reference, "refuse"]),
        f"{reverse('candidates_refuse', args=[order])}?candidate={reference}&candidate={other.enrollment.reference}",
        reverse("candidate_criteria", args=[order]),
        reverse("interview_slots", args=[order]),
        reverse("interview_slot_cancel", args=[order, slot.pk]),
        reverse("enterprise_board", args=[page.order.enterprise_id]),
    ]
    for account, addresses in ((one.enrollment.account, learners), (owner, members)):
        for width in (375, 1280, 320):
            browser = signed_in(account, width)
            for address in addresses:
                browser.goto(address)
                assert browser.evaluate(FITS), (width, address)
                if width != 320:
                    axe(browser)
    # The name's link covers the card, but not the box that is ticked for an act on several.
    browser.goto(members[0])
    browser.locator("[name=candidate]").first.check(timeout=2_000)
