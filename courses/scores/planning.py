"""What would become of each row of a table of the exam office, in words that a clerk understands. Writes nothing."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from courses.applying.states import ApplicationState
from courses.models import ExamImport, ExamImportLine, Interest, PathwayApplication, SchoolRecord
from courses.models.schooling import candidate_key
from courses.scores.columns import NAME, NUMBER, OUTCOME, PATHWAY

Outcome = ExamImportLine.Outcome
_MOST = Decimal(1000)
_YES = {"录取", "已录取", "是", "admitted", "yes", "1"}
_NO = {"未录取", "不录取", "否", "notadmitted", "no", "0"}


@dataclass
class Plan:
    """`lines` by row: (outcome, words); `writes`: (target, what) of the rows that fit, in order."""

    lines: dict = field(default_factory=dict)
    writes: list = field(default_factory=list)


class _Fault(Exception):
    """A row that cannot be taken; says what, and how to mend it."""


def make(work, table, *, progress=lambda done: None):
    """The plan for a table whose columns were chosen. `progress` hears how many rows are behind us."""
    reader = _Results(work) if work.kind == ExamImport.Kind.RESULTS else _Scores(work)
    plan, columns, seen = Plan(), work.mapping, {}
    twice = _conflicting(table.rows, columns)
    for done, row in enumerate(table.rows, 1):
        try:
            plan.lines[row.number] = _line(plan, reader, row, columns, table, seen, twice)
        except _Fault as fault:
            plan.lines[row.number] = Outcome.PROBLEM, str(fault)
        if done % 500 == 0:
            progress(done)
    return plan


def _conflicting(rows, columns):
    """{number: rows} of candidate numbers that stand in the table with different contents."""
    contents = defaultdict(dict)
    for row in rows:
        number = _plain(row.cells.get(columns[NUMBER], ""))
        if number:
            contents[number][row.number] = tuple(row.cells.get(title, "") for title in columns.values())
    return {number: list(found) for number, found in contents.items() if len(set(found.values())) > 1}


def _plain(text):
    return "".join(text.split()).upper()


def _line(plan, reader, row, columns, table, seen, twice):
    """Outcome and words of one row; what is to be written goes into the plan."""
    cells = {name: row.cells.get(title, "").strip() for name, title in columns.items()}
    number = _number(cells, row, table)
    if number in twice:
        others = [str(other) for other in twice[number] if other != row.number]
        text = _("Candidate number %(number)s stands in row %(rows)s, too, with other contents. Leave the right one.")
        raise _Fault(text % {"number": number, "rows": _(", ").join(others)})
    if not cells[NAME]:
        raise _Fault(_("The name is missing. Fill it in: it shows that no row has slipped."))
    what = reader.what(cells)
    if number in seen:
        text = _("The same as row %(row)d; it counts once.")
        return Outcome.SAME, text % {"row": seen[number]}
    seen[number] = row.number
    targets = reader.targets.get(candidate_key(number), [])
    if not targets:
        return Outcome.OTHER, _("%(name)s: nobody here has candidate number %(number)s.") % {
            "name": cells[NAME],
            "number": number,
        }
    reader.require_same_person(targets, cells[NAME], number)
    if all(reader.is_there(target, what) for target in targets):
        return Outcome.SAME, _("%(name)s: is there already.") % {"name": cells[NAME]}
    plan.writes += [(target, what) for target in targets]
    return Outcome.WRITE, reader.words(targets[0], what, cells[NAME])


def _number(cells, row, table):
    if row.fault:
        raise _Fault(row.fault)
    number = _plain(cells[NUMBER])
    if not number and row.number in table.merged:
        raise _Fault(_("The candidate number is missing: merged with the cell above. Unmerge it, fill in each row."))
    if not number:
        raise _Fault(_("The candidate number is missing. Fill it in, or take the row out."))
    if "E+" in number:
        text = _("“%(number)s” was shortened by Excel. Format the column as text and copy the numbers again.")
        raise _Fault(text % {"number": cells[NUMBER]})
    return number


class _Scores:
    """Official scores for those who apply in the round."""

    def __init__(self, work):
        self.subjects = work.round.subjects
        live = PathwayApplication.objects.filter(round=work.round).exclude(
            state__in=(ApplicationState.DRAFT, ApplicationState.WITHDRAWN)
        )
        records = SchoolRecord.objects.filter(learner__in=live.values("learner")).exclude(candidate_key="")
        self.targets = defaultdict(list)
        for record in records.select_related("learner"):
            self.targets[record.candidate_key].append(record)

    def what(self, cells):
        """{subject: points} of one row."""
        return {subject: _points(subject, cells[subject]) for subject in self.subjects}

    def require_same_person(self, targets, name, number):
        """The name in the table is the learner's; two learners with one number are the clerk's to clear up."""
        names = {target.learner.name for target in targets}
        if len(targets) > 1:
            text = _("Candidate number %(number)s stands in two applications here: %(names)s. Clear that up first.")
            raise _Fault(text % {"number": number, "names": _(", ").join(sorted(names))})
        _require_name(names, name, number)

    def is_there(self, target, what):
        """Whether these are the official scores already."""
        return target.official_scores == what

    def words(self, target, what, name):
        """What would be written, with what the family entered where it differs."""
        parts = []
        for subject, points in what.items():
            typed = target.typed_scores.get(subject)
            differs = _(" (entered %(points)s)") % {"points": typed} if typed not in (None, points) else ""
            parts.append(f"{subject} {points}{differs}")
        return f"{name}：{_(', ').join(parts)}"


class _Results:
    """Results of the official channel for those who registered interest."""

    def __init__(self, work):
        own = Interest.objects.live().filter(intake__program__institution=work.institution_id)
        self.targets = defaultdict(list)
        for interest in own.exclude(candidate_key="").select_related("learner", "intake__program", "account"):
            self.targets[interest.candidate_key].append(interest)

    def what(self, cells):
        """(outcome, pathway) of one row."""
        said = "".join(cells[OUTCOME].split()).lower()
        if said in _YES:
            if not cells[PATHWAY]:
                raise _Fault(_("Admitted, but it does not say to which pathway. Fill it in."))
            return Interest.Outcome.ADMITTED, cells[PATHWAY][:200]
        if said in _NO:
            return Interest.Outcome.NOT_ADMITTED, ""
        raise _Fault(_("“%(said)s” says neither 录取 nor 未录取. Write one of the two.") % {"said": cells[OUTCOME]})

    def require_same_person(self, targets, name, number):
        """The name in the table is the learner's."""
        _require_name({target.learner.name for target in targets}, name, number)

    def is_there(self, target, what):
        """Whether this is known already."""
        return (target.outcome, target.admitted_to) == what

    def words(self, target, what, name):
        """What would be told to the family."""
        outcome, pathway = what
        return f"{name}：{' '.join(filter(None, [str(Interest.Outcome(outcome).label), pathway]))}"


def _require_name(names, name, number):
    if names != {name}:
        text = _(
            "Candidate number %(number)s is that of %(here)s here, and of %(there)s in the table. Has a column "
            "slipped, or a name been written in another way? Mend the one that is wrong."
        )
        raise _Fault(text % {"number": number, "here": _(", ").join(sorted(names)), "there": name})


def _points(subject, typed):
    """A score as a number with at most one decimal."""
    if not typed:
        raise _Fault(_("%(subject)s: the score is missing. Write 0 for who was absent.") % {"subject": subject})
    try:
        points = Decimal(typed)
    except InvalidOperation:
        points = None
    if points is None or not points.is_finite() or not 0 <= points <= _MOST or points != round(points, 1):
        text = _("%(subject)s: “%(typed)s” is no number from 0 to %(most)d with at most one decimal.")
        raise _Fault(text % {"subject": subject, "typed": typed, "most": _MOST})
    return int(points) if points == int(points) else float(round(points, 1))


def counts(plan):
    """How many rows of each outcome."""
    found = Counter(outcome for outcome, _words in plan.lines.values())
    return {str(outcome): found[outcome] for outcome in Outcome}
