"""From a row of text to an Entry (an intake with its program and meetings), or to what is wrong, in words."""

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from courses import schedule
from courses.importing import cells
from courses.models import Intake
from courses.models.programs import Program

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_HAN_DAYS = "一二三四五六日"
# Texts, and the longest that the database keeps.
_LENGTHS = {
    name: model._meta.get_field(name).max_length
    for model, names in (
        (Intake, ("code", "label", "place", "teacher", "materials")),
        (Program, ("title", "summary")),
    )
    for name in names
}


@dataclass(frozen=True)
class Problem:
    """What is wrong in a row: in which of our fields ("": in none), with which value, and how to mend it."""

    row: int
    name: str
    value: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One intake as the file tells it.

    `rows` are the rows it was made from; `program` is what its page needs; `values` are fields of Intake; `given` names
    what the file itself says (an empty cell says nothing and changes nothing on the site).
    """

    rows: tuple[int, ...]
    code: str
    title: str
    institution: object
    program: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)
    status: str = Intake.Status.PUBLISHED
    capacity: int = 0
    meetings: tuple = ()
    given: frozenset = frozenset()

    @property
    def course(self):
        """What tells courses apart: title and institution."""
        return self.title, self.institution.pk


def entry_of(row, mapping, known):
    """The Entry of a row, or None, and its problems. `known`: the site's own data (planning.Known)."""
    reader = _Reader(row, mapping, known)
    if row.fault:
        reader.problem("", "", row.fault)
        return None, reader.problems
    entry = reader.entry()
    return (None if reader.problems else entry), reader.problems


def course_of(row, mapping, known):
    """Title and institution of a row with problems, as far as they can be read, to leave out the whole course."""
    reader = _Reader(row, mapping, known)
    title, institution = reader.text("title"), reader.value("institution", known.institution)
    return (title, institution.pk) if title and institution else None


class _Reader:
    """Reads one row; collects every problem instead of stopping at the first."""

    def __init__(self, row, mapping, known):
        self.row, self.mapping, self.known = row, mapping, known
        self.formats = mapping.formats
        self.problems = []

    def problem(self, name, value, message):
        """Note a problem with one of our fields."""
        self.problems.append(Problem(self.row.number, name, value, str(message)))

    def text(self, name):
        """The text of a field: its cell, translated by [values], else its default."""
        raw = self.row.cells.get(self.mapping.columns.get(name), "")
        if raw in self.formats.none:
            raw = ""
        raw = self.mapping.values.get(name, {}).get(raw, raw)
        if not raw and name in self.mapping.defaults:
            raw = _PLACEHOLDER.sub(lambda found: self.row.cells.get(found[1], ""), str(self.mapping.defaults[name]))
        return raw.strip()

    def value(self, name, parse=str, *arguments, required=False):
        """The value of a field, or None with a problem noted (or when the cell may be and is empty)."""
        text = self.text(name)
        if not text:
            if required:
                self.problem(name, "", _("This cell must not be empty."))
            return None
        if len(text) > _LENGTHS.get(name, len(text)):
            self.problem(
                name, text[:40] + "…", _("The text is too long: at most %(n)d characters.") % {"n": _LENGTHS[name]}
            )
            return None
        try:
            return parse(text, *arguments)
        except cells.CellError as error:
            self.problem(name, text, error)
            return None

    def entry(self):
        """The whole row. What it returns counts only when no problem was noted."""
        known = self.known
        code = self.mapping.code_prefix + (self.value("code", required=True) or "")
        if len(code) > _LENGTHS["code"]:
            self.problem("code", code, _("The text is too long: at most %(n)d characters.") % {"n": _LENGTHS["code"]})
        title = self.value("title", required=True)
        institution = self.value("institution", known.institution, required=True)
        meetings = self._meetings()
        values = self._window(meetings) | self._details(institution)
        values["term"] = self._term(meetings)
        values["label"] = self.value("label") or _auto_label(meetings)
        return Entry(
            rows=(self.row.number,),
            code=code,
            title=title,
            institution=institution,
            program={
                "summary": self.value("summary") or title,
                "category": self.value("category", known.category, self.mapping.create_categories),
                "level": self.value("level", known.level),
            },
            values=values,
            status=self.value("status", cells.parse_status) or Intake.Status.PUBLISHED,
            capacity=self._capacity(),
            meetings=meetings,
            given=frozenset(filter(self._says, self.mapping.columns)),
        )

    def _says(self, name):
        return self.row.cells.get(self.mapping.columns[name], "") not in ("", *self.formats.none)

    def _details(self, institution):
        """Place, teacher, money, ages."""
        youngest = self.value("min_age", cells.parse_age, self.formats.age_unit)
        oldest = self.value("max_age", cells.parse_age, self.formats.age_unit)
        if youngest is not None and oldest is not None and oldest < youngest:
            self.problem("max_age", self.text("max_age"), _("The oldest age must not be below the youngest."))
        district = self.value("district", self.known.district)
        return {
            "place": self.value("place") or "",
            "teacher": self.value("teacher") or "",
            "materials": self.value("materials") or "",
            "fee": self.value("fee", cells.parse_fee, self.formats.fee_unit) or 0,
            "minimum": self.value("minimum", cells.parse_number) or 0,
            "min_age": youngest,
            "max_age": oldest,
            "district": district or (institution and institution.district),
        }

    def _capacity(self):
        capacity = self.value("capacity", cells.parse_number, required=True)
        if capacity == 0:
            self.problem("capacity", "0", _("There must be at least one seat."))
        return capacity

    def _term(self, meetings):
        """The term that is named, else the one in which the first meeting lies."""
        term = self.value("term", self.known.term)
        if term or not meetings or self.text("term"):
            return term
        first_day = timezone.localdate(meetings[0][0])
        term = self.known.term_on(first_day)
        if term is None:
            self.problem(
                "term",
                first_day.isoformat(),
                _("No term contains the first meeting. Make the term in the admin, or name one with --term."),
            )
        return term

    def _meetings(self):
        """The meetings, in order; empty after a problem."""
        before = len(self.problems)
        weekdays = self.value("weekdays", cells.parse_weekdays, required=True)
        first_day, last_day = self._days()
        start, end = self._hours()
        count = self.value("count", cells.parse_number)
        if start and end and end <= start:
            name = next(name for name in ("end", "end_hour", "hours") if name in self.mapping.columns)
            message = _("The class would end before it starts (%(start)s).") % {"start": f"{start:%H:%M}"}
            self.problem(name, f"{end:%H:%M}", message)
        if len(self.problems) > before or not (start and end and first_day):
            return ()
        try:
            return tuple(
                schedule.generate(
                    weekdays=weekdays,
                    start=start,
                    end=end,
                    first_day=first_day,
                    count=count,
                    last_day=last_day,
                    holidays=self.known.holidays if self.mapping.skip_holidays else (),
                )
            )
        except schedule.PatternError as error:
            self.problem("weekdays", self.text("weekdays"), error)
            return ()

    def _days(self):
        """First and last day, from one cell or two, moved by --shift-days."""
        if "dates" in self.mapping.columns:
            pair = self.value(
                "dates", cells.parse_dates, self.formats.date_separator, self.formats.dates, required=True
            )
            first_day, last_day = pair or (None, None)
        else:
            first_day = self.value("first_day", cells.parse_date, self.formats.dates, required=True)
            last_day = self.value("last_day", cells.parse_date, self.formats.dates)
        if first_day and last_day and last_day < first_day:
            name = "dates" if "dates" in self.mapping.columns else "last_day"
            self.problem(name, self.text(name), _("The last day is before the first."))
            return None, None
        return self._shift(first_day), self._shift(last_day)

    def _hours(self):
        """Start and end, from one cell, two, or four."""
        columns = self.mapping.columns
        if "hours" in columns:
            return self.value("hours", cells.parse_hours, self.formats.hours_separator, required=True) or (None, None)
        moments = []
        for name in ("start", "end"):
            if f"{name}_hour" in columns:
                minute = self.text(f"{name}_minute")
                moments.append(self.value(f"{name}_hour", cells.clock, minute, required=True))
            else:
                moments.append(self.value(name, cells.parse_time, required=True))
        return moments

    def _window(self, meetings):
        """When enrollment opens and closes; without a date of its own it closes before the first meeting."""
        opens = self.value("opens", cells.parse_moment, self.formats.dates, required=True)
        closes = self.value("closes", cells.parse_moment, self.formats.dates)
        opens_at = opens and self._moment(*opens, self.formats.opens_time)
        if closes:
            closes_at = self._moment(*closes, self.formats.closes_time)
        elif meetings:
            last_day = timezone.localdate(meetings[0][0]) - timedelta(days=self.mapping.close_days_before)
            closes_at = _aware(last_day, self.formats.closes_time)
        else:
            closes_at = None
        if opens_at and closes_at and closes_at <= opens_at:
            name = "closes" if closes else "opens"
            self.problem(
                name,
                self.text(name),
                _("Enrollment would close on %(closes)s, before it opens on %(opens)s.")
                % {"closes": f"{timezone.localdate(closes_at)}", "opens": f"{timezone.localdate(opens_at)}"},
            )
        return {"opens_at": opens_at, "closes_at": closes_at}

    def _moment(self, day, moment, usual):
        return _aware(self._shift(day), moment or usual)

    def _shift(self, day: date | None):
        return day and day + timedelta(days=self.known.shift_days)


def _aware(day, moment):
    return timezone.make_aware(datetime.combine(day, moment), timezone.get_default_timezone())


def _auto_label(meetings):
    """Tells intakes of a program apart: weekdays, time and first day. Content, and so in Chinese."""
    if not meetings:
        return ""
    first = timezone.localtime(meetings[0][0], timezone.get_default_timezone())
    mask = schedule.summary(meetings)["weekdays"]
    days = "周" + "".join(name for bit, name in enumerate(_HAN_DAYS) if mask & 1 << bit)
    return f"{days} {first:%H:%M} · {first.month}月{first.day}日起"


def combine(entries):
    """Entries with one code as one: the first row's, with the meetings of all. Returns entries and problems.

    So a class that meets on Monday evening and on Thursday morning is two rows with one code.
    """
    found, problems = {}, []
    for entry in entries:
        first = found.setdefault(entry.code, entry)
        if first is entry:
            continue
        if first.course != entry.course:
            message = _("This code is already used in row %(row)d, for another course.") % {"row": first.rows[0]}
        elif {start for start, _end in first.meetings} & {start for start, _end in entry.meetings}:
            message = _("This row repeats row %(row)d: code and times are the same.") % {"row": first.rows[0]}
        else:
            meetings = tuple(sorted(first.meetings + entry.meetings))
            found[entry.code] = replace(first, rows=first.rows + entry.rows, meetings=meetings)
            continue
        problems.append((entry, Problem(entry.rows[0], "code", entry.code, message)))
    return list(found.values()), problems
