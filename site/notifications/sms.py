"""Text messages (SMS) and the ways to send them, shaped like Django's e-mail backends.

The setting SMS_BACKEND names a class here; `send_sms(to, text)` uses it. A backend that cannot deliver raises
`SmsError`, which says whether trying again may help.
"""

import sys
from dataclasses import dataclass, field
from uuid import uuid4

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class SmsMessage:
    """One text message, to a mainland number of 11 digits. By its `key` a repetition is known as one."""

    to: str
    text: str
    key: str = field(default_factory=lambda: uuid4().hex)


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


def send_sms(to, text, *, key=None):
    """Send one text message now, by the backend of this site. The same `key` is delivered once by a gateway."""
    message = SmsMessage(to, text, key) if key else SmsMessage(to, text)
    return import_string(settings.SMS_BACKEND)().send_messages([message])
