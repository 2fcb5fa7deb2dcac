"""What the school collects for progression: marks and ticks, one by one in the grid or from a table, with who and when.

Rows are added, never changed; the newest counts. After the college has decided nothing is collected any more.
"""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from courses.importing.reading import parse
from courses.marks import FAULTS_SHOWN, NAME, REFERENCE, MarksError, points_of
from courses.models import PathwayStudent, ProgressionEntry
from courses.progression.assessing import Kind, asked_of, plain, standings
from courses.progression.stages import COLLECTING

_TWO_DECIMALS = Decimal("0.01")


@transaction.atomic
def collect(cohort, values, *, by, seen=0):
    """Write {(key of a learner, kind, name): value} where it differs; returns (how many, how many others changed).

    `seen` is the key of the newest entry when the form was shown: what somebody else has written since stays as it is
    and is counted, so that an old form takes nothing back. Learners who are decided on or left are passed over.
    """
    keys = {key for key, _kind, _name in values}
    locked = cohort.students.filter(pk__in=keys, stage__in=COLLECTING).select_for_update(no_key=True)
    open_keys = {student.pk for student in locked}
    known = {(student, *one.key) for student in open_keys for one in asked_of(cohort)}
    newest = {}
    for entry in ProgressionEntry.objects.filter(student__in=open_keys).order_by("pk"):
        newest[entry.student_id, entry.kind, entry.name] = entry
    rows, others = [], 0
    for place, value in values.items():
        entry = newest.get(place)
        if place not in known or value == (entry.value if entry else None):
            continue
        if seen is not None and entry and entry.pk > seen:
            others += 1
            continue
        student, kind, name = place
        rows.append(ProgressionEntry(student_id=student, kind=kind, name=name, value=value, by=by))
    ProgressionEntry.objects.bulk_create(rows)
    return len(rows), others


def newest_key(cohort):
    """The key of the newest entry of a cohort, 0 without any."""
    found = ProgressionEntry.objects.filter(student__cohort=cohort).order_by("-pk")
    return found.values_list("pk", flat=True).first() or 0


def mark_of(one, typed):
    """A typed mark as a number, None for an empty cell. Raises MarksError."""
    typed = typed.strip()
    if not typed:
        return None
    return Decimal(str(points_of(one.label, typed, most=one.most))).quantize(_TWO_DECIMALS)


def table(cohort):
    """The table of marks to fill in: titles, then a row for each learner of whom marks are collected."""
    parts = [one for one in asked_of(cohort) if one.kind == Kind.MARK]
    yield [REFERENCE, NAME, *(one.name for one in parts)]
    for standing in standings(cohort, cohort.students.filter(stage__in=COLLECTING)):
        marks = [standing.value(one) for one in parts]
        enrollment = standing.student.enrollment
        shown = ["" if mark is None else float(plain(mark)) for mark in marks]
        yield [enrollment.reference, enrollment.learner.name, *shown]


def take_over(cohort, data, *, name, by):
    """Write the marks of a table (CSV or XLSX), as a whole or not at all; returns how many marks changed.

    An empty cell says nothing: it takes no mark away. Raises MarksError with every fault by row, or FileError.
    """
    titles, rows = parse(data, name=name)
    parts = [one for one in asked_of(cohort) if one.kind == Kind.MARK and one.name in titles]
    if REFERENCE not in titles or not parts:
        absent = [title for title in (REFERENCE, *(part.name for part in cohort.parts.all())) if title not in titles]
        raise MarksError(_("These columns are missing: %(titles)s.") % {"titles": _(", ").join(absent)})
    students = cohort.students.filter(stage__in=COLLECTING).select_related("enrollment__learner")
    known = {student.enrollment.reference: student for student in students}
    values, faults, seen = {}, [], set()
    for row in rows:
        try:
            values |= _row(row, parts, known, seen)
        except MarksError as error:
            faults += [_("Row %(n)d: %(fault)s") % {"n": row.number, "fault": text} for text in error.faults]
    if faults:
        raise MarksError(*faults[:FAULTS_SHOWN])
    return collect(cohort, values, by=by, seen=None)[0]


def _row(row, parts, known, seen):
    """The marks of one row, by learner, kind and name."""
    if row.fault:
        raise MarksError(row.fault)
    reference = row.cells.get(REFERENCE, "").strip().upper()
    student: PathwayStudent | None = known.get(reference)
    if student is None:
        text = _("“%(reference)s” is nobody of this cohort of whom marks are collected.")
        raise MarksError(text % {"reference": reference})
    if reference in seen:
        raise MarksError(_("%(reference)s stands in the table twice.") % {"reference": reference})
    seen.add(reference)
    typed = row.cells.get(NAME, "").strip()
    if typed and typed != student.enrollment.learner.name:
        text = _("%(reference)s is not %(name)s. Has a column slipped?")
        raise MarksError(text % {"reference": reference, "name": typed})
    marks = {one: mark_of(one, row.cells.get(one.name, "")) for one in parts}
    return {(student.pk, *one.key): mark for one, mark in marks.items() if mark is not None}
