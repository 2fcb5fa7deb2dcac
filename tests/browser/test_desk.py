"""A day at the desk in a real browser: a walk-in is enrolled by keyboard, moved to another class, and on the roster."""

from datetime import timedelta

import pytest
from django.urls import reverse

from courses.models import Enrollment
from courses.states import State
from tests import factories
from tests.courses.staff_screens import signed_in, two_counties

pytestmark = pytest.mark.django_db(transaction=True)
FITS = "document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture
def classes(settings, transactional_db):
    """Two classes of Tahe, and the officer there."""
    monday, officer, _manager = two_counties(settings)
    friday = factories.intake(program=monday.program, label="周五班", seats=2, starts_in=timedelta(days=20))
    return monday, friday, officer


@pytest.fixture
def desk(classes, live_server):
    """A function that gives a page the officer's session and opens the desk."""

    def open_on(page):
        session = signed_in(classes[2]).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page.goto(reverse("desk"))
        return page

    return open_on


def enroll(page, intake, name, phone):
    """With the keyboard alone: search, fill in, tick the paper, send."""
    page.keyboard.type(phone)
    page.keyboard.press("Enter")
    page.locator("[name=intake]").focus()
    page.keyboard.type(intake.code)
    page.locator("[name=name]").focus()
    page.keyboard.type(name)
    page.locator("[name=paper]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/slip/*/")


@pytest.mark.parametrize("width", [375, 1280])
def test_a_walk_in_is_enrolled_moved_and_on_the_printed_roster(classes, desk, open_page, width):
    monday, friday, _officer = classes
    page = desk(open_page(width))
    assert page.evaluate(FITS)
    enroll(page, monday, "王秀芝", "13845671234")
    reference = page.locator(".no").inner_text()
    assert page.locator("svg").count() == 1
    assert page.evaluate(FITS)
    page.get_by_role("link", name="下一位").click()
    page.wait_for_url("**/desk/")

    page.goto(reverse("enrollment:roster", args=[monday.pk]))
    page.get_by_role("checkbox", name="王秀芝").check()
    page.get_by_role("button", name="调到别的班次").click()
    page.locator("[name=to]").fill(friday.code)
    page.get_by_role("button", name="调到别的班次").click()
    page.wait_for_url("**/roster/*/")
    old = Enrollment.objects.get(reference=reference)
    new = Enrollment.objects.get(intake=friday)
    assert (old.state, new.state) == (State.WITHDRAWN, State.ENROLLED)

    page.goto(reverse("enrollment:roster_print", args=[friday.pk]))
    assert page.get_by_role("cell", name="王秀芝").count() == 1
    page.emulate_media(media="print")
    assert not page.get_by_role("link", name="返回").is_visible()
