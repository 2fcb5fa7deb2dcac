"""The way through a pathway: school years, what progression asks, what the college decides, leaving."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from courses import enrollment as process
from courses import marks
from courses.models import Cohort, PathwayStudent, ProgressionEntry, StageEntry
from courses.moves import MoveRefused
from courses.progression import collecting, deciding, family, reminding, rolling, steps
from courses.progression.assessing import standing_of, standings
from courses.progression.stages import MOVES, Stage, Why, may_step
from courses.states import State
from notifications.models import Message
from tests import factories
from tests.courses.cohorts import admitted, complete, in_progression

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    """Refusals and figures are matched in English."""
    with translation.override("en"):
        yield


def told(student, kind):
    """The messages of this kind to the account of a student."""
    return Message.objects.filter(account=student.enrollment.account, kind=kind).count()


def test_a_certain_seat_in_a_pathway_begins_the_way_in_the_cohort_of_its_year():
    student = admitted(factories.pathway())[0]
    year = timezone.localdate(student.enrollment.intake.starts_at).year
    assert (student.stage, student.cohort.entry_year) == (Stage.ADMITTED, year)
    assert [entry.to_stage for entry in student.history.all()] == [Stage.ADMITTED]
    assert not hasattr(factories.enroll(factories.intake()), "student")


def test_every_step_is_in_the_table_and_leaving_and_graduating_are_ends():
    assert {target for targets in MOVES.values() for target in targets} == set(Stage)
    assert MOVES[Stage.GRADUATED] == set()
    assert all(may_step(stage, Stage.LEFT) for stage in Stage if stage not in (Stage.LEFT, Stage.GRADUATED))
    assert not may_step(Stage.YEAR_3, Stage.HIGHER_1)
    student = admitted(factories.pathway())[0]
    with pytest.raises(steps.StepRefused):
        steps.step(student, Stage.YEAR_2, by=None)


def test_a_cohort_rolls_on_once_however_often_the_form_is_sent():
    students = admitted(factories.pathway(), count=3)
    cohort, keys = students[0].cohort, [student.pk for student in students]
    assert rolling.roll(cohort, Stage.ADMITTED, keys[:2], by=None) == 2
    assert rolling.roll(cohort, Stage.ADMITTED, keys[:2], by=None) == 0
    stages = [student.stage for student in cohort.students.all()]
    assert stages == [Stage.YEAR_1, Stage.YEAR_1, Stage.ADMITTED]
    assert [student.pk for student in rolling.exceptions(cohort, Stage.YEAR_1)] == [keys[2]]
    assert StageEntry.objects.count() == 5


def test_a_pathway_is_completed_by_graduating_only():
    cohort, [student] = in_progression()
    with pytest.raises(MoveRefused):
        process.complete(student.enrollment, by=None)
    complete(student)
    deciding.decide(student, Stage.PASSED, by=None)
    for stage in (Stage.PASSED, Stage.HIGHER_1, Stage.HIGHER_2):
        assert rolling.roll(cohort, stage, [student.pk], by=None) == 1
    student = PathwayStudent.objects.get()
    assert (student.stage, student.enrollment.state) == (Stage.GRADUATED, State.COMPLETED)
    assert told(student, "progression_passed") == told(student, "progression_college") == 1


def test_leaving_is_final_and_gives_the_seat_back_but_nobody_joins_later():
    first = admitted(factories.pathway())[0]
    intake = first.enrollment.intake
    pool = intake.pools.get()
    steps.leave(first, by=None, reason=Why.OTHER_SCHOOL, note="转到哈尔滨")
    first.refresh_from_db()
    pool.refresh_from_db()
    assert (first.stage, first.enrollment.state, pool.seats_taken) == (Stage.LEFT, State.WITHDRAWN, 0)
    last = first.history.last()
    assert (last.reason, last.note) == (Why.OTHER_SCHOOL, "转到哈尔滨")
    assert told(first, "pathway_left") == 1
    assert told(first, "enrollment_withdrawn") == 0
    with pytest.raises(steps.StepRefused):
        steps.leave(first, by=None, reason=Why.OWN_WISH)
    assert rolling.roll(first.cohort, Stage.ADMITTED, [first.pk], by=None) == 0


def test_whatever_ends_the_enrollment_ends_the_way():
    one, other = admitted(factories.pathway(), count=2)
    process.withdraw(one.enrollment, by=one.enrollment.account)
    process.cancel(other.enrollment, by=None, reason="wrong_data")
    assert set(PathwayStudent.objects.values_list("stage", flat=True)) == {Stage.LEFT}
    assert other.history.last().reason == Why.ENDED


def test_what_is_missing_decides_what_is_proposed():
    cohort, students = in_progression(count=7)
    complete(students[0])
    complete(students[1], but=("mark", "certificate"), also={("prize", "省技能大赛一等奖"): 1})
    complete(students[2], but=("medical",))
    complete(students[3], also={("mark", "专业课"): Decimal(20), ("mark", "技能考核"): Decimal(10)})
    complete(students[4], but=("mark",))
    complete(students[5], but=("certificate",))
    complete(students[6], also={("medical", ""): 0})
    found = {standing.student.pk: standing for standing in standings(cohort)}
    proposals = [found[student.pk].proposal for student in students]
    assert proposals == [
        (Stage.PASSED, ""),
        (Stage.EXEMPT, Why.PRIZE),
        (Stage.FAILED, Why.MEDICAL),
        (Stage.FAILED, Why.SCORE),
        (None, ""),
        (Stage.FAILED, Why.CERTIFICATE),
        (Stage.FAILED, Why.MEDICAL),
    ]
    assert found[students[0].pk].score == Decimal("74.00")
    assert [found[student.pk].at_risk for student in students] == [False, False, True, True, True, True, True]
    (need,) = family.needs(students[2].enrollment.account)  # Their page says what is missing, and until when.
    assert (str(cohort.papers_by.day) in need.text, "forfeited" in need.text) == (True, True)


def test_the_college_decides_with_the_figures_and_against_them_only_in_writing():
    _cohort, [student] = in_progression(days=10)
    complete(student, but=("medical",))
    with pytest.raises(steps.StepRefused, match="handed in"):
        deciding.decide(student, Stage.FAILED, by=None, reason=Why.MEDICAL)
    with pytest.raises(steps.StepRefused, match="propose"):
        deciding.decide(student, Stage.PASSED, by=None)
    Cohort.objects.update(papers_by=timezone.localdate() - timedelta(days=1))
    student = PathwayStudent.objects.get()
    deciding.decide(student, Stage.FAILED, by=None, reason=Why.MEDICAL)
    entry = student.history.last()
    assert entry.reason == Why.MEDICAL
    assert ["Score", "74.00 / 100"] in entry.figures
    with pytest.raises(steps.StepRefused):
        deciding.look_again(student, by=None, note=" ")
    deciding.look_again(student, by=None, note="体检报告寄丢了")
    complete(student, also={("medical", ""): 1})
    deciding.decide(student, Stage.PASSED, by=None)
    assert student.history.last().to_stage == Stage.PASSED
    assert told(student, "progression_failed") == told(student, "progression_again") == 1


def test_all_are_decided_as_the_criteria_propose_and_sent_twice_once():
    cohort, students = in_progression(count=3, days=10)
    complete(students[0])
    complete(students[1], but=("papers",))
    complete(students[2], but=("mark",))
    keys = {student.pk for student in students}
    decided = deciding.decide_all(cohort, keys, by=None)
    assert decided.counts[Stage.PASSED] == 1
    assert len(decided.refused) == 2
    assert deciding.decide_all(cohort, keys, by=None).counts[Stage.PASSED] == 0


def test_progression_begins_with_criteria_that_leave_time_to_tell():
    student = admitted(factories.pathway())[0]
    cohort, keys = student.cohort, [student.pk]
    for stage in (Stage.ADMITTED, Stage.YEAR_1, Stage.YEAR_2):
        rolling.roll(cohort, stage, keys, by=None)
    Cohort.objects.update(medical_required=False, record_required=False)
    with pytest.raises(steps.StepRefused, match="criteria"):
        rolling.roll(Cohort.objects.get(), Stage.YEAR_3, keys, by=None)
    Cohort.objects.update(papers_by=timezone.localdate() + timedelta(days=1))
    with pytest.raises(steps.StepRefused, match="near"):
        rolling.roll(Cohort.objects.get(), Stage.YEAR_3, keys, by=None)
    Cohort.objects.update(papers_by=timezone.localdate() + timedelta(days=3))
    assert rolling.roll(Cohort.objects.get(), Stage.YEAR_3, keys, by=None) == 1


def test_late_is_forfeited_after_three_tellings_and_never_before():
    _cohort, students = in_progression(count=2, days=40)
    late, early = students
    complete(late, but=("papers",))
    complete(early)
    now = timezone.now()
    assert reminding.tell_due(now) == 0
    for days, number in ((11, 1), (27, 1), (38, 1)):
        assert reminding.tell_due(now + timedelta(days=days)) == number
        assert reminding.tell_due(now + timedelta(days=days)) == 0
    assert reminding.forfeit_late(now + timedelta(days=40)) == 0
    assert reminding.forfeit_late(now + timedelta(days=41)) == 1
    assert reminding.forfeit_late(now + timedelta(days=41)) == 0
    late.refresh_from_db()
    early.refresh_from_db()
    assert (late.stage, early.stage) == (Stage.FAILED, Stage.ELIGIBLE)
    assert late.history.last().reason == Why.PAPERS
    assert told(late, "progression_missing") == 3
    assert told(early, "progression_missing") == 0


def test_who_was_told_too_seldom_is_told_first():
    _cohort, [_student] = in_progression(days=5)
    now = timezone.now()
    late = now + timedelta(days=6)
    assert reminding.forfeit_late(late) == 0
    for day in range(3):
        assert reminding.tell_due(late + timedelta(days=day)) == 1
        assert reminding.forfeit_late(late + timedelta(days=day)) == 0
    assert reminding.forfeit_late(late + timedelta(days=3)) == 1


def test_two_clerks_at_one_grid_take_nothing_from_each_other():
    cohort, [student] = in_progression()
    place = (student.pk, "mark", "专业课")
    seen = collecting.newest_key(cohort)
    assert collecting.collect(cohort, {place: Decimal(80)}, by=None, seen=seen) == (1, 0)
    assert collecting.collect(cohort, {place: None}, by=None, seen=seen) == (0, 1)
    assert collecting.collect(cohort, {(student.pk, "mark", "别的"): Decimal(1)}, by=None, seen=seen) == (0, 0)
    assert standing_of(student).value(standing_of(student).asked[0]) == Decimal(80)
    assert ProgressionEntry.objects.count() == 1


def test_marks_come_from_a_table_as_a_whole_or_not_at_all():
    cohort, [one, two] = in_progression(count=2)
    names = [student.enrollment.learner.name for student in (one, two)]
    references = [student.enrollment.reference for student in (one, two)]
    bad = f"报名号,姓名,专业课\n{references[0]},{names[0]},80\n{references[1]},别人,101\n{references[0]},,7\nXL,,8\n"
    with pytest.raises(marks.MarksError) as caught:
        collecting.take_over(cohort, bad.encode("gb18030"), name="a.csv", by=None)
    assert len(caught.value.faults) == 3
    assert not ProgressionEntry.objects.exists()
    good = f"报名号,姓名,专业课,技能考核\n{references[0]},{names[0]},80.5,\n{references[1]},{names[1]},60,50\n"
    assert collecting.take_over(cohort, good.encode(), name="a.csv", by=None) == 3
    assert collecting.take_over(cohort, good.encode(), name="a.csv", by=None) == 0
    assert next(iter(collecting.table(cohort))) == ["报名号", "姓名", "专业课", "技能考核"]
    with pytest.raises(marks.MarksError):
        collecting.take_over(cohort, f"报名号,专业课\n{references[0]},200".encode(), name="a.csv", by=None)


def test_what_others_may_see_is_bounded_by_their_institution():
    student = admitted(factories.pathway())[0]
    cohort, pathway = student.cohort, student.cohort.pathway
    school, college, other = (factories.account(is_staff=True) for _number in range(3))
    pathway.institution.staff.create(account=school)
    pathway.college.staff.create(account=college)
    factories.institution().staff.create(account=other)
    seen = [
        [bool(query(account).count()) for query in (_seen, _collected, _decided)]
        for account in (school, college, other)
    ]
    assert seen == [[True, True, False], [True, False, True], [False, False, False]]
    assert PathwayStudent.objects.staffed_by(other).count() == 0
    assert PathwayStudent.objects.staffed_by(college).get().cohort == cohort


def _seen(account):
    return Cohort.objects.staffed_by(account)


def _collected(account):
    return Cohort.objects.collected_by(account)


def _decided(account):
    return Cohort.objects.decided_by(account)
