"""Staff edit intakes in the admin: their own, in their units, without taking from anyone what they hold."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses import enrollment
from courses.admin.intake_forms import IntakeForm
from courses.models import (
    ClassMeeting,
    CommunityCoursePage,
    Holiday,
    Intake,
    SeatPool,
)
from courses.states import State
from institutions.models import Institution
from tests import factories
from tests.courses.intake_forms import PATTERN, errors, form_of, send

pytestmark = [pytest.mark.django_db, pytest.mark.once]


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


def test_the_meetings_can_be_made_again_later(manager, paper):
    intake = factories.intake(program=paper)
    begun = timezone.now() - timedelta(days=1)
    ClassMeeting.objects.create(intake=intake, starts_at=begun, ends_at=begun + timedelta(hours=1))
    assert send(manager, form_of(intake) | PATTERN, intake).status_code == 302
    starts = list(ClassMeeting.objects.filter(intake=intake).values_list("starts_at", flat=True))
    assert len(starts) == 4
    # Minutes only: the form has no seconds.
    assert abs(starts[0] - begun) < timedelta(minutes=1)
