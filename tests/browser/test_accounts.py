"""Signing in and adding learners in a real browser, with and without scripts, at phone and desk width."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", [375, 1280])
def test_resident_signs_in_and_adds_a_child(open_page, axe, last_code, width):
    page = open_page(width)
    page.goto("/account/login/?next=/my/learners/add/")
    axe(page)
    page.fill("#id_login", "138 1234 5678")
    page.press("#id_login", "Enter")
    page.wait_for_selector("#id_code")
    axe(page)
    page.fill("#id_code", last_code())
    page.press("#id_code", "Enter")

    page.wait_for_url("**/my/learners/add/")
    axe(page)
    # Only what is needed shows: a guardian belongs to children.
    assert not page.is_visible("#id_guardian_name")
    page.check("[name=relation][value=child]")
    assert page.is_visible("#id_birth_date")
    page.fill("#id_name", "小明")
    page.fill("#id_birth_date", "20200301")
    page.fill("#id_guardian_name", "赵秀兰")
    assert page.input_value("#id_guardian_phone") == "138 1234 5678"
    page.check("#id_consent_minor")
    page.click("main form[novalidate] button[type=submit]")
    page.wait_for_url("**/my/learners/")
    assert "小明" in page.inner_text("main")
    axe(page)


def test_without_scripts_everything_can_be_filled_in(open_page, last_code):
    page = open_page(375, java_script_enabled=False)
    page.goto("/account/login/?next=/my/learners/add/")
    page.fill("#id_login", "13812345678")
    page.click("main form[novalidate] button[type=submit]")
    page.fill("#id_code", last_code())
    page.click("main form[novalidate] button[type=submit]")
    page.check("[name=relation][value=parent]")
    page.fill("#id_name", "赵国强")
    page.click("main form[novalidate] button[type=submit]")
    assert page.url.endswith("/my/learners/")
    assert "赵国强" in page.inner_text("main")


@pytest.mark.parametrize("width", [375, 1280])
def test_pages_about_oneself_have_no_fault(open_page, axe, client, live_server, width):
    learner = factories.learner(name="赵国强", birth_date="1949-12-31")
    client.force_login(learner.account)
    page = open_page(width)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    for address in (
        "/my/account/",
        "/my/data/",
        "/my/account/erase/",
        f"/my/learners/{learner.pk}/",
        f"/my/learners/{learner.pk}/remove/",
        "/privacy/minor/",
        "/account/phone/change/",
        "/account/email/",
        "/account/2fa/",
        "/account/2fa/totp/activate/",
        "/account/2fa/webauthn/add/",
        "/account/logout/",
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        axe(page)
