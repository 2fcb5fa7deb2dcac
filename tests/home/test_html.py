"""What is sent is valid HTML: the strict parser of html5lib finds no error on any public page or page of one's own."""

import html5lib
import pytest

from courses.models import PathwayPage
from institutions.models import InstitutionIndexPage, InstitutionPage
from tests import factories
from tests.courses.pathways_made import full_pathway
from tests.home.site import notices, plain, website

pytestmark = pytest.mark.django_db


def parse(client, path):
    """Read the page strictly; html5lib raises ParseError at the first fault."""
    response = client.get(path, follow=True)
    try:
        html5lib.HTMLParser(strict=True).parse(response.content.decode())
    except html5lib.html5parser.ParseError as error:
        pytest.fail(f"{path}: {error}")


@pytest.fixture
def enrollment():
    """A website with a page of each kind, and somebody who has a seat."""
    home = website(help_phone="0457-123 4567")
    notices(home, "停课通知")
    plain(home, "帮助", "help", lead="一步一步来。")
    index = home.add_child(instance=InstitutionIndexPage(title="学校", slug="schools"))
    school = factories.institution()
    index.add_child(instance=InstitutionPage(title=school.name, slug="tahe", institution=school, summary="学书法。"))
    course = factories.program(title="<书法> & 国画", outcomes="握笔", bring="毛笔", audience="人人。")
    factories.intake(program=course, label="周日班")
    forest = full_pathway(title="林业 <技术> & 更多")
    factories.pathway_intake(program=forest)
    factories.pathway_intake(program=factories.pathway(), mode="interest", official_channel="https://zk.example.cn/")
    return factories.enroll(factories.intake(program=course, label="周三班"))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_public_pages_are_valid(client, enrollment, language):
    client.cookies["language"] = language
    slug = enrollment.intake.program.slug
    for path in ("/", "/courses/", "/courses/?q=书法", f"/courses/{slug}/", "/notices/", "/notices/n0/", "/help/"):
        parse(client, path)
    first, second = PathwayPage.objects.values_list("slug", flat=True)
    query = f"?p={first}&p={second}"
    for path in ("/pathways/", f"/pathways/{query}&q=林业", f"/pathways/compare/{query}", "/pathways/compare/"):
        parse(client, path)
    for path in (f"/pathways/{first}/", f"/pathways/{second}/", "/pathways/?q=没有"):
        parse(client, path)
    for path in (
        "/schools/",
        "/schools/tahe/",
        "/account/login/",
        "/privacy/minor/",
        "/nothing/",
        "/demand/",
        "/alliance/",
    ):
        parse(client, path)


def test_pages_of_ones_own_are_valid(client, enrollment):
    client.force_login(enrollment.account)
    other = factories.intake()
    own = f"/my/enrollments/{enrollment.reference}/"
    for path in ("/my/", "/my/learners/", "/my/learners/add/", "/my/data/", "/my/account/", "/my/messages/", own):
        parse(client, path)
    learner = enrollment.learner_id
    for path in (f"{own}withdraw/", f"/enroll/{other.pk}/", f"/enroll/{other.pk}/learner/", f"/my/learners/{learner}/"):
        parse(client, path)
    parse(client, f"/enroll/{other.pk}/check/{learner}/")
