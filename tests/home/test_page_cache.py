"""Anonymous readers share pages that are kept; nobody ever sees another person's, or an old one for long."""

import time

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.db.models import F
from django.http import HttpResponse
from django.test import Client, RequestFactory
from wagtail.models import PageViewRestriction

from courses.models import SeatPool
from home import page_cache
from home.page_cache import PageCacheMiddleware, public
from tests import factories
from tests.home.site import notices, plain, website

pytestmark = pytest.mark.django_db


class Counting:
    """A view that counts how often it is asked, and answers with that number."""

    def __init__(self, change=lambda response: None, seconds=60, status=200):
        self.change, self.seconds, self.status, self.asked = change, seconds, status, 0

    def __call__(self, request):
        self.asked += 1
        response = public(HttpResponse(str(self.asked), status=self.status), self.seconds)
        self.change(response)
        return response


def ask(middleware, path="/", *, method="get", cookies=None, **headers):
    """Ask the middleware for a page, as this reader."""
    request = getattr(RequestFactory(), method)(path, **headers)
    request.COOKIES.update(cookies or {})
    request.user = AnonymousUser()
    return middleware(request)


def test_a_page_is_made_once(django_assert_num_queries):
    view = Counting()
    middleware = PageCacheMiddleware(view)
    first = ask(middleware)
    with django_assert_num_queries(0):
        second = ask(middleware)
    assert (first.content, second.content, view.asked) == (b"1", b"1", 1)


@pytest.mark.parametrize(
    "reader",
    [
        {"path": "/other/"},
        {"path": "/?page=2"},
        {"HTTP_HOST": "localhost"},
        {"cookies": {"size": "xlarge"}},
        {"cookies": {"contrast": "high"}},
        {"cookies": {"language": "en"}},
        {"cookies": {"district": "232721"}},
        {"cookies": {"sessionid": "someone"}},
        {"cookies": {"messages": "waiting"}},
        {"HTTP_HX_REQUEST": "true"},
        {"method": "post"},
    ],
)
def test_a_page_made_for_others_is_not_shown_to_this_reader(reader):
    middleware = PageCacheMiddleware(Counting())
    ask(middleware)
    assert ask(middleware, **reader).content == b"2"


@pytest.mark.filterwarnings("error")  # A key that a cache may refuse is a CacheKeyWarning.
def test_a_page_with_a_very_long_address_is_kept():
    view = Counting()
    middleware = PageCacheMiddleware(view)
    for address in (f"/courses/?q={'长' * 500}", f"/courses/?q={'长' * 500}&page=2"):
        assert ask(middleware, address).content == ask(middleware, address).content
    assert view.asked == 2


def test_an_unknown_choice_counts_as_none():
    view = Counting()
    middleware = PageCacheMiddleware(view)
    ask(middleware)
    ask(middleware, cookies={"size": "enormous", "district": "../../x", "analytics": "42"})
    assert view.asked == 1


@pytest.mark.parametrize("cookie", ["sessionid", "messages"])
def test_what_a_known_reader_got_is_kept_for_nobody(cookie):
    view = Counting()
    middleware = PageCacheMiddleware(view)
    ask(middleware, cookies={cookie: "someone"})
    ask(middleware)
    assert view.asked == 2


@pytest.mark.parametrize(
    "personal",
    [
        lambda response: response.set_cookie("csrftoken", "secret"),
        lambda response: response.headers.__setitem__("Vary", "Accept, Cookie"),
        lambda response: response.headers.__setitem__("Cache-Control", "private, s-maxage=60"),
        lambda response: response.headers.__delitem__("Cache-Control"),
    ],
)
def test_an_answer_with_something_personal_is_not_kept(personal):
    view = Counting(personal)
    middleware = PageCacheMiddleware(view)
    ask(middleware)
    ask(middleware)
    assert view.asked == 2


def test_an_error_is_not_kept():
    view = Counting(status=404)
    middleware = PageCacheMiddleware(view)
    ask(middleware)
    ask(middleware)
    assert view.asked == 2


def test_head_is_answered_from_what_get_left():
    view = Counting()
    middleware = PageCacheMiddleware(view)
    ask(middleware)
    assert ask(middleware, method="head").status_code == 200
    assert view.asked == 1


def test_a_page_grows_old():
    view = Counting(seconds=1)
    middleware = PageCacheMiddleware(view)
    ask(middleware)
    time.sleep(1.1)
    ask(middleware)
    assert view.asked == 2


def test_no_proxy_on_the_way_keeps_a_page():
    middleware = PageCacheMiddleware(Counting())
    for _time in range(2):
        assert ask(middleware)["Cache-Control"] == "private, no-cache"


def test_another_process_has_published(monkeypatch):
    """It raises the version in the shared cache; this process looks once a second, and not more often."""
    now = [100.0]
    monkeypatch.setattr(page_cache.time, "monotonic", lambda: now[0])
    view = Counting()
    middleware = PageCacheMiddleware(view)
    ask(middleware)
    caches["default"].set(page_cache.VERSION_KEY, "elsewhere")
    now[0] += 0.9
    assert ask(middleware).content == b"1"
    now[0] += 0.1
    assert ask(middleware).content == b"2"


def test_a_version_lost_by_the_cache_never_brings_old_pages_back():
    view = Counting()
    middleware = PageCacheMiddleware(view)
    ask(middleware)
    caches["default"].delete(page_cache.VERSION_KEY)
    page_cache.forget()
    assert ask(middleware).content == b"2"


def test_a_page_rendered_while_something_is_published_is_not_kept_as_new():
    def publish(response):
        caches["default"].set(page_cache.VERSION_KEY, "meanwhile")
        page_cache.forget()

    view = Counting(publish)
    middleware = PageCacheMiddleware(view)
    ask(middleware)
    assert ask(middleware).content == b"2"


@pytest.fixture
def site(client):
    """A website with a notice that a reader has just looked at."""
    home = website()
    index = notices(home, "停课通知")
    page_cache.forget()
    assert "停课通知" in client.get("/notices/").content.decode()
    return index


def test_publishing_is_seen(client, site, django_capture_on_commit_callbacks):
    notice = site.notices().get()
    notice.title = "恢复上课"
    with django_capture_on_commit_callbacks(execute=True):
        notice.save_revision().publish()
    assert "恢复上课" in client.get("/notices/").content.decode()


def test_unpublishing_is_seen(client, site, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        site.notices().get().unpublish()
    assert "停课通知" not in client.get("/notices/").content.decode()


def test_deleting_is_seen(client, site, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        site.notices().get().delete()
    assert "停课通知" not in client.get("/notices/").content.decode()


def test_moving_is_seen(client, site, django_capture_on_commit_callbacks):
    help_page = plain(site.get_parent(), "帮助", "help")
    about = plain(site.get_parent(), "关于", "about")
    assert client.get("/about/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        about.move(help_page, pos="last-child")
    assert client.get("/about/").status_code != 200


def test_a_page_made_private_is_gone_at_once(client, site, django_capture_on_commit_callbacks):
    notice = site.notices().get()
    assert client.get("/notices/n0/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        PageViewRestriction.objects.create(page=notice, restriction_type=PageViewRestriction.LOGIN)
    assert client.get("/notices/n0/").status_code == 302


def test_saving_an_intake_is_seen(client, site, django_capture_on_commit_callbacks):
    before = page_cache.version()
    with django_capture_on_commit_callbacks(execute=True):
        factories.intake()
    assert page_cache.version() != before


def test_taking_a_seat_makes_no_page_anew(django_capture_on_commit_callbacks):
    intake = factories.intake()
    before = page_cache.version()
    with django_capture_on_commit_callbacks(execute=True):
        SeatPool.objects.filter(intake=intake).update(seats_taken=F("seats_taken") + 1)
    page_cache.forget()
    assert page_cache.version() == before


def test_many_changes_in_one_transaction_raise_the_version_once(monkeypatch, django_capture_on_commit_callbacks):
    raised = []
    monkeypatch.setattr(type(caches["default"]), "set", lambda self, key, *rest, **more: raised.append(key))
    with django_capture_on_commit_callbacks(execute=True):
        for _change in range(100):
            page_cache.expire()
    with django_capture_on_commit_callbacks(execute=True):
        page_cache.expire()
    assert raised == [page_cache.VERSION_KEY] * 2


def test_a_page_of_the_site_costs_no_query_the_second_time(client, site, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/notices/")
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert "Vary" not in response.headers or "Cookie" not in response.headers["Vary"]


def test_a_signed_in_reader_is_never_served_from_or_into_what_is_kept(site):
    wang = Client()
    wang.force_login(factories.account(name="王桂芝"))
    assert "王桂芝" in wang.get("/notices/").content.decode()
    assert "王桂芝" not in Client().get("/notices/").content.decode()
    assert "王桂芝" in wang.get("/notices/").content.decode()
