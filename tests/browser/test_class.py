"""Staff run a class: a teacher takes attendance on a phone with a bad network, an officer cancels a class."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from icalendar import Calendar
from playwright.sync_api import expect

from courses import calendars
from courses.models import Attendance
from courses.states import State
from institutions import roles
from institutions.models import Staff
from tests import factories
from tests.browser.pressing import press

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def signed_in(live_server):
    """A function that gives a page the session of this account, past the second factor."""

    def sign_in(page, account):
        client = Client()
        client.force_login(account)
        session = client.session
        session["second_factor_not_now"] = True
        session.save()
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
        page.context.add_cookies([cookie | {"url": live_server.url}])
        return page

    return sign_in


@pytest.fixture
def staff(settings):
    """A function that makes an account in this group, with a post at the institution."""
    settings.SECOND_FACTOR_REQUIRED = False
    factories.website()
    call_command("make_groups", verbosity=0)

    def make(group, institution):
        account = factories.account(is_staff=True, name="王老师")
        account.groups.add(Group.objects.get(name=group))
        Staff.objects.create(account=account, institution=institution)
        return account

    return make


def marks():
    """What is stored, by the learner's name."""
    return {
        mark.enrollment.learner.name: mark.mark for mark in Attendance.objects.select_related("enrollment__learner")
    }


def test_a_teacher_takes_attendance_and_a_save_that_fails_is_kept_and_made_again(
    browser, live_server, signed_in, staff
):
    intake = factories.intake(starts_in=timedelta(minutes=1))
    for name in ("安红", "白云", "陈晨"):
        factories.enroll(intake, factories.learner(name=name))
    teacher = staff(roles.TEACHER, intake.program.institution)
    intake.teachers.add(teacher)
    # A page of its own: the request that is made to fail is an error in the console.
    context = browser.new_context(base_url=live_server.url, viewport={"width": 375, "height": 812}, locale="zh-CN")
    page = signed_in(context.new_page(), teacher)

    page.goto("/cms/")
    page.get_by_role("link", name=intake.title).first.click()
    tap = page.get_by_role("button", name="安红")
    expect(tap).to_be_visible()
    assert tap.bounding_box()["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    tap.click()
    expect(page.locator("[data-status]")).to_have_text("已全部保存")
    tap.click()
    expect(tap).to_contain_text("缺勤")
    expect(page.locator("[data-status]")).to_have_text("已全部保存")
    assert marks() == {"安红": "absent"}

    page.route(
        "**/cms/attendance/meeting/*/",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    page.get_by_role("button", name="白云").click()
    expect(page.locator("[data-status]")).to_contain_text("尚未保存")
    page.reload()  # Kept in the browser, even when the page is left.
    expect(page.get_by_role("button", name="白云")).to_contain_text("出勤")
    expect(page.locator("[data-status]")).to_contain_text("尚未保存")
    assert marks() == {"安红": "absent"}

    page.unroute("**/cms/attendance/meeting/*/")
    expect(page.locator("[data-status]")).to_have_text("已全部保存", timeout=15_000)
    page.get_by_role("button", name="全部出勤").click()
    expect(page.locator("[data-status]")).to_have_text("已全部保存")
    assert marks() == {"安红": "absent", "白云": "present", "陈晨": "present"}
    context.close()


def test_attendance_without_javascript(open_page, signed_in, staff):
    intake = factories.intake(starts_in=timedelta(minutes=1))
    one = factories.enroll(intake, factories.learner(name="安红"))
    teacher = staff(roles.TEACHER, intake.program.institution)
    intake.teachers.add(teacher)
    page = signed_in(open_page(375, java_script_enabled=False), teacher)
    page.goto(f"/cms/attendance/meeting/{intake.meetings.first().pk}/")
    page.get_by_label("请假").check()
    press(page.get_by_role("button", name="保存"))
    assert one.attendance.get().mark == "leave"
    expect(page.get_by_label("请假")).to_be_checked()


def test_an_officer_cancels_a_class_and_the_resident_sees_it_everywhere(open_page, signed_in, staff):
    intake = factories.intake(program=factories.program(title="中式烘焙入门"))
    enrolled = factories.enroll(intake, factories.learner(name="赵桂兰"))
    officer = staff(roles.OFFICER, intake.program.institution)
    page = signed_in(open_page(1280), officer)
    page.goto(f"/cms/intake/inspect/{intake.pk}/")
    page.get_by_role("link", name="取消这个班").first.click()
    page.get_by_label("原因").fill("老师生病了")
    page.locator("main form button[type=submit]").last.click()
    expect(page.get_by_text("老师生病了").first).to_be_visible()
    enrolled.refresh_from_db()
    assert enrolled.state == State.CANCELLED

    resident = signed_in(open_page(375), enrolled.account)
    resident.goto(f"/my/enrollments/{enrolled.reference}/")
    expect(resident.locator("main")).to_contain_text("老师生病了")
    resident.goto("/my/messages/")
    expect(resident.locator("main")).to_contain_text("中式烘焙入门")
    resident.goto(f"/courses/{intake.program.slug}/")
    expect(resident.locator("main")).to_contain_text("老师生病了")
    feed = resident.request.get(urlsplit(calendars.feed_url(enrolled.account)).path)
    events = Calendar.from_ical(feed.body()).walk("VEVENT")
    assert {str(event["status"]) for event in events} == {"CANCELLED"}
    assert len(events) == intake.meetings.filter(ends_at__gte=timezone.now()).count()
