"""When something goes wrong, a page says what happened and where to go on. And who may load what."""

import pytest
from django.db import DatabaseError, connection
from django.test import Client, RequestFactory

from home import errors, views
from tests.home.site import administrator, website

pytestmark = pytest.mark.django_db


def test_a_page_that_is_not_there_offers_the_search(client):
    website()
    answer = client.get("/nothing/here/")
    assert answer.status_code == 404
    assert 'role="search"' in answer.content.decode()


@pytest.mark.parametrize(
    ("page", "status"),
    [(errors.bad_request, 400), (errors.server_error, 500), (errors.busy, 503)],
)
def test_pages_for_the_worst_ask_nothing_of_the_database(page, status, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = page(RequestFactory().get("/"))
    assert answer.status_code == status
    assert b"<h1>" in answer.content


def test_the_busy_page_says_when_to_come_back():
    assert int(errors.busy(RequestFactory().get("/"))["Retry-After"]) > 0


def test_a_form_that_has_grown_too_old_says_how_to_mend_it():
    website()
    answer = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "13900000000"})
    assert answer.status_code == 403
    assert 'class="howto"' in answer.content.decode()


def test_forbidden_pages_lead_to_another_sign_in(client):
    website()
    request = client.get("/").wsgi_request
    answer = errors.forbidden(request)
    assert answer.status_code == 403
    assert "/account/login/" in answer.content.decode()


def test_the_site_is_well(client):
    assert client.get("/health/").content == b"ok\n"


def test_the_site_says_when_its_database_does_not_answer(client, monkeypatch):
    def broken():
        raise DatabaseError("gone")

    monkeypatch.setattr(views.connection, "cursor", broken, raising=False)
    answer = views.health(RequestFactory().get("/health/"))
    monkeypatch.undo()
    assert (answer.status_code, answer.content) == (503, b"database\n")
    assert connection.vendor


def test_the_site_says_when_its_cache_does_not_answer(monkeypatch):
    class Broken:
        def __getitem__(self, name):
            raise OSError("gone")

    monkeypatch.setattr(views, "caches", Broken())
    answer = views.health(RequestFactory().get("/health/"))
    assert (answer.status_code, answer.content) == (503, b"cache\n")


def test_robots_are_kept_from_what_is_personal_and_shown_the_list(client):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert {"Disallow: /my/", "Disallow: /cms/", "Disallow: /account/"} <= set(lines)
    assert "Sitemap: http://testserver/sitemap.xml" in lines


def test_the_sitemap_lists_pages(client):
    website()
    assert "<loc>http://localhost/</loc>" in client.get("/sitemap.xml").content.decode()


def test_public_pages_load_nothing_from_elsewhere_and_nothing_inline(client):
    website()
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy


def test_the_admin_alone_may_run_what_stands_in_its_pages(client):
    administrator(client)
    policy = client.get("/cms/")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-inline'" in policy
    assert "default-src 'self'" in policy


@pytest.mark.parametrize("status", [400, 403, 404, 419, 500, 503])
def test_builders_can_see_every_error_page(client, status):
    website()
    assert "<h1>" in client.get(f"/development/errors/{status}/").content.decode()


def test_builders_can_see_every_component(client):
    website()
    assert client.get("/development/style/").status_code == 200
    assert client.get("/development/style/?confirm=1").status_code == 200
