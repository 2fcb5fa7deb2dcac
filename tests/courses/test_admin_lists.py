"""What staff see of intakes: their own only, found and filtered, in units that people use."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse

from courses.admin.intake_forms import AgeWidget, YuanField
from courses.models import (
    Intake,
)
from institutions import roles
from tests import factories
from tests.courses.intake_forms import course, errors, form_of, send, sign_in
from tests.courses.staff_screens import staff

pytestmark = pytest.mark.django_db


def test_lists_and_choices_show_ones_own_institution_only(manager, courses_page, paper, huma, tahe):
    theirs = course(courses_page, of=huma, title="合唱")
    factories.intake(program=theirs, code="THEIRS-1")
    factories.intake(program=paper, code="MINE-1")
    listed = manager.get(reverse("intake:index")).content.decode()
    assert "MINE-1" in listed
    assert "THEIRS-1" not in listed
    form = manager.get(reverse("intake:add")).context["form"]
    assert [program.pk for program in form.fields["program"].queryset] == [paper.pk]
    response = send(manager, form_of(program=theirs.pk, term=factories.term().pk))
    assert "program" in errors(response)
    assert manager.get(reverse("institution:edit", args=[huma.pk])).status_code == 404
    assert manager.get(reverse("institution:edit", args=[tahe.pk])).status_code == 200
    explored = manager.get(reverse("wagtailadmin_explore", args=[courses_page.pk])).content.decode()
    assert "剪纸" in explored
    assert "合唱" not in explored


def test_pages_of_programs_of_others_cannot_be_touched(manager, courses_page, paper, huma):
    theirs = course(courses_page, of=huma, title="合唱")
    for name in ("edit", "delete", "unpublish", "move", "history", "usage"):
        response = manager.get(reverse(f"wagtailadmin_pages:{name}", args=[theirs.pk]))
        assert response.status_code == 404, name
    assert manager.get(reverse("wagtailadmin_pages:edit", args=[paper.pk])).status_code == 200


def test_an_editor_without_the_right_to_intakes_sees_none(client, courses_page, tahe, paper, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    sign_in(client, staff(roles.EDITOR, tahe))
    intake = factories.intake(program=paper)
    for url in (reverse("intake:index"), reverse("intake:edit", args=[intake.pk]), reverse("intake:add")):
        assert client.get(url).status_code == 302
    assert client.get(reverse("intake:cancel", args=[intake.pk])).status_code == 404
    page = client.get(reverse("wagtailadmin_pages:edit", args=[paper.pk]))
    assert page.status_code == 200
    assert reverse("intake:add") not in page.content.decode()


def test_the_list_is_searched_and_filtered(manager, paper):
    factories.intake(program=paper, code="A-1", status=Intake.Status.DRAFT)
    factories.intake(program=paper, code="B-2")
    for query, found in (("q=A-1", "A-1"), ("status=published", "B-2"), ("q=剪纸&status=draft", "A-1")):
        page = manager.get(f"{reverse('intake:index_results')}?{query}").content.decode()
        assert found in page
        assert {"A-1": "B-2", "B-2": "A-1"}[found] not in page


def test_the_list_asks_the_database_the_same_few_questions_however_long_it_is(
    manager, paper, django_assert_max_num_queries
):
    for _ in range(12):
        factories.intake(program=paper)
    with django_assert_max_num_queries(22):
        manager.get(reverse("intake:index_results"))


def test_a_programs_page_leads_to_its_intakes(manager, paper):
    intake = factories.intake(program=paper, label="周三晚班")
    page = manager.get(reverse("wagtailadmin_pages:edit", args=[paper.pk])).content.decode()
    assert reverse("intake:edit", args=[intake.pk]) in page
    assert f"{reverse('intake:add')}?program={paper.pk}" in page


def test_the_menu_leads_to_programs_intakes_and_institutions(manager, courses_page):
    home = manager.get("/cms/").content.decode()
    for url in (reverse("intake:index"), reverse("institution:index"), f"/cms/pages/{courses_page.pk}/"):
        assert url in home


@pytest.mark.parametrize(
    ("months", "shown"), [(None, ["", "12"]), (720, [60, "12"]), (18, [18, "1"]), ("x", ["x", "12"])]
)
def test_ages_are_shown_in_years_where_they_are_whole(months, shown):
    assert AgeWidget().decompress(months) == shown


@pytest.mark.parametrize(
    ("typed", "months"),
    [(("60", "12"), "720"), (("1.5", "12"), "18"), (("18", "1"), "18"), (("x", "12"), "x"), (("", "12"), "")],
)
def test_ages_typed_in_years_or_months_are_months(typed, months):
    data = {"age_0": typed[0], "age_1": typed[1]}
    assert AgeWidget().value_from_datadict(data, {}, "age") == months


@pytest.mark.parametrize(("typed", "fen"), [("120", 12000), ("0.01", 1), ("", 0), ("19.99", 1999)])
def test_fees_typed_in_yuan_are_fen_and_shown_in_yuan(typed, fen):
    field = YuanField(required=False)
    assert field.clean(typed) == fen
    assert not field.has_changed(fen, field.prepare_value(fen))


def test_groups_can_be_made_again_and_again(courses_page):
    def rights():
        return {
            group.name: (
                sorted(group.permissions.values_list("codename", flat=True)),
                group.page_permissions.count(),
                group.collection_permissions.count(),
            )
            for group in Group.objects.filter(name__in=roles.ROLES)
        }

    before = rights()
    call_command("make_groups", verbosity=0)
    assert rights() == before
    assert set(before) == set(roles.ROLES)
    assert before[roles.OFFICER][1] == 0
    assert before[roles.MANAGER][1] == 3
