"""A draw as the owner of an entry sees it: what it gave, in words, and what opens the fingerprint of the marks."""

from dataclasses import dataclass
from hashlib import sha256

from courses.draws.explaining import explain
from courses.draws.marks import opened
from courses.models import AdmissionRound, Draw


@dataclass(frozen=True)
class Share:
    """An entry's part in a draw: sentences (none before it was drawn), and the text whose SHA-256 is in the list."""

    draw: Draw
    sentences: list[str]
    opened: str

    @property
    def fingerprint(self):
        """The SHA-256 of what is opened, as it stands in the list of entries."""
        return sha256(self.opened.encode()).hexdigest()


def share_of(entry):
    """The part of an entry in the draw of its round that counts; None while none is announced.

    Only for the owner of the entry: it tells what hides their marks.
    """
    draw = entry.round.draws.current().select_related("round").first()
    if draw is None:
        return None
    sentences = explain(draw, entry.reference) if draw.is_out() else []
    ranked = draw.frozen_at and entry.is_live and draw.round.rule == AdmissionRound.Rule.RANKED
    return Share(draw, sentences, opened(draw, draw.round, entry) if ranked else "")
