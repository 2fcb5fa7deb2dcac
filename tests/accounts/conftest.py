"""What the stories about accounts share: a clock that can be put forward, and signing in by code."""

import time

import pytest
from django.urls import reverse


@pytest.fixture
def later(monkeypatch):
    """A function that puts the clock of codes, sessions and limits forward by so many seconds."""
    real, ahead = time.time, [0]
    monkeypatch.setattr(time, "time", lambda: real() + ahead[0])

    def forward(seconds):
        ahead[0] += seconds

    return forward


@pytest.fixture
def ask_code(client):
    """A function that fills the one box and follows to where it leads."""

    def ask(login, *, target=""):
        address = reverse("account_login") + (f"?next={target}" if target else "")
        return client.post(address, {"login": login}, follow=True)

    return ask


@pytest.fixture
def enter_code(client):
    """A function that enters a code on the page for it."""

    def enter(code, *, target="", **options):
        address = reverse("account_confirm_login_code") + (f"?next={target}" if target else "")
        return client.post(address, {"code": code}, **options)

    return enter
