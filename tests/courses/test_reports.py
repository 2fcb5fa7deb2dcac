"""The figures of reports, against a slow and obvious count of the same rows in Python."""

from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from django.utils import timezone

from courses.models import Attendance, Enrollment, HistoryEntry, Intake, SeatPool, Term
from courses.reports.catalog import REPORTS
from courses.reports.measures import Seconds, WholeYears
from courses.reports.tables import Question
from courses.states import Reason, State
from institutions.models import Institution
from tests import factories
from tests.bench import report_rows

pytestmark = pytest.mark.django_db

BY_SLUG = {report.slug: report for report in REPORTS}
UNKNOWN = "not known"


@pytest.fixture
def rows(settings):
    """A small crowd in eight terms, with English words."""
    from django.utils import translation

    with translation.override("en"):
        report_rows.fill(480, per_class=12)
        yield


def group_of(dimension, intake, learner=None, entry=None):
    """In which group a row belongs, in words."""
    match dimension:
        case "term":
            return intake.term.name
        case "institution":
            return intake.program.institution.name
        case "district":
            return (intake.district or intake.program.institution.district).name
        case "residence":
            return learner.district.name if learner.district else UNKNOWN
        case "age":
            months = learner.age_in_months(timezone.localdate(intake.starts_at))
            return UNKNOWN if months is None else band(months // 12)
        case "category":
            return intake.program.communitycoursepage.category.name
        case "program":
            return intake.program.title
        case "class":
            return str(intake)
        case "rule":
            return str(intake.get_admission_rule_display())
        case "reason":
            return str(Reason(entry.reason).label) if entry.reason else "no reason told"


def band(age):
    """The band of an age, written out."""
    if age < 18:
        return "under 18"
    for first, last in ((18, 34), (35, 49), (50, 59), (60, 69), (70, 79)):
        if first <= age <= last:
            return f"{first} to {last}"
    return "80 and over"


def inside(moment, question):
    """Whether a moment lies on the days asked for."""
    day = timezone.localdate(moment)
    return (not question.since or day >= question.since) and (not question.until or day <= question.until)


def slow(slug, dimension, question):
    """{group: Counter}: every row is looked at, one after the other."""
    groups = defaultdict(Counter)
    related = "program__communitycoursepage__category", "program__institution__district", "term", "district"
    chosen = {intake.pk: intake for intake in question.intakes.select_related(*related)}

    def add(kind, intake, learner=None, entry=None, number=1):
        groups[group_of(dimension, chosen[intake], learner, entry)][kind] += number

    if slug == "filling":
        for pool in SeatPool.objects.filter(intake__in=chosen):
            intake = chosen[pool.intake_id]
            if intake.status == "published" and inside(intake.starts_at, question):
                numbers = {"seats": pool.capacity, "taken": pool.seats_taken, "classes": 1, "waiting": pool.waiting}
                for kind, number in numbers.items():
                    add(kind, intake.pk, number=number)
    elif slug == "attendance":
        for mark in Attendance.objects.filter(meeting__intake__in=chosen).select_related("meeting"):
            if inside(mark.meeting.starts_at, question):
                add(mark.mark, mark.meeting.intake_id)
    else:
        everyone = Enrollment.objects.filter(intake__in=chosen).select_related("learner__district")
        for one in everyone.prefetch_related("history"):
            one.intake = chosen[one.intake_id]
            for kind, entry in kinds_of(slug, one, question):
                add(kind, one.intake_id, one.learner, entry)
    return groups


def kinds_of(slug, one, question):
    """What one enrollment counts as: [(kind, its history entry or None)]."""
    history = sorted(one.history.all(), key=lambda entry: entry.pk)
    if slug == "leaving":
        left = [entry for entry in history if entry.to_state in ("withdrawn", "cancelled", "declined", "expired")]
        left = [entry for entry in left if entry.reason not in ("moved", "changed_choice")]
        return [(entry.to_state, entry) for entry in left if inside(entry.at, question)]
    if not inside(one.submitted_at, question):
        return []
    if slug == "enrollments":
        kind = "seat" if one.state in ("offered", "enrolled", "completed") else "ended"
        return [("waiting" if one.state in ("submitted", "waitlisted") else kind, None)]
    if slug == "demand":
        last = history[-1]
        if one.state == "waitlisted":
            return [("waiting", None)]
        if one.state == "not_admitted" and last.reason not in ("other_choice", "rules_not_met"):
            return [("refused", None)]
        gave_up = one.state == "withdrawn" and last.from_state == "waitlisted"
        return [("gave_up", None)] if gave_up and last.reason not in ("erased", "moved", "changed_choice") else []
    if one.intake.admission_rule == "first_come":
        return []
    answers = ("offered", "enrolled", "waitlisted", "not_admitted")
    decided = [entry for entry in history if entry.from_state == "submitted" and entry.to_state in answers]
    kinds = [(step(decided[0].at - one.submitted_at), None), ("decided", None)] if decided else []
    return kinds + ([("open", None)] if one.state == "submitted" else [])


def step(took):
    """How long a decision took, as a column."""
    for kind, days in (("day", 1), ("three", 3), ("week", 7)):
        if took <= timedelta(days=days):
            return kind
    return "later"


def compare(slug, dimension, question):
    """The report's rows are those of the slow count, and so is the last line."""
    figures = BY_SLUG[slug].count(question)
    expected = slow(slug, dimension, question)
    kinds = {kind for counts in expected.values() for kind in counts}
    found = {row.label: {kind: row.values[kind] for kind in kinds if row.values[kind]} for row in figures.rows}
    assert found == {label: {k: n for k, n in counts.items() if n} for label, counts in expected.items()}
    assert kinds, "nothing was counted: the test would hold for any report"
    sums = sum(expected.values(), Counter())
    assert {kind: figures.total.values[kind] for kind in kinds} == {kind: sums[kind] for kind in kinds}


def test_every_report_counts_what_the_slow_count_counts(rows):
    for report in REPORTS:
        for dimension in report.dimensions:
            compare(report.slug, dimension.key, Question(Intake.objects.all(), dimension, everything=True))


def test_filters_leave_out_the_same_rows(rows):
    term = Term.objects.filter(name="数数学期1").get()
    day = timezone.localdate(Intake.objects.filter(term=term).order_by("starts_at")[3].starts_at)
    narrow = Intake.objects.filter(program__institution=Institution.objects.order_by("pk").first())
    for report in REPORTS:
        dimension = report.dimensions[0]
        compare(report.slug, dimension.key, Question(narrow, dimension))
        compare(report.slug, dimension.key, Question(narrow, dimension, until=day))
        wide = Question(Intake.objects.all(), dimension, since=day - timedelta(days=200), until=day, everything=True)
        compare(report.slug, dimension.key, wide)


def test_shares_and_days_come_from_the_counts(rows):
    everything = Intake.objects.all()
    for report in REPORTS:
        figures = report.count(Question(everything, report.dimensions[0], everything=True))
        for row in [*figures.rows, figures.total]:
            values = row.values
            match report.slug:
                case "filling":
                    assert values["filled"] == round(100 * values["taken"] / values["seats"], 1)
                case "attendance":
                    assert values["came"] == round(100 * values["present"] / values["all"], 1)
                case "leaving" | "demand":
                    assert values["share"] == round(100 * values["all"] / figures.total.values["all"], 1)
    deciding = BY_SLUG["deciding"]
    figures = deciding.count(Question(everything, deciding.dimensions[0], everything=True))
    taken = []
    for one in Enrollment.objects.exclude(intake__admission_rule="first_come"):
        answer = one.history.filter(from_state="submitted", to_state__in=("offered", "enrolled", "waitlisted")) | (
            one.history.filter(from_state="submitted", to_state="not_admitted")
        )
        taken += [(entry.at - one.submitted_at).total_seconds() / 86400 for entry in answer]
    assert figures.total.values["days"] == round(sum(taken) / len(taken), 1)


def test_bars_are_as_long_as_the_counts(rows):
    for report in REPORTS:
        figures = report.count(Question(Intake.objects.all(), report.dimensions[0], everything=True))
        for row in figures.rows:
            counts = [row.values[part.key] for part in figures.parts]
            whole = (
                row.values[figures.whole]
                if figures.whole
                else max(sum(one.values[part.key] for part in figures.parts) for one in figures.rows)
            )
            assert sum(part.width for part in figures.bar(row)) == pytest.approx(1000 * sum(counts) / whole, abs=0.5)


def test_an_upheld_review_does_not_count_anybody_twice(rows):
    intake = factories.intake(admission_rule="review")
    one = Enrollment.objects.create(
        intake=intake, learner=factories.learner(), account=factories.account(), person="p", state=State.NOT_ADMITTED
    )
    one.reinstated = 1
    one.save()
    at = one.submitted_at
    for source, target, reason, days in (
        ("", "submitted", "", 0),
        ("submitted", "not_admitted", "class_began", 2),
        ("not_admitted", "submitted", "appeal_upheld", 9),
        ("submitted", "not_admitted", "class_began", 12),
    ):
        moved = at + timedelta(days=days)
        HistoryEntry.objects.create(enrollment=one, at=moved, from_state=source, to_state=target, reason=reason)
    only = Intake.objects.filter(pk=intake.pk)
    for slug in ("demand", "deciding"):
        dimension = BY_SLUG[slug].dimensions[0]
        compare(slug, dimension.key, Question(only, dimension))
        assert (
            BY_SLUG[slug].count(Question(only, dimension)).total.values["refused" if slug == "demand" else "three"] == 1
        )


@pytest.mark.parametrize(
    ("born", "starts", "years"),
    [
        ("1966-11-24", "2026-11-23T20:00:00+08:00", 59),
        ("1966-11-24", "2026-11-24T00:30:00+08:00", 60),  # in UTC it is still the day before
        ("2008-02-29", "2026-02-28T09:00:00+08:00", 17),
        ("2008-02-29", "2026-03-01T09:00:00+08:00", 18),
    ],
)
def test_age_is_in_whole_years_on_the_local_day(born, starts, years):
    intake = factories.intake()
    Intake.objects.filter(pk=intake.pk).update(starts_at=starts)
    factories.enroll(intake, factories.learner(birth_date=born))
    asked = Enrollment.objects.annotate(age=WholeYears("learner__birth_date", "intake__starts_at"))
    assert asked.values_list("age", flat=True).get() == years


def test_seconds_between_two_moments():
    enrollment = factories.enroll(factories.intake())
    Enrollment.objects.update(submitted_at="2026-11-01T08:00:00+08:00", offer_expires_at="2026-11-02T08:00:30+08:00")
    asked = Enrollment.objects.filter(pk=enrollment.pk).annotate(took=Seconds("submitted_at", "offer_expires_at"))
    assert asked.values_list("took", flat=True).get() == pytest.approx(86430, abs=0.01)


def test_the_same_few_questions_however_many_rows(rows, django_assert_max_num_queries):
    for report in REPORTS:
        for dimension in report.dimensions:
            with django_assert_max_num_queries(3):
                report.count(Question(Intake.objects.all(), dimension))
