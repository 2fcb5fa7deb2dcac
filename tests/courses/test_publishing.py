"""An editor writes a course, a manager approves it; what must not be published is said, and a draft is always kept."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from courses.models import Category, CommunityCoursePage, Intake
from institutions import roles
from institutions.models import Staff
from tests import factories
from tests.test_permissions import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def listing(settings):
    """The list of courses, with the groups that have rights there."""
    settings.SECOND_FACTOR_REQUIRED = False
    page = factories.website()
    call_command("make_groups", verbosity=0)
    return page


@pytest.fixture
def tahe():
    """Our institution."""
    return factories.institution(name="塔河县社区教育学院")


def member(role, institution):
    """Someone of the institution in this role."""
    account = factories.account(is_staff=True, email=f"{Group.objects.get(name=role).pk}@example.cn")
    account.groups.add(Group.objects.get(name=role))
    Staff.objects.create(account=account, institution=institution)
    return account


def form(institution, **changes):
    """What a browser sends from the editor."""
    category = Category.objects.get_or_create(name="手工", slug="shougong")[0]
    return {
        "title": "剪纸入门",
        "summary": "学会剪窗花。",
        "category": category.pk,
        "level": "beginner",
        "institution": institution.pk,
        "body-count": "0",
        "slug": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
    } | changes


def add_address(listing):
    """Where a new course is written."""
    return reverse("wagtailadmin_pages:add", args=["courses", "communitycoursepage", listing.pk])


def publish(client, listing, data):
    """Press publish in the form of a new course; the answer."""
    return client.post(add_address(listing), data | {"action-publish": "1"})


def test_the_address_is_made_from_the_title_and_the_institution_is_preset(client, listing, tahe):
    manager = signed_in(client, member(roles.MANAGER, tahe))
    page = manager.get(add_address(listing)).content.decode()
    assert f'<option value="{tahe.pk}" selected>' in page
    publish(manager, listing, form(tahe))
    publish(manager, listing, form(tahe))
    slugs = CommunityCoursePage.objects.order_by("pk").values_list("slug", flat=True)
    assert list(slugs) == ["jianzhirumen", "jianzhirumen-2"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"summary": "学完保证升学。"}, "保证升学"),
        ({"summary": "升学直通车。"}, "直通车"),
        ({"audience": "100% 就业。"}, "100%"),
        ({"outcomes": "考证包过。"}, "包过"),
        ({"title": "包就业的课"}, "包就业"),
    ],
)
def test_a_banned_promise_is_refused_with_the_reason_and_kept_in_a_draft(client, listing, tahe, changes, said):
    manager = signed_in(client, member(roles.MANAGER, tahe))
    answer = publish(manager, listing, form(tahe, **changes))
    assert answer.status_code == 200
    messages = [text for errors in answer.context["form"].errors.values() for text in errors]
    assert any(said in text and len(text) > len(said) + 10 for text in messages)
    assert manager.post(add_address(listing), form(tahe, **changes)).status_code == 302
    assert not CommunityCoursePage.objects.get().live


def test_a_cover_without_a_description_is_refused(client, listing, tahe):
    cover = Image.objects.create(title="窗花", file=get_test_image_file())
    manager = signed_in(client, member(roles.MANAGER, tahe))
    assert "cover" in publish(manager, listing, form(tahe, cover=cover.pk)).context["form"].errors
    Image.objects.filter(pk=cover.pk).update(description="红色的窗花贴在玻璃上")
    assert publish(manager, listing, form(tahe, cover=cover.pk)).status_code == 302


@pytest.mark.parametrize(
    "changes",
    [
        {"opens_at": timezone.now() + timedelta(days=30), "closes_at": timezone.now() + timedelta(days=40)},
        {"starts_at": None, "ends_at": None},
    ],
)
def test_dates_of_intakes_that_make_no_sense_are_refused(client, listing, tahe, changes):
    course = factories.program(institution=tahe)
    intake = factories.intake(program=course)
    Intake.objects.filter(pk=intake.pk).update(**changes)
    manager = signed_in(client, member(roles.MANAGER, tahe))
    address = reverse("wagtailadmin_pages:edit", args=[course.pk])
    answer = manager.post(address, form(tahe, title=course.title) | {"action-publish": "1"})
    assert any(intake.code in text for text in answer.context["form"].non_field_errors())


def test_an_editor_submits_a_manager_approves_and_everyone_reads_it_at_once(client, listing, tahe, mailoutbox):
    manager = member(roles.MANAGER, tahe)
    editor = signed_in(client, member(roles.EDITOR, tahe))
    assert publish(editor, listing, form(tahe)).status_code == 302  # An editor's publish button is no such thing.
    course = CommunityCoursePage.objects.get()
    assert not course.live
    edit = reverse("wagtailadmin_pages:edit", args=[course.pk])
    assert editor.post(edit, form(tahe) | {"action-submit": "1"}).status_code == 302
    assert [mail.to for mail in mailoutbox] == [[manager.email]]
    state = course.current_workflow_task_state

    client.logout()
    assert client.get(f"/courses/{course.slug}/").status_code == 404
    approving = signed_in(client, manager)
    url = reverse("wagtailadmin_pages:workflow_action", args=[course.pk, "approve", state.pk])
    assert approving.post(url, {"comment": "很好"}).status_code == 302
    client.logout()
    assert "剪纸入门" in client.get(f"/courses/{course.slug}/").content.decode()


def test_a_page_with_a_date_is_published_by_the_scheduler(client, listing, tahe):
    from home.jobs import JOBS

    course = factories.program(institution=tahe, title="剪纸", live=False)
    course.go_live_at = timezone.now() - timedelta(minutes=1)
    revision = course.save_revision(approved_go_live_at=course.go_live_at)
    assert revision.approved_go_live_at
    next(job for job in JOBS if "date for publishing" in job.name).run()
    assert CommunityCoursePage.objects.get().live


def test_publishing_shows_at_once_to_those_who_had_the_old_page(
    client, listing, tahe, django_capture_on_commit_callbacks
):
    course = factories.program(institution=tahe, title="剪纸", summary="旧的一句话。")
    address = f"/courses/{course.slug}/"
    for _time in range(2):
        assert "旧的一句话" in client.get(address).content.decode()
    manager = signed_in(client, member(roles.MANAGER, tahe))
    edit = reverse("wagtailadmin_pages:edit", args=[course.pk])
    data = form(tahe, title="剪纸", slug=course.slug, summary="新的一句话。") | {"action-publish": "1"}
    with django_capture_on_commit_callbacks(execute=True):
        assert manager.post(edit, data).status_code == 302
    client.logout()
    client.cookies.clear()
    assert "新的一句话" in client.get(address).content.decode()


def test_only_a_course_can_be_added_below_the_list_of_courses(client, listing, tahe):
    editor = signed_in(client, member(roles.EDITOR, tahe))
    answer = editor.get(reverse("wagtailadmin_pages:add_subpage", args=[listing.pk]))
    assert answer.url == add_address(listing)
