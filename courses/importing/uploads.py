"""A file that staff send in the browser: kept, its columns chosen, checked without writing, then imported by a worker.

Nothing is written but what `planning` and `writing` do for the command, narrowed to the institutions of who sent it.
Each course is one transaction with the lines that tell of it, under a lock on the import: a worker that is killed
leaves whole courses, and another goes on with the others (courses/background.py).
"""

import hashlib
from datetime import time

from django.db import transaction
from django.db.models import Count, F
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from courses import background
from courses.importing import mapping as mappings
from courses.importing import planning, reading, report, rows, suggesting, writing
from courses.models import CourseImport, CourseIndexPage, ImportLine
from institutions.models import Institution

LARGEST = 5 * 2**20  # bytes; the largest schedule that we saw, of a city of three million, has 2 MB
MOST_ROWS, MOST_COLUMNS = 20_000, 120
AT_ONCE = 400  # rows that are checked while the browser waits: about a second
SUFFIXES = (".csv", ".txt", ".xlsx")
_EXAMPLES = 3
State = CourseImport.State
Outcome = ImportLine.Outcome


def receive(*, by, institution, name, data, header_row=1, sheet=""):
    """Keep a file with the mapping that fits it best. `institution` None: each row names one. Raises FileError."""
    if not name.lower().endswith(SUFFIXES):
        raise reading.FileError(_("Send a table as CSV (.csv) or as an Excel workbook (.xlsx)."))
    if len(data) > LARGEST:
        raise reading.FileError(_("The file is larger than %(n)d MB. Send it in parts.") % {"n": LARGEST // 2**20})
    header, found = reading.parse(data, name=name, header_row=header_row, sheet=sheet)
    if not found:
        raise reading.FileError(_("The table has no rows below its titles."))
    if len(found) > MOST_ROWS or len(header) > MOST_COLUMNS:
        raise reading.FileError(
            _("The table has %(rows)d rows and %(columns)d columns; %(most)d and %(widest)d are possible. Send parts.")
            % {"rows": len(found), "columns": len(header), "most": MOST_ROWS, "widest": MOST_COLUMNS}
        )
    signature = suggesting.signature(header)
    return CourseImport.objects.create(
        by=by,
        institution=institution,
        language=translation.get_language(),
        state=State.COLUMNS,
        total=len(found),
        file_name=name[-200:],
        content=data,
        digest=hashlib.sha256(data).hexdigest(),
        header_row=header_row,
        sheet=sheet,
        header=header,
        example=[[row.cells.get(title, "")[:40] for title in header] for row in found[:_EXAMPLES]],
        signature=signature,
        mapping=_remembered(institution, by, signature) or {"columns": suggesting.columns(header)},
    )


def _remembered(institution, by, signature):
    """The mapping that was last used for such a header at this institution (without one: by this person)."""
    whose = {"institution": institution} if institution else {"institution": None, "by": by}
    used = CourseImport.objects.filter(signature=signature, **whose).exclude(state=State.COLUMNS)
    return used.values_list("mapping", flat=True).first()


def choose(work, mapping):
    """Keep the chosen mapping and check the file: at once when it is short, else in the background."""
    work.mapping, work.state, work.trouble = mapping, State.CHECKING, ""
    work.touched_at = timezone.now()
    work.save(update_fields=["mapping", "state", "trouble", "touched_at"])
    if work.total <= AT_ONCE:
        _check(work.pk)
    else:
        run.enqueue(work.pk)


def start(work):
    """Import what was checked, in the background. Returns whether it was waiting for that."""
    waiting = CourseImport.objects.filter(pk=work.pk, state=State.CHECKED)
    if not waiting.update(state=State.WORKING, done=0, touched_at=timezone.now()):
        return False
    run.enqueue(work.pk)
    return True


@task()
def run(pk):
    """Do what the import waits for: the check, or the writing."""
    state = CourseImport.objects.filter(pk=pk).values_list("state", flat=True).first()
    if state == State.CHECKING:
        _check(pk)
    elif state == State.WORKING:
        _write(pk)


background.register(CourseImport, run)


def _check(pk):
    """Put down what would become of each row."""
    work = CourseImport.objects.get(pk=pk)
    with translation.override(work.language):
        plan = _plan(work)
        if plan is None:
            return
        lines = _lines(work, plan, _mapping(work))
    with transaction.atomic():
        checking = CourseImport.objects.filter(pk=pk, state=State.CHECKING)
        if not checking.update(state=State.CHECKED, counts=_counts(lines, plan), touched_at=timezone.now()):
            return
        work.lines.all().delete()
        ImportLine.objects.bulk_create(lines, batch_size=1000)


def _plan(work):
    """The plan for the file; None when it cannot even be read any more, and then that is said."""
    try:
        mapping = _mapping(work)
        _header, found = reading.parse(
            bytes(work.content), name=work.file_name, header_row=work.header_row, sheet=work.sheet
        )
        return planning.make(found, mapping, planning.Known(institutions=_institutions(work)))
    except (reading.FileError, mappings.MappingError) as error:
        CourseImport.objects.filter(pk=work.pk).update(state=State.COLUMNS, trouble=str(error)[:400])
        return None


def _institutions(work):
    """Where rows may go: the chosen institution, as long as who sent the file works there; else all of theirs."""
    if work.by is None or not work.by.is_active:
        return Institution.objects.none()
    mine = Institution.objects.staffed_by(work.by).providers()
    return mine.filter(pk=work.institution_id) if work.institution_id else mine


def _mapping(work):
    """The mapping as the importing modules know it; with the institution that was chosen for all rows."""
    data = {**work.mapping, "defaults": dict(work.mapping.get("defaults", {}))}
    if work.institution_id and "institution" not in data["columns"]:
        data["defaults"]["institution"] = work.institution.name
    formats = dict(data.get("formats", {}))
    for name in ("opens_time", "closes_time"):
        if name in formats:
            formats[name] = time.fromisoformat(formats[name])
    plain = mappings.load("plain")
    values = {**plain.values, **data.get("values", {})}
    may_add = work.by is not None and work.by.has_perm("courses.add_category")
    create = bool(data.get("create_categories")) and may_add
    return mappings.parse({**data, "formats": formats, "values": values, "create_categories": create})


def _lines(work, plan, mapping):
    """A line for each row."""
    words = {}
    for course in plan.courses:
        for number, outcome, text in report.outcomes(course):
            words[number] = outcome, text
    for number, culprit in plan.left_out:
        words[number] = Outcome.LEFT_OUT, report.left_out_words(culprit)
    for problem in plan.problems:
        said = [words[problem.row][1]] if words.get(problem.row, ("",))[0] == Outcome.PROBLEM else []
        words[problem.row] = Outcome.PROBLEM, "\n".join([*said, report.problem_words(problem, mapping)])
    return [ImportLine(of=work, row=number, outcome=outcome, words=text) for number, (outcome, text) in words.items()]


def _counts(lines, plan):
    counts = {outcome: sum(line.outcome == outcome for line in lines) for outcome in Outcome.values}
    return counts | {"courses": sum(course.program_id is None for course in plan.courses)}


def _write(pk):
    """Write what is not written yet. The plan is made anew: the site may have changed since the check."""
    work = CourseImport.objects.select_related("by", "institution").get(pk=pk)
    with translation.override(work.language):
        plan, mapping = (_plan(work) if CourseIndexPage.objects.exists() else None), _mapping(work)
        if plan is None:
            return
        new = {line.row: line for line in _lines(work, plan, mapping)}
        _say_again(work, [line for line in new.values() if line.outcome in (Outcome.PROBLEM, Outcome.LEFT_OUT)])
        failed = writing.write(plan, mapping, before=lambda course: _claim(work, course, new))
        _say_again(work, _lines_of(work, failed, plan, mapping))
    _finish(work)


def _claim(work, course, new):
    """Within the transaction of a course: whether it is still to be written, noting that it now is.

    Two workers at the same import take turns by the lock on its row.
    """
    busy = CourseImport.objects.filter(pk=work.pk, state=State.WORKING)
    if not busy.select_for_update(of=["self"]).only("pk").order_by().first():
        raise writing.Stopped
    numbers = [number for item in course.intakes for number in item.entry.rows]
    lines = work.lines.filter(row__in=numbers, written=False)
    count = len(numbers) if lines.exists() else 0
    busy.update(done=F("done") + count, touched_at=timezone.now())
    if not count:
        return False
    for number in numbers:
        lines.filter(row=number).update(outcome=new[number].outcome, words=new[number].words, written=True)
    return any(item.action != planning.UNCHANGED for item in course.intakes)


def _say_again(work, lines):
    """Rewrite what was said of rows that cannot be written (any more)."""
    for line in lines:
        work.lines.filter(row=line.row, written=False).update(outcome=line.outcome, words=line.words)


def _lines_of(work, problems, plan, mapping):
    """What to say of the rows of courses that could not be written."""
    intakes = {item.entry.rows[0]: course for course in plan.courses for item in course.intakes[:1]}
    for problem in problems:
        for item in intakes[problem.row].intakes:
            for number in item.entry.rows:
                words = report.problem_words(rows.Problem(number, "", "", problem.message), mapping)
                yield ImportLine(row=number, outcome=Outcome.PROBLEM, words=words)


def _finish(work):
    """Done: the file is not needed any more, its lines say what became of it."""
    by_outcome = dict(work.lines.order_by().values_list("outcome").annotate(n=Count("pk")))
    CourseImport.objects.filter(pk=work.pk, state=State.WORKING).update(
        state=State.DONE,
        content=b"",
        done=F("total"),
        counts={**work.counts, **{outcome: by_outcome.get(outcome, 0) for outcome in Outcome.values}},
        finished_at=timezone.now(),
        touched_at=timezone.now(),
    )
