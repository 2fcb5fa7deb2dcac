"""What an import would do or did, in words: one line a row, every problem with its column and value."""

from collections import Counter
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.importing import planning
from courses.models import ClassMeeting, Intake, SeatPool


def problem_line(problem, mapping):
    """Row, column (as the file calls it), value and what to do."""
    place = _("row %(row)d") % {"row": problem.row}
    if problem.name:
        place += _(", column “%(column)s”") % {"column": mapping.column_of(problem.name)}
    if problem.value and problem.value not in problem.message:
        place += _(", value “%(value)s”") % {"value": problem.value}
    return _("%(place)s: %(words)s") % {"place": place, "words": problem.message}


def problem_words(problem, mapping):
    """The same where the row stands beside it: column, value and what to do."""
    words = problem.message
    if problem.value and problem.value not in problem.message:
        words = _("“%(value)s”: %(words)s") % {"value": problem.value, "words": words}
    if problem.name:
        words = _("column “%(column)s”: %(words)s") % {"column": mapping.column_of(problem.name), "words": words}
    return words


def left_out_line(number, culprit):
    """A good row of a course that has a bad one."""
    return _("row %(row)d: left out, because row %(culprit)d of the same course cannot be imported.") % {
        "row": number,
        "culprit": culprit,
    }


def left_out_words(culprit):
    """The same where the row stands beside it."""
    return _("Left out, because row %(culprit)d of the same course cannot be imported.") % {"culprit": culprit}


def outcomes(course):
    """(row, what becomes of it, in words) for each row of a course that can be imported."""
    for position, item in enumerate(course.intakes):
        words = _describe(course, item, first=position == 0)
        for number in item.entry.rows:
            yield number, item.action, words


def row_lines(plan):
    """One line for each row that can be imported, in the order of the file."""
    lines = []
    for course in plan.courses:
        for position, item in enumerate(course.intakes):
            text = _describe(course, item, first=position == 0)
            lines += [(number, text) for number in item.entry.rows]
    return [_("row %(row)d: %(words)s") % {"row": number, "words": text} for number, text in sorted(lines)]


def _describe(course, item, *, first):
    name = f"{item.entry.code} {course.title}"
    meetings = ngettext("%(n)d meeting", "%(n)d meetings", len(item.entry.meetings)) % {"n": len(item.entry.meetings)}
    if item.action == planning.CREATE:
        words = _("new course and intake") if first and course.program_id is None else _("new intake")
        return _("%(name)s: %(words)s, %(meetings)s") % {"name": name, "words": words, "meetings": meetings}
    if item.action == planning.UNCHANGED:
        cancelled = item.intake.status == Intake.Status.CANCELLED
        words = _("cancelled, left as it is") if cancelled else _("unchanged")
        return _("%(name)s: %(words)s") % {"name": name, "words": words}
    return _("%(name)s: changed: %(changes)s") % {"name": name, "changes": _("; ").join(_changes(item))}


def _changes(item):
    for name, (old, new) in item.changes.items():
        label = Intake._meta.get_field(name).verbose_name
        yield f"{label} {_shown(old)} → {_shown(new)}"
    if item.capacity:
        label = SeatPool._meta.get_field("capacity").verbose_name
        yield f"{label} {item.capacity[0]} → {item.capacity[1]}"
    if item.meetings:
        label = ClassMeeting._meta.verbose_name_plural
        yield f"{label} {_span(item.meetings[0])} → {_span(item.meetings[1])}"


def _span(meetings):
    if not meetings:
        return "0"
    return f"{len(meetings)} ({_shown(meetings[0][0])} – {_shown(meetings[-1][0])})"


def _shown(value):
    if isinstance(value, datetime):
        return f"{timezone.localtime(value, timezone.get_default_timezone()):%Y-%m-%d %H:%M}"
    return "—" if value in (None, "") else str(value)


def totals(plan):
    """The last lines: how many rows, courses and intakes, of which kind."""
    kinds = Counter(item.action for course in plan.courses for item in course.intakes)
    new_courses = sum(course.program_id is None for course in plan.courses)
    broken = len({problem.row for problem in plan.problems})
    return _(
        "%(rows)d rows: %(courses)d new courses; intakes: %(create)d new, %(change)d changed, %(unchanged)d unchanged; "
        "%(broken)d rows with errors, %(left_out)d left out with them."
    ) % {
        "rows": plan.rows,
        "courses": new_courses,
        "create": kinds[planning.CREATE],
        "change": kinds[planning.CHANGE],
        "unchanged": kinds[planning.UNCHANGED],
        "broken": broken,
        "left_out": len(plan.left_out),
    }
