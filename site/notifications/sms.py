"""Text messages (SMS) and the ways to send them, shaped like Django's e-mail backends.

The setting SMS_BACKEND names a class with `send_messages(messages)`; `send_sms(to, text)` uses it. A backend that
cannot deliver raises `SmsError`, which says whether trying again may help.
"""

import hashlib
import hmac
import json
import secrets
import sys
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class SmsMessage:
    """One text message, to a mainland number of 11 digits. By its `key` a repetition is known as one."""

    to: str
    text: str
    key: str = field(default_factory=lambda: secrets.token_hex(16))


class SmsError(Exception):
    """A text message was not taken. `permanent`: the same message will be refused again, so do not repeat it."""

    def __init__(self, message, *, permanent):
        super().__init__(message)
        self.permanent = permanent


class BaseBackend:
    """What a way to send text messages must offer."""

    def send_messages(self, messages):
        """Send them and return how many were taken; raise SmsError at the first that was not."""
        raise NotImplementedError


class ConsoleBackend(BaseBackend):
    """Writes messages to standard output, for a site that has no gateway yet."""

    def send_messages(self, messages):
        """Print each message."""
        for message in messages:
            sys.stdout.write(f"SMS to {message.to}: {message.text}\n")
        sys.stdout.flush()
        return len(messages)


class MemoryBackend(BaseBackend):
    """Keeps messages in the list `outbox`, for tests."""

    outbox = []

    def send_messages(self, messages):
        """Append each message."""
        self.outbox.extend(messages)
        return len(messages)


class OutboxBackend(ConsoleBackend):
    """Also puts messages on the development page, for the demo."""

    def send_messages(self, messages):
        """Print each message and keep it for the page."""
        from notifications import outbox

        for message in messages:
            outbox.keep(channel="sms", to=message.to, text=message.text)
        return super().send_messages(messages)


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        """A gateway that moved is an error to be seen: never carry a signed message to another address."""


class GatewayBackend(BaseBackend):
    """Hands each message to an HTTP gateway: a signed JSON request, `{"to", "text", "key"}`.

    Headers: X-Key (our name), X-Timestamp (seconds), X-Nonce, and X-Signature: the hexadecimal HMAC-SHA256, by the
    shared secret, of timestamp, nonce and body, joined by line feeds. Idempotency-Key is the message's key: a
    gateway that has seen it answers 200 and sends nothing. Any answer below 300 counts as taken.

    A connection that fails, 429 and 5xx are tried again after 0.5 and 1 s (`ATTEMPTS` in all); other answers are
    refusals that no repetition mends.
    """

    ATTEMPTS = 3
    TIMEOUT = 5  # seconds, to connect and to answer
    PAUSE = 0.5  # seconds before the second attempt, doubled before each further one

    def __init__(self):
        self.url, self.key, self.secret = (settings.SMS_GATEWAY[name] for name in ("url", "key", "secret"))
        if urlsplit(self.url).scheme not in ("http", "https") or not self.key or not self.secret:
            raise ImproperlyConfigured("The SMS gateway needs SMS_GATEWAY_URL (http...), _KEY and _SECRET.")
        self._opener = build_opener(_NoRedirects)

    def send_messages(self, messages):
        """Send one request for each message."""
        for message in messages:
            self._send(message)
        return len(messages)

    def _send(self, message):
        body = json.dumps({"to": message.to, "text": message.text, "key": message.key}).encode()
        for attempt in range(1, self.ATTEMPTS + 1):
            try:
                self._post(body, message.key)
                return
            except SmsError as error:
                if error.permanent or attempt == self.ATTEMPTS:
                    raise
                time.sleep(self.PAUSE * 2 ** (attempt - 1))

    def _post(self, body, key):
        headers = self._sign(body) | {"Content-Type": "application/json", "Idempotency-Key": key}
        try:
            with self._opener.open(Request(self.url, body, headers), timeout=self.TIMEOUT) as answer:  # noqa: S310
                answer.read()
        except HTTPError as error:
            again = error.code == HTTPStatus.TOO_MANY_REQUESTS or error.code >= HTTPStatus.INTERNAL_SERVER_ERROR
            raise SmsError(f"The SMS gateway answered {error.code}.", permanent=not again) from error
        except (OSError, HTTPException) as error:
            raise SmsError(f"The SMS gateway cannot be reached: {error}", permanent=False) from error

    def _sign(self, body):
        timestamp, nonce = str(int(time.time())), secrets.token_hex(16)
        signed = b"\n".join([timestamp.encode(), nonce.encode(), body])
        signature = hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()
        return {"X-Key": self.key, "X-Timestamp": timestamp, "X-Nonce": nonce, "X-Signature": signature}


def send_sms(to, text, *, key=None):
    """Send one text message now, by the backend of this site. The same `key` is delivered once by a gateway."""
    message = SmsMessage(to, text, key) if key else SmsMessage(to, text)
    return import_string(settings.SMS_BACKEND)().send_messages([message])


def send_code(sender, *, to, text, **kwargs):
    """Send a sign-in code (the signal accounts.signals.code_sms): at once, as its reader waits for it."""
    send_sms(to, text)
