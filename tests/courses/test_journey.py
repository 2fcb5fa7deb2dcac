"""The journey through the views: who → check → done, then my page; and every way in which it can go wrong."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Learner
from courses import enrollment as process
from courses.models import Enrollment, Intake
from courses.states import State
from tests.factories import account, district, intake, learner

pytestmark = pytest.mark.django_db


@pytest.fixture
def resident(client):
    """A signed-in account."""
    who = account()
    client.force_login(who)
    return who


def check_url(course, who):
    return reverse("enroll_check", args=[course.pk, who.pk])


def agree(client, course, who, **data):
    """Open the check page, agree and send it; returns the answer and what was sent."""
    shown = client.get(check_url(course, who)).context["form"]
    sent = {"form_key": shown["form_key"].value(), "consent": "on"} | data
    return client.post(check_url(course, who), sent), sent


def test_signed_out_visitors_are_asked_to_sign_in_and_come_back(client):
    course = intake()

    answer = client.get(reverse("enroll", args=[course.pk]))

    assert answer.url == f"/account/login/?next=/enroll/{course.pk}/"


def test_three_screens_to_a_free_seat(client, resident):
    course, me = intake(), learner(of=resident, name="王秀兰")

    who = client.get(reverse("enroll", args=[course.pk]))
    check = client.get(reverse("enroll", args=[course.pk]), {"learner": me.pk}, follow=True)
    answer, _sent = agree(client, course, me)
    done = client.get(answer.url)

    enrollment = Enrollment.objects.get()
    assert "王秀兰" in who.content.decode()
    assert check.redirect_chain == [(check_url(course, me), 302)]
    assert enrollment.state == State.ENROLLED
    assert enrollment.reference in done.content.decode()
    assert enrollment.reference in client.get(reverse("my_page")).content.decode()


def test_a_newcomer_gives_only_a_name_for_a_class_without_rules(client, resident):
    course = intake()

    page = client.get(reverse("enroll", args=[course.pk]), follow=True)
    answer = client.post(reverse("enroll_new", args=[course.pk]), {"relation": "self", "name": "李建国"})

    assert page.redirect_chain == [(reverse("enroll_new", args=[course.pk]), 302)]
    assert not {"document_number", "district", "phone", "sex"} & set(page.context["form"].fields)
    assert answer.url == check_url(course, Learner.objects.get(name="李建国"))


def test_without_consent_nothing_happens_and_the_box_is_never_ticked(client, resident):
    course, me = intake(), learner(of=resident)

    page = client.get(check_url(course, me))
    answer, _sent = agree(client, course, me, consent="")

    assert " checked" not in page.content.decode()
    assert answer.status_code == 200
    assert answer.context["form"].errors["consent"]
    assert not Enrollment.objects.exists()


def test_consent_is_asked_once_for_a_learner(client, resident):
    me = learner(of=resident)
    agree(client, intake(), me)

    page = client.get(check_url(intake(starts_in=timedelta(days=16)), me))

    assert "consent" not in page.context["form"].fields


def test_every_reason_is_shown_before_anything_is_asked(client, resident):
    tahe = district()
    course = intake(min_age=60 * 12, residents_of=[tahe.code])
    young = learner(
        of=resident, name="王小明", birth_date=timezone.localdate() - timedelta(days=9000), lives_elsewhere=True
    )

    page = client.get(reverse("enroll", args=[course.pk])).content.decode()

    assert "王小明" in page
    assert "60" in page
    assert tahe.name in page
    assert f'value="{young.pk}" disabled' in page
    assert client.get(check_url(course, young)).context["result"].objections


def test_missing_facts_are_asked_for_and_nothing_else(client, resident):
    course = intake(residents_of=[district().code])
    me = learner(of=resident)

    page = client.get(check_url(course, me), follow=True)
    answer = client.post(
        reverse("enroll_details", args=[course.pk, me.pk]), {"district": district().code, "township": ""}
    )

    assert page.redirect_chain == [(reverse("enroll_details", args=[course.pk, me.pk]), 302)]
    assert "name" not in page.context["form"].fields
    assert answer.url == check_url(course, me)


def test_a_double_click_enrolls_once_and_both_answers_lead_to_it(client, resident):
    course, me = intake(), learner(of=resident)

    first, sent = agree(client, course, me)
    second = client.post(check_url(course, me), sent)

    assert Enrollment.objects.count() == 1
    assert second.url == first.url.removesuffix("?done=1")


def test_going_back_after_withdrawing_and_sending_the_old_form_enrolls_nobody(client, resident):
    course, me = intake(), learner(of=resident)
    _answer, sent = agree(client, course, me)
    made = Enrollment.objects.get()
    client.post(reverse("enrollment_withdraw", args=[made.reference]))

    answer = client.post(check_url(course, me), sent)

    assert answer.url == reverse("enrollment_detail", args=[made.reference])
    assert [row.state for row in Enrollment.objects.all()] == [State.WITHDRAWN]


def test_a_full_class_offers_the_waitlist_with_the_position(client, resident):
    course, me = intake(seats=0), learner(of=resident)
    other = learner()
    process.submit(intake=course, learner=other, by=other.account)

    answer, _sent = agree(client, course, me)
    page = client.get(answer.url).content.decode()

    assert Enrollment.objects.get(learner=me).waitlist_position == 2
    assert "2" in page


def test_an_offer_is_confirmed_from_my_page(client, resident):
    course, me, other = intake(seats=1), learner(of=resident), learner()
    first = process.submit(intake=course, learner=other, by=other.account)
    mine = process.submit(intake=course, learner=me, by=resident)
    process.withdraw(first, by=other.account)
    confirm = reverse("enrollment_confirm", args=[mine.reference])

    page = client.get(reverse("my_page")).content.decode()
    client.post(confirm)

    mine.refresh_from_db()
    assert confirm in page
    assert mine.state == State.ENROLLED


def test_withdrawing_tells_the_rule_and_asks_once(client, resident):
    mine = process.submit(intake=intake(), learner=learner(of=resident), by=resident)
    address = reverse("enrollment_withdraw", args=[mine.reference])

    page = client.get(address)
    mine.refresh_from_db()
    assert mine.state == State.ENROLLED
    assert page.context["withdraw_until"]
    client.post(address)

    mine.refresh_from_db()
    assert mine.state == State.WITHDRAWN


@pytest.mark.parametrize(
    "fields",
    [
        {"opens_at": timezone.now() + timedelta(hours=1)},
        {"opens_at": timezone.now() - timedelta(days=2), "closes_at": timezone.now() - timedelta(days=1)},
        {"status": Intake.Status.CANCELLED, "status_note": "教师生病"},
    ],
)
def test_a_class_that_is_not_open_says_so_on_every_screen(client, resident, fields):
    course, me = intake(**fields), learner(of=resident)

    for address in (
        reverse("enroll", args=[course.pk]),
        reverse("enroll_new", args=[course.pk]),
        check_url(course, me),
    ):
        page = client.get(address)
        assert "courses/enroll_closed.html" in [template.name for template in page.templates]
        assert fields.get("status_note", "") in page.content.decode()
    assert not Enrollment.objects.exists()


def test_drafts_are_not_found(client, resident):
    assert client.get(reverse("enroll", args=[intake(status=Intake.Status.DRAFT).pk])).status_code == 404


def test_nobody_reaches_anothers_enrollment_or_learner(client, resident):
    other = learner()
    course = intake()
    theirs = process.submit(intake=course, learner=other, by=other.account)

    for name in ("enrollment_detail", "enrollment_withdraw"):
        assert client.get(reverse(name, args=[theirs.reference])).status_code == 404
    for name in ("enrollment_withdraw", "enrollment_confirm"):
        assert client.post(reverse(name, args=[theirs.reference])).status_code == 404
    for name in ("enroll_check", "enroll_details"):
        assert client.get(reverse(name, args=[course.pk, other.pk])).status_code == 404
    theirs.refresh_from_db()
    assert theirs.state == State.ENROLLED


def test_a_relative_who_enrolled_the_same_person_is_not_shown_but_spoken_of(client, resident):
    course = intake()
    mine, theirs = learner(of=resident), learner()
    for row in (mine, theirs):
        row.set_document("resident", "11010519491231002X")
        row.save()
    made = process.submit(intake=course, learner=theirs, by=theirs.account)

    shown = client.get(check_url(course, mine), follow=True)
    sent = client.post(check_url(course, mine), {"form_key": "a" * 32, "consent": "on"}, follow=True)

    assert Enrollment.objects.count() == 1
    for page in (shown, sent):
        assert page.redirect_chain == [(reverse("enroll", args=[course.pk]), 302)]
        assert made.reference not in page.content.decode()


def test_answering_a_page_changes_nothing(client, resident):
    mine = process.submit(intake=intake(), learner=learner(of=resident), by=resident)

    for name in ("enrollment_detail", "enrollment_withdraw"):
        assert client.get(reverse(name, args=[mine.reference])).status_code == 200
    assert client.get(reverse("enrollment_confirm", args=[mine.reference])).status_code == 405

    mine.refresh_from_db()
    assert mine.state == State.ENROLLED


def test_my_page_shows_what_lives_before_what_is_past_and_who_goes(client, resident):
    mother = learner(of=resident, name="王秀芝")
    left = process.submit(intake=intake(allow_clash=True), learner=mother, by=resident)
    process.withdraw(left, by=resident)
    held = process.submit(intake=intake(allow_clash=True), learner=mother, by=resident)

    shown = client.get(reverse("my_page"))
    page = shown.content.decode()

    assert page.index(held.reference) < page.index("以前的报名") < page.index(left.reference)
    assert {(meeting.intake, *names) for meeting, names in shown.context["meetings"]} == {(held.intake, "王秀芝")}


def test_a_cancelled_class_offers_no_calendar(client):
    course = intake(status=Intake.Status.CANCELLED)
    box = client.get(reverse("intake_seats", args=[course.pk])).content.decode()
    assert reverse("intake_calendar", args=[course.pk]) not in box
