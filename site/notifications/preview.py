"""A text as people would read it: filled in, with its length and cost as an SMS.

Rooms above register where real values come from.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils import translation

from notifications import choices, sms_length
from notifications.delivery import sms_text
from notifications.models import MessageSettings

_sources = []


def register(source):
    """`source(account, reference)` gives the context of a real case that this account may see, or None."""
    _sources.append(source)


def real_values(account, reference, language):
    """The context of a real case in a language, or None when there is none that this account may see."""
    with translation.override(language):
        return next(filter(None, (source(account, reference) for source in _sources)), None)


@dataclass(frozen=True)
class Preview:
    """What one person would read, and what it costs (yuan, as text)."""

    title: str
    body: str
    sms: str
    length: sms_length.Length
    cost: str


def of(text, context, *, language, topic="", path="/my/enrollments/XL2611-7K3M-9QXT/"):
    """Fill a text in; `path` stands for where the message leads."""
    with translation.override(language):
        title, body = text.fill(context)
        stop = choices.link(10**6, topic) if topic else ""  # As long as the account of the millionth person.
        sms = sms_text(body, link=address(path), stop=stop)
    length = sms_length.measure(sms)
    return Preview(title, body, sms, length, yuan(length.cost(price())))


def address(path):
    """The full address of a path on this site."""
    return f"{settings.SITE_URL}{path}"


def price():
    """Of one SMS part, in fen."""
    return (MessageSettings.objects.first() or MessageSettings()).sms_price


def yuan(fen):
    """An amount of fen in words: ¥0.05."""
    return f"¥{Decimal(fen) / 100:,.2f}" if fen else "¥0"
