"""Text messages, and the HTTP gateway against a real server on loopback."""

import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts.signals import code_sms
from notifications.sms import ConsoleBackend, GatewayBackend, SmsError, SmsMessage, send_sms

SECRET = "a secret that both sides know"


class Gateway(ThreadingHTTPServer):
    """A gateway that plays a list of answers: a status, or a number of seconds to stay silent before 200."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Answer)
        self.answers, self.requests = [], []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/send"


class _Answer(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((dict(self.headers), body))
        answer = self.server.answers.pop(0) if self.server.answers else 200
        if isinstance(answer, float):
            time.sleep(answer)
            answer = 200
        self.send_response(answer)
        if answer == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *args):
        """Silence."""


@pytest.fixture
def gateway(settings, monkeypatch):
    server = Gateway()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SMS_BACKEND = "notifications.sms.GatewayBackend"
    settings.SMS_GATEWAY = {"url": server.url, "key": "xuelin", "secret": SECRET}
    monkeypatch.setattr(GatewayBackend, "PAUSE", 0.01)
    monkeypatch.setattr(GatewayBackend, "TIMEOUT", 0.3)
    yield server
    server.shutdown()
    server.server_close()


def test_gateway_gets_a_signed_request(gateway):
    assert send_sms("13912345678", "您的验证码是 123456", key="delivery-7") == 1

    [(headers, body)] = gateway.requests
    assert json.loads(body) == {"to": "13912345678", "text": "您的验证码是 123456", "key": "delivery-7"}
    signed = f"{headers['X-Timestamp']}\n{headers['X-Nonce']}\n".encode() + body
    assert headers["X-Signature"] == hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Key"] == "xuelin"
    assert headers["Idempotency-Key"] == "delivery-7"
    assert abs(int(headers["X-Timestamp"]) - time.time()) < 5


@pytest.mark.parametrize("trouble", [503, 429, 1.0], ids=["server error", "too many", "silence"])
def test_passing_trouble_is_tried_again_with_the_same_key(gateway, trouble):
    gateway.answers = [trouble, 200]

    assert send_sms("13912345678", "text") == 1

    keys = [headers["Idempotency-Key"] for headers, _ in gateway.requests]
    nonces = {headers["X-Nonce"] for headers, _ in gateway.requests}
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert len(nonces) == 2


def test_lasting_trouble_is_given_up_after_three_attempts_and_may_be_tried_later(gateway):
    gateway.answers = [500] * 9
    with pytest.raises(SmsError, match="500") as raised:
        send_sms("13912345678", "text")
    assert not raised.value.permanent
    assert len(gateway.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 404, 302])
def test_a_refusal_is_not_repeated(gateway, status):
    gateway.answers = [status]
    with pytest.raises(SmsError, match=str(status)) as raised:
        send_sms("13912345678", "text")
    assert raised.value.permanent
    assert len(gateway.requests) == 1


def test_a_gateway_that_is_down_may_be_tried_later(settings, gateway):
    gateway.shutdown()
    gateway.server_close()
    with pytest.raises(SmsError, match="cannot be reached") as raised:
        send_sms("13912345678", "text")
    assert not raised.value.permanent


def test_a_gateway_without_an_address_is_a_mistake_in_the_settings(settings):
    settings.SMS_GATEWAY = {"url": "file:///etc/passwd", "key": "xuelin", "secret": SECRET}
    with pytest.raises(ImproperlyConfigured):
        GatewayBackend()


def test_the_console_shows_what_would_be_sent(capsys):
    assert ConsoleBackend().send_messages([SmsMessage("13912345678", "您好")]) == 1
    assert capsys.readouterr().out == "SMS to 13912345678: 您好\n"


def test_a_sign_in_code_is_sent_at_once(sms, last_code):
    code_sms.send(None, to="13912345678", text="您的验证码是 482913，10 分钟内有效。")
    assert sms[0].to == "13912345678"
    assert last_code() == "482913"
