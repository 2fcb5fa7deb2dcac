"""Say something to an account: written with what it tells about, delivered after the commit (delivery.py)."""

from notifications import wording
from notifications.models import Message

_TITLE_LENGTH = Message._meta.get_field("title").max_length


def say(account, kind, context, *, key, url="", institution_id=None):
    """Write one message in the account's language, in the caller's transaction: one insert and no other query.

    `key` names what is told; saying the same again changes nothing. `url` is the path on this site to go on from.
    Staff of the institution find it in their log.
    """
    title, body = wording.fill(kind, account.language, context)
    write([message(account, kind, title, body, key=key, url=url, institution_id=institution_id)])


def message(account, kind, title, body, **fields):
    """A message, not yet written."""
    return Message(account=account, kind=kind, title=title[:_TITLE_LENGTH], body=body, **fields)


def write(messages):
    """Write messages; those whose key has been said are left out."""
    Message.objects.bulk_create(messages, ignore_conflicts=True)
