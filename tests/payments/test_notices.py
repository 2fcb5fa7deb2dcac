"""The door for notices: forged, stale, of others, unknown; and the table of all that we ask and hear."""

import json
import time

import pytest

from payments import money
from payments.development.notifier import sign
from payments.models import Booking, Incident, Payment, Provider, ProviderEvent, Refund
from payments.providers import stripe_table
from payments.reconcile import move_money, reconcile
from tests import factories
from tests.payments.books import assert_books
from tests.payments.stories import SECRET, fresh, open_page

pytestmark = pytest.mark.django_db
DOOR = "/payments/notices/stripe/"


@pytest.fixture
def bring(client):
    """A function that posts a body to the door and gives the status of the answer."""

    def post(body, signature):
        headers = {"HTTP_STRIPE_SIGNATURE": signature} if signature else {}
        return client.post(DOOR, body, content_type="application/json", **headers).status_code

    return post


@pytest.fixture
def notice(stripe, ask):
    """The body of the notice that a payment was paid; `.payment` is the payment."""
    payment = ask()
    stripe.people.pay(open_page(payment))
    body = stripe.post.waiting.pop()
    stripe.payment = payment
    return body


def nothing_changed(payment):
    """The payment waits, nothing is booked, no notice is kept."""
    assert fresh(payment).state == "pending"
    assert not Booking.objects.exists()
    assert not ProviderEvent.objects.exists()
    return True


def test_a_proved_notice_is_taken_once(stripe, notice, bring):
    assert bring(notice, sign(notice, SECRET)) == 200
    assert bring(notice, sign(notice, SECRET)) == 200
    assert fresh(stripe.payment).state == "paid"
    assert ProviderEvent.objects.get().outcome == "paid"
    assert_books()


@pytest.mark.parametrize(
    "forge",
    [
        lambda body: None,
        lambda body: "t=1,v1=abc",
        lambda body: "nonsense",
        lambda body: sign(body, "whsec_of_somebody_else"),
        lambda body: sign(body + b" ", SECRET),
        lambda body: sign(body, SECRET, at=time.time() - 301),
    ],
    ids=["unsigned", "wrong", "nonsense", "other secret", "other body", "stale or replayed"],
)
def test_what_is_not_proved_changes_nothing(stripe, notice, bring, caplog, forge):
    assert bring(notice, forge(notice)) == 400
    assert nothing_changed(stripe.payment)
    assert "A notice was refused" in caplog.text
    assert stripe.payment.account.phone not in caplog.text


@pytest.mark.parametrize("fact", [{"livemode": True}, {"account": "acct_other"}], ids=["live", "another account"])
def test_a_notice_of_another_mode_or_account_changes_nothing(stripe, notice, bring, fact):
    body = json.dumps(json.loads(notice) | fact).encode()
    assert bring(body, sign(body, SECRET)) == 400
    assert nothing_changed(stripe.payment)


def test_what_a_notice_says_is_not_believed_but_asked(stripe, ask, bring):
    payment = ask()
    page = stripe.state.tables["sessions"][open_page(payment)]
    event = stripe.state.make("events", "event", "evt", type="checkout.session.completed")
    event["data"] = {"object": page | {"payment_status": "paid", "status": "complete"}}
    body = json.dumps(event).encode()
    assert bring(body, sign(body, SECRET)) == 200
    assert fresh(payment).state == "pending"


def test_a_page_that_names_another_payment_pays_for_none(stripe, ask, bring):
    mine, other = ask("mine"), ask("other")
    page = stripe.state.tables["sessions"][open_page(mine)]
    page["client_reference_id"] = other.reference
    stripe.people.pay(page["id"])
    body = stripe.post.waiting.pop()
    assert bring(body, sign(body, SECRET)) == 200
    assert {fresh(mine).state, fresh(other).state} == {"pending"}
    assert Incident.objects.get().kind == "unmatched"


def test_another_page_that_calls_itself_ours_pays_for_nothing(stripe, ask, bring):
    payment = ask()
    pages = stripe.state.tables["sessions"]
    page = pages[open_page(payment)]
    pages["cs_test_copy"] = page | {"id": "cs_test_copy"}
    stripe.people.pay("cs_test_copy")
    body = stripe.post.waiting.pop()
    assert bring(body, sign(body, SECRET)) == 200
    assert (fresh(payment).state, Incident.objects.get().kind) == ("pending", "unmatched")


def test_money_of_a_page_that_we_never_opened_is_flagged(stripe, ask, bring):
    payment = ask()
    page = stripe.state.tables["sessions"][open_page(payment)]
    page["client_reference_id"], page["metadata"] = "order 7 of another shop", {}
    stripe.people.pay(page["id"])
    body = stripe.post.waiting.pop()
    bring(body, sign(body, SECRET))
    bring(body, sign(body, SECRET))
    assert fresh(payment).state == "pending"
    assert Incident.objects.get().amount == 3000


def test_stripe_is_away_when_its_notice_comes(stripe, notice, bring, settings):
    settings.STRIPE_ADDRESS = "http://127.0.0.1:9"
    assert bring(notice, sign(notice, SECRET)) == 503  # It will come again; and we ask, too.
    settings.STRIPE_ADDRESS = stripe.address
    assert reconcile()["notices left"] == 1
    assert fresh(stripe.payment).state == "paid"


def test_a_notice_of_a_type_that_nobody_asked_for_is_put_aside(stripe, bring):
    event = stripe.state.make("events", "event", "evt", type="customer.created")
    body = json.dumps(event).encode()
    assert bring(body, sign(body, SECRET)) == 200
    assert ProviderEvent.objects.get().outcome == "not ours to know"


def test_somebody_elses_payment_does_not_exist(stripe, ask, client):
    payment = ask()
    client.force_login(factories.account())
    assert client.get(f"/my/payments/{payment.reference}/").status_code == 404
    assert client.post(f"/my/payments/{payment.reference}/pay/").status_code == 404
    assert client.get(f"/my/payments/{payment.reference}/back/").status_code == 404
    assert not payment.attempts.exists()


def test_coming_back_from_the_page_proves_nothing(stripe, ask, client):
    payment = ask()
    client.force_login(payment.account)
    assert client.post(f"/my/payments/{payment.reference}/pay/").url.startswith(stripe.address)
    assert client.get(f"/my/payments/{payment.reference}/back/?paid=1").status_code == 302
    assert fresh(payment).state == "pending"


# --- The table of requests and notices -----------------------------------------------------------------------


def a_whole_life(stripe, ask):
    """Everything that we ever ask and hear; returns the requests as acts of the table."""
    for way in ("paid", "later", "bounced", "expired"):
        page = open_page(ask(way))
        if way == "paid":
            stripe.people.pay(page, "alipay")
        elif way == "expired":
            stripe.people.expire(page)
        else:
            stripe.people.pay_later(page)
            (stripe.people.arrive if way == "later" else stripe.people.bounce)(page)
    closed = ask("closed")
    open_page(closed)
    money.expire(closed)
    stripe.post.bring()
    paid = Payment.objects.get(purpose="place:paid")
    refund = money.refund(paid, amount=1000, reason=Refund.Reason.GOODWILL)
    move_money()
    stripe.people.finish_refund(fresh(refund).provider_reference, failed=True)
    second = money.refund(paid, amount=1000, reason=Refund.Reason.GOODWILL)
    Refund.objects.filter(pk=second.pk).update(sent_at=second.created_at)
    move_money()
    reconcile()
    Refund.objects.filter(pk=second.pk).update(sent_at="2026-01-01T00:00Z")
    move_money()
    stripe.people.finish_refund(fresh(second).provider_reference)
    later = Payment.objects.get(purpose="place:later")
    dispute = stripe.people.dispute(later.attempts.get().session)
    stripe.tell("charge.dispute.updated", dispute)
    stripe.people.decide(dispute["id"], won=True)
    stripe.post.bring()
    reconcile()


def test_every_request_and_every_notice_is_in_the_table(stripe, ask):
    a_whole_life(stripe, ask)
    made = set()
    for method, path in stripe.requests:
        fitting = [
            act
            for act, (its_method, its_path) in stripe_table.REQUESTS.items()
            if method == its_method and path.split("/")[1:3] == its_path.split("/")[1:3] and _same(path, its_path)
        ]
        assert fitting, f"{method} {path} is not in the table"
        made.update(fitting)
    assert made == set(stripe_table.REQUESTS)
    assert set(ProviderEvent.objects.values_list("kind", flat=True)) == set(stripe_table.EVENTS)
    assert_books()


def _same(path, pattern):
    parts, wanted = path.split("/"), pattern.split("/")
    fits = zip(parts, wanted, strict=False)
    return len(parts) == len(wanted) and all(one == two or two.startswith("{") for one, two in fits)


def test_a_request_outside_the_table_fails(stripe):
    status, body = ask_stand_in(stripe, "GET", "/v1/customers")
    assert (status, "is not in providers/stripe_table.py" in body) == (404, True)


@pytest.mark.parametrize("fields", ["surprise=1", "mode=payment&line_items[0][quantity]=many", "expires_at=soon"])
def test_unknown_and_mistyped_parameters_are_refused(stripe, fields):
    assert ask_stand_in(stripe, "POST", "/v1/checkout/sessions", fields)[0] == 400


def test_a_wrong_key_is_refused(stripe, ask, settings):
    settings.STRIPE_SECRET_KEY = "sk_test_wrong"
    with pytest.raises(money.attempts.providers.stripe.ProviderFailed):
        open_page(ask())
    assert not stripe.state.tables["sessions"]


def test_a_key_of_a_request_is_good_for_one_request(stripe, ask):
    payment = ask()
    open_page(payment)
    attempt = payment.attempts.get()
    attempt.amount = 1
    with pytest.raises(money.attempts.providers.stripe.ProviderFailed):
        money.attempts.providers.get(Provider.STRIPE).start(attempt)
    assert len(stripe.state.tables["sessions"]) == 1


def ask_stand_in(stripe, method, path, body=""):
    """A raw request; returns status and body of the answer."""
    import http.client
    from urllib.parse import urlsplit

    connection = http.client.HTTPConnection(urlsplit(stripe.address).netloc)
    headers = {"Authorization": f"Bearer {stripe.key}", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()
