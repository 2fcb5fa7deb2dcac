"""Colleagues: invited, accepted, given another role, removed; never above one's own role or in another's school."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account
from institutions import colleagues, roles
from institutions.models import Invitation, Staff
from tests import factories
from tests.test_permissions import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def tahe(settings):
    """Our institution."""
    settings.SECOND_FACTOR_REQUIRED = False
    factories.website()
    call_command("make_groups", verbosity=0)
    return factories.institution(name="塔河县社区教育学院")


@pytest.fixture
def huma():
    """Someone else's."""
    return factories.institution(name="呼玛县社区教育学院", district=factories.district("232721", "呼玛县"))


def member(institution, role, **fields):
    """Someone who works there in this role."""
    account = factories.account(is_staff=True, **fields)
    account.groups.add(Group.objects.get(name=role))
    Staff.objects.create(account=account, institution=institution)
    return account


def link_in(text):
    """The path of the link in a message."""
    return re.search(r"https?://[^/]+(/join/\S+)", text)[1]


def test_a_manager_invites_by_e_mail_and_the_colleague_accepts(
    client, tahe, mailoutbox, django_capture_on_commit_callbacks
):
    manager = signed_in(client, member(tahe, roles.MANAGER))
    data = {"name": "李老师", "email": "Li@example.cn", "role": roles.EDITOR, "institution": tahe.pk}
    with django_capture_on_commit_callbacks(execute=True):
        assert manager.post(reverse("staff:add"), data)["Location"] == reverse("staff:index")
    assert "李老师" in manager.get(reverse("staff:index")).content.decode()
    client.logout()
    address = link_in(mailoutbox[-1].body)
    assert "塔河县社区教育学院" in client.get(address).content.decode()
    assert client.post(address)["Location"] == "/cms/"

    account = Account.objects.get(email="li@example.cn")
    assert (account.name, account.is_staff) == ("李老师", True)
    assert [post.institution for post in account.posts.all()] == [tahe]
    assert account.groups.filter(name=roles.EDITOR).exists()
    assert client.post(address).status_code == 410


def test_an_invitation_by_sms(tahe, sms, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        colleagues.invite(
            institution=tahe, role=roles.OFFICER, name="王", phone="13912345678", by=member(tahe, roles.MANAGER)
        )
    colleagues.accept(link_in(sms[-1].text).split("/")[2])
    assert Account.objects.get(phone="13912345678").posts.get().institution == tahe


@pytest.mark.parametrize(
    "spoil",
    [
        lambda invitation: Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1)),
        colleagues.withdraw,
        lambda invitation: Account.objects.filter(pk=invitation.invited_by_id).update(is_active=False),
        lambda invitation: invitation.invited_by.groups.clear(),
    ],
)
def test_a_link_that_is_no_longer_good_makes_nobody_staff(client, tahe, spoil):
    invitation = colleagues.invite(
        institution=tahe, role=roles.EDITOR, name="李", email="li@example.cn", by=member(tahe, roles.MANAGER)
    )
    address = colleagues.link_of(invitation).split("8000")[-1]
    spoil(invitation)
    assert client.post(address).status_code == 410
    assert client.post(address[:-4] + "abc/").status_code == 410
    assert not Account.objects.filter(email="li@example.cn").exists()


def test_no_role_above_one_s_own_and_no_school_of_others(tahe, huma):
    manager = member(tahe, roles.MANAGER)
    for institution, role in ((tahe, roles.BUREAU), (tahe, roles.ADMINISTRATOR), (huma, roles.EDITOR)):
        with pytest.raises(colleagues.ColleagueError):
            colleagues.invite(institution=institution, role=role, name="李", email="li@example.cn", by=manager)
    colleague = member(tahe, roles.EDITOR).posts.get()
    with pytest.raises(colleagues.ColleagueError):
        colleagues.set_roles(colleague, names=[roles.BUREAU], by=manager)
    chief = member(tahe, roles.ADMINISTRATOR).posts.get()
    for act in (
        lambda: colleagues.set_roles(chief, names=[], by=manager),
        lambda: colleagues.remove(chief, by=manager),
    ):
        with pytest.raises(colleagues.ColleagueError):
            act()


def test_a_role_elsewhere_cannot_be_raised_from_here(tahe, huma):
    officer = member(huma, roles.OFFICER, email="sun@example.cn")
    manager = member(tahe, roles.MANAGER)
    invitation = colleagues.invite(institution=tahe, role=roles.MANAGER, name="孙", email="sun@example.cn", by=manager)
    with pytest.raises(colleagues.ColleagueError):
        colleagues.accept(colleagues.link_of(invitation).split("/")[-2])
    assert not officer.groups.filter(name=roles.MANAGER).exists()


def test_a_changed_role_holds_with_the_next_request(client, tahe):
    colleague = member(tahe, roles.MANAGER)
    page = signed_in(client, colleague)
    assert page.get(reverse("staff:index")).status_code == 200
    colleagues.set_roles(colleague.posts.get(), names=[roles.EDITOR], by=member(tahe, roles.MANAGER))
    assert page.get(reverse("staff:index"))["Location"] == "/cms/"


def test_whoever_is_removed_is_signed_out_at_once(client, tahe):
    colleague = member(tahe, roles.EDITOR)
    page = signed_in(client, colleague)
    colleagues.remove(colleague.posts.get(), by=member(tahe, roles.MANAGER))
    assert "/account/login/" in page.get("/cms/")["Location"]
    colleague.refresh_from_db()
    assert (colleague.is_staff, colleague.groups.count()) == (False, 0)


def test_the_table_of_roles_is_made_from_the_code(client, tahe):
    page = signed_in(client, member(tahe, roles.MANAGER)).get(reverse("staff:index")).content.decode()
    for name in roles.ROLES:
        assert f'<th scope="col">{name}</th>' in page


def test_only_an_administrator_of_everything_makes_another(client, tahe):
    chief = Account.objects.create_superuser(email="chief@example.cn")
    page = signed_in(client, member(tahe, roles.ADMINISTRATOR))
    assert 'name="is_superuser"' not in page.get("/cms/users/new/").content.decode()
    assert page.get(f"/cms/users/edit/{chief.pk}/").status_code == 404
