"""From what is said in a transaction to phones and mailboxes: once, later if need be, never for what did not happen."""

import smtplib
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from notifications import delivery, texts
from notifications.models import Delivery, Message
from notifications.sending import say
from notifications.sms import MemoryBackend, SmsError
from notifications.tasks import enqueue_due
from tests.factories import account

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _seat_text(monkeypatch):
    monkeypatch.setattr(texts, "_texts", {})
    texts.register("seat", title="%(title)s：有名额了", body="%(name)s 有名额了。")


def tell(to, *, key="enrollment:1:offered", name="王芳"):
    say(to, "seat", {"title": "中式烘焙", "name": name}, key=key, url="/my/enrollments/XL1/")


def failing(monkeypatch, *errors):
    """Make the next attempts to send a text message fail with these errors."""
    left = list(errors)
    send = MemoryBackend.send_messages

    def send_messages(self, messages):
        if left:
            raise left.pop(0)
        return send(self, messages)

    monkeypatch.setattr(MemoryBackend, "send_messages", send_messages)


def test_saying_is_one_insert_and_nothing_else(django_assert_num_queries):
    reader = account()
    with django_assert_num_queries(1):
        tell(reader)
    message = Message.objects.get()
    assert (message.account, message.title, message.body) == (reader, "中式烘焙：有名额了", "王芳 有名额了。")


def test_what_did_not_happen_is_not_told(sms):
    with transaction.atomic():
        tell(account())
        transaction.set_rollback(True)
    assert delivery.deliver_due() == 0
    assert sms == []


def test_the_same_is_said_once(sms):
    reader = account()
    tell(reader)
    tell(reader)
    delivery.deliver_due()
    delivery.deliver_due()
    assert len(sms) == Message.objects.count() == 1


def test_names_are_filled_in_as_they_are(sms):
    tell(account(), name="100% %(title)s {0}")
    assert Message.objects.get().body == "100% %(title)s {0} 有名额了。"


def test_a_verified_phone_gets_an_sms_with_a_link(sms, mailoutbox, settings):
    reader = account(email="wang@example.cn")
    tell(reader)
    delivery.deliver_due()
    assert [(sent.to, sent.text) for sent in sms] == [
        (reader.phone, f"王芳 有名额了。 {settings.SITE_URL}/my/enrollments/XL1/")
    ]
    assert mailoutbox == []


def test_without_a_verified_phone_it_is_an_email(sms, mailoutbox):
    tell(account(phone_verified=False, email="wang@example.cn"))
    delivery.deliver_due()
    [mail] = mailoutbox
    assert sms == []
    assert mail.to == ["wang@example.cn"]
    assert mail.subject == "中式烘焙：有名额了"
    assert "王芳 有名额了。" in mail.body
    assert "/my/enrollments/XL1/" in mail.body


def test_without_any_address_the_inbox_is_all(sms, mailoutbox):
    tell(account(phone=None, phone_verified=False))
    assert delivery.deliver_due() == 0
    assert Message.objects.undispatched().count() == Delivery.objects.count() == 0


def test_passing_trouble_is_tried_again_later(monkeypatch, sms):
    failing(monkeypatch, SmsError("busy", permanent=False))
    tell(account())
    now = timezone.now()

    assert delivery.deliver_due(now) == 0
    assert delivery.deliver_due(now + timedelta(seconds=30)) == 0
    assert delivery.deliver_due(now + timedelta(minutes=1)) == 1

    done = Delivery.objects.get()
    assert (done.state, done.attempts, done.error) == (Delivery.State.SENT, 2, "")
    assert len(sms) == 1


def test_a_refusal_ends_it_at_once(monkeypatch, sms):
    failing(monkeypatch, SmsError("no such number", permanent=True))
    tell(account())
    delivery.deliver_due()
    failed = Delivery.objects.get()
    assert (failed.state, failed.attempts, failed.error) == (Delivery.State.FAILED, 1, "no such number")


def test_a_refused_mailbox_ends_it_at_once(monkeypatch):
    def refuse(*args, **kwargs):
        raise smtplib.SMTPRecipientsRefused({"wang@example.cn": (550, b"unknown")})

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    tell(account(phone=None, phone_verified=False, email="wang@example.cn"))
    delivery.deliver_due()
    assert Delivery.objects.get().state == Delivery.State.FAILED


def test_lasting_trouble_is_given_up(monkeypatch, sms):
    failing(monkeypatch, *[SmsError("busy", permanent=False)] * 20)
    tell(account())
    now = timezone.now()
    for _ in range(10):
        delivery.deliver_due(now)
        now += timedelta(hours=5)
    given_up = Delivery.objects.get()
    assert (given_up.state, given_up.attempts) == (Delivery.State.FAILED, len(delivery.PAUSES) + 1)


def test_one_bad_message_does_not_hold_up_the_others(monkeypatch, sms):
    failing(monkeypatch, ValueError("a mistake of ours"))
    tell(account(), key="1")
    tell(account(), key="2")
    assert delivery.deliver_due() == 1


def test_a_phone_given_up_meanwhile_gets_nothing(sms):
    reader = account()
    tell(reader)
    now = timezone.now()
    delivery._dispatch(now)
    reader.phone = None
    reader.save()
    assert delivery.deliver_due(now) == 0
    assert Delivery.objects.get().state == Delivery.State.FAILED


def test_what_a_dying_worker_leaves_is_sent_later_under_the_same_key(monkeypatch, sms):
    failing(monkeypatch, KeyboardInterrupt())
    tell(account())
    now = timezone.now()
    with pytest.raises(KeyboardInterrupt):
        delivery.deliver_due(now)

    assert delivery.deliver_due(now + timedelta(minutes=1)) == 0
    assert delivery.deliver_due(now + delivery.CLAIM) == 1
    assert [sent.key for sent in sms] == [f"delivery-{Delivery.objects.get().pk}"]


@pytest.mark.django_db(transaction=True)
def test_several_workers_send_each_message_once(together, sms):
    for number in range(30):
        tell(account(), key=str(number))
    outcomes = together(lambda _: delivery.deliver_due(), range(4))
    assert sum(outcomes) == len(sms) == 30
    assert len({sent.key for sent in sms}) == 30


def test_the_worker_is_asked_only_when_something_is_due(sms):
    assert not enqueue_due()
    tell(account())
    assert enqueue_due()
    assert len(sms) == 1
    assert not enqueue_due()


def test_a_worker_that_is_behind_is_not_asked_twice(settings, sms):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    tell(account())
    assert enqueue_due()
    assert not enqueue_due()
    assert sms == []


def test_what_people_must_be_told_overtakes_a_broadcast(sms, monkeypatch):
    texts.register("news", title="%(title)s", body="%(name)s", topic="news")
    for number in range(3 * delivery.FEW):
        say(account(), "news", {"title": "通知", "name": f"消息{number}"}, key=f"news:{number}")
    tell(account(), key="enrollment:1:offered", name="早来的")
    send, sent = MemoryBackend.send_messages, []

    def send_messages(self, messages):
        sent.append(messages)
        if len(sent) == 5:
            tell(account(), key="enrollment:2:offered", name="晚来的")
        return send(self, messages)

    monkeypatch.setattr(MemoryBackend, "send_messages", send_messages)
    assert delivery.deliver_due() == 3 * delivery.FEW + 2
    told = [number for number, message in enumerate(sms) if "有名额了" in message.text]
    assert told == [0, 1 + delivery.FEW]
