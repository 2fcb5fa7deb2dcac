"""Institutions have a page each, and a list by county."""

import pytest

from home.models import HomePage
from institutions.models import InstitutionIndexPage, InstitutionPage
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def index():
    """The list of institutions."""
    factories.website()
    home = HomePage.objects.get()
    return home.add_child(instance=InstitutionIndexPage(title="学校和学习中心", slug="institutions"))


def page_of(index, slug, **fields):
    """An institution with its page below the list."""
    institution = factories.institution(**fields)
    page = InstitutionPage(title=institution.name, slug=slug, institution=institution, summary="学书法的地方。")
    return index.add_child(instance=page)


def test_institutions_are_listed_by_county(client, index):
    page_of(index, "tahe", name="塔河学习中心", district=factories.district())
    page_of(index, "huma", name="呼玛学习中心", district=factories.district("232721", "呼玛县"))
    page = client.get("/institutions/").content.decode()
    places = [page.index(name) for name in ('id="c232721"', "呼玛学习中心", 'id="c232722"', "塔河学习中心")]
    assert places == sorted(places)


def test_an_empty_list_leads_to_the_courses(client, index):
    assert 'class="empty"' in client.get("/institutions/").content.decode()


def test_the_page_of_an_institution_says_how_to_reach_it(client, index):
    page_of(index, "tahe", address="曙光大街 1 号", phone="0457-123 4567", hours="周一至周六")
    page = client.get("/institutions/tahe/").content.decode()
    assert "曙光大街 1 号" in page
    assert 'href="tel:04571234567"' in page
    assert "周一至周六" in page


def test_the_page_of_an_institution_shows_its_own_classes_only(client, index):
    ours = page_of(index, "tahe").institution
    factories.intake(program=factories.program(title="本校烘焙", institution=ours))
    factories.intake(program=factories.program(title="别校合唱", institution=factories.institution()))
    page = client.get("/institutions/tahe/").content.decode()
    assert "本校烘焙" in page
    assert "别校合唱" not in page


def test_pages_of_institutions_are_kept_for_everyone(client, index, django_assert_num_queries):
    page_of(index, "tahe")
    client.get("/institutions/tahe/")
    with django_assert_num_queries(0):
        client.get("/institutions/tahe/")
