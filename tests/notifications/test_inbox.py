"""The inbox, and the development page of what the demo would send."""

import pytest
from django.core.mail import send_mail
from django.template import Context, Template
from django.urls import reverse

from notifications.models import Message
from notifications.sms import send_sms
from tests.factories import account


def write(to, *, title="有名额了", body="请在明天前确认。", url="/my/"):
    """A message of a number of its own."""
    key = f"test:{Message.objects.count()}"
    return Message.objects.create(account=to, kind="seat", title=title, body=body, url=url, key=key)


@pytest.mark.django_db
def test_the_inbox_shows_my_messages_and_marks_what_is_new(client):
    reader = account()
    write(reader, title="有名额了")
    write(account(), title="别人的消息")
    client.force_login(reader)

    page = client.get(reverse("inbox")).content.decode()

    assert "有名额了" in page
    assert "别人的消息" not in page
    assert page.count("tag--info") == 1


@pytest.mark.django_db
def test_opening_a_message_marks_it_as_read(client):
    reader = account()
    message = write(reader)
    client.force_login(reader)

    page = client.get(reverse("message", args=[message.pk])).content.decode()

    assert "请在明天前确认。" in page
    assert 'href="/my/"' in page
    assert not Message.objects.unread().exists()
    assert "tag--info" not in client.get(reverse("inbox")).content.decode()


@pytest.mark.django_db
def test_a_message_to_another_does_not_exist_for_me(client):
    message = write(account())
    client.force_login(account())
    assert client.get(reverse("message", args=[message.pk])).status_code == 404
    assert Message.objects.unread().exists()


@pytest.mark.django_db
def test_who_is_not_signed_in_is_asked_to(client):
    response = client.get(reverse("inbox"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.django_db
def test_many_messages_come_in_pages(client, django_assert_max_num_queries):
    reader = account()
    for number in range(45):
        write(reader, title=f"消息 {number}。")
    client.force_login(reader)
    client.get(reverse("inbox"))  # The frame of the page is read once per process.
    with django_assert_max_num_queries(10):
        first = client.get(reverse("inbox")).content.decode()
    last = client.get(reverse("inbox") + "?page=3").content.decode()
    assert "消息 44。" in first
    assert "消息 24。" not in first
    assert "消息 0。" in last


@pytest.mark.django_db
def test_the_demo_shows_codes_on_a_page_that_says_what_it_is(client, settings, tmp_path, capsys):
    settings.OUTBOX_DIR = tmp_path / "outbox"
    settings.SMS_BACKEND = "notifications.sms.OutboxBackend"
    settings.EMAIL_BACKEND = "notifications.outbox.EmailBackend"
    send_sms("13912345678", "您的验证码是 482913。")
    send_mail("欢迎", "<b>您好</b>", None, ["wang@example.cn"])

    page = client.get(reverse("outbox"), {"next": "/account/login/code/confirm/"}).content.decode()

    assert page.index("wang@example.cn") < page.index("139 1234 5678")
    assert "482913" in page
    assert "&lt;b&gt;您好" in page
    assert 'href="/account/login/code/confirm/"' in page
    assert "note--warn" in page
    assert "482913" in capsys.readouterr().out


@pytest.mark.parametrize("demo", [True, False])
def test_only_the_demo_leads_to_the_codes(settings, rf, demo):
    settings.DEMO = demo
    template = Template("{% load notifications_tags %}{% outbox_link %}")
    page = template.render(Context({"request": rf.get("/account/login/code/confirm/?a=1&b=2")}))
    assert ("/development/messages/?next=/account/login/code/confirm/%3Fa%3D1%26b%3D2" in page) is demo


@pytest.mark.django_db
def test_the_development_page_leads_back_to_this_site_only(client, settings, tmp_path):
    settings.OUTBOX_DIR = tmp_path
    page = client.get(reverse("outbox"), {"next": "https://evil.example/"}).content.decode()
    assert 'evil.example/"' not in page.replace("next=https%3A//evil.example/", "")


def test_the_outbox_keeps_the_newest(settings, tmp_path, monkeypatch):
    from notifications import outbox

    settings.OUTBOX_DIR = tmp_path
    monkeypatch.setattr(outbox, "KEPT", 3)
    for number in range(5):
        outbox.keep(channel="sms", to="13912345678", text=f"第{number}条")
    assert [entry["text"] for entry in outbox.latest()] == ["第4条", "第3条", "第2条"]
