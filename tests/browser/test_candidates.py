"""From an application to a confirmed seat in three browsers: staff recommend, the enterprise offers times and accepts,
the learner books and confirms. The learner's browser runs without JavaScript.

`recommend`, `meet` and `accept` are used by the story of an order program, too.
"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.states import State
from partners.models import Candidate
from tests import factories
from tests.partners import making
from tests.partners.test_interviews import begin

pytestmark = pytest.mark.django_db(transaction=True)
FITS = "document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture
def signed_in(open_page, live_server, settings):
    """A function that opens a page with the session of an account."""
    settings.SECOND_FACTOR_REQUIRED = False

    def open_for(account, width, **options):
        client = Client()
        client.force_login(account)
        session = client.session
        session["second_factor_not_now"] = True
        session.save()
        page = open_page(width, **options)
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        return page

    return open_for


def recommend(desk, intake):
    """Staff tick all applications of a class and share them."""
    desk.goto(reverse("candidate:share", args=[intake.pk]))
    for box in desk.locator("[name=id]").all():
        box.check()
    desk.click("text=推荐已勾选的人")


def meet(enterprise, phone, order, reference):
    """The enterprise offers times, the learner books the first from their own page; returns the slot."""
    enterprise.goto(reverse("interview_slots", args=[order.reference]))
    enterprise.fill("[name=day]", f"{timezone.localdate() + timedelta(days=4)}")
    enterprise.fill("[name=first]", "09:00")
    enterprise.check("[name=way][value=on_site]")
    enterprise.fill("[name=place]", "示例路1号，找王经理")
    enterprise.click("text=提供这些时间")
    phone.goto(reverse("my_page"))
    phone.click("text=选择时间")
    phone.locator("[name=slot]").first.check()
    phone.click("text=预约这个时间")
    return Candidate.objects.get(enrollment__reference=reference).interviews.get(state="booked").slot


def accept(enterprise, order, reference, words):
    """The enterprise says that they have talked, and accepts with feedback."""
    enterprise.goto(reverse("candidate", args=[order.reference, reference]))
    enterprise.click("text=来了，已面谈")
    enterprise.click("main a:text-is('录用')")
    enterprise.fill("[name=feedback]", words)
    enterprise.click("main .btn--danger")


def test_recommended_met_accepted_and_confirmed(signed_in, axe):
    page = making.order_program()
    row = making.applied(page, who=factories.learner(name="林小溪"), papers=[making.picture()])
    order, owner = page.order, making.owner_of(page.order.enterprise)
    staff = factories.account(is_staff=True, is_superuser=True, email="school@example.org")
    desk, enterprise = signed_in(staff, 1280), signed_in(owner, 375)
    phone = signed_in(row.account, 375, java_script_enabled=False)

    recommend(desk, page.intake)
    slot = meet(enterprise, phone, order, row.reference)
    begin(slot)
    accept(enterprise, order, row.reference, "手很稳，欢迎您来。")
    phone.goto(reverse("enrollment_detail", args=[row.reference]))
    assert "手很稳，欢迎您来。" in phone.content()
    phone.click("main button:text-is('确认录取')")

    row.refresh_from_db()
    assert row.state == State.ENROLLED


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
