"""The texts of all kinds of message, registered by the rooms that send them."""

import re
from dataclasses import dataclass

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Text:
    """A title and a body, lazily translated. Placeholders are `%(name)s` and nothing else has a meaning, so that a
    text which staff write can neither fail nor reach more than it is given."""

    title: str
    body: str

    @property
    def placeholders(self):
        """The names that a context must hold."""
        return set(_PLACEHOLDER.findall(f"{self.title}{self.body}"))

    def fill(self, context):
        """Title and body in the active language; KeyError when the context lacks a placeholder."""
        return _fill(self.title, context), _fill(self.body, context)


def _fill(text, context):
    return _PLACEHOLDER.sub(lambda found: str(context[found[1]]), str(text))


_texts = {}


def register(kind, *, title, body):
    """Make a kind of message known. Registering a kind twice is a mistake of the programmer."""
    if kind in _texts:
        raise ValueError(f"The message kind {kind!r} is registered twice.")
    _texts[kind] = Text(title, body)


def get(kind):
    """The text of a registered kind; raises KeyError for an unknown one."""
    return _texts[kind]
