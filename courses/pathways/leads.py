"""Where a pathway leads: rooms above this one tell of order programs and enterprises that ask for its majors.

A provider is called with majors' keys and returns {major key: [Lead, ...]} for those it knows of, in at most a few
queries however many majors there are.
"""

from dataclasses import dataclass

_providers = []


@dataclass(frozen=True)
class Lead:
    """One enterprise or order program: what it is called, its page (empty: none), and what is asked for there."""

    title: str
    url: str = ""
    note: str = ""


def register(provider):
    """Ask this function too; a decorator."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def leads_of(page):
    """All that is known for the majors of this pathway, each title once."""
    majors = [page.secondary_major_id, page.college_major_id]
    found = {}
    for provider in _providers:
        for leads in provider(majors).values():
            for lead in leads:
                found.setdefault((lead.title, lead.url), lead)
    return list(found.values())
