"""A resident takes part in a round on the site: for whom, which classes, check, done; and nobody sees another's."""

import pytest
from django.urls import reverse

from accounts.models import Consent
from courses import entering
from courses.models import AdmissionRound, Entry, Intake
from courses.states import State
from tests import factories
from tests.courses import applying

pytestmark = pytest.mark.django_db


@pytest.fixture
def resident(client):
    """Somebody who is signed in."""
    account = factories.account(name="王小兰")
    client.force_login(account)
    return account


def choices_of(*intakes):
    return {f"choice{number}": intake.pk for number, intake in enumerate(intakes, 1)}


def test_three_choices_for_two_learners_in_four_screens(client, resident):
    factories.website()
    round = factories.admission_round(seats=(1, 1, 1))
    first, second, third = round.list_of_intakes
    mother, son = factories.learner(of=resident, name="李秀英"), factories.learner(of=resident, name="陈小树")

    start = client.get(reverse("enroll", args=[first.pk]), follow=True)
    assert start.redirect_chain == [(f"{reverse('round_apply', args=[round.pk])}?first={first.pk}", 302)]
    who = {"learner": [mother.pk, son.pk], "first": first.pk}
    listed = client.get(reverse("round_apply", args=[round.pk]), who, follow=True)
    assert listed.context["form"].initial["choice1"] == str(first.pk)
    query = {"learner": [mother.pk, son.pk], "together": "together"} | choices_of(first, third, second)
    shown = client.get(reverse("round_choices", args=[round.pk]), query)
    assert [intake.pk for intake, _facts in shown.context["chosen"]] == [first.pk, third.pk, second.pk]
    address = f"{reverse('round_check', args=[round.pk])}?{shown.wsgi_request.GET.urlencode()}"
    assert not client.post(address, {}).context["form"].is_valid()
    agreed = {f"consent{learner.pk}": "on" for learner in (mother, son)}
    done = client.post(address, agreed, follow=True)
    entry = Entry.objects.get(learner=mother)
    assert entry.reference in done.content.decode()
    assert entry.bound_to == Entry.objects.get(learner=son).bound_to != ""
    assert Consent.objects.filter(account=resident).count() == 2

    again = client.post(address, agreed, follow=True)
    assert again.status_code == 200
    assert Entry.objects.count() == 2
    assert entry.reference in client.get(reverse("my_page")).content.decode()


def test_the_same_class_twice_and_no_class_are_explained(client, resident):
    factories.website()
    round = factories.admission_round()
    learner = factories.learner(of=resident)
    first = round.list_of_intakes[0]
    for query in (choices_of(first, first), {"choice1": ""}):
        page = client.get(reverse("round_choices", args=[round.pk]), {"learner": learner.pk} | query)
        assert page.context["form"].errors
    assert not Entry.objects.exists()


def test_choices_are_changed_and_the_entry_withdrawn_on_the_site(client, resident):
    factories.website()
    round = factories.admission_round()
    learner = factories.learner(of=resident)
    options = {"round": round, "learners": [learner], "by": resident}
    entry = entering.apply(choices=round.list_of_intakes, **options)[0]
    swapped = choices_of(*reversed(round.list_of_intakes))
    client.post(reverse("entry_change", args=[entry.reference]), swapped)
    assert [row.intake for row in entering.submitted(entry)] == list(reversed(round.list_of_intakes))
    client.post(reverse("entry_withdraw", args=[entry.reference]), {"note": ""})
    entry.refresh_from_db()
    assert not entry.is_live
    assert client.get(reverse("entry_detail", args=[entry.reference])).status_code == 200


def test_nobody_reaches_anothers_entry(client, resident):
    round = factories.admission_round()
    stranger = factories.learner()
    entry = entering.apply(round=round, learners=[stranger], choices=round.list_of_intakes, by=stranger.account)[0]
    for name in ("entry_detail", "entry_change", "entry_withdraw"):
        address = reverse(name, args=[entry.reference])
        assert client.get(address).status_code == 404
        assert client.post(address, choices_of(*round.list_of_intakes[:1])).status_code in (404, 405)
    query = {"learner": stranger.pk} | choices_of(*round.list_of_intakes)
    client.post(f"{reverse('round_check', args=[round.pk])}?learner={stranger.pk}", query)
    assert Entry.objects.count() == 1
    client.logout()
    assert client.get(reverse("entry_detail", args=[entry.reference])).status_code == 302


def test_a_draft_does_not_exist_and_a_closed_round_takes_nobody(client, resident):
    factories.website()
    round = factories.admission_round()
    factories.learner(of=resident)
    AdmissionRound.objects.update(opens_at="2026-01-01T00:00Z", closes_at="2026-01-02T00:00Z")
    for name in ("round_apply", "round_choices", "round_learner"):
        assert client.get(reverse(name, args=[round.pk])).url == reverse("round_page", args=[round.pk])
    assert client.get(reverse("round_page", args=[round.pk])).status_code == 200
    AdmissionRound.objects.update(status=AdmissionRound.Status.DRAFT)
    assert client.get(reverse("round_page", args=[round.pk])).status_code == 404
    assert client.get(reverse("round_apply", args=[round.pk])).status_code == 404


def test_missing_facts_are_asked_for_before_the_choices(client, resident):
    factories.website()
    round = factories.admission_round()
    Intake.objects.update(min_age=60 * 12)
    learner = factories.learner(of=resident)
    page = client.get(reverse("round_choices", args=[round.pk]), {"learner": learner.pk})
    assert page.url.startswith(reverse("round_details", args=[round.pk, learner.pk]))
    known = client.post(page.url, {"birth_date": "1950-03-12"})
    assert known.url.startswith(reverse("round_choices", args=[round.pk]))
    assert client.get(known.url).context["form"].intakes


def test_an_application_to_a_reviewed_class_asks_for_words_and_shows_where_it_stands(client, resident):
    factories.website()
    course = factories.intake(admission_rule=Intake.AdmissionRule.REVIEW)
    learner = factories.learner(of=resident)
    address = reverse("enroll_check", args=[course.pk, learner.pk])
    form = client.get(address).context["form"]
    assert "text" in form.fields
    answers = {"text": "我学过两年。", "consent": "on", "form_key": form.initial["form_key"]}
    done = client.post(address, answers, follow=True)
    enrollment = learner.enrollments.get()
    assert (enrollment.state, enrollment.review.text) == (State.SUBMITTED, "我学过两年。")
    assert [step.place for step in done.context["steps"]][:2] == ["done", "now"]


def test_the_page_of_a_round_of_pathways_says_who_may_apply(client):
    made = applying.pathway_round(rules={"household": "prefecture", "conditions": ["身体健康"]})
    page = client.get(f"/rounds/{made.pk}/").text
    for said in ("户籍必须在本地区。", "身体健康", "按成绩"):
        assert said in page
    for untrue in ("人人可报", "免费"):
        assert untrue not in page
