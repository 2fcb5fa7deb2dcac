"""Signing in with one box, and opening an account with it."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account
from tests import factories

pytestmark = pytest.mark.django_db
SEATS = "/enroll/5/"


def signed_in_as(client):
    """Who the client is, or None."""
    key = client.session.get("_auth_user_id")
    return key and Account.objects.get(pk=key)


@pytest.mark.parametrize(
    "typed", ["13812345678", "138 1234 5678", "+86 138-1234-5678", "１３８１２３４５６７８", "008613812345678"]
)
def test_resident_opens_an_account_with_a_phone_number(client, ask_code, enter_code, sms, last_code, typed):
    page = ask_code(typed)
    assert "138 1234 5678" in page.content.decode()
    assert sms[-1].to == "13812345678"

    enter_code(last_code())

    account = signed_in_as(client)
    assert (account.phone, account.phone_verified, account.email) == ("13812345678", True, None)


def test_resident_opens_an_account_with_an_email(client, ask_code, enter_code, last_code):
    ask_code("Li@Example.com")
    enter_code(last_code(email=True))

    account = signed_in_as(client)
    assert (account.email, account.phone) == ("li@example.com", None)
    assert account.emailaddress_set.get().verified


def test_resident_comes_back_to_the_same_account(client, ask_code, enter_code, last_code):
    known = factories.account(phone="13812345678")
    ask_code("13812345678")
    enter_code(last_code())
    assert signed_in_as(client) == known


def test_email_confirmed_on_an_account_signs_in_to_that_account(client, ask_code, enter_code, last_code):
    known = factories.account()
    known.emailaddress_set.create(email="li@example.com", verified=True, primary=True)
    ask_code("li@example.com")
    enter_code(last_code(email=True))
    assert signed_in_as(client) == known
    assert Account.objects.count() == 1


def test_where_one_wanted_to_go_is_kept_to_the_end(client, ask_code, enter_code, last_code):
    page = ask_code("13812345678", target=SEATS)
    assert page.redirect_chain[-1][0].endswith("?next=/enroll/5/")
    assert enter_code(last_code(), target=SEATS)["Location"] == SEATS


def test_where_one_wanted_to_go_survives_a_wrong_code_a_resend_and_starting_over(client, ask_code, later, last_code):
    page = ask_code("13812345678", target=SEATS)
    address = page.redirect_chain[-1][0]
    wrong = client.post(address, {"code": "000000"})
    assert 'name="next" value="/enroll/5/"' in wrong.content.decode()
    later(61)
    resent = client.post(address, {"action": "resend", "next": SEATS})
    assert resent["Location"] == address
    restart = re.search(r'href="(/account/login/\?restart=1[^"]*)"', client.get(address).content.decode()).group(1)
    assert 'name="next" value="/enroll/5/"' in client.get(restart.replace("&amp;", "&")).content.decode()


def test_strange_sites_are_no_place_to_go(client, ask_code, enter_code, last_code):
    ask_code("13812345678", target="https://evil.example/")
    assert "evil" not in enter_code(last_code(), target="https://evil.example/")["Location"]


@pytest.mark.parametrize(
    ("known", "unknown"), [("13812345678", "13912345678"), ("known@example.com", "other@example.com")]
)
def test_nobody_learns_whether_an_account_exists(client, known, unknown, sms, mailoutbox):
    """The same steps and the same pages, but for the number itself; and a code goes out to both."""
    factories.account(**({"email": known} if "@" in known else {"phone": known}))

    def pages(login):
        asked = client.post(reverse("account_login"), {"login": login}, follow=True)
        wrong = client.post(reverse("account_confirm_login_code"), {"code": "000000"}, follow=True)
        resent = client.post(reverse("account_confirm_login_code"), {"action": "resend"}, follow=True)
        client.get(reverse("account_login") + "?restart=1")
        shown = [page.content.decode() for page in (asked, wrong, resent)]
        shapes = [re.sub(r'value="\w{64}"|\d{3} \d{4} \d{4}|\w+@example\.com|\d+ ', "", text) for text in shown]
        return [asked.redirect_chain, wrong.status_code, resent.redirect_chain, shapes]

    assert pages(known) == pages(unknown)
    assert len(sms) + len(mailoutbox) == 2


def test_wrong_code_says_how_to_mend_it(client, ask_code, enter_code):
    ask_code("13812345678")
    page = enter_code("000000")
    assert "六位" in page.content.decode()
    assert signed_in_as(client) is None


def test_too_many_wrong_codes_start_over_and_end_the_code(client, ask_code, enter_code, last_code):
    ask_code("13812345678", target=SEATS)
    for _ in range(5):
        page = enter_code("000000", target=SEATS, follow=True)
    assert page.redirect_chain[-1][0] == "/account/login/?next=/enroll/5/"
    assert "errsum" in page.content.decode() or "note" in page.content.decode()
    enter_code(last_code())
    assert signed_in_as(client) is None


def test_expired_code_says_so(client, ask_code, enter_code, later, last_code):
    ask_code("13812345678", target=SEATS)
    later(601)
    page = enter_code(last_code(), target=SEATS, follow=True)
    assert page.redirect_chain[-1][0] == "/account/login/?next=/enroll/5/"
    assert "过期" in page.content.decode()
    assert signed_in_as(client) is None


def test_code_with_spaces_between_is_taken(client, ask_code, enter_code, last_code):
    ask_code("13812345678")
    code = last_code()
    enter_code(f" {code[:3]} {code[3:]} ")
    assert signed_in_as(client)


def test_another_code_must_be_waited_for_and_then_comes(client, ask_code, enter_code, later, sms, last_code):
    ask_code("13812345678")
    address = reverse("account_confirm_login_code")
    refused = client.post(address, {"action": "resend"}, follow=True)
    assert len(sms) == 1
    assert re.search(r"\d+ ?秒", refused.content.decode())

    later(61)
    client.post(address, {"action": "resend"}, follow=True)
    assert len(sms) == 2
    enter_code(last_code())
    assert signed_in_as(client)


def test_refused_resend_leaves_the_first_code_valid(client, ask_code, enter_code, last_code):
    ask_code("13812345678")
    first = last_code()
    client.post(reverse("account_confirm_login_code"), {"action": "resend"})
    enter_code(first)
    assert signed_in_as(client)


def test_codes_to_one_number_are_few_and_the_page_says_from_when_on(client, ask_code, later, sms):
    for _ in range(6):
        page = ask_code("13812345678")
        client.get(reverse("account_login") + "?restart=1")
        later(61)
    assert len(sms) == 5
    assert page.status_code == 200
    assert re.search(r"\d\d:\d\d", page.content.decode())


def test_too_many_attempts_from_one_place_get_a_page_that_helps(client):
    for _ in range(31):
        page = client.post(reverse("account_login"), {"login": ""})
    assert page.status_code == 429
    assert 'id="main"' in page.content.decode()


@pytest.mark.parametrize("typed", ["", "   ", "12345", "li@", "@", "138123456789", "10012345678"])
def test_what_is_no_number_and_no_email_is_refused_in_words(client, typed, sms):
    page = client.post(reverse("account_login"), {"login": typed})
    assert page.status_code == 200
    assert "errsum" in page.content.decode()
    assert not Account.objects.exists()


@pytest.mark.parametrize("name", ["account_signup", "account_request_login_code"])
def test_other_ways_in_lead_to_the_one_box(client, name):
    for method in (client.get, client.post):
        assert method(reverse(name) + "?next=/enroll/5/")["Location"] == "/account/login/?next=/enroll/5/"


def test_code_is_in_the_language_of_the_reader(client, ask_code, sms):
    ask_code("13812345678")
    assert "验证码" in sms[-1].text


def test_unconfirmed_phone_does_not_stop_signing_in_by_email(client, ask_code, enter_code, last_code):
    known = factories.account(email="li@example.com", phone="13812345678", phone_verified=False)
    ask_code("li@example.com")
    enter_code(last_code(email=True))
    assert signed_in_as(client) == known


def test_closed_account_stays_closed(client, ask_code, enter_code, last_code):
    factories.account(phone="13812345678", is_active=False)
    ask_code("13812345678")
    page = enter_code(last_code(), follow=True)
    assert page.redirect_chain[-1][0] == reverse("account_inactive")
    assert signed_in_as(client) is None


def test_unconfirmed_accounts_go_after_a_day_and_no_others(ask_code, client, enter_code, last_code):
    ask_code("13812345678")
    stays = [
        factories.account(),
        factories.account(phone_verified=False, is_staff=True),
        factories.account(phone_verified=False, password="bei-ji-cun-23"),
        factories.learner(of=factories.account(phone_verified=False)).account,
    ]
    long_ago = timezone.now() - timedelta(days=2)
    Account.objects.update(date_joined=long_ago)
    fresh = Account.objects.create_user(phone="13700000000")

    call_command("purge_unverified")

    assert set(Account.objects.all()) == {*stays, fresh}


def test_account_that_was_purged_meanwhile_asks_again(client, ask_code, enter_code, last_code):
    ask_code("13812345678")
    Account.objects.all().delete()
    for data in ({"code": last_code()}, {"action": "resend"}):
        assert client.post(reverse("account_confirm_login_code"), data)["Location"].startswith("/account/login/")


def test_wechat_is_offered_only_when_it_is_set_up(client):
    assert "weixin" not in client.get(reverse("account_login")).content.decode()
