"""Marks of a ranked round: read from a table that the school fills in, checked and written as a whole or not at all."""

from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.utils.translation import gettext as _

from courses.importing.reading import parse
from courses.models import Entry
from courses.states import State

REFERENCE, NAME = "报名号", "姓名"
_MOST = Decimal(1000)
FAULTS_SHOWN = 20


class MarksError(Exception):
    """The table cannot be taken as it is; `faults` says why, row by row."""

    def __init__(self, *faults):
        super().__init__(*faults)
        self.faults = [str(fault) for fault in faults]


def may_enter(round):
    """Whether marks can still be entered: as long as nobody of the round has been drawn."""
    drawn = round.entries.filter(enrollments__state__in=(State.OFFERED, State.WAITLISTED, State.NOT_ADMITTED))
    return not drawn.exists()


def enter(round, data, *, name):
    """Write the marks of a table (CSV or XLSX; a row for an entry, a column for a subject); returns how many entries.

    Every subject of the ranking must have its column; an empty cell takes a mark away. Raises MarksError, or FileError
    when the file cannot be read.
    """
    titles, rows = parse(data, name=name)
    absent = [title for title in (REFERENCE, *round.subjects) if title not in titles]
    if absent:
        raise MarksError(_("These columns are missing: %(titles)s.") % {"titles": _(", ").join(absent)})
    with transaction.atomic():
        live = round.entries.live().select_for_update(no_key=True)
        entries = {entry.reference: entry for entry in live}
        changed, faults, seen = [], [], set()
        for row in rows:
            try:
                entry, marks = _row(row, round, entries, seen)
            except MarksError as error:
                faults += [_("Row %(n)d: %(fault)s") % {"n": row.number, "fault": text} for text in error.faults]
                continue
            if entry.marks != marks:
                entry.marks = marks
                changed.append(entry)
        if faults:
            raise MarksError(*faults[:FAULTS_SHOWN])
        if not may_enter(round):
            raise MarksError(_("The round has been drawn. Marks can no longer be changed."))
        Entry.objects.bulk_update(changed, ["marks"], batch_size=500)
    return len(changed)


def _row(row, round, entries, seen):
    """The entry and the marks of one row."""
    reference = row.cells.get(REFERENCE, "").strip().upper()
    entry = entries.get(reference)
    if entry is None:
        raise MarksError(_("“%(reference)s” is no entry of this round.") % {"reference": reference})
    if reference in seen:
        raise MarksError(_("%(reference)s stands in the table twice.") % {"reference": reference})
    seen.add(reference)
    typed = row.cells.get(NAME, "").strip()
    if typed and typed != entry.learner.name:
        text = _("%(reference)s is not %(name)s. Has a column slipped?")
        raise MarksError(text % {"reference": reference, "name": typed})
    marks = {}
    for subject in round.subjects:
        points = row.cells.get(subject, "").strip()
        if points:
            marks[subject] = points_of(subject, points)
    return entry, marks


def points_of(subject, typed, *, most=_MOST):
    """A mark as a number from 0 to `most` with at most one decimal. Raises MarksError."""
    try:
        points = Decimal(typed)
    except InvalidOperation:
        points = None
    if points is None or not points.is_finite() or not 0 <= points <= most or points != round(points, 1):
        text = _("%(subject)s: “%(typed)s” is no number from 0 to %(most)d with at most one decimal.")
        raise MarksError(text % {"subject": subject, "typed": typed, "most": most})
    return int(points) if points == int(points) else float(round(points, 1))


def table(round):
    """The table to fill in, or what has been entered: titles, then a row for each live entry."""
    yield [REFERENCE, NAME, *round.subjects]
    for entry in round.entries.live().select_related("learner").order_by("pk"):
        yield [entry.reference, entry.learner.name, *(entry.marks.get(subject, "") for subject in round.subjects)]


def lacking(round):
    """How many live entries have not all marks yet."""
    subjects = set(round.subjects)
    marks = round.entries.live().values_list("marks", flat=True)
    return sum(1 for one in marks if not subjects <= set(one))
