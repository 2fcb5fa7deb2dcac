"""A lottery from the application to the seat: a family applies, staff close the list and draw before witnesses, the
visitor's browser repeats the draw, and a seat that comes free goes to the first in line. On a phone, in a browser."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses import entering, rounds
from courses.draws import admitting
from courses.models import AdmissionRound, Draw, Enrollment, Entry
from courses.states import State
from institutions import roles
from tests import factories
from tests.browser.pressing import press
from tests.browser.test_resident import sign_in
from tests.courses import staff_screens
from tests.courses.invariants import assert_invariants

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page_of(open_page, live_server):
    """A function that opens a page for this account, signed in, past the second factor."""

    def make(account, width=375):
        page, session = open_page(width), staff_screens.signed_in(account).session
        page.context.add_cookies([{"name": "sessionid", "value": session.session_key, "url": live_server.url}])
        return page

    return make


def close(round):
    """The window ends now."""
    AdmissionRound.objects.filter(pk=round.pk).update(closes_at=timezone.now() - timedelta(seconds=1))
    round.refresh_from_db()
    rounds.share_out(round, list(round.intakes.all()))


def test_a_lottery_with_three_choices_for_two_learners(open_page, page_of, axe, last_code, settings):
    intake, first_officer, _elsewhere = staff_screens.two_counties(settings)
    school = intake.program.institution
    second_officer = staff_screens.staff(roles.MANAGER, school)
    round = factories.admission_round(seats=(1, 1, 1), institution=school, name="春季第一轮")
    family = factories.account()
    mother, son = factories.learner(of=family, name="李秀英"), factories.learner(of=family, name="陈小树")
    titles = [one.title for one in round.list_of_intakes]
    for _number in range(3):  # Others who want the same three seats.
        other = factories.learner()
        entering.apply(round=round, learners=[other], choices=round.list_of_intakes, by=other.account)

    page = open_page(375)
    page.goto(f"/rounds/{round.pk}/")
    axe(page)
    page.get_by_role("link", name="申请", exact=True).click()
    sign_in(page, family.phone, last_code)
    for name in (mother.name, son.name):
        page.get_by_label(name).check()
    axe(page)
    page.get_by_role("button", name="继续").click()
    for label, title in zip(("第一志愿", "第二志愿", "第三志愿"), titles, strict=True):
        option = page.get_by_label(label).locator("option", has_text=title).get_attribute("value")
        page.get_by_label(label).select_option(option)
    axe(page)
    page.get_by_role("button", name="继续").click()
    for box in page.get_by_label("我同意").all():
        box.check()
    axe(page)
    press(page.get_by_role("button", name="提交 2 人的申请"))
    axe(page)
    entries = list(Entry.objects.filter(account=family).order_by("pk"))
    assert [len(entering.submitted(entry)) for entry in entries] == [3, 3]
    assert page.get_by_text(entries[0].reference).first.is_visible()

    close(round)
    desk, witness = (page_of(account, 1280) for account in (first_officer, second_officer))
    desk.goto(f"/cms/admission_round/draw/{round.pk}/")
    press(desk.get_by_role("button", name="封存"))
    for one in (desk, witness):
        one.goto(f"/cms/admission_round/draw/{round.pk}/")
        one.locator("#digits").fill("20 41 07 33")
        with one.expect_navigation():
            one.locator("#digits").press("Enter")
    press(witness.locator("main form button.button").first)
    draw = Draw.objects.get()
    admitting.admit.call(draw.pk)
    assert Enrollment.objects.filter(state=State.OFFERED).count() == 3
    assert_invariants()

    page.goto(f"/draws/{draw.reference}/")
    axe(page)
    page.locator("[data-draw-check] button").click()
    page.get_by_text("结果一致").wait_for()

    first = _first_in_line()
    seen = page_of(first.account)
    seen.goto(f"/my/entries/{first.entry.reference}/")
    axe(seen)
    assert seen.get_by_text("候补第 1 位").first.is_visible()

    winner = Enrollment.objects.get(intake=first.intake, state=State.OFFERED)
    gone = page_of(winner.account)
    gone.goto(f"/my/enrollments/{winner.reference}/withdraw/")
    press(gone.locator("main form button.btn--danger"))
    seen.goto("/my/")
    press(seen.get_by_role("button", name="确认").first)
    first.refresh_from_db()
    assert first.state == State.ENROLLED
    assert_invariants()


def _first_in_line():
    """Somebody who got no seat and stands first in a line."""
    waiting = Enrollment.objects.waitlisted().select_related("account", "entry", "intake__program")
    return next(one for one in waiting if one.waitlist_position == 1)
