"""Say something to an account: written with what it tells about, delivered after the commit (delivery.py)."""

from django.utils import translation

from notifications import texts
from notifications.models import Message

_TITLE_LENGTH = Message._meta.get_field("title").max_length


def say(account, kind, context, *, key, url=""):
    """Write one message in the account's language, in the caller's transaction: one insert and no other query.

    `key` names what is told; saying the same again changes nothing. `url` is the path on this site to go on from.
    """
    with translation.override(account.language):
        title, body = texts.get(kind).fill(context)
    message = Message(account=account, kind=kind, title=title[:_TITLE_LENGTH], body=body, key=key, url=url)
    Message.objects.bulk_create([message], ignore_conflicts=True)
