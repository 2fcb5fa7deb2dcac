"""Marks in a ranked draw: the rank that they give, and what of them is published.

Everyone can see each ticket's rank. Marks themselves are hidden behind a fingerprint that only their owner (and whoever
has the salts: an auditor) can open; where the round says so, the score's band of ten is public too.
"""

from decimal import Decimal
from hashlib import sha256

from courses.models import AdmissionRound

_BAND = 10


def keys(round, entry):
    """The keys of a ranking for one entry, the score first; None when one of its marks is missing."""
    marks = entry.marks
    if any(marks.get(subject) is None for subject in round.subjects):
        return None
    return tuple(sum(Decimal(str(marks[subject])) for subject in key.split("+")) for key in round.rank_by)


def ranks(round, entries):
    """The rank of each entry by its key: 1 is the best, equal marks give equal ranks; in a lottery all have 1.

    None: a mark is missing, or the score is below the lowest one that was told.
    """
    if round.rule == AdmissionRound.Rule.LOTTERY:
        return {entry.pk: 1 for entry in entries}
    found = {entry.pk: keys(round, entry) for entry in entries}
    lowest = round.minimum_score
    ranked = {pk: own for pk, own in found.items() if own is not None and (lowest is None or own[0] >= lowest)}
    place = {own: number for number, own in enumerate(sorted(set(ranked.values()), reverse=True), 1)}
    return {pk: place[ranked[pk]] if pk in ranked else None for pk in found}


def opened(draw, round, entry):
    """What an owner needs to check the fingerprint of the marks: the text whose SHA-256 it is, or "" without marks."""
    own = keys(round, entry)
    if own is None:
        return ""
    return "\n".join([entry.reference, *(str(key.normalize()) for key in own), draw.salt(entry.reference)])


def commitment(draw, round, entry):
    """What the list of entries says of an entry's marks."""
    text = opened(draw, round, entry)
    said = {"marks": sha256(text.encode()).hexdigest() if text else ""}
    if text and round.scores_shown == AdmissionRound.ScoresShown.BANDS:
        low = int(keys(round, entry)[0] // _BAND * _BAND)
        said["band"] = f"{low}-{low + _BAND - 1}"
    return said
