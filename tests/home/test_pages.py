"""Home, notices and plain pages, and what stands around every page."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from wagtail.models import Page

from courses.models import Intake
from home.models import HomePage, NoticeIndexPage, NoticePage, PlainPage
from institutions.models import InstitutionIndexPage, InstitutionPage
from tests import factories
from tests.home.site import administrator, notices, plain, website

pytestmark = pytest.mark.django_db


def text(client, path):
    """The page at this path, as text."""
    return client.get(path).content.decode()


def test_the_home_page_says_what_one_can_do_and_searches(client):
    website()
    page = text(client, "/")
    assert "<h1>家门口的课堂</h1>" in page
    assert 'action="/courses/" role="search"' in page


def test_the_home_page_shows_what_opens_and_what_closes_soon(client):
    website()
    now = timezone.now()
    coming = factories.intake(program=factories.program(title="合唱团"), opens_at=now + timedelta(days=2))
    closing = factories.intake(program=factories.program(title="烘焙入门"))
    page = text(client, "/")
    assert page.index(closing.program.title) < page.index('id="opening"') < page.index(coming.program.title)


def test_the_home_page_shows_classes_in_the_county_that_the_reader_chose(client):
    website()
    tahe, huma = factories.district(), factories.district("232721", "呼玛县")
    factories.intake(program=factories.program(title="塔河烘焙"), district=tahe, seats=0)
    factories.intake(program=factories.program(title="呼玛合唱"), district=huma, seats=0)
    client.cookies["district"] = "232722"
    page = text(client, "/")
    assert "塔河烘焙" in page
    assert "呼玛合唱" not in page


def test_the_figure_at_the_door_counts_open_classes(client):
    website()
    factories.intake()
    factories.intake(status=Intake.Status.CANCELLED)
    assert HomePage.objects.get().get_context(client.get("/").wsgi_request)["open_count"] == 1


def test_a_door_opens_only_onto_a_page_that_is_there(client):
    home = website()
    about = plain(home, "3+2 贯通培养", "pathways", live=False)
    HomePage.objects.update(pathway_door=about)
    assert "3+2" not in text(client, "/")
    about.save_revision().publish()
    assert HomePage.objects.get().doors()[0]["page"].title == "3+2 贯通培养"


def test_newest_notices_come_first(client):
    notices(website(), "新通知", "旧通知")
    page = text(client, "/notices/")
    assert page.index("新通知") < page.index("旧通知")


def test_many_notices_are_paged_and_a_page_that_is_not_there_is_the_nearest(client):
    notices(website(), *(f"第{n}号通知" for n in range(21)))
    assert "第20号通知" not in text(client, "/notices/")
    assert "第20号通知" in text(client, "/notices/?page=2")
    assert "第20号通知" in text(client, "/notices/?page=99")


def test_without_notices_the_list_says_so_and_leads_on(client):
    notices(website())
    assert 'class="empty"' in text(client, "/notices/")


def test_notices_can_be_subscribed_to(client):
    notices(website(), "停课通知")
    feed = client.get("/notices/feed/")
    item = ElementTree.fromstring(feed.content).find("channel/item")
    assert feed["Content-Type"].startswith("application/rss+xml")
    assert (item.findtext("title"), item.findtext("description")) == ("停课通知", "从周一起。")
    assert item.findtext("link").endswith("/notices/n0/")


def test_a_body_is_written_in_blocks(client):
    table = {
        "data": [["课程", "时间"], ["书法", "周一"]],
        "table_header_choice": "row",
        "first_row_is_table_header": True,
        "table_caption": "课表",
    }
    body = [
        ("heading", "怎么报名"),
        ("paragraph", "<p>先到先得。</p>"),
        ("callout", {"kind": "warn", "text": "<p>带身份证。</p>"}),
        ("steps", {"steps": ["<p>找课程</p>", "<p>报名</p>"]}),
        ("table", table),
    ]
    page = plain(website(), "帮助", "help")
    page.body = body
    page.save_revision().publish()
    shown = text(client, "/help/")
    assert "<h2>怎么报名</h2>" in shown
    assert 'class="note note--warn"' in shown
    assert shown.count("<li>") >= 2
    assert '<th scope="col"' in shown
    assert 'aria-label="课表"' in shown


def test_menu_and_footer_hold_what_editors_put_there(client):
    home = website(help_phone="0457-123 4567", icp_number="黑ICP备1号")
    plain(home, "报名帮助", "help", show_in_menus=True)
    plain(home, "隐私说明", "privacy", in_footer=True)
    plain(home, "草稿", "draft", live=False, show_in_menus=True, in_footer=True)
    header, footer = text(client, "/help/").split('<main id="main"')
    assert "报名帮助" in header
    assert 'aria-current="page">报名帮助' in header
    assert "隐私说明" not in header
    assert "隐私说明" in footer
    assert 'href="tel:04571234567"' in header
    assert "黑ICP备1号" in footer
    assert "草稿" not in header + footer


def test_the_finder_stands_in_the_menu_once(client):
    factories.website()
    Page.objects.filter(slug="courses").update(show_in_menus=True)
    menu = text(client, "/").split('<nav aria-label="')[1]
    assert menu.count('href="/courses/"') == 1


def test_what_stands_around_a_page_costs_no_query_the_second_time(client, django_assert_max_num_queries):
    website()
    client.force_login(factories.account())
    client.get("/nothing/")
    with django_assert_max_num_queries(12) as asked:
        client.get("/nothing/")
    assert not [query for query in asked.captured_queries if "home_siteidentity" in query["sql"]]


@pytest.mark.parametrize(
    ("page", "below"),
    [
        (HomePage, {NoticeIndexPage, PlainPage, InstitutionIndexPage}),
        (NoticeIndexPage, {NoticePage}),
        (NoticePage, set()),
        (PlainPage, {PlainPage}),
        (InstitutionIndexPage, {InstitutionPage}),
        (InstitutionPage, set()),
    ],
)
def test_each_kind_of_page_is_offered_only_where_it_belongs(page, below):
    ours = {NoticeIndexPage, NoticePage, PlainPage, InstitutionIndexPage, InstitutionPage, HomePage}
    assert set(page.allowed_subpage_models()) & ours == below


def test_editors_can_open_every_form(client):
    home = website()
    administrator(client)
    page = notices(home, "停课通知").notices().get()
    identity = client.get("/cms/settings/home/siteidentity/", follow=True)
    assert client.get(f"/cms/pages/{home.pk}/edit/").status_code == 200
    assert client.get(f"/cms/pages/{page.pk}/edit/").status_code == 200
    assert "help_phone" in identity.content.decode()
