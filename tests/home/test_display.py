"""Readers choose size, contrast, language and district by a plain form, and the site remembers."""

import pytest
from django.test import Client
from wagtail.users.models import UserProfile

from tests import factories
from tests.home.site import administrator, website

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    """A website."""
    return website()


@pytest.mark.parametrize(
    ("choice", "shown"),
    [
        ({"size": "xlarge"}, 'data-size="xlarge"'),
        ({"contrast": "high"}, 'data-contrast="high"'),
        ({"language": "en"}, '<html lang="en"'),
    ],
)
def test_a_choice_is_remembered(home, choice, shown):
    reader = Client(enforce_csrf_checks=True)
    answer = reader.post("/display/", choice | {"next": "/"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert shown in reader.get("/").content.decode()


def test_chinese_is_spoken_unless_asked_otherwise(home):
    page = Client().get("/", headers={"Accept-Language": "en"})
    assert '<html lang="zh-Hans"' in page.content.decode()
    assert "Accept-Language" not in page.headers.get("Vary", "")


def test_a_county_is_remembered_and_forgotten(home, client):
    factories.district("232721", "呼玛县")
    client.post("/display/", {"district": "232721", "next": "/"})
    assert 'value="232721" aria-pressed="true"' in client.get("/").content.decode()
    client.post("/display/", {"district": "", "next": "/"})
    assert 'aria-pressed="true">呼玛县' not in client.get("/").content.decode()


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_the_way_back_never_leaves_the_site(client, target):
    assert client.post("/display/", {"size": "large", "next": target})["Location"] == "/"


def test_what_is_not_on_the_list_is_not_kept(client):
    answer = client.post("/display/", {"size": "9px", "language": "xx", "district": "drop table", "next": "/"})
    assert not answer.cookies


def test_looking_changes_nothing(client):
    assert client.get("/display/").status_code == 405


def test_messages_follow_the_language_that_the_account_reads(client):
    account = factories.account()
    client.force_login(account)
    client.post("/display/", {"language": "en", "next": "/"})
    account.refresh_from_db()
    assert account.language == "en"


def test_the_admin_speaks_the_language_of_the_account_not_of_the_cookie(client):
    boss = administrator(client)
    client.cookies["language"] = "en"
    assert '<html lang="zh-hans"' in client.get("/cms/").content.decode()
    UserProfile.objects.update_or_create(user=boss, defaults={"preferred_language": "en"})
    assert '<html lang="en"' in client.get("/cms/").content.decode()
