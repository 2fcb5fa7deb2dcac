"""Where people decide: shortlist, interview, decision with a reason; never more seats than there are."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses import enrollment, reviewing
from courses.models import Intake, Review
from courses.moves import MoveRefused
from courses.states import Reason, State
from notifications.models import Message
from tests import factories
from tests.courses import staff_screens
from tests.courses.invariants import assert_invariants

pytestmark = pytest.mark.django_db


def review_class(**fields):
    return factories.intake(admission_rule=Intake.AdmissionRule.REVIEW, **fields)


def applied(to, **options):
    return factories.enroll(to, **options)


def fresh(row):
    row.refresh_from_db()
    return row


def test_an_application_holds_no_seat_until_it_is_decided():
    row = applied(review_class(seats=1), text="我做过三年面点。")
    assert (row.state, row.pool, row.review.text) == (State.SUBMITTED, None, "我做过三年面点。")
    assert Message.objects.get(account=row.account).kind == "enrollment_submitted"
    assert_invariants()


def test_shortlist_interview_and_offer_each_told_once():
    row, by = applied(review_class(seats=1)), factories.account()
    reviewing.shortlist(row, by=by)
    at = timezone.now() + timedelta(days=3)
    reviewing.invite(row, by=by, at=at, place="二楼 203 室")
    reviewing.invite(row, by=by, at=at, place="二楼 203 室")
    reviewing.admit(row, by=by)
    assert fresh(row).state == State.OFFERED
    kinds = [message.kind for message in Message.objects.filter(account=row.account).order_by("pk")]
    assert kinds == ["enrollment_submitted", "review_shortlisted", "review_invited", "enrollment_offered"]
    assert "二楼 203 室" in Message.objects.get(kind="review_invited").body
    assert (row.review.step, row.review.decided_by) == (Review.Step.DECIDED, by)
    enrollment.confirm(row, by=row.account)
    assert_invariants()


def test_deciding_never_exceeds_the_seats_and_who_waits_is_offered_the_next():
    course, by = review_class(seats=1), factories.account()
    first, second = applied(course), applied(course)
    reviewing.admit(first, by=by)
    with pytest.raises(MoveRefused):
        reviewing.admit(second, by=by)
    reviewing.wait(second, by=by)
    assert fresh(second).state == State.WAITLISTED
    enrollment.decline(fresh(first), by=first.account)
    assert fresh(second).state == State.OFFERED
    assert_invariants()


def test_a_refusal_has_a_listed_reason_and_is_final():
    row, by = applied(review_class()), factories.account()
    reviewing.refuse(row, by=by, reason=Reason.NOT_AT_INTERVIEW, note="下次请提前来电。")
    assert "（下次请提前来电）。" in Message.objects.filter(account=row.account).last().body
    last = fresh(row).history.last()
    assert (row.state, last.by, last.reason) == (State.NOT_ADMITTED, by, Reason.NOT_AT_INTERVIEW)
    for act in (reviewing.shortlist, reviewing.admit, reviewing.wait):
        with pytest.raises(MoveRefused):
            act(row, by=by)


def test_other_classes_are_not_reviewed():
    row = factories.enroll(factories.intake())
    with pytest.raises(MoveRefused):
        reviewing.shortlist(row, by=None)


def test_staff_decide_on_the_roster_and_others_see_nothing(settings):
    intake, officer, manager_elsewhere = staff_screens.two_counties(settings)
    Intake.objects.update(admission_rule=Intake.AdmissionRule.REVIEW)
    row = applied(Intake.objects.get(pk=intake.pk))
    client = staff_screens.signed_in(officer)
    roster = client.get(reverse("enrollment:roster", args=[intake.pk])).content.decode()
    assert reverse("enrollment:act", args=["shortlist"]) in roster
    at = f"{timezone.localtime() + timedelta(days=2):%Y-%m-%d %H:%M}"
    answers = {"id": row.pk, "asked": "1", "at": at, "place": "203"}
    client.post(reverse("enrollment:act", args=["invite"]), answers)
    assert Review.objects.get().step == Review.Step.INVITED
    page = client.get(reverse("intake:index") + "?waits=reviews").content.decode()
    assert intake.code in page
    elsewhere = staff_screens.signed_in(manager_elsewhere)
    assert elsewhere.post(reverse("enrollment:act", args=["admit"]), answers | {"note": ""}).status_code == 404
    client.post(reverse("enrollment:act", args=["admit"]), answers | {"note": ""})
    assert fresh(row).state == State.OFFERED
