"""The kinds of message, registered by the rooms that send them, each with the text that stands in the code.

Staff write other texts in the admin; which one is said: wording.py.
"""

import re
from dataclasses import dataclass, field

from django.utils import translation

# `%(name)s` is how texts in the code name a placeholder (gettext knows it), `{name}` how staff do.
_PLACEHOLDER = re.compile(r"%\((\w+)\)s|\{(\w+)\}")


@dataclass(frozen=True)
class Text:
    """A title and a body, perhaps lazily translated. Only placeholders have a meaning, so that a text which staff
    write can neither fail in unknown ways nor reach more than it is given."""

    title: str
    body: str

    @property
    def placeholders(self):
        """The names that a context must hold."""
        return names_in(f"{self.title}{self.body}")

    def fill(self, context):
        """Title and body in the active language; KeyError when the context lacks a placeholder."""
        return _fill(self.title, context), _fill(self.body, context)

    def for_staff(self):
        """The text in the active language as staff read and write it: with {name} for placeholders."""
        return Text(*(_PLACEHOLDER.sub(lambda found: f"{{{_name(found)}}}", str(part)) for part in self._parts))

    @property
    def _parts(self):
        return self.title, self.body


def names_in(text):
    """The names of the placeholders in a text."""
    return {_name(found) for found in _PLACEHOLDER.finditer(str(text))}


def without_placeholders(text):
    """What remains of a text; a brace in it is a placeholder that was not written to the end."""
    return _PLACEHOLDER.sub("", str(text))


def _name(found):
    return found[1] or found[2]


def _fill(text, context):
    return _PLACEHOLDER.sub(lambda found: str(context[_name(found)]), str(text))


@dataclass(frozen=True)
class Placeholder:
    """A name that texts may hold, what stands there, and an example."""

    name: str
    meaning: str
    example: str


@dataclass(frozen=True)
class Kind:
    """A kind of message. `topic` is empty for what people must be told; else they may switch that topic off.

    `also` are placeholders that a text may hold besides those of the text in the code; `required` ones must be in its
    body. A kind that is not `editable` gets its text each time it is sent.
    """

    name: str
    text: Text
    label: str = ""
    topic: str = ""
    also: frozenset = field(default_factory=frozenset)
    required: frozenset = field(default_factory=frozenset)
    editable: bool = True

    @property
    def placeholders(self):
        """What a text of this kind may hold, in the order in which they were explained."""
        allowed = self.text.placeholders | self.also
        known = [placeholder for name, placeholder in _explained.items() if name in allowed]
        return known + [Placeholder(name, "", name) for name in sorted(allowed - _explained.keys())]

    def examples_in(self, language):
        """A context made of the examples, in a language."""
        with translation.override(language):
            return {placeholder.name: str(placeholder.example) for placeholder in self.placeholders}

    def __str__(self):
        return str(self.label) or _PLACEHOLDER.sub("", str(self.text.title)).strip(" :：")


_texts = {}
_explained = {}


def explain(name, *, meaning, example):
    """Say what a placeholder stands for, for those who write texts."""
    _explained[name] = Placeholder(name, meaning, example)


def register(kind, *, title, body, also=(), required=(), **options):
    """Make a kind of message known (`options`: see Kind). Registering a kind twice is a mistake of the programmer."""
    if kind in _texts:
        raise ValueError(f"The message kind {kind!r} is registered twice.")
    _texts[kind] = Kind(kind, Text(title, body), also=frozenset(also), required=frozenset(required), **options)


def get(kind):
    """A registered kind; raises KeyError for an unknown one."""
    return _texts[kind]


def kinds():
    """All kinds, in the order in which they were registered."""
    return list(_texts.values())


def topic_of(kind):
    """The topic of a kind by its name; empty (never switched off) for one that is no longer known."""
    return _texts[kind].topic if kind in _texts else ""


def label_of(kind):
    """A kind by its name, in words."""
    return str(_texts.get(kind, kind))
