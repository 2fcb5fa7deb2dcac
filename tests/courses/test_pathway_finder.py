"""Finding a pathway and comparing up to four, without JavaScript and without surprises."""

from datetime import timedelta

import html5lib
import pytest
from django.http import QueryDict
from django.utils import timezone
from wagtail.models import Page

from courses.models import PathwayYear
from courses.pathways.finder import PathwaySearch
from tests import factories

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Trigger": "finder"}


def search(query=""):
    return PathwaySearch.from_request(QueryDict(query))


def found(query=""):
    return [card.page.title for card in search(query).cards()]


@pytest.fixture
def world():
    """Three pathways of two schools with one college, and one that is not published."""
    tahe, huma = factories.district(), factories.district("232721", "呼玛县")
    north = factories.institution(name="塔河职业学校（示例）", kind="secondary", district=tahe)
    south = factories.institution(name="呼玛职业学校（示例）", kind="secondary", district=huma)
    college = factories.institution(name="示例职业学院", kind="college", district=tahe)
    forest, care = (factories.major(group=name) for name in ("林业类", "护理类"))
    made = {
        "forest": factories.pathway(title="林业技术", institution=north, secondary_major=forest, college=college),
        "care": factories.pathway(title="护理", institution=north, secondary_major=care, occupations="养老护理员"),
        "care2": factories.pathway(title="中医护理", institution=south, secondary_major=care, college=college),
    }
    hidden = factories.pathway(title="草稿", institution=south, secondary_major=forest)
    Page.objects.filter(pk=hidden.pk).update(live=False)
    now = timezone.now()
    factories.pathway_intake(program=made["care2"], closes_at=now + timedelta(days=3))
    factories.pathway_intake(program=made["forest"], closes_at=now + timedelta(days=9))
    for number, (name, lowest) in enumerate([("forest", 410), ("care", 395), ("care2", None)]):
        row = {"plan": 40, "applied": 60 + number, "admitted": 40, "lowest_score": lowest}
        PathwayYear.objects.create(pathway=made[name], year=2025, **row)
    return made | {"north": north, "south": south, "college": college}


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["中医护理", "林业技术", "护理"]),
        ("sort=score", ["护理", "林业技术", "中医护理"]),
        ("group=护理类", ["中医护理", "护理"]),
        ("group=护理类&group=林业类&district=232722", ["林业技术", "护理"]),
        ("school=SOUTH", ["中医护理"]),
        ("college=COLLEGE&group=林业类", ["林业技术"]),
        ("q=养老", ["护理"]),
        ("q=林业&group=护理类", []),
        ("group=没有这一类&sort=unknown&page=zzz", ["中医护理", "林业技术", "护理"]),
    ],
)
def test_filters_combine_and_orders_hold(world, query, titles):
    query = query.replace("SOUTH", str(world["south"].pk)).replace("COLLEGE", str(world["college"].pk))
    asked = search(query)
    assert [card.page.title for card in asked.cards()] == titles
    assert asked.total == len(titles)


def test_a_count_is_what_choosing_the_option_gives(world):
    asked = search("group=护理类")
    for one, options in asked.groups:
        for option in options:
            pairs = [("group", "护理类")] if one.name != "group" else []
            query = "&".join(f"{name}={value}" for name, value in [*pairs, (one.name, option.value)])
            assert option.count == search(query).total, (one.name, option.label)


def test_the_page_needs_few_queries_however_many_there_are(client, world, django_assert_max_num_queries):
    client.get("/pathways/")
    with django_assert_max_num_queries(20):
        client.get("/pathways/?x=1")
    for _number in range(5):
        factories.pathway_intake(program=factories.pathway())
    with django_assert_max_num_queries(20):
        client.get("/pathways/?x=2")


def test_nothing_found_helps_on(client, world):
    text = client.get("/pathways/?q=林业&group=护理类").content.decode()
    assert "没有同时符合这些条件的项目" in text
    assert "去掉“专业类”：1 个项目" in text


def test_courses_and_pathways_have_lists_of_their_own(client, world):
    factories.intake(program=factories.program(title="护理常识"))
    courses, home = client.get("/courses/").content.decode(), client.get("/").content.decode()
    assert "护理常识" in courses
    assert "中医护理" not in courses
    assert "中医护理" not in home
    assert "护理常识" not in client.get("/pathways/").content.decode()


def test_htmx_gets_only_what_changes_and_the_address_to_keep(client, world):
    slug = world["care"].slug
    response = client.get(f"/pathways/?group=护理类&p={slug}", headers=HTMX)
    text = response.content.decode()
    assert "<html" not in text
    assert all(f'id="{part}"' in text for part in ("text", "options", "results", "compared"))
    assert response["HX-Push-Url"].endswith(f"&p={slug}")


def links(html, words):
    document = html5lib.parse(html, namespaceHTMLElements=False)
    found = [link.get("href") for link in document.iter("a") if "".join(link.itertext()).strip().startswith(words)]
    assert found, words
    return found


def test_a_family_chooses_by_links_filters_meanwhile_and_compares(client, world):
    html = client.get("/pathways/?group=护理类").content.decode()
    html = client.get(links(html, "加入对比")[0]).content.decode()
    assert "请再选一个" in html
    html = client.get(links(html, "加入对比")[0]).content.decode()
    assert "group=" in links(html, "护理类")[0] or html.count("已加入对比") == 2
    (address,) = links(html, "对比这 2 个项目")
    table = client.get(address).content.decode()
    assert table.count('<th scope="col">') == 3
    assert table.count('<th scope="row">') > 10
    # Both have the same kind of tuition and another school, and say so in words.
    assert '中职学校 <span class="tag tag--info">不同</span>' in table
    assert '学费 <span class="tag">相同</span>' in table
    assert 'data-l="中医护理"' in table
    assert '<td colspan="2" data-l="全部项目">' in table  # What is the same is said once.
    one_less = client.get(links(table, "护理")[0]).content.decode()
    assert "请选择两到四个项目" in one_less


def test_never_more_than_four_and_only_what_exists(client, world):
    slugs = [page.slug for page in (world["forest"], world["care"], world["care2"], factories.pathway())]
    query = "&".join(f"p={slug}" for slug in slugs)
    more = factories.pathway(title="第五个")
    text = client.get(f"/pathways/compare/?{query}&p={more.slug}&p=no-such&p={slugs[0]}").content.decode()
    assert text.count('<th scope="col">') == 5
    assert "第五个" not in text
    assert "已选满四个" in client.get(f"/pathways/?{query}").content.decode()
