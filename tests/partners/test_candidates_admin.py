"""The school's staff recommend applicants, look at what became of them, and take a share back; others see nothing."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse

from accounts import personal_data
from institutions import roles
from partners import candidates, scoring
from partners.models import Candidate, CandidateNote, CandidatePaper
from tests import factories
from tests.partners import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(settings):
    """An order program; its `officer` works for the school."""
    settings.SECOND_FACTOR_REQUIRED = False
    call_command("make_groups", verbosity=0)
    made = making.order_program()
    made.officer = making.staff_of(made)
    made.officer.groups.add(Group.objects.get(name=roles.OFFICER))
    return made


def sign_in(client, account):
    client.force_login(account)
    session = client.session
    session["second_factor_not_now"] = True
    session.save()


def test_an_officer_recommends_those_that_are_ticked(client, page):
    sign_in(client, page.officer)
    one, two, paperless = (
        making.applied(page, papers=[making.picture()]),
        making.applied(page),
        making.applied(page, agreed=False),
    )
    elsewhere = making.applied(making.order_program())
    share = reverse("candidate:share", args=[page.intake.pk])
    home = client.get("/cms/").content.decode()
    assert reverse("candidate:waiting") in home
    assert page.intake.title in client.get(reverse("candidate:waiting")).content.decode()
    shown = client.get(share).content.decode()
    assert one.learner.name in shown
    assert elsewhere.learner.name not in shown
    paper = one.candidate_papers.get()
    assert client.get(reverse("candidate:paper", args=[one.pk, paper.pk])).status_code == 200

    client.post(share, {"id": [one.pk, paperless.pk]})
    assert not Candidate.objects.exists()
    client.post(share, {"id": [one.pk, paperless.pk, elsewhere.pk, "x"], "on_paper": "on"})

    assert set(Candidate.objects.values_list("enrollment", flat=True)) == {one.pk, paperless.pk}
    assert two.learner.name in client.get(share).content.decode()
    assert one.learner.name in client.get(reverse("candidate:index")).content.decode()


def test_staff_see_interview_decision_and_history_and_take_a_share_back(client, page):
    sign_in(client, page.officer)
    one, two = making.candidate(page), making.candidate(page)
    owner = making.owner_of(page.order.enterprise)
    scoring.note(one, text="内部备注一句。", by=owner)
    candidates.refuse(one, feedback="这次人多，谢谢您来。", by=owner)
    shown = client.get(reverse("candidate:inspect", args=[one.pk])).content.decode()
    assert "这次人多，谢谢您来。" in shown
    assert "内部备注一句。" not in shown
    client.post(reverse("candidate:take_back", args=[two.pk]), {"note": "材料要核对。\0"})
    two.refresh_from_db()
    assert two.history.last().note == "材料要核对。"
    assert two.taken_back_at
    client.post(reverse("candidate:take_back", args=[one.pk]))
    one.refresh_from_db()
    assert one.taken_back_at is None


def test_staff_of_another_school_find_nothing(client, page):
    one = making.candidate(page, papers=[making.picture()])
    other = making.staff_of(making.order_program())
    other.groups.add(Group.objects.get(name=roles.MANAGER))
    sign_in(client, other)
    paper = one.enrollment.candidate_papers.get()
    for name, args in (
        ("inspect", [one.pk]),
        ("share", [page.intake.pk]),
        ("take_back", [one.pk]),
        ("paper", [one.enrollment_id, paper.pk]),
    ):
        address = reverse(f"candidate:{name}", args=args)
        assert {client.get(address).status_code, client.post(address).status_code} - {405} == {404}, name
    assert one.enrollment.reference not in client.get(reverse("candidate:index")).content.decode()


def test_what_is_kept_is_exported_and_erased(page):
    one = making.candidate(page, papers=[making.picture()])
    account, owner = one.enrollment.account, making.owner_of(page.order.enterprise)
    scoring.note(one, text="手很稳。", by=owner)
    scoring.set_criteria(page.order, rows=[("手艺", 2)], by=owner)
    scoring.score(one, points={page.order.criteria.get().pk: 8}, by=owner)
    candidates.refuse(one, feedback="这次人多。", by=owner)
    part = next(part for part in personal_data.sections() if part.name == "candidates")
    (record,) = part.export(account)
    assert record["enterprise"] == page.order.enterprise.name
    assert "这次人多。" in record["history"]
    assert (record["scores"], record["notes"]) == ("手艺 8", "手很稳。")
    assert part.export(factories.account()) == []
    file = CandidatePaper.objects.get().file
    path = file.path

    part.erase(account, one.enrollment.learner)

    one.refresh_from_db()
    closed_at = one.taken_back_at
    assert (one.decision, one.feedback) == ("refuse", "—")
    part.erase(account, one.enrollment.learner)
    one.refresh_from_db()
    assert one.taken_back_at == closed_at
    assert not CandidatePaper.objects.exists()
    assert not CandidateNote.objects.exists()
    assert not file.storage.exists(path)
    assert not Candidate.objects.of(owner).exists()
    assert one.history.exists()
