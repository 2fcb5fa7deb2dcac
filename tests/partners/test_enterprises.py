"""Enterprises: registering with a code and a licence, the check, the yearly check, members, claims."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from partners import enterprises, members, papers
from partners.enterprise_forms import clean_code
from partners.models import Claim, Enterprise, EnterpriseEvent, Member, Paper, Role
from partners.moves import MoveRefused, PartnerError
from partners.pages import EnterpriseIndexPage
from partners.sample.codes import impossible_code, organisation_check
from partners.states import ENTERPRISE_MOVES, EnterpriseState
from tests import factories
from tests.partners import making

pytestmark = pytest.mark.django_db


def form(**fields):
    """The registration as a browser sends it."""
    details = making.details(**fields)
    return details | {"district": details["district"].pk, "authorised": "on"}


def test_somebody_registers_an_enterprise_and_owns_it(client):
    account = factories.account()
    client.force_login(account)

    answer = client.post("/enterprise/register/", form() | {"licence": making.picture()})

    enterprise = Enterprise.objects.get()
    assert answer.url == f"/enterprise/{enterprise.pk}/"
    assert (enterprise.state, enterprise.role_of(account)) == (EnterpriseState.PENDING, Role.OWNER)
    assert enterprise.papers.get().content_type == "image/jpeg"


@pytest.mark.parametrize("code", ["91350100M000100Y44", "9135OI00M000100Y43", "123", ""])
def test_a_wrong_code_is_explained_and_the_licence_kept(client, code):
    account = factories.account()
    client.force_login(account)

    answer = client.post("/enterprise/register/", form(uscc=code) | {"licence": making.picture()})
    kept = Paper.objects.get()
    again = client.post("/enterprise/register/", form() | {"licence_kept": kept.pk})

    assert answer.status_code == 200
    assert f'name="licence_kept" value="{kept.pk}"' in answer.content.decode()
    assert again.status_code == 302
    assert Enterprise.objects.get().papers.get() == kept


def test_codes_are_checked_by_their_last_character():
    assert clean_code(" 91350100 M000100Y43") == "91350100M000100Y43"


def test_an_upload_of_somebody_else_cannot_be_taken(client):
    theirs = papers.keep(making.picture(), kind="licence", by=factories.account())
    client.force_login(factories.account())

    assert client.post("/enterprise/register/", form() | {"licence_kept": theirs.pk}).status_code == 200
    assert not Enterprise.objects.exists()


def test_pictures_are_made_anew_and_lie_where_no_address_leads(settings):
    hidden = making.picture().read() + b"<?php secret ?>"
    paper = papers.keep(SimpleUploadedFile("../../a.php", hidden), kind="licence", by=factories.account())

    assert b"secret" not in paper.file.read()
    assert Image.open(paper.file).format == "JPEG"
    assert paper.file.path.startswith(str(settings.PRIVATE_ROOT))
    assert "php" not in paper.file.name
    with pytest.raises(ValueError):
        _ = paper.file.url


@pytest.mark.parametrize(
    "content",
    [b"GIF89a" + b"x" * 100, b"<svg onload='x'>", b"%PDF-1.4 /JavaScript %%EOF", b"%PDF-1.4 cut", b"x" * 5_300_000],
)
def test_other_files_are_refused(content):
    with pytest.raises(papers.ValidationError):
        papers.keep(SimpleUploadedFile("licence.jpg", content), kind="licence", by=factories.account())
    assert not Paper.objects.exists()


def test_a_known_code_leads_to_a_claim_that_the_owner_answers(client):
    enterprise = making.enterprise()
    second = factories.account()
    client.force_login(second)

    answer = client.post("/enterprise/register/", form(uscc=enterprise.uscc) | {"licence": making.picture()})
    assert answer.url.startswith("/enterprise/claim/")
    told = {"uscc": enterprise.uscc, "name": "刘", "message": "人事专员", "decider": "owners"}
    client.post("/enterprise/claim/", told)
    claim = Claim.objects.get()
    assert enterprise.role_of(second) is None
    client.force_login(making.owner_of(enterprise))
    client.post(f"/enterprise/{enterprise.pk}/claims/{claim.pk}/", {"answer": "accept"})

    assert enterprise.role_of(second) == Role.RECRUITER
    assert second.messages.filter(kind="claim_accepted").exists()


def test_a_claim_that_asks_staff_is_not_for_the_owners(client):
    enterprise, second = making.enterprise(), factories.account()
    claim = members.claim(enterprise, by=second, name="刘", message="人事", decider="staff")
    client.force_login(making.owner_of(enterprise))

    assert client.post(f"/enterprise/{enterprise.pk}/claims/{claim.pk}/", {"answer": "accept"}).status_code == 404
    members.decide(claim, accept=True, by=factories.account(), role=Role.OWNER)
    assert enterprise.role_of(second) == Role.OWNER


def test_staff_send_back_field_by_field_and_the_enterprise_mends():
    enterprise = making.enterprise(verified=False)
    owner, staff = making.owner_of(enterprise), factories.account()

    enterprise = enterprises.send_back(enterprise, by=staff, remarks={"address": "缺门牌"}, private_note="像是假的")
    assert enterprise.history.last().remarks == {"address": "缺门牌"}
    details = making.details(uscc=enterprise.uscc, address="塔河镇示例路2号")
    enterprise = enterprises.change_details(enterprise, details=details, papers=[], by=owner)

    assert enterprise.state == EnterpriseState.PENDING
    assert "假" not in owner.messages.latest("pk").body


def test_what_was_checked_is_checked_again_when_it_changes():
    enterprise = making.enterprise()
    owner = making.owner_of(enterprise)
    same = making.details(uscc=enterprise.uscc)

    enterprise = enterprises.change_details(
        enterprise, details=same | {"contact_phone": "13900000000"}, papers=[], by=owner
    )
    assert enterprise.state == EnterpriseState.VERIFIED
    enterprise = enterprises.change_details(enterprise, details=same | {"name": "另一个名字"}, papers=[], by=owner)
    assert enterprise.state == EnterpriseState.PENDING


def test_the_yearly_check_falls_due_by_itself():
    enterprise = making.enterprise()
    owner, due = making.owner_of(enterprise), enterprise.recheck_on

    assert enterprises.rechecks(due - timedelta(days=31)) == 0
    assert enterprises.rechecks(due - timedelta(days=30)) == 0
    assert enterprises.rechecks(due - timedelta(days=29)) == 0
    assert owner.messages.filter(kind="enterprise_recheck_soon").count() == 1
    assert (enterprises.rechecks(due), enterprises.rechecks(due)) == (1, 0)
    enterprise.refresh_from_db()
    assert enterprise.state == EnterpriseState.PENDING
    assert owner.messages.filter(kind="enterprise_recheck").count() == 1
    enterprise = enterprises.verify(enterprise, by=factories.account())
    assert enterprise.recheck_on > timezone.localdate() + timedelta(days=300)


def test_suspending_takes_the_public_page_down():
    enterprise, staff = making.enterprise(), factories.account()
    factories.website().get_parent().add_child(instance=EnterpriseIndexPage(title="企业", slug="partners"))
    page = enterprises.draft_page(enterprise, by=staff)
    assert not page.live
    page.get_latest_revision().publish()

    enterprises.suspend(enterprise, by=staff, note="收介绍费")

    page.refresh_from_db()
    assert not page.live
    with pytest.raises(MoveRefused):
        enterprises.suspend(enterprise, by=staff, note="again")


def test_the_directory_shows_verified_enterprises_that_the_filters_leave(client):
    home = factories.website().get_parent()
    home.add_child(instance=EnterpriseIndexPage(title="企业", slug="partners"))
    staff = factories.account()
    for name, industry in (("蓝莓厂", "forest_food"), ("滑雪场", "tourism"), ("停业厂", "wood")):
        page = enterprises.draft_page(making.enterprise(name=name, industry=industry, introduction=""), by=staff)
        page.get_latest_revision().publish()
    Enterprise.objects.filter(name="停业厂").update(state=EnterpriseState.PENDING)

    def shown(query):
        html = client.get(f"/partners/{query}").content.decode()
        return [name for name in ("蓝莓厂", "滑雪场", "停业厂") if name in html]

    assert shown("") == ["蓝莓厂", "滑雪场"]
    assert shown("?industry=tourism") == ["滑雪场"]
    assert shown("?q=蓝莓") == ["蓝莓厂"]
    assert shown("?county=999999") == []
    assert shown("?industry=nonsense&county=x'") == ["蓝莓厂", "滑雪场"]
    assert client.get("/partners/e1x/").status_code == 404


def test_an_invitation_is_for_the_phone_that_was_invited(client, sms, django_capture_on_commit_callbacks):
    enterprise = making.enterprise()
    invited, other = factories.account(), factories.account()
    with django_capture_on_commit_callbacks(execute=True):
        invitation = members.invite(enterprise, role="viewer", by=making.owner_of(enterprise), phone=invited.phone)
    path = reverse("enterprise_join", args=[members.link_of(invitation).rstrip("/").rpartition("/")[2]])
    assert path in sms[-1].text

    assert client.get(path).status_code == 200
    client.force_login(other)
    assert client.post(path).status_code == 410
    client.force_login(invited)
    for _tap in range(2):
        client.post(path)

    assert enterprise.role_of(invited) == Role.VIEWER
    assert enterprise.role_of(other) is None
    assert enterprise.members.count() == 2


def test_an_invitation_ends_with_its_owner(client):
    enterprise = making.enterprise()
    owner, invited = making.owner_of(enterprise), factories.account()
    second = making.member(enterprise, Role.OWNER)
    invitation = members.invite(enterprise, role="owner", by=owner, phone=invited.phone)
    members.remove(enterprise.members.get(account=owner), by=second)
    client.force_login(invited)

    assert client.post(f"/enterprise/join/{members.link_of(invitation).split('/')[-2]}/").status_code == 410
    assert enterprise.role_of(invited) is None


def test_the_last_owner_stays():
    enterprise = making.enterprise()
    owner = making.owner_of(enterprise)
    row = enterprise.members.get(account=owner)
    making.member(enterprise, Role.RECRUITER)

    for act in (lambda: members.remove(row, by=owner), lambda: members.set_role(row, role="viewer", by=owner)):
        with pytest.raises(PartnerError):
            act()
    making.member(enterprise, Role.OWNER)
    members.remove(row, by=owner)
    assert enterprise.role_of(owner) is None


def test_two_owners_who_leave_at_the_same_moment_leave_one(together):
    enterprise = making.enterprise()
    owners = [making.owner_of(enterprise), making.member(enterprise, Role.OWNER)]

    outcomes = together(lambda one: members.remove(Member.objects.get(account=one), by=one), owners)

    assert enterprise.members.filter(role=Role.OWNER).count() == 1
    assert len([one for one in outcomes if isinstance(one, PartnerError)]) == 1


def test_two_who_register_one_code_at_the_same_moment_make_one(together):
    accounts, code = [factories.account() for _ in range(2)], making.code()
    details = making.details(uscc=code)

    def register(account):
        licence = papers.keep(making.picture(), kind="licence", by=account)
        return enterprises.register(details=details, papers=[licence], by=account)

    outcomes = together(register, accounts)

    assert Enterprise.objects.filter(uscc=code).count() == 1
    assert any(isinstance(one, enterprises.AlreadyRegistered) for one in outcomes)


def test_history_is_never_changed():
    event = making.enterprise().history.first()

    for act in (event.save, event.delete, EnterpriseEvent.objects.all().delete):
        with pytest.raises(TypeError):
            act()
    with pytest.raises(TypeError):
        EnterpriseEvent.objects.update(note="x")
    # Past the models, the database refuses, too.
    with pytest.raises(DatabaseError), transaction.atomic():
        QuerySet(EnterpriseEvent).update(note="x")


def test_every_state_of_an_enterprise_is_in_the_table():
    assert set().union(*ENTERPRISE_MOVES.values()) == set(EnterpriseState)


def test_sample_codes_are_well_formed_and_impossible():
    for number in range(0, 999, 37):
        code = impossible_code(number)
        assert clean_code(code) == code
        assert code[2:8] == "000000"
        assert organisation_check(code[8:16]) != code[16]
    # The check itself is right: that of a published example.
    assert organisation_check("60003734") == "1"


def test_leftover_uploads_are_purged_a_day_later():
    paper = papers.keep(making.picture(), kind="licence", by=factories.account())
    path = paper.file.path

    assert papers.purge_left_behind() == 0
    assert papers.purge_left_behind(timezone.now() + timedelta(days=2)) == 1
    assert not paper.file.storage.exists(path)
