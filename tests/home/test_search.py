"""Search finds Chinese words inside longer ones, pinyin and initials: the same on both databases."""

import pytest
from modelsearch.query import Not, PlainText
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from courses.models import Program
from courses.pinyin import pinyin_of
from home.search import spell_for_index, spell_for_query
from tests import factories
from tests.courses.catalog import course

pytestmark = pytest.mark.django_db


def titles(text, **options):
    return {page.title for page in Program.objects.search(text, **options)}


@pytest.fixture
def _courses():
    institution = factories.institution(name="呼玛县社区教育学院")  # Without a number that one could find.
    for title in ("中式烘焙入门", "中老年合唱", "手机拍照与微信使用", "Café Cooking 2"):
        course(title, summary="零基础可学。", institution=institution)


@pytest.mark.usefixtures("_courses")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("烘焙", {"中式烘焙入门"}),
        ("式烘", {"中式烘焙入门"}),
        ("焙", {"中式烘焙入门"}),
        ("中", {"中式烘焙入门", "中老年合唱"}),
        ("合唱 中老年", {"中老年合唱"}),
        ("hongbei", {"中式烘焙入门"}),
        ("HongBei", {"中式烘焙入门"}),
        ("hong bei", {"中式烘焙入门"}),
        ("honB", set()),
        ("hongb", {"中式烘焙入门"}),
        ("hb", {"中式烘焙入门"}),
        ("hbrm", {"中式烘焙入门"}),
        ("wx", {"手机拍照与微信使用"}),
        ("paizhao", {"手机拍照与微信使用"}),
        ("cafe cook", {"Café Cooking 2"}),
        ("ＣＡＦＥ", {"Café Cooking 2"}),
        ("2", {"Café Cooking 2"}),
        ("游泳", set()),
    ],
)
def test_words_find_titles(text, found):
    assert titles(text) == found


@pytest.mark.usefixtures("_courses")
@pytest.mark.parametrize("text", ["！！", "'", '"', "%", "a OR", "烘焙*", "(", "NEAR(烘 焙)", "\\", ":*", "&|!", "-"])
def test_nothing_that_is_typed_is_an_error(text):
    assert len(titles(text)) <= 4


@pytest.mark.usefixtures("_courses")
def test_what_has_some_of_the_words_is_found_when_nothing_has_all():
    results = Program.objects.search("烘焙游泳")
    assert [page.title for page in results] == ["中式烘焙入门"]
    assert results.widened
    assert Program.objects.search("烘焙游泳").count() == 1
    assert list(Program.objects.search("烘焙游泳")[5:10]) == []


@pytest.mark.usefixtures("_courses")
def test_who_asks_for_all_words_gets_nothing_less():
    assert titles("烘焙游泳", operator="and") == set()
    assert titles("烘焙合唱", operator="or") == {"中式烘焙入门", "中老年合唱"}


@pytest.mark.usefixtures("_courses")
def test_a_query_can_be_turned_round():
    backend = get_search_backend()
    others = backend.search(Not(PlainText("烘焙")), Program.objects.all())
    assert {page.title for page in others} == {"中老年合唱", "手机拍照与微信使用", "Café Cooking 2"}


@pytest.mark.usefixtures("_courses")
def test_the_title_counts_more_than_the_text():
    course("面点", summary="烘焙以外的面点。")
    assert next(iter(Program.objects.search("烘焙"))).title == "中式烘焙入门"


@pytest.mark.usefixtures("_courses")
def test_the_admin_finds_pages_while_one_types():
    assert [page.title for page in Page.objects.autocomplete("烘")] == ["中式烘焙入门"]
    assert [page.title for page in Program.objects.autocomplete("hongb")] == ["中式烘焙入门"]


def test_the_school_finds_its_courses():
    course("编织", institution=factories.institution(name="呼玛县社区教育学院"))
    assert titles("呼玛") == {"编织"}


def test_a_changed_title_is_found_by_its_new_words_only():
    page = course("编织")
    page.title = "剪纸"
    page.save()
    assert (titles("剪纸"), titles("编织")) == ({"剪纸"}, set())


def test_a_removed_page_is_not_found():
    course("编织").delete()
    assert titles("编织") == set()


def test_spelling():
    assert spell_for_index("烘焙入门 A1") == "烘 烘焙 焙 焙入 入 入门 门 a1"
    assert spell_for_query("烘焙课，Bak") == ["烘焙", "焙课", "bak"]
    assert pinyin_of("烘焙") == "hongbei bei hb"
