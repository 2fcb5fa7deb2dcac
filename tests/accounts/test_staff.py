"""Staff: password, second factor, and their list in the admin."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import Account
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PASSWORD = "bei-ji-cun-23"


@pytest.fixture
def administrator():
    """An administrator with a password, without a second factor."""
    return Account.objects.create_superuser(email="chief@example.com", password=PASSWORD)


@pytest.fixture
def admin(client, administrator, settings):
    """A client of an administrator who has passed the second factor by."""
    settings.SECOND_FACTOR_REQUIRED = False
    client.force_login(administrator)
    client.post(reverse("second_factor"))
    return client


def test_staff_sign_in_with_a_password(client, administrator):
    page = client.post(
        reverse("account_login_staff") + "?next=/cms/", {"login": "chief@example.com", "password": PASSWORD}
    )
    assert page["Location"] == "/cms/"
    assert client.session["_auth_user_id"] == str(administrator.pk)
    assert client.session.get_expire_at_browser_close()


def test_wrong_password_is_refused_in_words(client, administrator):
    page = client.post(reverse("account_login_staff"), {"login": "chief@example.com", "password": "x"})
    assert "errsum" in page.content.decode()
    assert "_auth_user_id" not in client.session


def test_password_cannot_be_guessed_for_long(client, administrator):
    for _ in range(6):
        client.post(reverse("account_login_staff"), {"login": "chief@example.com", "password": "x"})
    client.post(reverse("account_login_staff"), {"login": "chief@example.com", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_staff_without_a_second_factor_are_sent_to_set_one_up(client, administrator, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    client.force_login(administrator)
    assert client.get("/cms/pages/")["Location"] == "/account/second-factor/?next=/cms/pages/"
    client.post(reverse("second_factor"), {"next": "/cms/"})
    assert client.get("/cms/")["Location"].startswith("/account/second-factor/")


def test_in_the_demo_the_step_is_shown_once_and_may_be_passed_by(client, administrator, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client.force_login(administrator)
    assert client.get("/cms/")["Location"].startswith("/account/second-factor/")
    assert client.post(reverse("second_factor"), {"next": "/cms/users/"})["Location"] == "/cms/users/"
    assert client.get("/cms/").status_code == 200


def test_staff_with_a_second_factor_go_straight_in(client, administrator, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    TOTP.activate(administrator, generate_totp_secret())
    client.force_login(administrator)
    assert client.get("/cms/").status_code == 200


def test_residents_are_not_asked_for_a_second_factor(client):
    client.force_login(factories.account())
    assert "second-factor" not in client.get("/cms/")["Location"]


def test_second_factor_is_asked_after_the_password(client, administrator):
    TOTP.activate(administrator, generate_totp_secret())
    page = client.post(reverse("account_login_staff"), {"login": "chief@example.com", "password": PASSWORD})
    assert page["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("way", ["password", "code"])
def test_second_factor_can_be_set_up_right_after_signing_in(
    client, administrator, way, ask_code, enter_code, last_code
):
    """Without being asked for the password that was just given."""
    if way == "password":
        client.post(reverse("account_login_staff"), {"login": "chief@example.com", "password": PASSWORD})
    else:
        ask_code("chief@example.com")
        enter_code(last_code(email=True))
    for name in ("mfa_activate_totp", "mfa_add_webauthn"):
        assert client.get(reverse(name)).status_code == 200


def test_later_the_password_is_asked_again(client, administrator, later):
    client.post(reverse("account_login_staff"), {"login": "chief@example.com", "password": PASSWORD})
    later(301)
    assert client.get(reverse("mfa_activate_totp"))["Location"].startswith(reverse("account_reauthenticate"))


def test_authenticator_app_is_set_up(client, administrator, settings):
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    settings.SECOND_FACTOR_REQUIRED = True
    client.post(reverse("account_login_staff"), {"login": "chief@example.com", "password": PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    client.post(reverse("mfa_activate_totp"), {"code": code})
    assert Authenticator.objects.filter(user=administrator, type=Authenticator.Type.TOTP).exists()
    assert client.get("/cms/").status_code == 200


def test_administrator_adds_staff_who_sign_in_by_code(admin):
    group = Group.objects.create(name="编辑")
    page = admin.post(
        reverse("wagtailusers_users:add"),
        {"email": "Wang@Example.com", "name": "王老师", "phone": "138 1234 5678", "groups": [group.pk]},
    )
    assert page.status_code == 302
    staff = Account.objects.get(email="wang@example.com")
    assert (staff.name, staff.phone, staff.is_staff, staff.has_usable_password()) == (
        "王老师",
        "13812345678",
        True,
        False,
    )
    assert list(staff.groups.all()) == [group]


def test_administrator_corrects_staff(admin):
    staff = factories.account(email="wang@example.com", name="王", is_staff=True)
    address = reverse("wagtailusers_users:edit", args=[staff.pk])
    assert admin.get(address).status_code == 200
    admin.post(address, {"email": "wang@example.com", "name": "王老师", "phone": ""})
    staff.refresh_from_db()
    assert (staff.name, staff.phone, staff.is_active) == ("王老师", None, False)


def test_a_number_of_somebody_else_is_refused(admin):
    factories.account(phone="13812345678")
    page = admin.post(
        reverse("wagtailusers_users:add"), {"email": "w@example.com", "name": "王", "phone": "13812345678"}
    )
    assert page.status_code == 200
    assert not Account.objects.filter(email="w@example.com").exists()


def test_list_of_staff_shows_and_finds_staff_only(admin):
    factories.account(name="居民甲", phone="13700000000")
    factories.account(name="职员乙", is_staff=True)
    address = reverse("wagtailusers_users:index")
    page = admin.get(address).content.decode()
    assert "职员乙" in page
    assert "居民甲" not in page
    assert "职员乙" in admin.get(address, {"q": "职员"}).content.decode()
    assert "职员乙" not in admin.get(address, {"q": "居民"}).content.decode()
    assert admin.get(address, {"ordering": "-name"}).status_code == 200


def test_residents_cannot_be_edited_in_the_admin(admin):
    resident = factories.account()
    for page in ("edit", "history"):
        assert admin.get(reverse(f"wagtailusers_users:{page}", args=[resident.pk])).status_code == 404


def test_accounts_are_not_deleted_in_the_admin(admin):
    staff = factories.account(is_staff=True)
    admin.post(reverse("wagtailusers_users:delete", args=[staff.pk]))
    assert Account.objects.filter(pk=staff.pk).exists()


def test_admin_pages_about_people_work(admin, administrator):
    edit = reverse("wagtailusers_users:edit", args=[administrator.pk])
    history = reverse("wagtailusers_users:history", args=[administrator.pk])
    for address in ("/cms/", "/cms/users/", "/cms/users/new/", edit, history, "/cms/account/", "/cms/groups/"):
        page = admin.get(address)
        assert page.status_code == 200, address
        assert "First Name" not in page.content.decode()


def test_staff_change_their_name_on_the_account_page(admin, administrator):
    page = admin.get("/cms/account/")
    data = {"name-name": "主任", "locale-preferred_language": "zh-hans", "locale-current_time_zone": "Asia/Shanghai"}
    data |= {"theme-theme": "system", "theme-contrast": "system", "theme-density": "default"}
    assert "name-name" in page.content.decode()
    assert admin.post("/cms/account/", data).status_code == 302
    administrator.refresh_from_db()
    assert administrator.name == "主任"
