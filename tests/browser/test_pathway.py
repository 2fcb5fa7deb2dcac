"""A family compares pathways and applies with three choices; one field comes back and is corrected. On a phone, and a
clerk at the admin, in a browser. `applied` is the point from which the rest of the story goes on."""

from types import SimpleNamespace

import pytest

from courses.applying import verifying
from courses.models import PathwayApplication
from institutions import roles
from tests import factories
from tests.browser.test_resident import sign_in
from tests.courses import applying, staff_screens

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(settings):
    """A round over three pathways of two schools, its clerk, and a family that has an account."""
    settings.SECOND_FACTOR_REQUIRED = False
    factories.website()
    roles.make_groups()
    bureau = factories.institution(name="示例教育局")
    round = applying.pathway_round(
        name="2027年3+2招生", institution=bureau, rules={"exam_year": 2027, "bonus_kinds": ["少数民族考生"]}
    )
    clerk = staff_screens.staff(roles.OFFICER, bureau)
    factories.junior_school(name="塔河县第一中学")
    return SimpleNamespace(round=round, clerk=clerk, family=factories.account(), intakes=round.list_of_intakes)


def fill(page, world, section, **values):
    """One screen of the application: fields by label, then on."""
    page.get_by_role("link", name=section).click()
    for label, value in values.items():
        field = page.get_by_label(label).first
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)


def go_on(page):
    """Save and go back to the list."""
    page.get_by_role("button", name="保存并继续").click()


def apply(page, world, axe, last_code):
    """From comparing to a submitted application with three choices; returns it."""
    slugs = [intake.program.slug for intake in world.intakes]
    page.goto("/pathways/compare/?" + "&".join(f"p={slug}" for slug in slugs))
    axe(page)
    page.goto(world.intakes[1].program.url)
    page.get_by_role("link", name="报读这个贯通项目").or_(page.locator(".act__go a")).first.click()
    sign_in(page, world.family.phone, last_code)
    page.get_by_label("姓名").first.fill("王小林")
    page.get_by_label("我的孩子").check()
    page.get_by_label("出生日期").fill("2011-05-01")
    page.get_by_label("监护人姓名").fill("王芳")
    page.get_by_label("监护人手机").fill("13812345678")
    page.get_by_label("我是监护人").check()
    page.get_by_role("button", name="继续").click()
    axe(page)
    page.get_by_label("我同意").check()
    page.get_by_role("button", name="开始填写报名表").click()
    axe(page)

    page.get_by_role("link", name="监护人").click()
    page.get_by_label("母亲").check()
    go_on(page)
    fill(page, world, "初中学校和号码", 考生号="20270001", 初中学校="塔河县第一中学")
    axe(page)
    go_on(page)
    fill(page, world, "毕业年份和户籍")
    page.get_by_label("毕业").select_option("2027")
    page.get_by_label("户籍").select_option(label="塔河县")
    go_on(page)
    fill(page, world, "成绩", 语文="101", 数学="99.5")
    go_on(page)
    page.get_by_role("link", name="加分项目").click()
    axe(page)
    go_on(page)
    page.get_by_role("link", name="按顺序填报志愿").click()
    for label, intake in zip(("第一志愿", "第二志愿", "第三志愿"), world.intakes, strict=True):
        page.get_by_label(label).select_option(str(intake.pk))
    axe(page)
    go_on(page)
    page.get_by_role("link", name="核对并提交").click()
    axe(page)
    page.get_by_label("以上内容真实完整").check()
    page.get_by_role("button", name="提交报名表").click()
    axe(page)
    return PathwayApplication.objects.get()


def correct(page, desk, world, made, axe):
    """The clerk returns one field, the family corrects it, the clerk confirms."""
    desk.goto(f"/cms/pathway_application/inspect/{made.pk}/")
    assert desk.get_by_text("20270001").count() == 0  # Masked.
    axe(desk)
    desk.locator("[name=remark-candidate_number]").fill("少一位数字，请照准考证填写。")
    desk.get_by_role("button", name="退回改正").click()

    page.goto("/my/")
    axe(page)
    page.get_by_role("link", name="去改正").click()
    assert page.get_by_text("少一位数字").first.is_visible()
    page.get_by_role("link", name="考生号").click()
    assert page.get_by_text("少一位数字").first.is_visible()
    page.get_by_label("考生号").first.fill("202700012")
    go_on(page)
    page.get_by_role("link", name="核对并提交").click()
    page.get_by_label("以上内容真实完整").check()
    page.get_by_role("button", name="提交报名表").click()

    made.refresh_from_db()
    verifying.verify(made, number=made.number, by=world.clerk)
    made.refresh_from_db()
    return made


@pytest.fixture
def opened_for(open_page, live_server):
    """A function that opens a page for this account, signed in, past the second factor."""

    def make(account, width=375):
        page, session = open_page(width), staff_screens.signed_in(account).session
        page.context.add_cookies([{"name": "sessionid", "value": session.session_key, "url": live_server.url}])
        return page

    return make


def test_a_family_compares_applies_and_corrects_one_field(open_page, opened_for, axe, last_code, world):
    page = open_page(375)

    made = apply(page, world, axe, last_code)
    assert [row.intake for row in made.entry.enrollments.order_by("choice")] == world.intakes
    made = correct(page, opened_for(world.clerk, 1280), world, made, axe)

    assert (made.state, made.number) == ("verified", 2)
    assert made.learner.school_record.candidate_number == "202700012"
    page.goto(f"/my/applications/{made.reference}/form/")
    axe(page)
    assert page.locator("svg").first.is_visible()
