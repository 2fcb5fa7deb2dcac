"""Pathways in a browser, the family on a phone and staff at the admin.

A family compares, applies with three choices, and corrects a field that came back. Admitted to the second choice, the
guardian accepts; the school carries the cohort to progression, and the college decides.
"""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from courses import enrollment as process
from courses.applying import verifying
from courses.models import Cohort, PathwayApplication, ScorePart
from courses.progression.stages import Stage
from institutions import roles
from tests import factories
from tests.browser.pressing import press
from tests.browser.test_resident import sign_in
from tests.courses import applying, drawing, staff_screens

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
    press(page.get_by_role("button", name="提交报名表"))
    axe(page)
    return PathwayApplication.objects.get()


def correct(page, desk, world, made, axe):
    """The clerk returns one field, the family corrects it, the clerk confirms."""
    desk.goto(f"/cms/pathway_application/inspect/{made.pk}/")
    assert desk.get_by_text("20270001").count() == 0  # Masked.
    axe(desk)
    desk.locator("[name=remark-candidate_number]").fill("少一位数字，请照准考证填写。")
    press(desk.get_by_role("button", name="退回改正"))

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
    press(page.get_by_role("button", name="提交报名表"))

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


# --- Admitted, and carried through ------------------------------------------------------------------------------------


@pytest.fixture
def admitted(world):
    """The family's child did not get the first choice, but the second, with two others; the draw is carried out."""
    first, second, _third = world.intakes
    first.pools.update(capacity=1)
    candidates = [(first, second), (first,), (second,), (second,)]
    names = ["王小林", "考生甲", "考生乙", "考生丙"]
    for number, (name, choices) in enumerate(zip(names, candidates, strict=True)):
        account = world.family if number == 0 else factories.account()
        learner = applying.young(of=account, name=name, guardian_name="王芳", guardian_phone="13812345678")
        applying.verified(world.round, learner, intakes=choices, candidate_number=f"2027000{number}")
        learner.school_record.official_scores = {"语文": 90 + number, "数学": 80}
        learner.school_record.save()
    drawing.admitted(world.round)
    for enrollment in second.enrollments.filter(state="offered").exclude(account=world.family):
        process.confirm(enrollment, by=enrollment.account)
    return second.enrollments.get(account=world.family)


def accept(page, enrollment, axe):
    """The guardian reads what it means and accepts the place."""
    page.goto("/my/")
    page.get_by_role("button", name="确认").or_(page.get_by_role("link", name="确认")).first.click()
    if "/guardian/" not in page.url:
        page.get_by_role("button", name="确认名额").click()
    axe(page)
    page.get_by_role("button", name="确认录取").click()
    assert page.get_by_text("请勾选声明").first.is_visible()
    page.get_by_label("我是王芳").check()
    press(page.get_by_role("button", name="确认录取"))
    enrollment.refresh_from_db()
    assert (enrollment.state, enrollment.choice) == ("enrolled", 2)


def roll(desk, cohort, *labels):
    """The school takes these steps with everybody."""
    for label in labels:
        desk.goto(f"/cms/cohort/inspect/{cohort.pk}/")
        desk.get_by_role("link", name=label).click()
        desk.get_by_role("button", name="继续").click()
        press(desk.get_by_role("button", name="是，登记"))


def collect(desk, cohort, students, axe):
    """Marks from a table, then the rest in the grid: one is complete, one has a prize, one lacks the medical check."""
    rows = [f"{student.enrollment.reference},{student},80,40" for student in students]
    table = "\n".join(["报名号,姓名,专业课,技能考核", *rows]).encode("gb18030")
    desk.goto(f"/cms/cohort/marks/{cohort.pk}/")
    desk.set_input_files("[name=file]", {"name": "成绩.csv", "mimeType": "text/csv", "buffer": table})
    desk.get_by_role("button", name="导入").or_(desk.locator("main button[type=submit]")).last.click()
    desk.wait_for_url(f"**/cms/cohort/collect/{cohort.pk}/")
    axe(desk)
    lacking, complete, prized = students
    for student in students:
        for label in ("体检", "学籍", "材料"):
            if (student, label) != (lacking, "体检"):
                desk.get_by_label(f"{student} {label}").select_option("1")
    desk.get_by_label(f"{complete} 护士证").select_option("1")
    desk.get_by_label(f"{lacking} 护士证").select_option("1")
    desk.get_by_label(f"{prized} 省赛一等奖").select_option("1")
    press(desk.get_by_role("button", name="保存"))


def test_the_guardian_accepts_and_the_cohort_is_carried_to_the_college(opened_for, axe, world, admitted):
    page = opened_for(world.family)
    accept(page, admitted, axe)
    cohort = admitted.student.cohort
    for name, weight, most in (("专业课", 60, 100), ("技能考核", 40, 50)):
        ScorePart.objects.create(cohort=cohort, name=name, weight=weight, most=most)
    last_day = timezone.localdate() + timedelta(days=30)
    criteria = {"pass_mark": 40, "certificates": "护士证", "prizes": "省赛一等奖", "papers_by": last_day}
    Cohort.objects.filter(pk=cohort.pk).update(**criteria)

    desk = opened_for(staff_screens.staff(roles.OFFICER, cohort.pathway.institution), 1280)
    desk.goto("/cms/cohort/")
    axe(desk)
    roll(desk, cohort, "开学", "升入二年级", "升入三年级", "开始转段")
    others = cohort.students.exclude(enrollment=admitted).order_by("enrollment__learner__name")
    collect(desk, cohort, [admitted.student, *others], axe)
    page.goto("/my/")
    page.get_by_role("link", name="查看清单").click()
    axe(page)
    assert page.get_by_text("还缺").first.is_visible()

    # The last day is over.
    Cohort.objects.filter(pk=cohort.pk).update(papers_by=timezone.localdate() - timedelta(days=1))
    college = opened_for(staff_screens.staff(roles.OFFICER, cohort.pathway.college), 1280)
    college.goto(f"/cms/cohort/decide/{cohort.pk}/")
    axe(college)
    college.get_by_role("button", name="继续").click()
    press(college.get_by_role("button", name="作出决定"))
    page.reload()
    axe(page)
    assert page.get_by_text("没有体检或体检不合格").first.is_visible()

    college.goto(f"/cms/cohort/inspect/{cohort.pk}/")
    axe(college)
    lines = college.locator("#panel-flow-content tr").or_(college.locator(".courses-report tr")).all_inner_texts()
    flow = {line.split("\t")[0].strip(): line.split("\t")[2].strip() for line in lines[1:]}
    assert (flow["参加转段"], flow["通过或免考核"]) == ("3", "2")
    stages = {student.stage for student in cohort.students.all()}
    assert stages == {Stage.FAILED, Stage.PASSED, Stage.EXEMPT}
