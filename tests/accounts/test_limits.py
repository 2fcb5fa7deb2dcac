"""The waiting times that we tell, against what allauth really allows: we read its counters by internal helpers."""

import time

import pytest
from allauth.core.exceptions import RateLimited
from allauth.core.internal import ratelimit
from django.test import RequestFactory

from accounts import limits

pytestmark = pytest.mark.django_db
ACTION = {"action": "request_login_code", "key": "13812345678"}


@pytest.fixture
def post():
    """A request that sends a form."""
    return RequestFactory().post("/")


def test_told_time_is_the_time_that_allauth_refuses(post, later):
    assert limits.seconds_to_wait(post, **ACTION) == 0
    assert limits.count(post, **ACTION)
    seconds = limits.seconds_to_wait(post, **ACTION)
    assert 58 <= seconds <= 60
    assert not limits.count(post, **ACTION)

    later(seconds - 2)
    assert not limits.count(post, **ACTION)
    later(3)
    assert limits.seconds_to_wait(post, **ACTION) == 0
    assert limits.count(post, **ACTION)


def test_longest_of_several_limits_is_told(post, later):
    for _ in range(5):
        assert limits.count(post, **ACTION)
        later(61)
    assert 3200 < limits.seconds_to_wait(post, **ACTION) <= 3600


def test_another_number_does_not_wait(post):
    limits.count(post, **ACTION)
    assert limits.seconds_to_wait(post, action=ACTION["action"], key="13900000000") == 0


def test_a_limit_that_no_form_foresaw_gives_the_page_that_helps(client, monkeypatch):
    def refuse(*args, **kwargs):
        raise RateLimited

    monkeypatch.setattr(ratelimit, "consume", refuse)
    page = client.post("/account/login/", {"login": "13812345678"})
    assert page.status_code == 429
    assert 'id="main"' in page.content.decode()


def test_the_clock_of_these_tests_moves(later):
    before = time.time()
    later(100)
    assert time.time() - before >= 100
