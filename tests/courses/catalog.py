"""Published courses for the tests of what visitors look at."""

import itertools

from wagtail.models import Page

from courses.models import Category, CommunityCoursePage, CourseIndexPage
from tests import factories

_number = itertools.count(1)


def index_page():
    """The list of courses; there is one."""
    page = CourseIndexPage.objects.first()
    return page or Page.objects.get(depth=1).add_child(instance=CourseIndexPage(title="找课程", slug="courses"))


def category(slug="life", name="生活"):
    """A category."""
    return Category.objects.get_or_create(slug=slug, defaults={"name": name})[0]


def course(title="中式烘焙入门", **fields):
    """A published course page."""
    fields.setdefault("institution", factories.institution())
    fields.setdefault("category", category())
    fields.setdefault("summary", "从零开始，学完就能用在家里。")
    number = next(_number)
    return index_page().add_child(instance=CommunityCoursePage(title=title, slug=f"course-{number}", **fields))


def intake(title="中式烘焙入门", *, category=None, live=True, **fields):
    """An intake of a course of its own."""
    page = course(title, live=live, **({"category": category} if category else {}))
    return factories.intake(program=page, **fields)
