"""What progression asks of each learner of a cohort, what is there, and what follows by the criteria: only read here.

The score is out of 100: of each part its mark divided by the highest one, times its weight. An exempting prize stands
for score and certificates; medical check, record and papers are asked of everybody.
"""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from courses.models import Cohort, PathwayStudent, ProgressionEntry
from courses.progression.stages import COLLECTING, Stage, Why

Kind = ProgressionEntry.Kind
_ASIDE = {Kind.PAPERS: Why.PAPERS, Kind.MEDICAL: Why.MEDICAL, Kind.RECORD: Why.RECORD}


@dataclass(frozen=True)
class Asked:
    """One thing that is collected; `most` is the highest mark of a part, `weight` its share of the score."""

    kind: str
    name: str
    most: int = 0
    weight: int = 0

    @property
    def key(self):
        """What finds it among all entries."""
        return self.kind, self.name

    @property
    def label(self):
        """In words."""
        return self.name or Kind(self.kind).label


def asked_of(cohort):
    """All that the school collects in this cohort, in the order of the grid: parts, certificates, prizes, the rest."""
    parts = [Asked(Kind.MARK, part.name, part.most, part.weight) for part in cohort.parts.all()]
    parts += [Asked(Kind.CERTIFICATE, name) for name in cohort.certificate_names]
    parts += [Asked(Kind.PRIZE, name) for name in cohort.prize_names]
    parts += [Asked(Kind.MEDICAL, "")] if cohort.medical_required else []
    parts += [Asked(Kind.RECORD, "")] if cohort.record_required else []
    return parts + ([Asked(Kind.PAPERS, "")] if cohort.papers_by else [])


@dataclass
class Standing:
    """Where one learner stands; `said` has the newest entry of each kind and name."""

    student: PathwayStudent
    cohort: Cohort
    asked: list
    said: dict = field(default_factory=dict)

    def value(self, one):
        """What was said of one thing: a mark, or 1 and 0; None when nothing was."""
        entry = self.said.get(one.key)
        return entry.value if entry else None

    @cached_property
    def prize(self):
        """The exempting prize that is there, or None."""
        prizes = (one for one in self.asked if one.kind == Kind.PRIZE and self.value(one))
        return next(prizes, None)

    @cached_property
    def score(self):
        """Out of 100 with two decimals; None while a mark is missing or no score is asked for."""
        parts = [one for one in self.asked if one.kind == Kind.MARK]
        if not parts or any(self.value(one) is None for one in parts):
            return None
        total = sum(self.value(one) * one.weight / one.most for one in parts)
        return Decimal(total).quantize(Decimal("0.01"), ROUND_HALF_UP)

    @cached_property
    def missing(self):
        """What is asked of this learner and is not there (yet)."""
        return [one for one in self.asked if one.kind != Kind.PRIZE and self._lacks(one)]

    def _lacks(self, one):
        value = self.value(one)
        if one.kind in (Kind.MARK, Kind.CERTIFICATE) and self.prize:
            return False
        if one.kind == Kind.MARK:
            return self.cohort.pass_mark is not None and value is None
        return not value

    @property
    def papers_missing(self):
        """Whether the family's papers are not in."""
        return any(one.kind == Kind.PAPERS for one in self.missing)

    @property
    def below(self):
        """Whether the score is known and below the pass mark."""
        if self.prize or self.score is None or self.cohort.pass_mark is None:
            return False
        return self.score < self.cohort.pass_mark

    @property
    def at_risk(self):
        """Whether something stands between this learner and the college, as things are."""
        return self.student.stage in COLLECTING and bool(self.missing or self.below)

    @cached_property
    def proposal(self):
        """(what follows by the criteria, why); (None, "") while marks are missing and nothing else decides."""
        kinds = {one.kind for one in self.missing}
        for kind, reason in _ASIDE.items():
            if kind in kinds:
                return Stage.FAILED, reason
        if self.prize:
            return Stage.EXEMPT, Why.PRIZE
        if Kind.CERTIFICATE in kinds:
            return Stage.FAILED, Why.CERTIFICATE
        if Kind.MARK in kinds:
            return None, ""
        return (Stage.FAILED, Why.SCORE) if self.below else (Stage.PASSED, "")

    @property
    def figures(self):
        """What a decision rests on, as lines that are kept: [what, what is there]."""
        lines = [[str(one.label), self.words(one)] for one in self.asked if one.kind != Kind.PRIZE or self.value(one)]
        if self.score is not None:
            lines.append([_("Score"), f"{self.score} / 100"])
        if self.cohort.pass_mark is not None:
            lines.append([_("Pass mark"), f"{self.cohort.pass_mark}"])
        return lines

    def words(self, one):
        """What is there of one thing, in words."""
        value = self.value(one)
        if one.kind == Kind.MARK:
            return _("missing") if value is None else f"{plain(value)} / {one.most}"
        if value is None:
            return "—" if one.kind == Kind.PRIZE else _("missing")
        return (_("there") if value else _("not there")) if one.kind not in _CHECKED else _YES_NO[bool(value)]()


_CHECKED = (Kind.MEDICAL, Kind.RECORD)
_YES_NO = {True: lambda: _("in order"), False: lambda: _("not in order")}


def plain(value):
    """A mark without zeros at its end."""
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


def standings(cohort, students=None):
    """The Standing of each learner (those on the way unless told), by name, in three queries."""
    if students is None:
        students = cohort.students.on_the_way()
    students = list(
        students.select_related("enrollment__learner", "enrollment__account").order_by(
            "enrollment__learner__name", "pk"
        )
    )
    asked, said = asked_of(cohort), {student.pk: {} for student in students}
    for entry in ProgressionEntry.objects.filter(student__in=students).order_by("pk"):
        said[entry.student_id][entry.kind, entry.name] = entry
    for student in students:
        student.cohort = cohort
    return [Standing(student, cohort, asked, said[student.pk]) for student in students]


def standing_of(student):
    """The Standing of one learner."""
    said = {(entry.kind, entry.name): entry for entry in student.collected.order_by("pk")}
    return Standing(student, student.cohort, asked_of(student.cohort), said)
