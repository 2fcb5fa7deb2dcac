"""A course that costs something, on a phone: paid online, at the desk, too late, and given back (issue 4)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import consent
from courses import dues
from courses import enrollment as process
from courses.models import Enrollment
from courses.states import State
from payments import desk, ledger
from payments.development.server import StripeServer
from payments.models import LedgerEntry, Refund
from tests import factories

KEY, SECRET = "sk_test_for_the_browser", "whsec_for_the_browser"


@pytest.fixture
def stripe(settings, live_server):
    """Stripe's stand-in over real HTTP, and the site told where it is."""
    server = StripeServer(key=KEY, secret=SECRET, send=lambda body, signature: True).start()
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = KEY, SECRET
    settings.STRIPE_ADDRESS, settings.SITE_URL = server.address, live_server.url
    policy = settings.CONTENT_SECURITY_POLICY
    forms = ["'self'", server.address]
    settings.CONTENT_SECURITY_POLICY = policy | {"DIRECTIVES": policy["DIRECTIVES"] | {"form-action": forms}}
    yield server
    server.stop()


def sign_in(page, account, live_server):
    """Let the browser have a session of this account."""
    client = Client()
    client.force_login(account)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([cookie | {"url": live_server.url}])


def enroll(into):
    """Somebody who has agreed to everything, enrolled in a class."""
    who = factories.learner()
    consent.give(who.account, "enrollment", learner=who)
    return process.submit(intake=into, learner=who, by=who.account)


def test_paying_for_a_course_from_the_seat_to_the_refund(open_page, live_server, stripe, axe):
    fees = {"fee": 12000, "materials_fee": 3000}
    program = factories.program(title="中式烘焙入门")
    course = factories.intake(seats=2, program=program, starts_in=timedelta(days=3), **fees)
    first = factories.learner(name="付款的人")
    page = open_page(375)
    sign_in(page, first.account, live_server)

    # Enroll, see what it costs, pay at Stripe: the seat is certain.
    page.goto(f"/enroll/{course.pk}/check/{first.pk}/")
    assert "材料费" in page.locator("main").inner_text()
    axe(page)
    page.locator("input[type=checkbox]").first.check()
    page.get_by_role("button", name="报名，然后缴费").click()
    page.get_by_role("heading", name="应缴 ¥150").wait_for()
    assert "还有" in page.locator("#pay + p").inner_text()
    axe(page)
    page.goto("/my/")
    page.get_by_role("link", name="缴费").first.click()
    page.get_by_role("button", name="网上缴费 ¥150").click()
    page.get_by_role("button", name="付款 ¥150").click()
    page.wait_for_url("**/my/enrollments/**")
    mine = Enrollment.objects.get(learner=first)
    assert mine.state == State.ENROLLED
    assert "已缴 ¥150" in page.locator("main").inner_text()

    # Another lets the time pass: the waitlist moves, and the next pays at the desk.
    late, waiting = enroll(course), enroll(course)
    Enrollment.objects.filter(pk=late.pk).update(offer_expires_at=timezone.now() - timedelta(seconds=1))
    process.expire_overdue()
    waiting.refresh_from_db()
    assert waiting.state == State.OFFERED
    other = open_page(375)
    sign_in(other, waiting.account, live_server)
    other.goto(f"/my/enrollments/{waiting.reference}/")
    axe(other)
    payment = dues.open_payment(waiting)
    desk.take(payment, by=factories.account(is_staff=True), method="cash", amount=15000, key="browser")
    other.reload()
    assert "已缴 ¥150" in other.locator("main").inner_text()

    # Who paid withdraws: the working before, the refund after, for the person and in the books.
    page.get_by_role("link", name="退课").click()
    text = page.locator("main").inner_text()
    assert "退给您 ¥144" in text
    assert "¥120 × 95% = ¥114" in text
    axe(page)
    page.locator("form button.btn--danger").click()
    page.get_by_text("正在退 ¥144").wait_for()
    refund = Refund.objects.get(payment__purpose=dues.purpose(mine))
    assert (refund.amount, refund.provider) == (14400, "stripe")
    assert -ledger.balance(LedgerEntry.Ledger.REFUNDS_DUE) == 14400
