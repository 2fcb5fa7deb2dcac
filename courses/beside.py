"""What rooms above add: to an enrollment steps of its timeline and boxes, to my page what needs the account and links.

This room does not know them; they register their functions when the site starts. Each function asks for itself whether
an enrollment or an account is its business, and costs one query where it is not.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Need:
    """Something that only the account can do, shown at the top of its page: what, why, and where to go."""

    title: str
    text: str
    url: str
    label: str
    until: datetime | None = None


@dataclass(frozen=True)
class Box:
    """A box on the page of an enrollment: what there is, and links as (label, address); the first is the main one."""

    title: str
    text: str = ""
    links: tuple = ()
    kind: str = "info"


_needs, _steps, _boxes, _links = [], [], [], []


def register(*, needs=None, steps=None, boxes=None, links=None):
    """Make a room's functions known; any may be left out.

    `needs(account)` gives Needs; `steps(enrollment)` gives timeline.Steps, past ones (`done`) and at most one `now`,
    which stands in place of the usual one; `boxes(enrollment)` gives Boxes; `links(account)` gives
    (label, address) pairs.
    """
    for known, one in ((_needs, needs), (_steps, steps), (_boxes, boxes), (_links, links)):
        if one is not None:
            known.append(one)


def needs_of(account):
    """All that needs an account now, the most urgent first."""
    found = [need for function in _needs for need in function(account)]
    return sorted(found, key=lambda need: (need.until is None, need.until))


def steps_of(enrollment):
    """The steps that are added to a timeline: those that are past, and the one where it stands or None."""
    found = [step for function in _steps for step in function(enrollment)]
    present = [step for step in found if step.place == "now"]
    return [step for step in found if step.place == "done"], present[0] if present else None


def boxes_of(enrollment):
    """The boxes on the page of an enrollment."""
    return [box for function in _boxes for box in function(enrollment)]


def links_of(account):
    """What else an account has here, for its page: (label, address) pairs."""
    return [link for function in _links for link in function(account)]
