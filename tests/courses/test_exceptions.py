"""Bending a rule: asked with a listed reason, approved by another person, done by the engine, counted in public."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from courses import enrollment as process
from courses.answering import exceptions, figures
from courses.models import CaseEntry, Intake, Pledge, RuleException
from courses.states import State
from courses.today import figures as today
from institutions import roles
from tests.courses.invariants import assert_invariants
from tests.courses.staff_screens import signed_in, staff, two_counties
from tests.factories import account, enroll, intake, learner

pytestmark = pytest.mark.django_db
WHY = {"why": "school_error", "note": "登记时把他的班次弄错了。"}


@pytest.fixture
def clerk():
    return account()


@pytest.fixture
def manager():
    return account()


def acts():
    return list(CaseEntry.objects.values_list("act", flat=True))


def test_a_seat_out_of_order_is_one_more_seat_and_takes_nothing_from_those_in_front(clerk, manager):
    course = intake(seats=1)
    enroll(course)
    first, second = enroll(course), enroll(course)
    asked = exceptions.ask_seat(second, by=clerk, **WHY)
    assert second.waitlist_position == 2

    exceptions.approve(asked, by=manager)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (second.state, first.state, first.waitlist_position) == (State.OFFERED, State.WAITLISTED, 1)
    assert (course.pools.get().capacity, second.history.last().reason) == (2, "exception")
    assert acts() == ["exception_asked", "exception_approved"]
    assert_invariants()


def test_one_person_alone_cannot_bend_a_rule(clerk):
    course = intake(seats=1)
    enroll(course)
    waiting = enroll(course)
    asked = exceptions.ask_seat(waiting, by=clerk, **WHY)
    for who in (clerk, waiting.account):
        with pytest.raises(exceptions.ExceptionRefused):
            exceptions.approve(asked, by=who)
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleException.objects.filter(pk=asked.pk).update(decided_by=clerk)
    waiting.refresh_from_db()
    assert waiting.state == State.WAITLISTED


def test_refused_expired_or_asked_twice_nothing_changes(clerk, manager):
    course = intake(seats=1)
    enroll(course)
    waiting = enroll(course)
    asked = exceptions.ask_seat(waiting, by=clerk, **WHY)
    with pytest.raises(exceptions.ExceptionRefused):
        exceptions.ask_seat(waiting, by=clerk, **WHY)
    exceptions.refuse(asked, by=manager)
    again = exceptions.ask_seat(waiting, by=clerk, **WHY)
    RuleException.objects.filter(pk=again.pk).update(expires_at=timezone.now())
    with pytest.raises(exceptions.ExceptionRefused):
        exceptions.approve(again, by=manager)
    assert (exceptions.expire_old(), exceptions.expire_old()) == (1, 0)
    waiting.refresh_from_db()
    assert waiting.state == State.WAITLISTED
    assert_invariants()


def closed_class(**fields):
    course = intake(**fields)
    Intake.objects.filter(pk=course.pk).update(closes_at=timezone.now() - timedelta(hours=1))
    course.refresh_from_db()
    return course


def test_after_the_window_a_second_person_lets_one_in_where_a_seat_is_free(clerk, manager):
    course, who = closed_class(seats=1), learner()
    with pytest.raises(process.NotOpen):
        enroll(course, who)

    made = exceptions.approve(exceptions.ask_late(course, who, by=clerk, **WHY), by=manager)

    assert (made.state, made.learner, acts()) == (State.ENROLLED, who, ["exception_asked", "exception_approved"])
    other = exceptions.ask_late(course, learner(), by=clerk, **WHY)
    with pytest.raises(exceptions.ExceptionRefused):
        exceptions.approve(other, by=manager)
    other.refresh_from_db()
    assert (other.state, course.enrollments.count()) == ("asked", 1)
    assert_invariants()


def test_all_other_rules_hold_and_an_open_class_needs_no_exception(clerk, manager):
    young = learner(birth_date=timezone.localdate() - timedelta(days=365 * 20))
    asked = exceptions.ask_late(closed_class(min_age=60 * 12), young, by=clerk, **WHY)
    with pytest.raises(process.NotEligible):
        exceptions.approve(asked, by=manager)
    with pytest.raises(exceptions.ExceptionRefused):
        exceptions.ask_late(intake(), young, by=clerk, **WHY)


def test_in_the_admin_an_officer_asks_and_a_manager_finds_it_on_today(settings):
    course, officer, huma = two_counties(settings)
    manager = staff(roles.MANAGER, course.program.institution)
    for _seat in range(3):
        enroll(course)
    waiting = enroll(course)
    page = signed_in(officer).get(reverse("enrollment:inspect", args=[waiting.pk]))
    new = f"{reverse('exception:add')}?enrollment={waiting.pk}"
    assert new in page.text.replace("&amp;", "&")
    asked = signed_in(officer).post(new, WHY).url
    assert [figure.count for figure in today(manager) if "exception" in figure.url] == [1]

    signed_in(officer).post(asked, {"approve": "1"})
    assert RuleException.objects.get().state == "asked"
    assert signed_in(huma).get(asked).status_code == 404
    signed_in(manager).post(asked, {"approve": "1"})

    waiting.refresh_from_db()
    assert waiting.state == State.OFFERED


def test_a_late_entry_is_asked_for_by_number(settings):
    course, officer, _huma = two_counties(settings)
    Intake.objects.filter(pk=course.pk).update(closes_at=timezone.now() - timedelta(hours=1))
    who = learner()
    sent = signed_in(officer).post(reverse("exception:add"), WHY | {"intake": course.code, "who": who.account.phone})
    assert sent.status_code == 302
    assert (RuleException.objects.get().learner, RuleException.objects.get().kind) == (who, "late")


def test_a_family_has_one_phone_and_the_name_says_who(settings):
    course, officer, _huma = two_counties(settings)
    Intake.objects.filter(pk=course.pk).update(closes_at=timezone.now() - timedelta(hours=1))
    mother = learner(name="王秀芝")
    learner(name="陈小树", of=mother.account)
    said = WHY | {"intake": course.code, "who": mother.account.phone}
    refused = signed_in(officer).post(reverse("exception:add"), said).context["form"]
    assert "王秀芝" in str(refused.errors["who"])
    said["who"] += " 陈小树"
    assert signed_in(officer).post(reverse("exception:add"), said).status_code == 302
    assert RuleException.objects.get().learner.name == "陈小树"


def test_the_public_reads_counts_by_reason(client, clerk, manager):
    course = closed_class(seats=9)
    for number in range(6):
        why = "site_down" if number else "hardship"
        asked = exceptions.ask_late(course, learner(), by=clerk, why=why, note="网站打不开。")
        exceptions.approve(asked, by=manager)
    assert figures.compute()["exceptions"] == {"site_down": 5, "hardship": 1}
    Pledge.objects.create(title="零暗箱", text="照规矩办。")
    page = client.get(reverse("pledges")).text
    assert str(RuleException.Why.SITE_DOWN.label) in page
    assert "登记时" not in page
