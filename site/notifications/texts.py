"""The texts of all kinds of message, registered by the rooms that send them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """A title and a body with named placeholders, `%(name)s`; both may be lazy translations."""

    title: str
    body: str


_texts = {}


def register(kind, *, title, body):
    """Make a kind of message known. Registering a kind twice is a mistake of the programmer."""
    if kind in _texts:
        raise ValueError(f"The message kind {kind!r} is registered twice.")
    _texts[kind] = Text(title, body)


def get(kind):
    """The text of a registered kind; raises KeyError for an unknown one."""
    return _texts[kind]
