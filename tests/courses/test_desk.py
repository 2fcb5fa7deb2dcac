"""The desk: a walk-in is found or entered and enrolled in one form; what was typed is kept when the class refuses."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account, Consent, Learner
from courses.models import Enrollment, Intake
from courses.states import State
from tests import factories
from tests.courses.invariants import assert_invariants

pytestmark = pytest.mark.django_db

NUMBER = "11010519491231002X"


def form(intake, **typed):
    """What the desk's form sends."""
    words = {"enroll": "1", "form_key": "d" * 32, "intake": f"{intake.title} {intake.code}", "relation": "self"}
    return words | {"name": "王秀芝", "phone": "138 4567 1234", "paper": "on"} | typed


def send(client, data):
    """Send the form."""
    return client.post(reverse("desk"), data)


def keys(page):
    """The signed keys of the people found."""
    return re.findall(r'name="learner" value="([^"]+)"', page.content.decode())


def test_a_newcomer_gets_an_account_a_seat_and_a_slip(officer, intake, county):
    answer = send(officer, form(intake, document_number=NUMBER, guardian_name=""))
    enrollment = Enrollment.objects.get()
    assert answer.url == reverse("desk_slip", args=[enrollment.pk])
    learner, account = enrollment.learner, enrollment.account
    assert (enrollment.state, enrollment.channel) == (State.ENROLLED, Enrollment.Channel.DESK)
    assert (account.phone, learner.relation, learner.phone) == ("13845671234", "self", "13845671234")
    assert (learner.birth_date, learner.sex, learner.document_number) == (date(1949, 12, 31), "f", NUMBER)
    given = Consent.objects.filter(learner=learner, recorded_by=county[1]).values_list("purpose", flat=True)
    assert sorted(given) == ["enrollment", "identity"]
    slip = officer.get(answer.url).content.decode()
    assert enrollment.reference in slip
    assert "<svg" in slip
    assert_invariants()


def test_the_same_form_twice_enrolls_once(officer, intake):
    first, second = send(officer, form(intake)), send(officer, form(intake))
    assert first.url == second.url
    assert Enrollment.objects.count() == Learner.objects.count() == 1


def test_what_the_class_says_stands_there_before_anything_is_sent(officer, intake):
    Intake.objects.filter(pk=intake.pk).update(min_age=60 * 12)
    young = form(intake, birth_date="2000-01-01", look="1")
    page = officer.post(reverse("desk"), young)
    [sentence], _seats = page.context["says"]
    assert sentence in page.text
    assert "王秀芝" in page.text
    assert "is-invalid" not in page.text
    part = officer.post(reverse("desk"), young, headers={"X-Requested-With": "fetch"})
    assert sentence in part.text
    assert "<form" not in part.text
    old = officer.post(reverse("desk"), form(intake, birth_date="1950-01-01", look="1"))
    assert old.context["says"][0] == []
    unknown = officer.post(reverse("desk"), form(intake, birth_date="", look="1"))
    assert len(unknown.context["says"][0]) == 1
    assert officer.post(reverse("desk"), form(intake, look="1") | {"intake": ""}).context["says"] is None
    assert not Enrollment.objects.exists()
    assert not Account.objects.filter(phone="13845671234").exists()


def test_who_is_found_is_not_asked_again(officer, intake):
    learner = factories.learner(name="李雷", phone="13845671234", birth_date=date(1960, 1, 1), sex="m")
    learner.set_document("resident", NUMBER)
    learner.save()
    for query in ("138 4567 1234", learner.account.phone, NUMBER):
        found = officer.post(reverse("desk"), {"q": query})
        assert len(keys(found)) == 1, query
        assert NUMBER not in found.content.decode().replace(f'value="{query}"', "")
    page = officer.post(reverse("desk"), {"learner": keys(found)[0]})
    assert 'name="name"' not in page.content.decode()
    data = {"enroll": "1", "form_key": "e" * 32, "learner": keys(found)[0], "intake": intake.code, "paper": "on"}
    assert send(officer, data).status_code == 302
    assert Enrollment.objects.get().learner == learner


def test_a_name_finds_own_learners_only(officer, intake):
    factories.learner(name="李雷")
    assert not keys(officer.post(reverse("desk"), {"q": "李雷"}))
    factories.enroll(intake, factories.learner(name="李雷"))
    assert len(keys(officer.post(reverse("desk"), {"q": "李雷"}))) == 1


def test_what_speaks_against_it_is_said_and_what_was_typed_is_kept(officer, intake):
    Intake.objects.filter(pk=intake.pk).update(min_age=12 * 60)
    page = send(officer, form(intake, birth_date="1999-01-01"))
    assert page.status_code == 200
    text = page.content.decode()
    assert "王秀芝太小" in text or "王秀芝 is too young" in text or page.context["form"].errors["intake"]
    assert 'value="王秀芝"' in text
    assert "1999-01-01" in text
    assert not Account.objects.filter(phone="13845671234").exists()


def test_what_the_class_must_know_is_asked_for(officer, intake):
    Intake.objects.filter(pk=intake.pk).update(needs_identity=True)
    page = send(officer, form(intake))
    assert set(page.context["form"].errors) == {"document_number"}
    assert not Learner.objects.exists()


def test_without_the_paper_nobody_is_enrolled(officer, intake):
    data = form(intake)
    del data["paper"]
    assert set(send(officer, data).context["form"].errors) == {"paper"}
    assert not Enrollment.objects.exists()


def test_a_child_needs_a_guardian(officer, intake):
    born = timezone.localdate() - timedelta(days=365 * 9)
    page = send(officer, form(intake, birth_date=born.isoformat(), relation="other"))
    assert set(page.context["form"].errors) == {"guardian_name"}
    data = form(intake, birth_date=born.isoformat(), guardian_name="李春梅", guardian_phone="13845671234")
    assert send(officer, data | {"relation": "other"}).status_code == 302
    assert Consent.objects.filter(purpose="minor").exists()


def test_when_it_is_full_the_slip_says_which_place_in_the_waitlist(officer, intake):
    for _ in range(3):
        factories.enroll(intake)
    answer = send(officer, form(intake))
    assert Enrollment.objects.latest("pk").state == State.WAITLISTED
    slip = officer.get(answer.url).content.decode()
    assert "候补" in slip
    assert_invariants()


def test_only_open_classes_of_ones_own_are_offered(officer, intake, county):
    theirs = factories.intake(program=factories.program(institution=county[2].posts.get().institution))
    page = officer.get(reverse("desk")).content.decode() + officer.post(reverse("desk"), {"new": "1"}).content.decode()
    assert intake.code in page
    assert theirs.code not in page
    assert set(send(officer, form(theirs)).context["form"].errors) == {"intake"}
    Intake.objects.filter(pk=intake.pk).update(status=Intake.Status.DRAFT)
    assert set(send(officer, form(intake)).context["form"].errors) == {"intake"}


def test_nobody_is_reached_by_counting_keys(officer):
    learner = factories.learner()
    assert officer.post(reverse("desk"), {"learner": str(learner.pk)}).status_code == 404


def test_the_resident_says_why_they_leave(client, intake):
    enrollment = factories.enroll(intake)
    client.force_login(enrollment.account)
    address = reverse("enrollment_withdraw", args=[enrollment.reference])
    assert 'name="reason"' in client.get(address).content.decode()
    client.post(address, {"reason": "too_far", "note": "搬家了"})
    last = enrollment.history.last()
    assert (last.to_state, last.reason, last.note) == (State.WITHDRAWN, "too_far", "搬家了")
    again = factories.enroll(intake)
    client.force_login(again.account)
    client.post(reverse("enrollment_withdraw", args=[again.reference]))
    assert again.history.last().to_state == State.WITHDRAWN
