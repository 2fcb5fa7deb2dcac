"""Ratings of completed classes, the figures beside the pledges, and what the public reads of both."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import personal_data
from courses import enrollment as process
from courses.answering import appeals, chain, figures, ratings
from courses.models import AnswerSettings, Appeal, ChainHead, Pledge, Rating, ServiceFigures
from courses.moves import EnrollmentError
from courses.states import Reason
from tests.factories import account, enroll, intake

pytestmark = pytest.mark.django_db


@pytest.fixture
def completed():
    made = enroll(intake())
    process.complete(made, by=account())
    made.refresh_from_db()
    return made


def test_a_completed_class_is_rated_once_and_may_be_changed(client, completed):
    client.force_login(completed.account)
    page = reverse("enrollment_rating", args=[completed.reference])
    assert page in client.get(reverse("enrollment_detail", args=[completed.reference])).text
    client.post(page, {"stars": "5", "word": "很好"})
    client.post(page, {"stars": "4", "word": "老师好"})
    assert [(one.stars, one.word) for one in Rating.objects.all()] == [(4, "老师好")]
    assert "老师好" in str(personal_data.export(completed.account))
    personal_data.erase_account(completed.account)
    assert [(one.stars, one.word) for one in Rating.objects.all()] == [(4, "")]


@pytest.mark.parametrize("stars", ["", "0", "6", "x"])
def test_only_one_to_five_is_a_rating(client, completed, stars):
    client.force_login(completed.account)
    client.post(reverse("enrollment_rating", args=[completed.reference]), {"stars": stars})
    assert not Rating.objects.exists()


def test_others_and_those_who_did_not_complete_cannot_rate(client, completed):
    client.force_login(account())
    assert client.get(reverse("enrollment_rating", args=[completed.reference])).status_code == 404
    other = enroll(completed.intake)
    client.force_login(other.account)
    assert client.get(reverse("enrollment_rating", args=[other.reference])).status_code == 404
    with pytest.raises(EnrollmentError):
        ratings.rate(other, stars=5)


def test_after_the_days_told_it_is_too_late(client, completed, monkeypatch):
    later = timezone.now() + timedelta(days=61)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    with pytest.raises(EnrollmentError):
        ratings.rate(completed, stars=5)


def rated(count, stars):
    course = intake(seats=50)
    for _number in range(count):
        Rating.objects.create(enrollment=enroll(course), stars=stars)


def test_the_figures_are_counted_from_the_data():
    rated(6, 5)
    rated(2, 3)
    course = intake(seats=20)
    clerk, judge = account(), account()
    for number in range(6):
        made = enroll(course)
        process.cancel(made, by=clerk, reason=Reason.WRONG_DATA)
        made.refresh_from_db()
        asked = appeals.ask(made, by=made.account, text="请再看一下这个决定。")
        appeals.answer(asked, by=judge, uphold=number < 3, text="看过了。")
        Appeal.objects.filter(pk=asked.pk).update(submitted_at=timezone.now() - timedelta(days=number))

    found = figures.compute()

    assert found["satisfaction"] == {"n": 8, "percent": 75.0}
    assert found["appeals"] == {"asked": 6, "answered": 6, "upheld": 50.0}
    assert found["on_time"] == {"n": 6, "percent": 100.0}
    assert (found["decision"]["n"], found["decision"]["at_once"]) == (14, 100.0)
    assert figures.appeals(Appeal.objects.all()).median_days == 3.0


def test_a_review_that_nobody_answered_in_time_counts_as_late():
    made = enroll(intake())
    process.cancel(made, by=account(), reason=Reason.WRONG_DATA)
    made.refresh_from_db()
    appeals.ask(made, by=made.account, text="请再看一下这个决定。")
    Appeal.objects.update(due_at=timezone.now() - timedelta(hours=1))
    assert figures.compute()["on_time"] == {"n": 1, "percent": 0.0}


def test_the_public_page_has_promises_figures_and_the_yardstick_and_is_cached(client, django_assert_max_num_queries):
    rated(8, 5)
    Pledge.objects.create(title="零差评", text="办得让人满意。", measure="satisfaction")
    Pledge.objects.create(title="藏起来的", text="不发布。", published=False)
    AnswerSettings.objects.create(yardstick=Decimal("89.58"), yardstick_source="2024年全区满意度")
    figures.keep()

    page = client.get(reverse("pledges"))

    assert "办得让人满意。" in page.text
    assert "100.0%" in page.text
    assert "89.58%" in page.text
    assert "2024年全区满意度" in page.text
    assert "藏起来的" not in page.text
    with django_assert_max_num_queries(1):
        assert client.get(reverse("pledges")).status_code == 200


def test_fewer_than_five_answers_are_not_shown(client):
    rated(4, 1)
    Pledge.objects.create(title="零差评", text="办得让人满意。", measure="satisfaction")
    page = client.get(reverse("pledges"))
    assert ServiceFigures.objects.count() == 1
    assert "0.0%" not in page.text


def test_the_published_seals_can_be_read_and_taken_away(client):
    enroll(intake())
    chain.seal_new()
    chain.publish_heads(timezone.now() + timedelta(days=1))
    head = ChainHead.objects.get()
    assert head.hash in client.get(reverse("seals")).text
    assert head.hash in client.get(reverse("seals_file")).text
    assert str(reverse("seals")) in client.get(reverse("pledges")).text
