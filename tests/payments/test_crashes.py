"""kill -9 between any two steps of paying and refunding, then reconcile: the same end.

A step is what cannot be undone: a commit, or an answer of Stripe's that has not been kept yet. Nothing is named in the
code: the test counts them, and a run dies after each in turn.
"""

import signal
import subprocess
import sys

import pytest
from django.db import transaction
from stripe import HTTPClient

from payments import money, outcome, refunds
from payments.models import Payment, ProviderEvent, Refund
from payments.reconcile import reconcile
from tests.payments import books
from tests.payments.stories import open_page, page_of


class Killed(BaseException):
    """The process is gone: no `except Exception` may catch it."""


@pytest.fixture
def die_after(monkeypatch):
    """A function `die_after(n)` that lets n steps pass and dies after the next; `die_after(None)` only counts them."""
    steps = {"left": None, "passed": 0, "depth": 0}

    def step():
        steps["passed"] += 1
        if steps["left"] is not None:
            steps["left"] -= 1
            if steps["left"] < 0:
                steps["left"] = None
                raise Killed

    leave, ask_http = transaction.Atomic.__exit__, HTTPClient.request_with_retries

    def leave_and_perhaps_die(self, kind, error, trace):
        outermost = depth() == steps["depth"] + 1
        leave(self, kind, error, trace)
        if kind is None and outermost:
            step()

    def depth():
        return len(transaction.get_connection().savepoint_ids)

    def ask_and_perhaps_die(self, *arguments, **options):
        answer = ask_http(self, *arguments, **options)
        step()
        return answer

    monkeypatch.setattr(transaction.Atomic, "__exit__", leave_and_perhaps_die)
    monkeypatch.setattr(HTTPClient, "request_with_retries", ask_and_perhaps_die)

    def after(number):
        steps.update(left=number, passed=0, depth=depth())
        return steps

    return after


def pay(stripe):
    """Paying: the page, the notice, the place."""
    payment = Payment.objects.get()
    if not payment.attempts.exclude(session=None).exists():
        open_page(payment)
    if stripe.state.tables["sessions"][page_of(payment)]["status"] == "open":
        stripe.people.pay(page_of(payment))
    stripe.post.bring()


def pay_when_nothing_is_left(stripe):
    """Paid late, without a place: the money goes back."""
    pay(stripe)
    for refund in Refund.objects.filter(state="requested"):
        refunds.send(refund)


def give_back(stripe):
    """Refunding, by a wallet that takes a while."""
    if not Refund.objects.exists():
        money.refund(Payment.objects.get(), amount=1200, reason=Refund.Reason.GOODWILL)
    refunds.send(Refund.objects.get())
    for name, refund in list(stripe.state.tables["refunds"].items()):
        if refund["status"] == "pending":
            stripe.people.finish_refund(name)
    stripe.post.bring()


def give_up(stripe):
    """The deadline passes, and the page is closed."""
    money.expire(Payment.objects.get())
    outcome.close_left_open()


def ready_to_pay(stripe, ask, places):
    """Nothing has happened."""
    ask()


def ready_without_a_place(stripe, ask, places):
    """A payment whose place is gone."""
    ask()
    places.free = 0


def ready_to_refund(stripe, ask, places):
    """Paid by a wallet."""
    stripe.people.pay(open_page(ask()), "alipay")
    stripe.post.bring()


def ready_to_give_up(stripe, ask, places):
    """A page is open."""
    open_page(ask())


STORIES = [
    (ready_to_pay, pay, 6),
    (ready_without_a_place, pay_when_nothing_is_left, 9),
    (ready_to_refund, give_back, 6),
    (ready_to_give_up, give_up, 3),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("ready", "act", "at_least"), STORIES, ids=[story[1].__name__ for story in STORIES])
def test_killed_after_any_step_ends_the_same(stripe, ask, places, die_after, ready, act, at_least):
    """Each run is undone afterwards, the stand-in's memory too, so the runs begin alike."""

    def run(number):
        with transaction.atomic():
            start_over(stripe, places)
            ready(stripe, ask, places)
            steps = die_after(number)
            try:
                act(stripe)
            except Killed:
                die_after(None)
                recover(stripe, act)
            passed = steps["passed"]
            steps["left"] = None
            reconcile()
            books.assert_books()
            ended = books.summary(), places.free
            transaction.set_rollback(True)
        return ended, passed

    wanted, steps = run(None)
    assert steps >= at_least
    for number in range(steps):
        assert run(number)[0] == wanted, f"killed after step {number + 1} of {steps}"


def recover(stripe, act):
    """After the crash: what people and Stripe do meanwhile goes on, notices are lost, and we ask about everything."""
    stripe.post.lose()
    reconcile()
    if act in (pay, pay_when_nothing_is_left):
        attempt = Payment.objects.get().attempts.exclude(session=None).first()
        if attempt is None or stripe.state.tables["sessions"][attempt.session]["status"] == "open":
            act(stripe)
        stripe.post.lose()
        reconcile()
    else:
        act(stripe)


def start_over(stripe, places):
    """As before the story."""
    for table in stripe.state.tables.values():
        table.clear()
    stripe.post.lose()
    places.free, places.taken = 10, set()


SCRIPT = """
import os, signal, sys
sys.path[:0] = ["site", "."]
import django; django.setup()
from django.conf import settings
settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_ADDRESS = sys.argv[1:4]
from stripe import HTTPClient
from payments import purposes, money
from payments.models import Payment
from tests.payments.stories import Places
purposes.register("place", Places())
ask = HTTPClient.request_with_retries
def ask_and_die(self, *arguments, **options):
    ask(self, *arguments, **options)
    os.kill(os.getpid(), signal.SIGKILL)
HTTPClient.request_with_retries = ask_and_die
money.start(Payment.objects.get(), provider="stripe", return_url="http://testserver/")
"""


@pytest.mark.django_db(transaction=True)
def test_a_process_that_is_really_killed(stripe, ask, process_environment):
    payment = ask()
    arguments = [stripe.key, stripe.notifier.secret, stripe.address]
    environment = process_environment | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    died = subprocess.run([sys.executable, "-c", SCRIPT, *arguments], env=environment, check=False)
    assert died.returncode == -signal.SIGKILL
    assert payment.attempts.get().state == "starting"
    (page,) = stripe.state.tables["sessions"]
    stripe.people.pay(page)
    stripe.post.bring()  # We hear of a page whose name we never kept.
    payment.refresh_from_db()
    assert (payment.state, payment.attempts.get().session) == ("paid", page)
    assert ProviderEvent.objects.get().outcome == "paid"
