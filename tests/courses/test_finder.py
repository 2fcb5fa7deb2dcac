"""The finder: what is listed, filters that combine, counts that keep their word, addresses that can be shared."""

from datetime import timedelta

import html5lib
import pytest
from django.http import QueryDict
from django.utils import timezone

from courses.finder import Search
from courses.models import Intake
from tests import factories
from tests.courses.catalog import category, course, index_page, intake

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Trigger": "finder"}


def search(query="", **options):
    return Search.from_request(QueryDict(query), **options)


def found(query=""):
    return {card.intake.program.title for card in search(query).cards()}


@pytest.fixture
def _catalog():
    music, snow = category("music", "音乐"), category("snow", "冰雪")
    tahe, huma = factories.district("232722", "塔河县"), factories.district("232721", "呼玛县")
    intake("合唱", category=music, district=tahe, min_age=720)
    intake("手风琴", category=music, district=huma, fee=12000)
    intake("滑雪", category=snow, district=tahe, min_age=72, max_age=144, starts_in=timedelta(days=15))
    full = [{"name": "公开", "capacity": 1, "seats_taken": 1, "waiting": 2}]
    intake("冰灯", category=snow, district=huma, pools=full, min_age=660, min_age_women=600)
    soon = timezone.now() + timedelta(days=1)
    intake("越野", category=snow, district=tahe, opens_at=soon, max_age=204)
    ended = {"opens_at": timezone.now() - timedelta(days=9), "closes_at": timezone.now() - timedelta(days=1)}
    intake("剪纸", category=music, district=tahe, **ended)
    intake("编织", category=music, district=tahe, status=Intake.Status.CANCELLED)
    intake("草稿", category=music, district=tahe, status=Intake.Status.DRAFT)
    intake("未发布", category=music, district=tahe, live=False)


NOW_LISTED = {"合唱", "手风琴", "滑雪", "冰灯", "越野"}


@pytest.mark.usefixtures("_catalog")
@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", NOW_LISTED),
        ("category=music", {"合唱", "手风琴"}),
        ("category=music&category=snow", NOW_LISTED),
        ("category=music&district=232722", {"合唱"}),
        ("fee=paid", {"手风琴"}),
        ("fee=free&fee=paid", NOW_LISTED),
        ("seats=yes", NOW_LISTED - {"冰灯"}),
        ("age=child", {"手风琴", "滑雪", "越野"}),
        ("age=preschool", {"手风琴", "越野"}),
        ("age=senior", {"合唱", "手风琴", "冰灯"}),
        ("age=teen", {"手风琴", "越野"}),
        ("age=adult", {"手风琴", "冰灯"}),
        ("state=soon", {"越野"}),
        ("state=past", {"剪纸", "编织"}),
        ("q=hx", {"滑雪"}),
        ("q=合唱", {"合唱"}),
        ("q=合唱&category=snow", set()),
    ],
)
def test_filters_combine(query, titles):
    assert found(query) == titles


@pytest.mark.usefixtures("_catalog")
@pytest.mark.parametrize(
    "query",
    ["", "category=music", "category=snow&age=child", "fee=free&district=232722&time=morning", "q=滑雪&seats=yes"],
)
def test_a_count_is_what_choosing_the_option_gives(query):
    asked = search(query)
    assert asked.total == len(asked.cards())
    for filter_, options in asked.groups:
        for option in options:
            if option.count is None:
                continue
            alone = QueryDict(query, mutable=True)
            alone.setlist(filter_.name, [option.value])
            chosen = Search.from_request(alone)
            assert option.count == chosen.total == len(chosen.cards()), (filter_.name, option.value)


@pytest.mark.usefixtures("_catalog")
def test_dropping_a_condition_gives_what_is_promised():
    asked = search("category=music&state=soon")
    assert asked.total == 0
    drops = {label: (count, address) for label, count, address in asked.drops}
    assert {label: count for label, (count, _address) in drops.items()} == {"类别": 1, "报名": 2}
    assert found(drops["类别"][1].removeprefix("?")) == {"越野"}


def test_an_intake_is_found_by_the_code_on_a_slip():
    intake("合唱", code="2026Q-031")
    intake("滑雪")
    assert found("q=2026q-031") == {"合唱"}


def test_orders():
    now = timezone.now()
    intake("晚开", starts_in=timedelta(days=30), closes_at=now + timedelta(days=1))
    intake("早开", starts_in=timedelta(days=3), closes_at=now + timedelta(days=3))
    intake("开了", starts_in=timedelta(days=-3), closes_at=now + timedelta(days=9))
    titles = {
        sort: [card.intake.program.title for card in search(f"sort={sort}").cards()]
        for sort in ("start", "closing", "new")
    }
    assert titles == {
        "start": ["早开", "晚开", "开了"],
        "closing": ["晚开", "早开", "开了"],
        "new": ["开了", "早开", "晚开"],
    }


def test_words_bring_the_best_match_first():
    intake("面点", starts_in=timedelta(days=1))
    page = course("烘焙")
    factories.intake(program=page, starts_in=timedelta(days=9))
    other = course("面包", summary="烘焙以外的做法。")
    factories.intake(program=other, starts_in=timedelta(days=2))
    asked = search("q=烘焙")
    assert asked.sort == "relevance"
    assert [card.intake.program.title for card in asked.cards()] == ["烘焙", "面包"]


def test_twenty_on_a_page():
    page = course("合唱")
    for number in range(45):
        factories.intake(program=page, code=f"P-{number}", meetings=0)
    sizes = [len(search(f"page={number}").cards()) for number in (1, 2, 3, 4)]
    assert sizes == [20, 20, 5, 5]
    assert [number for number, _address in search("page=3").pager] == [1, 2, 3]


@pytest.mark.parametrize(
    "query",
    [
        *("page=0", "page=-1", "page=٣", "page=99999999999999999999", "sort=x", "category=nope", "day=9", "day=a"),
        *("age=%00", "q=%00", "q=%22", "q=" + "烘" * 5000, "district=1' OR 1=1", "fee=&seats=&state=", "time=night"),
        "q=%F0%9F%98%80",
    ],
)
def test_no_address_is_an_error(client, query):
    intake()
    assert client.get(f"/courses/?{query}").status_code == 200


def test_the_address_keeps_what_was_asked_and_nothing_else():
    category("music", "音乐")
    asked = search("category=music&category=nope&day=1&q=+a++b+&sort=relevance&x=1&page=2")
    assert asked.query(page=asked.page) == "?q=a+b&category=music&day=1&page=2"
    assert search("sort=start").query() == ""


def test_number_of_queries_does_not_grow(client, django_assert_max_num_queries):
    page = course("合唱")
    for number in range(25):
        factories.intake(program=page, code=f"N-{number}")
    client.get("/courses/")
    for query in ("?sort=new", "?q=合唱", "?day=1&day=2&fee=free"):
        # One of them asks for pathways that the words find.
        with django_assert_max_num_queries(10):
            client.get(f"/courses/{query}")


@pytest.mark.usefixtures("_catalog")
def test_the_page_is_valid_html_in_both_languages(client):
    index_page()
    for language in ("zh-hans", "en"):
        client.cookies["language"] = language
        for query in ("", "?q=滑雪&category=music", "?state=past", "?q=完全没有"):
            html5lib.HTMLParser(strict=True).parse(client.get(f"/courses/{query}").content.decode())


@pytest.mark.usefixtures("_catalog")
def test_a_card_says_the_state_first_then_the_facts_in_order(client):
    text = client.get("/courses/?q=冰灯").content.decode()
    words = [
        "已满，可候补",
        "冰灯",
        "时间",
        "地点",
        "谁能报",
        "女 50 岁以上，男 55 岁以上",
        "费用",
        "免费",
        "名额",
        "2 人候补",
        "报名",
        "截至",
    ]
    card = text[text.index('<article class="card">') :]
    positions = [card.index(word) for word in words]
    assert positions == sorted(positions)


@pytest.mark.usefixtures("_catalog")
def test_htmx_gets_the_changing_parts_and_a_clean_address(client):
    response = client.get("/courses/?q=&category=music&sort=", headers=HTMX)
    text = response.content.decode()
    assert response["HX-Push-Url"] == "/courses/?category=music"
    assert "<html" not in text
    assert all(part in text for part in ('id="results"', 'id="options"', 'id="text"'))
    assert "autofocus" not in text
    assert response["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("_catalog")
def test_following_a_chip_puts_the_focus_on_the_results(client):
    text = client.get("/courses/", headers=HTMX | {"HX-Trigger": "chip"}).content.decode()
    assert 'id="found" data-count tabindex="-1" autofocus' in text


def test_the_index_page_is_the_finder(client):
    page = index_page()
    page.intro = "都在这里。"
    page.save()
    assert "都在这里。" in client.get("/courses/").content.decode()


@pytest.mark.parametrize("text", ["游泳", "！！"])
def test_nothing_found_helps_on(client, text):
    intake("合唱")
    page = client.get("/courses/", {"q": text}).content.decode()
    assert "没有同时符合这些条件的班次" in page
    assert "查看全部课程" in page
