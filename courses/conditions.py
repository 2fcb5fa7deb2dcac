"""What a learner must acknowledge, one by one, before applying: terms that bind beyond the class.

Rooms above register who says them (`register`); this room shows one unticked box for each, refuses to enroll without
all, and keeps what was acknowledged, word for word, with the enrollment (`Enrollment.terms["acknowledged"]`).
"""

import hashlib
from dataclasses import dataclass

from django.utils import timezone

_providers = []


@dataclass(frozen=True)
class Condition:
    """One thing to acknowledge: its key, a short title, and the text as it is kept."""

    key: str
    title: str
    text: str

    @property
    def mark(self):
        """Names this very text: whoever acknowledged another one is asked again."""
        digest = hashlib.blake2s(f"{self.title}\n{self.text}".encode(), digest_size=6).hexdigest()
        return f"{self.key}-{digest}"


def register(provider):
    """Let `provider(intake)` say Conditions; a decorator. It costs no query where the program is none of its own."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def conditions_of(intake):
    """All that must be acknowledged before applying to this intake, in order; mostly nothing."""
    return [condition for provider in _providers for condition in provider(intake)]


def lacking(conditions, acknowledged):
    """Those whose mark is not among the acknowledged ones."""
    return [condition for condition in conditions if condition.mark not in acknowledged]


def as_kept(conditions):
    """How they are kept with the enrollment: plain data, with the moment."""
    now = timezone.now().isoformat()
    return [{"key": one.key, "title": one.title, "text": one.text, "at": now} for one in conditions]
