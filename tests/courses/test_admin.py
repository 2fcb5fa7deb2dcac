"""Staff edit intakes in the admin: their own, in their units, without taking from anyone what they hold."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Site

from courses import enrollment
from courses.admin_forms import AgeWidget, IntakeForm, YuanField
from courses.models import (
    Category,
    ClassMeeting,
    CommunityCoursePage,
    CourseIndexPage,
    Holiday,
    Intake,
    SeatPool,
)
from courses.states import State
from institutions import roles
from institutions.models import Institution, Staff
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def courses_page():
    """The list of courses, and the groups that have rights there."""
    root = Site.objects.first().root_page if Site.objects.exists() else Page.objects.get(depth=1)
    page = root.add_child(instance=CourseIndexPage(title="课程", slug="courses"))
    call_command("make_groups", verbosity=0)
    return page


def course(parent, *, of, title="剪纸"):
    """A published community course of an institution."""
    category = Category.objects.get_or_create(name="手工", slug="shougong")[0]
    page = CommunityCoursePage(title=title, summary="学会剪窗花。", institution=of, category=category)
    return parent.add_child(instance=page)


def staff(group, institution):
    """An account that works for an institution, in a group, past the second factor."""
    account = factories.account(is_staff=True)
    account.groups.add(Group.objects.get(name=group))
    Staff.objects.create(account=account, institution=institution)
    return account


def sign_in(client, account):
    """Sign in, past the second factor."""
    client.force_login(account)
    session = client.session
    session["second_factor_not_now"] = True
    session.save()
    return client


@pytest.fixture
def tahe():
    """Our institution."""
    return factories.institution(name="塔河县社区教育学院")


@pytest.fixture
def huma():
    """Someone else's institution."""
    return factories.institution(name="呼玛县社区教育学院", district=factories.district("232721", "呼玛县"))


@pytest.fixture
def manager(client, courses_page, tahe, settings):
    """A client in which the manager of our institution is signed in."""
    settings.SECOND_FACTOR_REQUIRED = False
    return sign_in(client, staff(roles.MANAGER, tahe))


@pytest.fixture
def paper(courses_page, tahe):
    """Our course."""
    return course(courses_page, of=tahe)


def form_of(intake=None, *, pools=None, **changes):
    """What a browser sends for the form of an intake: the stored values, with changes."""
    local = timezone.localtime()
    data = {
        "program": "",
        "code": "2026Q-031",
        "label": "",
        "term": "",
        "status": "draft",
        "opens_at": f"{local:%Y-%m-%d %H:%M}",
        "closes_at": f"{local + timedelta(days=20):%Y-%m-%d %H:%M}",
        "offer_hours": "24",
        "withdraw_hours": "0",
        "minimum": "0",
        "attendance_percent": "60",
        "absence_limit": "3",
        "fee": "0",
        "residents_of": [],
    }
    rows = []
    if intake is not None:
        data |= {name: getattr(intake, name) for name in ("code", "label", "status", "offer_hours", "minimum")}
        data |= {"program": intake.program_id, "term": intake.term_id}
        for name in ("opens_at", "closes_at"):
            data[name] = f"{timezone.localtime(getattr(intake, name)):%Y-%m-%d %H:%M}"
        stored = intake.pools.all() if pools is None else pools
        rows = [{"id": pool.pk, "name": pool.name, "capacity": pool.capacity} for pool in stored]
    rows = rows or [{"name": "公开名额", "capacity": "12"}]
    data |= management("pools", rows, stored=intake is not None)
    data |= management("meetings", meeting_rows(intake), stored=intake is not None)
    return data | changes


def meeting_rows(intake):
    """The stored meetings as rows of a form."""
    meetings = intake.meetings.all() if intake else []
    return [
        {
            "id": meeting.pk,
            "starts_at": f"{timezone.localtime(meeting.starts_at):%Y-%m-%d %H:%M}",
            "ends_at": f"{timezone.localtime(meeting.ends_at):%Y-%m-%d %H:%M}",
        }
        for meeting in meetings
    ]


def management(prefix, rows, *, stored):
    """A formset as a browser sends it."""
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": len(rows) if stored else 0}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


PATTERN = {
    "pattern_weekdays": ["2"],
    "pattern_start": "19:00",
    "pattern_end": "20:30",
    "pattern_first_day": "2027-09-20",
    "pattern_count": "3",
    "pattern_skip_holidays": "on",
    "make_meetings": "on",
}


def send(client, data, intake=None):
    """Send the form; to the stored intake, or as a new one."""
    url = reverse("intake:edit", args=[intake.pk]) if intake else reverse("intake:add")
    return client.post(url, data)


def errors(response):
    """Every message of the form that came back, by field; of pools as pools-0-capacity."""
    form = response.context["form"]
    found = {name: list(messages) for name, messages in form.errors.items()}
    for prefix, formset in form.formsets.items():
        for number, child in enumerate(formset.forms):
            found |= {f"{prefix}-{number}-{name}": list(messages) for name, messages in child.errors.items()}
    return found


def test_a_manager_makes_an_intake_with_a_weekly_pattern(manager, paper):
    Holiday.objects.create(name="国庆", starts_on="2027-10-01", ends_on="2027-10-07")
    term = factories.term()
    data = form_of(program=paper.pk, term=term.pk, closes_at="", fee="120.50", min_age_0="18", min_age_1="12")
    response = send(
        manager,
        data
        | PATTERN
        | {"residents_of": ["232722"], "max_age_0": "30", "max_age_1": "1"}
        | {"max_age_0": "60", "max_age_1": "12"},
    )
    assert response.status_code == 302, errors(response)
    intake = Intake.objects.get(code="2026Q-031")
    starts = [f"{timezone.localtime(meeting.starts_at):%m-%d %H:%M}" for meeting in intake.meetings.all()]
    assert starts == ["09-22 19:00", "09-29 19:00", "10-13 19:00"]
    assert (intake.meeting_count, intake.weekdays, intake.day_parts) == (3, 0b100, 0b100)
    assert intake.closes_at == intake.starts_at == intake.meetings.first().starts_at
    assert (intake.fee, intake.min_age, intake.max_age) == (12050, 216, 720)
    assert intake.residents_of == ["232722"]
    assert [(pool.name, pool.capacity) for pool in intake.pools.all()] == [("公开名额", 12)]


def test_the_form_for_a_new_intake_brings_what_is_usual(manager, paper):
    term = factories.term()
    response = manager.get(reverse("intake:add"), {"program": paper.pk})
    form = response.context["form"]
    assert form["program"].value() == paper.pk
    assert form["term"].value() == term.pk
    assert form["district"].value() == "232722"
    assert abs(form.initial["opens_at"] - timezone.now()) < timedelta(minutes=2)
    assert "lottery" not in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"pattern_end": "18:00"}, "pattern_end"),
        ({"pattern_weekdays": []}, "pattern_weekdays"),
        ({"pattern_count": ""}, "pattern_count"),
        ({"pattern_start": ""}, "pattern_start"),
        ({"make_meetings": ""}, "make_meetings"),
        ({"closes_at": "2020-01-01 00:00"}, "closes_at"),
        ({"fee": "1.234"}, "fee"),
        ({"min_age_0": "sixty"}, "min_age"),
        ({"min_age_0": "70", "max_age_0": "60"}, "max_age"),
        ({"pools-0-capacity": ""}, "pools-0-capacity"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(manager, paper, changes, field):
    data = form_of(program=paper.pk, term=factories.term().pk) | PATTERN
    units = {"min_age_1": "12", "max_age_1": "12"}
    response = send(manager, data | units | changes)
    assert field in errors(response)
    assert not Intake.objects.exists()


def test_an_intake_without_any_date_must_say_when_enrollment_closes(manager, paper):
    response = send(manager, form_of(program=paper.pk, term=factories.term().pk, closes_at=""))
    assert "closes_at" in errors(response)


def test_seats_that_people_hold_cannot_be_taken_away(manager, paper):
    intake = factories.intake(program=paper, seats=3)
    SeatPool.objects.filter(intake=intake).update(seats_taken=2)
    response = send(manager, form_of(intake) | {"pools-0-capacity": "1"}, intake)
    assert "pools-0-capacity" in errors(response)
    assert intake.pools.get().capacity == 3


def test_saving_keeps_the_seats_that_were_taken_while_the_form_was_open(manager, paper):
    intake = factories.intake(program=paper, seats=3)
    data = form_of(intake) | {"pools-0-capacity": "5"}
    SeatPool.objects.filter(intake=intake).update(seats_taken=2, waiting=1)
    assert send(manager, data, intake).status_code == 302
    pool = SeatPool.objects.get(intake=intake)
    assert (pool.capacity, pool.seats_taken, pool.waiting) == (5, 2, 1)


def test_a_seat_taken_at_the_very_moment_of_saving_gives_the_same_message(manager, paper, monkeypatch):
    intake = factories.intake(program=paper, seats=3)
    validate = IntakeForm.is_valid

    def validate_and_then_someone_enrolls(form):
        result = validate(form)
        SeatPool.objects.filter(intake=intake).update(seats_taken=3)
        return result

    monkeypatch.setattr(IntakeForm, "is_valid", validate_and_then_someone_enrolls)
    response = send(manager, form_of(intake, label="新名字") | {"pools-0-capacity": "1"}, intake)
    assert "3" in errors(response)["pools-0-capacity"][0]
    intake.refresh_from_db()
    assert (intake.label, intake.pools.get().capacity) == ("", 3)


def test_more_seats_go_to_those_who_wait_at_once(manager, paper):
    intake = factories.intake(program=paper, seats=1)
    first, second = factories.learner(), factories.learner()
    for learner in (first, second):
        enrollment.submit(intake=intake, learner=learner, by=learner.account)
    response = send(manager, form_of(intake) | {"pools-0-capacity": "2"}, intake)
    assert response.status_code == 302
    assert second.enrollments.get().state == State.OFFERED
    assert SeatPool.objects.get(intake=intake).seats_taken == 2


def test_a_pool_with_people_in_it_cannot_be_removed(manager, paper):
    intake = factories.intake(program=paper, pools=[{"name": "甲", "capacity": 1}, {"name": "乙", "capacity": 1}])
    learner = factories.learner()
    enrollment.submit(intake=intake, learner=learner, by=learner.account)
    held = list(intake.pools.values_list("pk", flat=True)).index(learner.enrollments.get().pool_id)
    response = send(manager, form_of(intake) | {f"pools-{held}-DELETE": "on"}, intake)
    assert response.status_code == 200
    assert intake.pools.count() == 2
    response = send(manager, form_of(intake) | {f"pools-{1 - held}-DELETE": "on"}, intake)
    assert response.status_code == 302
    assert intake.pools.count() == 1


def test_a_class_with_people_is_cancelled_not_hidden(manager, paper):
    intake = factories.intake(program=paper)
    learner = factories.learner()
    enrollment.submit(intake=intake, learner=learner, by=learner.account)
    assert "status" in errors(send(manager, form_of(intake, status="draft"), intake))
    url = reverse("intake:cancel", args=[intake.pk])
    assert "1" in manager.get(url).content.decode()
    assert manager.post(url, {"note": ""}).status_code == 200
    manager.post(url, {"note": "老师生病"})
    intake.refresh_from_db()
    assert (intake.status, intake.status_note) == (Intake.Status.CANCELLED, "老师生病")
    assert learner.enrollments.get().state == State.CANCELLED
    # A form that was open meanwhile does not bring it back.
    assert send(manager, form_of(intake, status="published"), intake).status_code == 302
    intake.refresh_from_db()
    assert intake.status == Intake.Status.CANCELLED


def test_deleting_an_intake_with_enrollments_is_refused_in_words(manager, paper):
    intake = factories.intake(program=paper)
    empty = factories.intake(program=paper)
    learner = factories.learner()
    enrollment.submit(intake=intake, learner=learner, by=learner.account)
    response = manager.post(reverse("intake:delete", args=[intake.pk]), follow=True)
    assert response.status_code == 200
    assert Intake.objects.filter(pk=intake.pk).exists()
    assert list(response.context["messages"])
    manager.post(reverse("intake:delete", args=[empty.pk]))
    assert not Intake.objects.filter(pk=empty.pk).exists()


@pytest.fixture
def administrator(client, courses_page, settings):
    """A client of a superuser."""
    settings.SECOND_FACTOR_REQUIRED = False
    return sign_in(client, factories.account(is_staff=True, is_superuser=True))


def test_deleting_a_page_with_intakes_is_refused_in_words(administrator, courses_page, paper):
    factories.intake(program=paper)
    for page in (paper, courses_page):
        response = administrator.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)
        assert response.status_code == 200
        assert list(response.context["messages"])
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    administrator.post(f"{bulk}?id={paper.pk}&next=/cms/")
    assert CommunityCoursePage.objects.filter(pk=paper.pk).exists()


def test_deleting_an_institution_in_use_is_refused_in_words(administrator, paper, tahe):
    response = administrator.post(reverse("institution:delete", args=[tahe.pk]), follow=True)
    assert response.status_code == 200
    assert "剪纸" in str(next(iter(response.context["messages"])))
    assert Institution.objects.filter(pk=tahe.pk).exists()


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


def test_the_meetings_can_be_made_again_later(manager, paper):
    intake = factories.intake(program=paper)
    begun = timezone.now() - timedelta(days=1)
    ClassMeeting.objects.create(intake=intake, starts_at=begun, ends_at=begun + timedelta(hours=1))
    assert send(manager, form_of(intake) | PATTERN, intake).status_code == 302
    starts = list(ClassMeeting.objects.filter(intake=intake).values_list("starts_at", flat=True))
    assert len(starts) == 4
    # Minutes only: the form has no seconds.
    assert abs(starts[0] - begun) < timedelta(minutes=1)
