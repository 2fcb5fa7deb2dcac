"""A resident gets a seat: the main journey, from the home page to "my classes" and back out, in a real browser."""

import re

import pytest

from accounts.models import Account
from courses import enrollment as process
from courses.models import Enrollment
from courses.states import State
from tests.browser.pressing import press
from tests.courses.invariants import assert_invariants
from tests.factories import intake, learner, program

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(page, phone, last_code):
    """Type the phone number, then the code that came by SMS."""
    page.get_by_label("手机号").fill(phone)
    page.get_by_role("button", name="验证码").click()
    page.get_by_label("验证码").fill(last_code())
    page.locator("main form button[type=submit]").first.click()


@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("javascript", [True, False])
def test_from_the_home_page_to_a_seat_and_back_out(open_page, axe, last_code, width, javascript):
    course = intake(seats=1, program=program(title="中式烘焙入门"))
    other = learner(name="排第一的人")
    page = open_page(width, java_script_enabled=javascript)
    look = axe if javascript else (lambda page: None)  # axe is a script itself.

    page.goto("/")
    look(page)
    page.get_by_role("searchbox").first.fill("烘焙")
    page.get_by_role("searchbox").first.press("Enter")
    look(page)
    page.get_by_role("link", name=re.compile("中式烘焙入门")).first.click()
    look(page)
    page.get_by_role("link", name=re.compile("报名")).first.click()
    sign_in(page, "138 1234 5678", last_code)

    # A newcomer adds the parent they act for.
    page.get_by_label("我的父母").check()
    page.get_by_label("姓名", exact=True).fill("赵桂兰")
    look(page)
    page.get_by_role("button", name="继续").click()
    look(page)
    page.get_by_label("我同意").check()
    press(page.get_by_role("button", name="报名", exact=True))
    look(page)
    made = Enrollment.objects.get()
    assert page.get_by_text(made.reference).is_visible()
    assert (made.state, made.learner.name, made.account.phone) == (State.ENROLLED, "赵桂兰", "13812345678")

    waiting = process.submit(intake=course, learner=other, by=other.account)
    page.goto("/my/")
    look(page)
    page.get_by_role("link", name="中式烘焙入门").first.click()
    page.get_by_role("link", name="退课").click()
    look(page)
    press(page.get_by_role("button", name="退课"))
    made.refresh_from_db()
    waiting.refresh_from_db()
    assert (made.state, waiting.state) == (State.WITHDRAWN, State.OFFERED)

    # The first in the waitlist signs in and confirms.
    second = open_page(width, java_script_enabled=javascript)
    second.goto("/my/")
    sign_in(second, other.account.phone, last_code)
    look(second)
    press(second.get_by_role("button", name="确认").first)
    look(second)
    waiting.refresh_from_db()
    assert waiting.state == State.ENROLLED
    assert_invariants()
    assert Account.objects.count() == 2
