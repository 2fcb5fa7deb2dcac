"""Fixtures that several tests of courses share. Imports stand inside: pytest reads this before Django is set up."""

import pytest


@pytest.fixture
def schedule_site(db):
    """A list of courses, an institution, two terms; reports in English."""
    from django.utils import translation
    from wagtail.models import Page

    from courses.models import CourseIndexPage, Term
    from tests import factories

    Page.objects.get(depth=1).add_child(instance=CourseIndexPage(title="课程", slug="courses"))
    factories.institution(name="塔河县社区教育学院")
    Term.objects.create(name="2026 春", starts_on="2026-01-01", ends_on="2026-08-31")
    Term.objects.create(name="2027 春", starts_on="2027-01-01", ends_on="2027-12-31")
    with translation.override("en"):
        yield


@pytest.fixture
def baking(db):
    """The category that our own rows name."""
    from courses.models import Category

    return Category.objects.create(name="烘焙", slug="hongbei")


@pytest.fixture
def courses_page(db):
    """The list of courses, and the groups that have rights there."""
    from django.core.management import call_command
    from wagtail.models import Page, Site

    from courses.models import CourseIndexPage

    root = Site.objects.first().root_page if Site.objects.exists() else Page.objects.get(depth=1)
    page = root.add_child(instance=CourseIndexPage(title="课程", slug="courses"))
    call_command("make_groups", verbosity=0)
    return page


@pytest.fixture
def tahe(db):
    """Our institution."""
    from tests import factories

    return factories.institution(name="塔河县社区教育学院")


@pytest.fixture
def huma(db):
    """Someone else's institution."""
    from tests import factories

    return factories.institution(name="呼玛县社区教育学院", district=factories.district("232721", "呼玛县"))


@pytest.fixture
def manager(client, courses_page, tahe, settings):
    """A client in which the manager of our institution is signed in."""
    from institutions import roles
    from tests.courses.intake_forms import sign_in
    from tests.courses.staff_screens import staff

    settings.SECOND_FACTOR_REQUIRED = False
    return sign_in(client, staff(roles.MANAGER, tahe))


@pytest.fixture
def administrator(client, courses_page, settings):
    """A client in which an administrator is signed in."""
    from tests import factories
    from tests.courses.intake_forms import sign_in

    settings.SECOND_FACTOR_REQUIRED = False
    return sign_in(client, factories.account(is_staff=True, is_superuser=True))


@pytest.fixture
def paper(courses_page, tahe):
    """Our course."""
    from tests.courses.intake_forms import course

    return course(courses_page, of=tahe)


@pytest.fixture
def county(db, settings):
    """A class of Tahe, an officer there, and a manager of Huma."""
    from tests.courses.staff_screens import two_counties

    return two_counties(settings)


@pytest.fixture
def intake(county):
    """The class of Tahe."""
    return county[0]


@pytest.fixture
def officer(county):
    """A client of the officer of Tahe."""
    from tests.courses.staff_screens import signed_in

    return signed_in(county[1])
