"""Is history as it was when it was sealed? A walk over all of it that says in words what is wrong and where.

It looks at each seal and its rows, at the published heads, at rows that were not sealed yet, and at each enrollment's
story: every step begins where the one before ended, and the last one is the present state. Memory is bounded by one
seal, whatever the number of rows.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection
from django.db.models import F, Max, Min, OuterRef, Subquery, Value, Window
from django.db.models.functions import Coalesce, Lag
from django.utils.translation import gettext as _

from accounts.append_only import unguarded_tables
from courses.answering.chain import SOURCES, digest, hash_of, unpack
from courses.models import ChainHead, Enrollment, HistoryEntry, Seal

SPAN = 5000  # enrollments looked at by one query
# A row's moment may lie a little before the seal ahead of it: its transaction was still open then.
_LATE = timedelta(hours=1)
_PORTION = 50  # seals read by one query


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be: a kind, and what is needed to say where."""

    kind: str
    data: dict = field(default_factory=dict)

    def __str__(self):
        return words_of(self.kind, self.data)


@dataclass
class Result:
    """How far a check has come, in seals and portions of enrollments; rows seen; the newest seal."""

    total: int
    done: int = 0
    rows: int = 0
    newest: str = ""


def check(result_of=None, *, head=""):
    """Check everything; yields each Finding as it is met. `result_of(result)` hears of progress; `head` is a seal that
    somebody kept, which the chain must still hold."""
    span = Enrollment.objects.aggregate(first=Min("pk"), last=Max("pk"))
    portions = range(span["first"], span["last"] + 1, SPAN) if span["first"] else range(0)
    result = Result(Seal.objects.count() + len(portions))
    tell = result_of or (lambda _result: None)
    for table in unguarded_tables(connection):
        yield Finding("unguarded", {"table": table})
    yield from _seals(result, tell)
    yield from _heads(head)
    for first in portions:
        yield from _stories(first, first + SPAN)
        result.done += 1
        tell(result)
    tell(result)


# --- Seals ---------------------------------------------------------------------------------------------------------


def _seals(result, tell):
    previous, last, known = None, dict.fromkeys(SOURCES, 0), dict.fromkeys(SOURCES)
    for seal in _in_portions():
        expected = previous.number + 1 if previous else 1
        if seal.number != expected:
            yield Finding("seals_missing", {"first": expected, "last": seal.number - 1})
        elif seal.previous != (previous.hash if previous else ""):
            yield Finding("link_broken", {"number": seal.number})
        if hash_of(seal) != seal.hash:
            yield Finding("seal_changed", {"number": seal.number})
        if seal.source in SOURCES:
            if seal.after != last[seal.source] and seal.number == expected:
                yield Finding("seal_gap", {"number": seal.number})
            yield from _rows(seal, known[seal.source], result)
            last[seal.source] = seal.last
            known[seal.source] = seal.at - _LATE if seal.complete else known[seal.source]
        result.newest, result.done = seal.hash, result.done + 1
        previous = seal
        tell(result)
    for name, source in SOURCES.items():
        yield from _unsealed(source, last[name], known[name], result)


def _in_portions():
    number = 0
    while portion := list(Seal.objects.filter(number__gt=number).order_by("number")[:_PORTION]):
        yield from portion
        number = portion[-1].number


def _rows(seal, earliest, result):
    """The rows of one seal against its marks, and all of them against its hash of their content.

    `earliest` is when all that was there had been sealed: a row of this seal cannot be older.
    """
    source, marks, content = SOURCES[seal.source], unpack(seal), hashlib.sha256()
    clean = True
    rows = source.model.objects.filter(pk__gt=seal.after, pk__lte=seal.last).order_by("pk")
    for row in rows.values_list(*source.fields):
        result.rows += 1
        found = digest(seal.source, row)
        content.update(found)
        mark = marks.pop(row[0], None)
        if mark != found[:8]:
            clean = False
            kind = "row_inserted" if mark is None else "row_changed"
            yield Finding(kind, {"row": row[0], "number": seal.number, "enrollment": _reference(row[2])})
        elif earliest and row[1] < earliest:
            yield Finding("row_backdated", {"row": row[0], "enrollment": _reference(row[2])})
    for pk in sorted(marks):
        clean = False
        yield Finding("row_removed", {"row": pk, "number": seal.number})
    if clean and content.hexdigest() != seal.content:
        yield Finding("content_differs", {"number": seal.number, "first": seal.after + 1, "last": seal.last})


def _unsealed(source, last, earliest, result):
    """Rows after the last seal: they cannot be older than when all had been sealed."""
    rows = source.model.objects.filter(pk__gt=last)
    result.rows += rows.count()
    if earliest:
        backdated = rows.filter(at__lt=earliest).order_by("pk")
        for pk, enrollment in backdated.values_list("pk", "enrollment_id")[:100]:
            yield Finding("row_backdated", {"row": pk, "enrollment": _reference(enrollment)})


def _reference(enrollment_id):
    return Enrollment.objects.filter(pk=enrollment_id).values_list("reference", flat=True).first() or "?"


def _heads(head):
    for kept in ChainHead.objects.order_by("day").iterator():
        if not Seal.objects.filter(number=kept.number, hash=kept.hash).exists():
            yield Finding("head_lost", {"day": str(kept.day), "number": kept.number})
    if head and not Seal.objects.filter(hash=head.strip().lower()).exists():
        yield Finding("head_unknown", {"hash": head.strip()[:80]})


# --- Stories -------------------------------------------------------------------------------------------------------


def _stories(first, end):
    """Each enrollment's steps join, and lead to its present state. One query each, so that a change that happens in
    between is seen whole or not at all."""
    rows = HistoryEntry.objects.filter(enrollment_id__gte=first, enrollment_id__lt=end).order_by()
    before = Window(Lag("to_state"), partition_by=F("enrollment_id"), order_by=F("pk").asc())
    broken = rows.annotate(before=Coalesce(before, Value(""))).exclude(before=F("from_state"))
    for row in broken.values("pk", "enrollment_id"):
        yield Finding("story_broken", {"row": row["pk"], "enrollment": _reference(row["enrollment_id"])})
    entries = HistoryEntry.objects.filter(enrollment=OuterRef("pk")).order_by("-pk")
    ended = Enrollment.objects.filter(pk__gte=first, pk__lt=end).annotate(
        said=Coalesce(Subquery(entries.values("to_state")[:1]), Value(""))
    )
    for reference in ended.exclude(state=F("said")).values_list("reference", flat=True):
        yield Finding("state_differs", {"enrollment": reference})


# --- Words ---------------------------------------------------------------------------------------------------------


def words_of(kind, data):
    """A finding in words, in the active language."""
    return {
        "unguarded": _("The table %(table)s is not guarded: the database would let its rows be changed."),
        "seals_missing": _("Seals %(first)s to %(last)s are missing."),
        "link_broken": _("Seal %(number)s does not continue the seal before it."),
        "seal_changed": _("Seal %(number)s was changed."),
        "seal_gap": _("Seal %(number)s does not begin where the one before it ended."),
        "row_changed": _("Row %(row)s (enrollment %(enrollment)s) was changed after it was sealed in seal %(number)s."),
        "row_inserted": _("Row %(row)s (enrollment %(enrollment)s) was put in after seal %(number)s was made."),
        "row_removed": _("Row %(row)s was removed after it was sealed in seal %(number)s."),
        "row_backdated": _("Row %(row)s (enrollment %(enrollment)s) says it is older than the seal before it."),
        "content_differs": _("The rows %(first)s to %(last)s are not those of seal %(number)s."),
        "head_lost": _("The seal published for %(day)s (number %(number)s) is not in the chain."),
        "head_unknown": _("The seal %(hash)s is not in the chain."),
        "story_broken": _("Row %(row)s of enrollment %(enrollment)s does not begin where the one before it ended."),
        "state_differs": _("Enrollment %(enrollment)s is in another state than its history says."),
    }[kind] % data
