"""Quiet hours, and what people switch off."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from notifications import choices, delivery, texts
from notifications.models import Delivery, Message, MessageSettings, Refusal, Topic
from notifications.quiet import QuietHours
from notifications.sending import say
from notifications.sms import send_code
from tests.factories import account

HERE = ZoneInfo("Asia/Shanghai")
NIGHT = QuietHours(time(21), time(8))


@pytest.fixture(autouse=True)
def _kinds(monkeypatch):
    monkeypatch.setattr(texts, "_texts", {})
    texts.register("seat", title="有名额", body="您有名额了。")
    texts.register("reminder", title="明天上课", body="明天上课。", topic=Topic.REMINDERS)
    texts.register("news", title="新闻", body="新闻。", topic=Topic.NEWS)


def tell(to, kind="reminder"):
    say(to, kind, {}, key=f"{kind}:{to.pk}", url="/my/")


def at(day, hour, minute=0, second=0):
    return datetime(2027, 3, day, hour, minute, second, tzinfo=HERE)


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        (at(1, 20, 59, 59), None),
        (at(1, 21), at(2, 8)),
        (at(1, 23, 59, 59), at(2, 8)),
        (at(2, 0), at(2, 8)),
        (at(2, 7, 59, 59), at(2, 8)),
        (at(2, 8), None),
        (at(2, 12), None),
    ],
)
def test_quiet_from_nine_in_the_evening_until_eight(moment, until):
    assert NIGHT.cover(moment) == bool(until)
    assert NIGHT.end_after(moment) == (until or moment)


@given(st.times(), st.times(), st.datetimes(timezones=st.just(HERE), max_value=datetime(2100, 1, 1)))
def test_quiet_hours_end_within_a_day_at_their_end(begin, end, moment):
    hours = QuietHours(begin, end)
    over = hours.end_after(moment)
    assert not hours.cover(over)
    assert timedelta(0) <= over - moment <= timedelta(days=1)
    if begin == end:
        assert over == moment


@pytest.fixture
def night(db):
    """Quiet hours from 21:00 until 08:00."""
    MessageSettings.objects.create(quiet_from=time(21), quiet_until=time(8))


def test_what_is_due_at_night_waits_until_morning(night, sms):
    tell(account(), "seat")
    assert delivery.deliver_due(at(1, 21)) == 0
    assert delivery.deliver_due(at(2, 3)) == 0
    assert delivery.deliver_due(at(2, 7, 59, 59)) == 0
    assert sms == []
    waiting = Delivery.objects.get()
    assert (waiting.next_try_at, waiting.attempts) == (at(2, 8), 0)
    assert delivery.deliver_due(at(2, 8)) == len(sms) == 1


def test_before_the_evening_it_goes_out_at_once(night, sms):
    tell(account(), "seat")
    assert delivery.deliver_due(at(1, 20, 59, 59)) == len(sms) == 1


def test_an_attempt_that_is_repeated_at_night_waits_too(night, sms):
    tell(account(), "seat")
    delivery._dispatch(at(1, 20, 59))
    Delivery.objects.update(attempts=2, next_try_at=at(1, 21, 4))
    assert delivery.deliver_due(at(1, 22)) == 0
    assert Delivery.objects.get().next_try_at == at(2, 8)


def test_the_evening_stops_a_long_run(night, sms, monkeypatch):
    for _ in range(3):
        tell(account(), "seat")
    # The first is sent at 20:59, then it is nine.
    monkeypatch.setattr(delivery.timezone, "now", lambda: at(1, 21) if sms else at(1, 20, 59))
    assert delivery.deliver_due() == 1
    assert Delivery.objects.filter(next_try_at=at(2, 8), state="pending").count() == 2


def test_sign_in_codes_come_at_night(night, sms):
    send_code(None, to="13800000001", text="123456")
    assert len(sms) == 1


def test_a_topic_that_is_switched_off_stays_in_the_inbox(db, sms):
    reader = account()
    choices.refuse(reader, Topic.REMINDERS)
    tell(reader)
    delivery.deliver_due()
    assert sms == []
    assert Delivery.objects.get().state == Delivery.State.REFUSED
    assert Message.objects.get(account=reader)


def test_switching_off_at_night_counts_in_the_morning(night, sms):
    reader = account()
    tell(reader)
    delivery.deliver_due(at(1, 22))
    choices.refuse(reader, Topic.REMINDERS)
    delivery.deliver_due(at(2, 8))
    assert sms == []


def test_what_is_necessary_always_comes(db, sms):
    reader = account()
    choices.choose(reader, [])
    for kind in ("seat", "reminder", "news"):
        tell(reader, kind)
    delivery.deliver_due()
    assert [sent.text.split(" ")[0] for sent in sms] == ["您有名额了。"]


def test_a_kind_that_is_no_longer_known_counts_as_necessary(db, sms):
    reader = account()
    choices.choose(reader, [])
    Message.objects.create(account=reader, kind="older", title="旧", body="旧", key="old")
    assert delivery.deliver_due() == 1


def test_necessary_messages_offer_no_way_to_stop_them(db, sms, mailoutbox):
    tell(account(), "seat")
    tell(account(phone=None, phone_verified=False, email="li@example.cn"), "seat")
    delivery.deliver_due()
    assert "/u/" not in sms[0].text
    assert "/u/" not in mailoutbox[0].body
    assert "List-Unsubscribe" not in mailoutbox[0].extra_headers


def link_in(text):
    return text[text.index("/u/") :].split()[0]


def test_by_the_link_in_an_sms_without_signing_in(db, client, sms):
    reader = account()
    tell(reader)
    delivery.deliver_due()
    link = link_in(sms[0].text)
    assert len(link) < 30
    assert client.get(link).status_code == 200
    assert not Refusal.objects.exists()  # Links are opened by machines, too: only the button counts.
    client.post(link)
    client.post(link)
    assert [(one.account, one.topic) for one in Refusal.objects.all()] == [(reader, Topic.REMINDERS)]


def test_mail_programs_have_a_button_of_their_own(db, sms, mailoutbox, settings):
    reader = account(phone=None, phone_verified=False, email="li@example.cn")
    tell(reader, "news")
    delivery.deliver_due()
    headers = mailoutbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = headers["List-Unsubscribe"].strip("<>")
    assert link in mailoutbox[0].body
    path = link.removeprefix(settings.SITE_URL)
    answer = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert choices.refuses(reader, Topic.NEWS)


def test_a_link_that_we_did_not_make_does_nothing(db, client):
    reader, other = account(), account()
    token = choices.link(reader.pk, Topic.NEWS).rstrip("/").rpartition("/")[2]
    number, _, rest = token.partition(".")
    forged = [
        f"{number}.r{rest[1:]}",
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        "x",
        f"{number}.",
        f"{number}.n",
    ]
    forged += [choices.link(other.pk, Topic.NEWS).rstrip("/").rpartition("/")[2].partition(".")[0] + "." + rest, "é.n1"]
    for wrong in forged:
        assert client.post(reverse("unsubscribe", args=[wrong])).status_code == 404
    assert not Refusal.objects.exists()


@given(st.text(min_size=1))
def test_no_text_is_a_token_by_chance(text):
    assert choices.read(text) is None


def test_a_link_of_the_older_key_still_works(db, settings):
    reader = account()
    token = choices.link(reader.pk, Topic.NEWS).rstrip("/").rpartition("/")[2]
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10
    assert choices.read(token) == (reader, Topic.NEWS)


def test_on_the_page_of_choices(db, client):
    reader = account()
    assert client.get(reverse("message_settings")).status_code == 302
    client.force_login(reader)
    assert client.get(reverse("message_settings")).text.count("checked") == len(Topic)
    client.post(reverse("message_settings"), {"topics": [Topic.NEWS]})
    assert choices.wanted_by(reader) == [Topic.NEWS]
    client.post(reverse("message_settings"), {"topics": list(Topic)})
    assert choices.wanted_by(reader) == list(Topic)
    client.post(reverse("message_settings"), {})
    assert choices.wanted_by(reader) == []
