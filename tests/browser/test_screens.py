"""Every public page and every step of the journey in a real browser: no fault for axe, none wider than the screen."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses import enrollment as process
from courses.models import Intake
from home.models import HomePage
from institutions.models import InstitutionIndexPage, InstitutionPage
from tests import factories
from tests.courses.pathways_made import full_pathway
from tests.home.site import administrator, notices, plain, website

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = [375, 1280]
FITS = "document.documentElement.scrollWidth <= innerWidth"
LONG_NAME = "Anna-Maria van der Westhuizen-Papadopoulou"


@pytest.fixture
def public_paths(live_server):
    """A website with a course in each state; returns the addresses that anybody can read."""
    home = website(help_phone="0457-123 4567", tagline="大兴安岭终身学习平台")
    notices(home, "停课通知", "开班通知")
    pathway = plain(home, "3+2 升学", "three-plus-two", show_in_menus=True, search_description="三年中职加两年高职。")
    orders = plain(home, "企业订单培训", "orders", show_in_menus=True, search_description="企业怎么提培训需求。")
    HomePage.objects.update(
        pathway_door=pathway, order_door=orders, fairness="<p>先报先得。</p>", pledges="<p>一个工作日内回复。</p>"
    )
    schools = home.add_child(instance=InstitutionIndexPage(title="学校和学习点", slug="schools"))
    school = factories.institution(name="塔河社区教育学院", address="曙光大街 1 号", phone="0457-123 4567")
    page = InstitutionPage(title=school.name, slug="tahe", institution=school, summary="学书法。")
    schools.add_child(instance=page)
    paths = ["/", "/courses/", "/courses/?q=没有这门课", "/courses/?fee=free", "/notices/", "/notices/n0/", "/schools/"]
    paths += [
        "/schools/tahe/",
        "/three-plus-two/",
        "/account/login/",
        "/privacy/enrollment/",
        "/nothing/",
        "/demand/",
        "/alliance/",
    ]
    slugs = [page.slug for page in pathways()]
    paths += ["/pathways/", f"/pathways/?p={slugs[0]}&q=没有", *(f"/pathways/{slug}/" for slug in slugs)]
    paths += ["/pathways/compare/", "/pathways/compare/?" + "&".join(f"p={slug}" for slug in slugs)]
    return paths + [f"/courses/{intake.program.slug}/?class={intake.pk}" for intake in intakes_in_each_state()]


def pathways():
    """Four pathways: one with everything, one for interest only, one without an intake, one that opens soon."""
    now = timezone.now()
    pages = [full_pathway(), *(factories.pathway(title=f"{name} 3+2 贯通培养") for name in ("护理", "中药", "汽车"))]
    quotas = [
        {"name": "塔河县考生", "capacity": 10, "district": factories.district()},
        {"name": "全地区", "capacity": 30},
    ]
    factories.pathway_intake(program=pages[0], pools=quotas)
    factories.pathway_intake(program=pages[1], mode="interest", official_channel="https://zk.example.cn/")
    factories.pathway_intake(program=pages[3], opens_at=now + timedelta(days=2))
    return pages


def intakes_in_each_state():
    """Classes of one course that are open, full, opening soon, closed and cancelled, and a course without a class."""
    now = timezone.now()
    course = factories.program(title="电商直播：把山货卖出去", outcomes="说清一件货", audience="人人。")
    full = factories.intake(program=course, seats=1, label="周日班")
    factories.enroll(full)
    states = [
        factories.intake(program=course, label="周三晚班", min_age=36, max_age=83),
        full,
        factories.intake(program=course, label="新年班", opens_at=now + timedelta(days=2)),
        factories.intake(program=course, label="早班", closes_at=now - timedelta(hours=1)),
        factories.intake(program=course, status=Intake.Status.CANCELLED, status_note="人数不足。", label="晚班"),
    ]
    factories.program(title="还没有班次的课")
    return states


def visit(page, path):
    """Go there; a page for what is missing is looked at like others, though its status counts as an error."""
    page.route("**/nothing/", lambda route: route.fulfill(response=route.fetch(), status=200))
    page.goto(path)


def sign_in(page, client, live_server, account):
    """Let the browser have a session of this account."""
    client.force_login(account)
    remember(page, live_server, sessionid=client.cookies["sessionid"].value)


def remember(page, live_server, **cookies):
    """Set cookies of the live site."""
    page.context.add_cookies([{"name": k, "value": v, "url": live_server.url} for k, v in cookies.items()])


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_on_any_public_page(public_paths, open_page, axe, width):
    page = open_page(width)
    for path in public_paths:
        visit(page, path)
        axe(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_in_english(public_paths, open_page, live_server, axe, width):
    page = open_page(width)
    remember(page, live_server, language="en")
    for path in ("/", public_paths[-5]):
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == "en"
        axe(page)


@pytest.mark.parametrize("size", ["standard", "xlarge"])
def test_nothing_is_wider_than_the_narrowest_phone(public_paths, open_page, live_server, size):
    page = open_page(320)
    for language in ("zh-hans", "en"):
        remember(page, live_server, size=size, language=language)
        for path in public_paths:
            visit(page, path)
            assert page.evaluate(FITS), f"{path} in {language}"


@pytest.fixture
def family(public_paths):
    """An account that acts for people with a place in each state, and one class that nobody of them is in."""
    me = factories.account(name="李春梅")
    myself = factories.learner(of=me, name=LONG_NAME, relation="self", birth_date="1984-05-01")
    factories.learner(of=me, name="王秀芝", relation="parent", birth_date="1959-03-12")
    full, last_seat = (factories.intake(seats=1, allow_clash=True) for _ in range(2))
    done, offered = factories.enroll(factories.intake(allow_clash=True), myself), factories.enroll(last_seat)
    factories.enroll(full)
    waiting, held = factories.enroll(full, myself), factories.enroll(last_seat, myself)
    process.withdraw(offered, by=offered.account)
    gone = factories.enroll(factories.intake(allow_clash=True), myself)
    process.withdraw(gone, by=me)
    return me, [done, waiting, held, gone], factories.intake(max_age=600)


def own_paths(family):
    """The addresses of the journey and of everything about oneself."""
    me, enrollments, free = family
    myself, mother = me.learners.order_by("pk")
    paths = ["/my/", "/my/messages/", "/my/learners/", "/my/learners/add/", "/my/data/"]
    paths += [f"/enroll/{free.pk}/", f"/enroll/{free.pk}/learner/", f"/enroll/{free.pk}/check/{myself.pk}/"]
    paths += [f"/enroll/{free.pk}/check/{mother.pk}/"]
    paths += [f"/enroll/{enrollment.intake_id}/" for enrollment in enrollments]
    paths += [f"/my/enrollments/{enrollment.reference}/" for enrollment in enrollments]
    return paths + [f"/my/enrollments/{enrollment.reference}/withdraw/" for enrollment in enrollments]


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_on_the_way_to_a_seat_and_after(family, open_page, client, live_server, axe, width):
    page = open_page(width)
    sign_in(page, client, live_server, family[0])
    for path in own_paths(family):
        page.goto(path)
        axe(page)
    # A form with everything wrong.
    page.goto(f"/enroll/{family[2].pk}/learner/")
    page.locator("main form button.btn").click()
    assert page.locator(".errsum").is_visible()
    axe(page)


def test_nothing_of_ones_own_is_wider_than_the_narrowest_phone(family, open_page, client, live_server):
    page = open_page(320)
    sign_in(page, client, live_server, family[0])
    remember(page, live_server, size="xlarge")
    for path in own_paths(family):
        page.goto(path)
        assert page.evaluate(FITS), path


def test_the_box_for_a_guardian_and_its_hint_come_and_go_together(family, open_page, client, live_server):
    page = open_page(375)
    sign_in(page, client, live_server, family[0])
    page.goto("/my/learners/add/")
    box, hint = page.locator("#id_consent_minor"), page.locator("#id_consent_minor_helptext")
    assert (box.is_visible(), hint.is_visible()) == (False, False)
    page.check("[name=relation][value=child]")
    assert (box.is_visible(), hint.is_visible()) == (True, True)


def test_the_ways_in_stand_in_one_row_on_a_desk(public_paths, page_1280):
    page_1280.goto("/")
    tops = [door.bounding_box()["y"] for door in page_1280.locator(".doors > li").all()]
    assert len(tops) == 4
    assert len(set(tops)) == 1


def test_the_facts_of_a_class_stay_in_sight_on_a_desk(public_paths, page_1280):
    page_1280.goto(public_paths[-5])
    page_1280.locator("#similar, .foot").first.scroll_into_view_if_needed()
    page_1280.mouse.wheel(0, 600)
    page_1280.wait_for_timeout(200)
    assert page_1280.locator(".act").bounding_box()["y"] < 900
    # Other classes are nearer the top than what one learns.
    classes = page_1280.locator("#classes").bounding_box()["y"]
    assert classes < page_1280.get_by_role("heading", name="学什么").bounding_box()["y"]


def test_staff_see_no_button_of_the_admin_over_a_phones_page(public_paths, open_page, client, live_server):
    page = open_page(375)
    sign_in(page, client, live_server, administrator(client))
    page.goto("/three-plus-two/")
    assert not page.locator("wagtail-userbar").is_visible()
    page.locator(".menu > summary").click()
    assert page.locator(".menu a[href='/cms/']").is_visible()


def test_the_first_page_is_light(public_paths, open_page):
    """At most 150 KB until somebody scrolls, uncompressed, with pictures."""
    page, sizes = open_page(375), []
    page.on("response", lambda response: sizes.append(len(response.body())))
    page.goto("/", wait_until="networkidle")
    assert sum(sizes) <= 150 * 1024
