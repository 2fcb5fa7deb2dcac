"""From an enterprise that nobody knows to people at work: one story in the browsers of an enterprise (without
JavaScript), of staff of the bureau and of the school, and of a learner."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from courses.models import Enrollment
from courses.states import State
from home.models import HomePage
from institutions import roles
from partners import pay
from partners.models import Agreement, Enterprise, OrderProgramIndexPage, OrderProgramPage, TrainingOrder
from partners.states import EnterpriseState, OrderState
from tests import factories
from tests.browser import order_steps as steps
from tests.browser.order_steps import fill, save
from tests.courses.staff_screens import staff
from tests.partners import agreeing, making, printed
from tests.partners.test_interviews import begin

pytestmark = pytest.mark.django_db(transaction=True)


class Story:
    """Who acts, each in a browser of their own, and what they have made so far."""

    def __init__(self, signed_in, axe):
        factories.website()
        HomePage.objects.get().add_child(instance=OrderProgramIndexPage(title="订单班", slug="order-programs"))
        roles.make_groups()
        factories.term()
        making.occupation()
        self.school = factories.institution(kind="secondary", name="塔河县职业技术学校")
        self.learner = factories.learner(name="林小溪", birth_date="2000-01-01")
        self.enterprise = signed_in(factories.account(name="王经理"), 375, java_script_enabled=False)
        self.bureau = signed_in(staff(roles.BUREAU, factories.institution(kind="bureau")), 1280)
        self.manager = signed_in(staff(roles.MANAGER, self.school), 1280)
        self.phone = signed_in(self.learner.account, 375)
        self.axe = axe

    @property
    def order(self):
        """As it is now."""
        return TrainingOrder.objects.get()

    @property
    def page(self):
        """The page of the order program."""
        return OrderProgramPage.objects.get()

    @property
    def agreement(self):
        """The learner's, with the enterprise and the school."""
        return Agreement.objects.with_all().get()

    @property
    def enrollment(self):
        """The learner's."""
        return Enrollment.objects.get()

    def reads_well(self):
        """The learner's page fits the phone and has no fault."""
        assert self.phone.evaluate(steps.FITS), self.phone.url
        self.axe(self.phone)


def register(story):
    """One character of the code is wrong at first; the licence need not be sent twice. The bureau compares."""
    page, told = story.enterprise, making.details()
    right, last = told["uscc"], "1" if told["uscc"][-1] != "1" else "2"
    page.goto(reverse("enterprise_home"))
    page.click("main a[href$='/register/']")
    told |= {"district": told["district"].pk, "uscc": right[:-1] + last, "licence": steps.licence()}
    save(page, **told)
    expect(page.locator("main")).to_contain_text("代码有一位不对")
    save(page, uscc=right)
    enterprise = Enterprise.objects.get()
    assert (enterprise.uscc, enterprise.state) == (right, EnterpriseState.PENDING)

    desk = story.bureau
    desk.goto(reverse("enterprise:index"))
    desk.click(f"main a:text-is('{enterprise.name}')")
    for name in ("register", "licence", "person"):
        desk.check(f"[name={name}]")
    desk.click("button[value=verify]")
    expect(desk.locator(".messages")).to_contain_text("已核验")


def order(story):
    """Two hard stops, mended; submitted; sent back at one question; approved."""
    page, desk = story.enterprise, story.bureau
    page.goto(reverse("enterprise_home"))
    steps.write_order(page, making.answers(min_age="15", charges="yes"))
    assert page.locator(".note--bad li").count() == 2
    tasks = page.url
    page.goto(f"{tasks}check/")
    assert page.locator("[name=declared]").count() == 0
    page.goto(f"{tasks}people/")
    save(page, min_age="16")
    page.goto(f"{tasks}terms/")
    save(page, charges="no")
    steps.submit_order(page)
    assert story.order.state == OrderState.SUBMITTED

    desk.goto(reverse("training_order:index"))
    desk.click(f"main a:text-is('{story.order.title}')")
    desk.fill("[name=remark-hours]", "请写明倒班")
    desk.click("button[value=changes]")
    desk.wait_for_url("**/cms/training_order/")

    page.goto(tasks)
    page.click(".note--warn a")
    save(page, hours="两班倒，每周五天")
    steps.submit_order(page)
    desk.goto(reverse("training_order:inspect", args=[story.order.pk]))
    assert "每周五天，每天八小时" in desk.locator(".partners-review td p").inner_text()
    desk.click("button[value=approve]")
    desk.wait_for_url("**/cms/training_order/")
    assert story.order.state == OrderState.APPROVED


def match(story):
    """The bureau asks the school, which accepts with a plan; the bureau makes the program, the school publishes it."""
    desk, school = story.bureau, story.manager
    desk.goto(reverse("training_order:inspect", args=[story.order.pk]))
    desk.click("main a[href*='/match/']")
    desk.select_option("main [name=institution]", label=str(story.school))
    desk.click("main button:text-is('请求这所学校')")
    expect(desk.locator(".messages")).to_be_visible()

    school.goto(reverse("match_request:index"))
    school.click(f"main a:text-is('{story.order}')")
    for name, text in {"place": "实训楼", "curriculum": "食品卫生，二十课时", "teachers": "王老师"}.items():
        school.fill(f"main [name={name}]", text)
    school.click("main button[name=accept]")
    expect(school.locator(".messages")).to_be_visible()

    desk.reload()
    desk.click("main button[name=make]")
    expect(desk.locator(".messages")).to_contain_text("学校")  # Whose page it is: the bureau does not edit it.
    assert story.order.state == OrderState.MATCHED
    school.reload()
    school.click(f"main a:text-is('{story.page.title}')")
    school.wait_for_url("**/edit/")
    school.locator("footer [data-w-dropdown-target=toggle]").click()
    school.locator("footer [name=action-publish]").click()
    expect(school.locator(".messages")).to_be_visible()
    assert story.order.state == OrderState.RECRUITING


def apply(story):
    """The learner reads, acknowledges each term by itself, and applies."""
    phone = story.phone
    phone.goto(reverse("order_programs"))
    phone.click(f"main a:text-is('{story.page.title}')")
    for words in ("¥3300", "¥4000", "您至少要在企业工作 12 个月", "提前离开不收任何费用"):
        expect(phone.locator("#terms")).to_contain_text(words)
    story.reads_well()
    phone.click(".act__go a")
    story.reads_well()
    phone.click("main form button.btn--block")
    boxes = phone.locator("main [name^=condition-]")
    boxes.last.wait_for()
    asked = boxes.count()
    fill(phone, text="我在家帮过两年厨。", consent=True)
    for box in boxes.all()[1:]:
        box.check()
    phone.click("main form button.btn--block")
    assert not Enrollment.objects.exists()
    story.reads_well()
    boxes.first.check()
    phone.click("main form button.btn--block")
    phone.wait_for_url("**/my/**")
    story.reads_well()
    assert len(story.enrollment.terms["acknowledged"]) == asked


def choose(story):
    """Recommended by the school, met and accepted by the enterprise; the learner confirms."""
    reference = story.enrollment.reference
    steps.recommend(story.manager, story.enrollment.intake)
    slot = steps.meet(story.enterprise, story.phone, story.order, reference)
    story.reads_well()
    begin(slot)
    steps.accept(story.enterprise, story.order, reference, "手很稳，欢迎您来。")
    story.phone.goto(reverse("enrollment_detail", args=[reference]))
    expect(story.phone.locator("main")).to_contain_text("手很稳，欢迎您来。")
    story.phone.click("main button:text-is('确认录取')")
    story.phone.wait_for_load_state()
    story.reads_well()
    assert story.enrollment.state == State.ENROLLED


def sign(story):
    """All three sign by code; the paper's QR code leads to the page that confirms it, and names nobody in full."""
    desk, phone = story.manager, story.phone
    desk.goto(reverse("agreement:class", args=[story.order.pk]))
    desk.click("main button[value=make]")
    desk.wait_for_selector("text=已生成 1 份协议")
    assert not desk.locator("main button[value=begin]").count()
    steps.sign_own(phone)
    story.reads_well()
    steps.sign_for_enterprise(story.enterprise, story.order)
    steps.sign_for_school(desk)
    paper = phone.request.get(phone.locator("main a[href$='.pdf']").get_attribute("href"))
    (address,) = printed.qr_codes(paper.body())
    # The tests' server has another port than the site's address says.
    phone.goto(address.removeprefix(settings.SITE_URL))
    expect(phone.locator("main")).to_contain_text("已生效")
    expect(phone.locator("main")).not_to_contain_text("林小溪")
    story.reads_well()


def train(story):
    """The class begins, and is over; pay below what was promised is said; both sides say who works there."""
    desk, page, phone, order = story.manager, story.enterprise, story.phone, story.order
    desk.goto(reverse("agreement:class", args=[order.pk]))
    desk.click("main button[value=begin]")
    desk.wait_for_selector("text=培训已开始")
    program = story.page
    program.intake = program.intakes.get()
    one = agreeing.move_back(story.agreement, program, began=timedelta(days=70), ends=timedelta(days=-1))

    page.goto(reverse("order_pay", args=[order.reference, f"{pay.months_of(one)[1]:%Y-%m}"]))
    page.fill("main [inputmode=numeric]", "3000")
    page.click("text=上报报酬")
    page.wait_for_selector("table")
    phone.goto(reverse("agreement", args=[one.reference]))
    expect(phone.locator("main")).to_contain_text("低于承诺")
    page.goto(reverse("order_placements", args=[order.reference, "end"]))
    steps.tell_of_work(page)
    phone.goto(reverse("my_page"))
    phone.click("main a:text-is('去填写')")
    story.reads_well()
    steps.tell_of_work(phone)
    desk.goto(reverse("agreement:class", args=[order.pk]))
    desk.click("main button[value=fulfil]")
    desk.wait_for_load_state()
    assert story.order.state == OrderState.FULFILLED


def count(story):
    """On the demand board of staff, who is told of small numbers: one of the posts is taken by somebody trained."""
    desk = story.bureau
    desk.goto(f"{reverse('demand:index')}?year=all")
    table = desk.locator("main table.listing").first
    row = table.locator("tbody tr", has_text=story.order.occupation.name)
    headings = table.locator("thead th").all_inner_texts()
    figures = dict(zip(headings, row.locator("th, .courses-report__number").all_inner_texts(), strict=True))
    assert (figures["人数"], figures["订单班结业后在岗"]) == ("6", "1")


def test_from_an_unknown_enterprise_to_people_at_work(signed_in, axe):
    story = Story(signed_in, axe)
    for chapter in (register, order, match, apply, choose, sign, train, count):
        chapter(story)
