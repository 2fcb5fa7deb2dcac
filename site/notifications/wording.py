"""Which text is said: the newest that staff saved, else the one in the code.

Texts are kept in the process. Whether staff saved a newer one is asked at most once a second, by one query for the
newest key: saying something in a rush stays one insert.
"""

import time

from django.utils import translation

from notifications import texts
from notifications.models import TextVersion
from notifications.texts import Text

LOOK_EVERY = 1.0  # seconds: how long after saving a process may still say the older text
_kept = {"newest": None, "at": 0.0, "texts": {}}


def fill(kind, language, context):
    """Title and body of a kind of message, in a language; KeyError when the context lacks what the code's text needs.

    A text of staff that asks for what the context does not have (any more) is passed over, so that nobody stays untold.
    """
    with translation.override(language):
        written = written_by_staff(kind, language)
        if written and written.placeholders <= context.keys():
            return written.fill(context)
        return texts.get(kind).text.fill(context)


def written_by_staff(kind, language):
    """The text that staff saved last, or None when that of the code is said."""
    now = time.monotonic()
    if _kept["newest"] is None or now - _kept["at"] >= LOOK_EVERY:
        _look()
        _kept["at"] = now
    return _kept["texts"].get((kind, language))


def _look():
    newest = TextVersion.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if newest != _kept["newest"]:
        current = TextVersion.objects.current().exclude(is_default=True)
        _kept["texts"] = {(one.kind, one.language): Text(one.title, one.body) for one in current}
        _kept["newest"] = newest


def forget(**_signal):
    """Look again when something is next said (after saving in this process)."""
    _kept["newest"] = None


def default(kind, language):
    """The text in the code, as staff read it."""
    with translation.override(language):
        return texts.get(kind).text.for_staff()


def current(kind, language):
    """The text that is said now, as staff read it."""
    return written_by_staff(kind, language) or default(kind, language)


def save(kind, language, text, *, by):
    """Keep a new version, who and when; nothing when it is what is said already. Returns whether one was made."""
    if text == current(kind, language):
        return False
    is_default = text == default(kind, language)
    TextVersion.objects.create(
        kind=kind, language=language, title=text.title, body=text.body, is_default=is_default, by=by
    )
    forget()
    return True
