"""Say something to an account: written with what it tells about, delivered after the commit."""

from django.utils import translation

from notifications import texts
from notifications.models import Message


def say(account, kind, context, *, key, url=""):
    """Write one message in the account's language, in the caller's transaction. `key` names what it tells about."""
    text = texts.get(kind)
    with translation.override(account.language):
        message = Message(
            account=account, kind=kind, title=(str(text.title) % context)[:120], body=str(text.body) % context, key=key, url=url
        )
    message.save(force_insert=True)
    return message
