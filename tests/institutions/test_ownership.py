"""Pages by institution: Wagtail's explorer, choosers, reports, workflow and search know only one's own."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail import permissions
from wagtail.admin.api import views as api
from wagtail.models import Workflow

from courses.models import CourseIndexPage
from institutions import roles
from institutions.ownership import OwnPagesPolicy
from tests import factories
from tests.admin_walk import World
from tests.test_permissions import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def world(settings):
    """Two institutions, and an account of the first for each group."""
    settings.SECOND_FACTOR_REQUIRED = False
    return World()


def test_wagtail_asks_our_policy():
    # What institutions.ownership relies on: one policy object for all views, and the class that the API makes anew.
    assert isinstance(permissions.page_permission_policy, OwnPagesPolicy)
    assert api.PagePermissionPolicy is OwnPagesPolicy


LISTS_AND_CHOOSERS = [
    "/cms/pages/search/?q=THEIRS",
    "/cms/choose-page/search/?q=THEIRS",
    "/cms/choose-page/",
    "/cms/reports/aging-pages/",
    "/cms/reports/workflow/",
    "/cms/reports/workflow_tasks/",
    "/cms/api/main/pages/?limit=20",
    "/cms/",
]


def test_lists_and_choosers_never_name_a_page_of_others(world):
    theirs = world.page(world.foreign)
    theirs.title = theirs.draft_title = "秘密合唱团"
    theirs.save()
    named = []
    for letter in "EMBA":
        staff = signed_in(Client(), world.accounts[letter])
        for address in LISTS_AND_CHOOSERS:
            page = staff.get(address.replace("THEIRS", "秘密合唱团"))
            assert page.status_code == 200, (letter, address)
            text = page.content.decode()
            if f"/cms/pages/{theirs.pk}/" in text or f'"id": {theirs.pk},' in text:
                named.append((letter, address))
    assert named == []


def test_rights_on_the_list_do_not_reach_the_list_itself(client, world):
    manager = signed_in(client, world.accounts["M"])
    for name in ("edit", "unpublish", "delete", "set_page_position"):
        response = manager.get(reverse(f"wagtailadmin_pages:{name}", args=[world.listing.pk]))
        assert (response.status_code, response.get("Location")) == (302, "/cms/")
    assert CourseIndexPage.objects.get().permissions_for_user(world.accounts["M"]).can_publish_subpage()


def pathways_of(world):
    """A pathway of the own school and one of another, whose college is the own institution; groups are made anew."""
    theirs = factories.pathway(title="别校贯通", institution=world.theirs)
    ours = factories.pathway(title="本校贯通", institution=world.accounts["M"].posts.get().institution)
    for page in (theirs, ours):
        page.save_revision()
    roles.make_groups()
    return ours, theirs


def test_pathways_belong_to_the_secondary_school_like_courses(client, world):
    ours, theirs = pathways_of(world)
    manager = signed_in(client, world.accounts["M"])
    edit = [manager.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code for page in (ours, theirs)]
    assert edit == [200, 404]
    assert ours.permissions_for_user(world.accounts["M"]).can_publish()
    assert not ours.permissions_for_user(world.accounts["E"]).can_publish()
    assert ours.permissions_for_user(world.accounts["E"]).can_edit()
    assert not theirs.permissions_for_user(world.accounts["M"]).can_edit()
    listed = manager.get(reverse("wagtailadmin_explore", args=[ours.get_parent().pk])).content.decode()
    assert "本校贯通" in listed
    assert "别校贯通" not in listed


def test_the_list_of_pathways_is_nobody_s_and_its_pages_are_approved_by_the_own_manager(client, world):
    ours, _theirs = pathways_of(world)
    listing = ours.get_parent().specific
    manager = signed_in(client, world.accounts["M"])
    for name in ("edit", "unpublish", "delete"):
        response = manager.get(reverse(f"wagtailadmin_pages:{name}", args=[listing.pk]))
        assert (response.status_code, response.get("Location")) == (302, "/cms/")
    assert listing.permissions_for_user(world.accounts["E"]).can_add_subpage()
    assert ours.get_workflow().name == roles.WORKFLOW
    state = ours.get_workflow().start(ours, world.accounts["E"])
    task = state.current_task_state.task.specific
    assert task.get_actions(ours, world.accounts["M"])
    assert task.get_actions(ours, world.accounts["E"]) == []


def test_the_manager_edits_the_page_of_the_own_institution_only(client, world):
    manager = signed_in(client, world.accounts["M"])
    own, foreign = (
        reverse("wagtailadmin_pages:edit", args=[world_of["institution_page"]])
        for world_of in (world.own, world.foreign)
    )
    assert manager.get(own).status_code == 200
    assert manager.get(foreign).status_code == 404


def test_only_managers_of_the_page_s_institution_may_approve_and_are_told(client, world, mailoutbox):
    task = Workflow.objects.get(name=roles.WORKFLOW).tasks.get().specific
    manager = world.accounts["M"]
    assert task.get_actions(world.page(world.own), manager)
    assert task.get_actions(world.page(world.foreign), manager) == []
    waiting = task.get_task_states_user_can_moderate(manager)
    assert [state.pk for state in waiting] == [world.own["task_state_id"]]


def test_pictures_are_those_of_the_own_institution_and_the_shared_ones(client, world):
    editor = signed_in(client, world.accounts["E"])
    shown = editor.get(reverse("wagtailimages_chooser:choose")).content.decode()
    assert f"/cms/images/chooser/chosen/{world.own['image_id']}/" in shown
    assert f"/cms/images/chooser/chosen/{world.foreign['image_id']}/" not in shown
    world.accounts["E"].posts.all().delete()
    world.accounts["E"].posts.create(institution=world.theirs)
    shown = editor.get(reverse("wagtailimages_chooser:choose")).content.decode()
    assert f"/cms/images/chooser/chosen/{world.own['image_id']}/" not in shown
