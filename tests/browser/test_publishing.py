"""An editor who has never seen the site publishes a course with a class; the manager approves; everyone sees it."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from playwright.sync_api import expect

from courses.models import Category, CommunityCoursePage, Intake
from institutions import roles
from tests import factories
from tests.courses.staff_screens import signed_in, staff

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def school(settings, transactional_db):
    """A school with a term, and a category to choose."""
    settings.SECOND_FACTOR_REQUIRED = False
    factories.website()
    roles.make_groups()
    Category.objects.create(name="手工", slug="shougong")
    factories.term(name="冬季学期")
    return factories.institution(name="塔河县社区教育学院")


@pytest.fixture
def desk_of(open_page, live_server):
    """A function that opens a page with the session of this account."""

    def open_for(account):
        page = open_page(1280, height=900)
        key = signed_in(account).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
        return page

    return open_for


def more_actions(page):
    """Open the menu at the foot of the editor."""
    page.locator("footer [data-w-dropdown-target=toggle]").click()


def send_for_approval(page):
    """Hand the draft to the manager of the school."""
    more_actions(page)
    page.get_by_role("button", name="提交").last.click()


def write_the_course(page):
    """From the list of courses; a banned promise is said beside its field, and mended."""
    page.goto(f"/cms/pages/{factories.website().pk}/")
    page.get_by_role("link", name="添加子页面").first.click()
    page.locator("[name=title]").fill("剪纸入门")
    page.locator("[name=summary]").fill("学会剪窗花，保证就业。")
    page.locator("[name=category]").select_option(label="手工")
    send_for_approval(page)
    expect(page.get_by_text("“保证就业”").first).to_be_visible()
    expect(page.locator("[name=title]")).to_have_value("剪纸入门")
    expect(page).to_have_url(re.compile("/edit/$"))  # The draft is kept by itself, unfinished as it is.
    page.locator("[name=summary]").fill("八次课，学会剪窗花。")
    send_for_approval(page)
    expect(page.get_by_text("剪纸入门").first).to_be_visible()


def open_a_class(page, course):
    """With a weekly pattern, from the page of the course."""
    first = timezone.localdate() + timedelta(days=20)
    page.goto(f"/cms/pages/{course.pk}/edit/")
    page.locator("a[href*='/cms/intake/new/?program=']").first.click()
    page.wait_for_url("**/cms/intake/new/**")
    fill(page, code="JZ-1", opens_at=f"{timezone.localdate()} 00:00", closes_at=f"{first} 08:00", place="二楼 204 室")
    page.locator("[name=term]").select_option(label="冬季学期")
    page.locator("[name=status]").select_option("published")
    page.get_by_role("tab", name="名额与条件").click()
    fill(page, **{"pools-0-name": "公开名额", "pools-0-capacity": "12"})
    page.get_by_role("tab", name="上课时间").click()
    page.locator("[name=pattern_weekdays]").nth(2).check()
    page.locator("[name=make_meetings]").check()
    fill(page, pattern_start="19:00", pattern_end="20:30", pattern_first_day=str(first), pattern_count="8")
    page.locator("footer button[type=submit]").first.click()
    page.wait_for_url("**/cms/intake/")


def fill(page, **values):
    """Type into the fields of these names; Escape closes the calendars that open."""
    for name, value in values.items():
        page.locator(f"[name={name}]").fill(value)
        page.keyboard.press("Escape")


def test_an_editor_publishes_a_course_with_a_class(school, desk_of, open_page):
    editor = staff(roles.EDITOR, school)
    editor.groups.add(Group.objects.get(name=roles.OFFICER))  # Who looks after classes, too: in a small school, one.
    page = desk_of(editor)
    write_the_course(page)
    course = CommunityCoursePage.objects.get()
    assert not course.live
    open_a_class(page, course)
    assert Intake.objects.get().meeting_count == 8

    visitor = open_page(375)
    visitor.goto("/courses/")  # The class is published, its page is not yet.
    expect(visitor.locator("main")).not_to_contain_text("剪纸入门")

    manager = desk_of(staff(roles.MANAGER, school))
    manager.goto("/cms/")
    manager.get_by_role("link", name="剪纸入门").first.click()
    more_actions(manager)
    manager.locator("[data-workflow-action-name=approve]").first.click()
    expect(manager.locator(".messages .success, .messages li.success").first).to_be_visible()

    visitor.reload()
    visitor.get_by_role("link", name="剪纸入门").first.click()
    expect(visitor.locator("main")).to_contain_text("二楼 204 室")
    expect(visitor.get_by_role("link", name="报名").first).to_be_visible()
