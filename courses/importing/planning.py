"""What an import would do: the file's entries compared with what the site has. Reads the database, writes nothing."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import District
from courses import schedule
from courses.importing import rows
from courses.importing.cells import CellError
from courses.models import Category, CommunityCoursePage, Enrollment, Holiday, Intake, SeatPool, Term
from courses.models.intakes import ClassMeeting
from institutions.models import Institution

CREATE, CHANGE, UNCHANGED = "create", "change", "unchanged"
_PORTION = 400  # Below the number of parameters that old SQLites take in one statement.
# Names of fields in the file whose field of Intake is called otherwise.
_CALLED = {"opens_at": "opens", "closes_at": "closes"}


class Known:
    """What the site has and a row may name: institutions, terms, categories, districts, holidays; read once."""

    def __init__(self, *, shift_days=0, institutions=None):
        institutions = Institution.objects.all() if institutions is None else institutions
        self.shift_days = shift_days
        self.holidays = list(Holiday.objects.all())
        self._terms = {term.name: term for term in Term.objects.all()}
        self._institutions = {item.name: item for item in institutions.select_related("district")}
        self._categories = {category.name: category for category in Category.objects.all()}
        self._districts = {}
        for district in District.objects.all():
            self._districts[district.code] = self._districts[district.name] = district

    def institution(self, text):
        """The institution of that name."""
        return _named(self._institutions, text, _("There is no institution “%(text)s”. There are: %(all)s."))

    def term(self, text):
        """The term of that name."""
        return _named(self._terms, text, _("There is no term “%(text)s”. There are: %(all)s."))

    def term_on(self, day):
        """The term that contains a day, or None."""
        return next((term for term in self._terms.values() if term.starts_on <= day <= term.ends_on), None)

    def district(self, text):
        """The county, district or township of that name or code."""
        return _named(self._districts, text, _("There is no county or district “%(text)s”."))

    def category(self, text, create=False):
        """The category of that name; with `create`, a new one that is not stored yet."""
        if create and text not in self._categories:
            self._categories[text] = Category(name=text)
        return _named(self._categories, text, _("There is no category “%(text)s”. There are: %(all)s."))

    def level(self, text):
        """A level, by its key or its name."""
        levels = {str(label): value for value, label in CommunityCoursePage.Level.choices}
        levels |= {value: value for value in CommunityCoursePage.Level.values}
        return _named(levels, text, _("There is no level “%(text)s”. There are: %(all)s."))


def _named(known, text, message):
    try:
        return known[text]
    except KeyError:
        names = "、".join(list(known)[:12]) or "—"
        raise CellError(message % {"text": text, "all": names}) from None


@dataclass
class IntakePlan:
    """What becomes of one entry: the stored intake (None: a new one), and per field what it is and what it will be."""

    entry: rows.Entry
    intake: Intake | None = None
    changes: dict = field(default_factory=dict)
    capacity: tuple | None = None
    meetings: tuple | None = None
    # Whether anyone ever enrolled: then meetings that have begun are facts, which a table does not change.
    had_people: bool = False

    @property
    def action(self):
        """create, change or unchanged."""
        if self.intake is None:
            return CREATE
        return CHANGE if self.changes or self.capacity or self.meetings else UNCHANGED


@dataclass
class CoursePlan:
    """One course: its page (None: a new one) and its intakes. With problems, nothing of it is written."""

    title: str
    institution: Institution
    program_id: int | None = None
    intakes: list = field(default_factory=list)
    problems: list = field(default_factory=list)


@dataclass
class Plan:
    """The whole file: courses that can be written, and every problem."""

    courses: list
    problems: list
    rows: int
    left_out: list


def make(file_rows, mapping, known):
    """The plan for these rows of a file."""
    entries, problems, spoiled = [], [], {}
    for row in file_rows:
        entry, found = rows.entry_of(row, mapping, known)
        if found:
            problems += found
            if course := rows.course_of(row, mapping, known):
                spoiled.setdefault(course, row.number)
        else:
            entries.append(entry)
    entries, clashes = rows.combine(entries)
    for entry, problem in clashes:
        problems.append(problem)
        spoiled.setdefault(entry.course, problem.row)
    courses = _courses(entries)
    for course in courses:
        problems += course.problems
        if course.problems:
            spoiled.setdefault((course.title, course.institution.pk), course.problems[0].row)
    whole = [course for course in courses if (course.title, course.institution.pk) not in spoiled]
    at_fault = {problem.row for problem in problems}
    left_out = [
        (number, spoiled[course.title, course.institution.pk])
        for course in courses
        if (course.title, course.institution.pk) in spoiled
        for item in course.intakes
        for number in item.entry.rows
        if number not in at_fault
    ]
    problems.sort(key=lambda problem: problem.row)
    return Plan(courses=whole, problems=problems, rows=len(file_rows), left_out=sorted(left_out))


def _courses(entries):
    """Entries by course, each compared with what is stored."""
    stored = _Stored(entries)
    found = {}
    for entry in entries:
        course = found.get(entry.course)
        if course is None:
            course = found[entry.course] = CoursePlan(entry.title, entry.institution)
            course.program_id = stored.programs.get(entry.course)
        course.intakes.append(_compared(entry, course, stored))
    return list(found.values())


class _Stored:
    """The intakes, pools, meetings and pages that the entries may concern; a few queries for the whole file."""

    def __init__(self, entries):
        self.intakes, self.meetings, self.pools = {}, defaultdict(list), defaultdict(list)
        self.had_people = set()
        codes = [entry.code for entry in entries]
        for start in range(0, len(codes), _PORTION):
            portion = Intake.objects.filter(code__in=codes[start : start + _PORTION])
            for intake in portion.select_related("program", "term", "district"):
                self.intakes[intake.code] = intake
            meetings = ClassMeeting.objects.filter(intake__in=portion.values("pk"))
            for intake_id, *times in meetings.order_by("starts_at").values_list("intake_id", "starts_at", "ends_at"):
                self.meetings[intake_id].append(tuple(times))
            people = Enrollment.objects.filter(intake__in=portion.values("pk")).order_by()
            self.had_people.update(people.values_list("intake_id", flat=True).distinct())
            for pool in SeatPool.objects.filter(intake__in=portion.values("pk")):
                self.pools[pool.intake_id].append(pool)
        institutions = {entry.institution.pk for entry in entries}
        pages = CommunityCoursePage.objects.filter(institution__in=institutions).order_by("-pk")
        self.programs = {
            (title, institution): pk for title, institution, pk in pages.values_list("title", "institution", "pk")
        }


def _compared(entry, course, stored):
    """The plan for one entry; problems go to the course."""
    if course.program_id is None and entry.program["category"] is None:
        course.problems.append(_problem(entry, "category", "", _("A new course needs a category.")))
    intake = stored.intakes.get(entry.code)
    if intake is None:
        return IntakePlan(entry)
    if intake.program.institution_id != entry.institution.pk:
        course.problems.append(_problem(entry, "code", entry.code, _("This code belongs to another institution.")))
    plan = IntakePlan(entry, intake)
    if intake.status == Intake.Status.CANCELLED:
        return plan
    if intake.program_id != course.program_id:
        plan.changes["program"] = (intake.program.title, entry.title)
    have = stored.meetings[intake.pk]
    plan.had_people = intake.pk in stored.had_people
    if schedule.merged(have, entry.meetings, now=timezone.now(), keep_begun=plan.had_people) != have:
        plan.meetings = (have, entry.meetings)
    _compare_fields(plan, moved=bool(plan.meetings) and have[:1] != list(entry.meetings[:1]))
    _compare_capacity(plan, stored.pools[intake.pk], course)
    return plan


def _compare_fields(plan, *, moved):
    entry, intake = plan.entry, plan.intake
    for name, new in entry.values.items():
        # A closing date counted from the first meeting goes with it.
        follows = name == "closes_at" and moved
        if _CALLED.get(name, name) in entry.given or follows:
            old = getattr(intake, name)
            if old != new:
                plan.changes[name] = (old, new)


def _compare_capacity(plan, pools, course):
    """Seats are compared only where they are not shared out over several pools."""
    entry = plan.entry
    if "capacity" not in entry.given or len(pools) != 1 or pools[0].capacity == entry.capacity:
        return
    taken = pools[0].seats_taken
    if entry.capacity < taken:
        message = _("%(taken)d seats are taken; the number cannot be lower.") % {"taken": taken}
        course.problems.append(_problem(entry, "capacity", str(entry.capacity), message))
    plan.capacity = (pools[0].capacity, entry.capacity)


def _problem(entry, name, value, message):
    return rows.Problem(entry.rows[0], name, value, str(message))
