"""Sample cohorts of past years for some pathways: in every school year, in progression with all its results, graduated.

Rows are written as the processes would have left them, in few statements; each has its history.
"""

import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Account, Learner
from courses.eligibility import told
from courses.models import (
    Cohort,
    ColumnTemplate,
    Enrollment,
    HistoryEntry,
    Intake,
    PathwayPage,
    PathwayStudent,
    ProgressionEntry,
    ProgressionTelling,
    ScorePart,
    SeatPool,
    StageEntry,
    TemplateColumn,
)
from courses.progression.assessing import standings
from courses.progression.stages import DECIDED, Stage, Why
from courses.sample.dates import term_of
from courses.sample.people import PHONE_PREFIX, identity_number
from courses.schedule import reschedule
from courses.states import Reason, State

# The first keeps its third year before progression, the second has progression under way.
SLUGS = ("huli", "linye-jishu")
_SIZE = 14
_NAMES = [
    *("张晓雪", "王子轩", "李思雨", "赵浩然", "刘佳琪", "陈宇航", "孙梦瑶"),
    *("杨天宇", "周雅婷", "吴俊杰", "郑可欣", "冯志远", "姜雨晴", "于海洋"),
]
_WAY = (Stage.ADMITTED, Stage.YEAR_1, Stage.YEAR_2, Stage.YEAR_3, Stage.ELIGIBLE)
_PARTS = (("专业课成绩", 60, 100), ("技能考核", 40, 50))
_COLUMNS = (
    *(("序号", "number", ""), ("姓名", "name", ""), ("性别", "sex", ""), ("证件号码", "document", "")),
    *(("考生号", "candidate", ""), ("毕业学校", "junior_school", ""), ("录取学校", "school", "")),
    *(("录取专业", "secondary_major", ""), ("专业代码", "secondary_code", ""), ("高职院校", "college", "")),
    *(("高职专业", "college_major", ""), ("中考成绩", "score", ""), ("类别", "text", "3+2贯通")),
)


def load():
    """The cohorts of six years for each of SLUGS that is there, and a column template."""
    template = ColumnTemplate.objects.create(name="教育局录取名册（示例）", is_sample=True)
    TemplateColumn.objects.bulk_create(
        TemplateColumn(template=template, heading=heading, source=source, text=text, sort_order=place)
        for place, (heading, source, text) in enumerate(_COLUMNS)
    )
    families = list(Account.objects.filter(phone__startswith=PHONE_PREFIX).order_by("pk")[:80])
    today = timezone.localdate()
    school_year = today.year - (today.month < 9)
    pages = {page.slug: page for page in PathwayPage.objects.filter(is_sample=True, slug__in=SLUGS)}
    for page in filter(None, map(pages.get, SLUGS)):
        rng = random.Random(page.slug)  # noqa: S311 - chance for looks, not for secrets
        for back in range(6) if families else ():
            _load_cohort(page, school_year - back, back, rng, families)


def _at(day, hour=9):
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _load_cohort(page, year, back, rng, families):
    under_way = back == 2 and page.slug != SLUGS[0]
    # Past cohorts had their last day in spring of the third year; the one in year 3 has it to come.
    last_day = date(year + 3, 4, 20) if back != 2 else timezone.localdate() + timedelta(days=10 if under_way else 150)
    cohort = Cohort.objects.create(
        pathway=page,
        entry_year=year,
        pass_mark=40,
        certificates="1+X 职业技能等级证书（示例）",
        prizes="省职业院校技能大赛一等奖",
        papers_by=last_day,
        is_sample=True,
    )
    ScorePart.objects.bulk_create(ScorePart(cohort=cohort, name=n, weight=w, most=m) for n, w, m in _PARTS)
    intake = _load_intake(page, year)
    enrollments = _enroll(intake, _learners(rng, year, families, first=400 + 20 * SLUGS.index(page.slug)), year)
    students = PathwayStudent.objects.bulk_create(PathwayStudent(enrollment=one, cohort=cohort) for one in enrollments)
    _collect(cohort, students, back, rng)
    results = {one.student.pk: one for one in standings(cohort, cohort.students.all())}
    entries = []
    for number, student in enumerate(students):
        way = _way(number, back, under_way, results[student.pk])
        entries += _history(student, way, year, results[student.pk])
        student.stage = way[-1][0]
    StageEntry.objects.bulk_create(entries)
    PathwayStudent.objects.bulk_update(students, ["stage"])
    if under_way:
        now = timezone.now()
        ProgressionTelling.objects.bulk_create(
            ProgressionTelling(student=student, number=1, at=now - timedelta(days=4), papers_by=last_day)
            for student in students
            if student.stage == Stage.ELIGIBLE and results[student.pk].missing
        )
    _end(intake, students, year)


def _load_intake(page, year):
    day = date(year, 8, 28)
    intake = Intake.objects.create(
        program=page,
        term=term_of(day),
        code=f"{page.slug[:2].upper()}{year % 100}",
        label=f"{year} 年秋季",
        status=Intake.Status.PUBLISHED,
        opens_at=_at(date(year, 7, 1)),
        closes_at=_at(date(year, 7, 15)),
        admission_rule=Intake.AdmissionRule.REVIEW,
        attendance_percent=0,
        absence_limit=0,
        district=page.institution.district,
    )
    SeatPool.objects.create(intake=intake, name="全地区考生", capacity=page.approved_seats)
    reschedule(intake, [(_at(day), _at(day, 16))])
    return intake


def _learners(rng, year, families, *, first):
    """Those who finished junior school in that year."""
    made = []
    for number, name in enumerate(_NAMES[:_SIZE]):
        born = date(year - 15, 1, 1) - timedelta(days=rng.randint(0, 300))
        family = families[(number * 7 + year) % len(families)]
        fields = {"sex": "fm"[number % 2], "district_id": "232761", "guardian_name": "家长", "relation": "child"}
        learner = Learner(account=family, name=name, birth_date=born, guardian_phone=family.phone, **fields)
        learner.set_document(Learner.DocumentType.RESIDENT, identity_number(born, fields["sex"], first + number))
        made.append(learner)
    return Learner.objects.bulk_create(made)


def _enroll(intake, learners, year):
    pool, moment = intake.pools.get(), _at(date(year, 8, 1))
    rules = told(intake, [pool], learners[0])  # The same for all of them.
    rows = Enrollment.objects.bulk_create(
        Enrollment(
            intake=intake,
            learner=learner,
            account=learner.account,
            person=learner.person,
            pool=pool,
            state=State.ENROLLED,
            submitted_at=moment - timedelta(days=20),
            **rules,
        )
        for learner in learners
    )
    steps = (("", State.SUBMITTED, -20), (State.SUBMITTED, State.OFFERED, 0), (State.OFFERED, State.ENROLLED, 1))
    HistoryEntry.objects.bulk_create(
        HistoryEntry(enrollment=row, from_state=source, to_state=target, at=moment + timedelta(days=days))
        for source, target, days in steps
        for row in rows
    )
    return rows


def _collect(cohort, students, back, rng):
    """What the school collected: everything in the years before, something in the year that is under way."""
    if back < 2:
        return
    rows, at = [], min(timezone.now(), _at(date(cohort.entry_year + 3, 4, 1)))
    for number, student in enumerate(students):
        weak = number == 10
        said = [
            ("mark", "专业课成绩", Decimal(rng.randint(20, 30) if weak else rng.randint(55, 95))),
            ("mark", "技能考核", Decimal(rng.randint(5, 12) if weak else rng.randint(26, 49))),
            ("certificate", cohort.certificates, 1),
            *(("medical", "", 1), ("record", "", 1), ("papers", "", 1)),
        ]
        if number == 9:
            said = [("prize", cohort.prizes, 1), *said[3:]]
        missing = {11: "medical", 8: "papers"}.get(number) if back == 2 or number == 11 else None
        said = [one for one in said if one[0] != missing and (back > 2 or one[0] != "papers" or number % 3)]
        rows += [ProgressionEntry(student=student, kind=k, name=n, value=v, at=at) for k, n, v in said]
    ProgressionEntry.objects.bulk_create(rows)


def _way(number, back, under_way, standing):
    """The stages of one learner as (stage, reason): two leave early, the others go as far as their year is."""
    gone = {12: (1, Why.MOVED_AWAY), 13: (2, Why.OTHER_SCHOOL)}.get(number)
    if gone and gone[0] <= back:
        return [(stage, "") for stage in _WAY[: gone[0] + 1]] + [(Stage.LEFT, gone[1])]
    if back < 2 or (back == 2 and not under_way):
        return [(stage, "") for stage in _WAY[: back + 2]]
    way = [(stage, "") for stage in _WAY]
    if back == 2:
        return way
    result, reason = standing.proposal
    way.append((result, reason))
    if result == Stage.FAILED:
        return [*way, (Stage.LEFT, Why.WORK if reason == Why.SCORE else Why.GENERAL_EXAM)]
    higher = (Stage.HIGHER_1, Stage.HIGHER_2, Stage.GRADUATED)
    return way + [(stage, "") for stage in higher[: back - 2]]


def _history(student, way, year, standing):
    """The rows of it, dated by the school years."""
    days = {Stage.ADMITTED: (0, 8, 2), Stage.YEAR_1: (0, 9, 1), Stage.YEAR_2: (1, 9, 1), Stage.YEAR_3: (2, 9, 1)}
    days |= {
        Stage.ELIGIBLE: (3, 3, 1),
        Stage.HIGHER_1: (3, 9, 1),
        Stage.HIGHER_2: (4, 9, 1),
        Stage.GRADUATED: (5, 6, 28),
    }
    days |= dict.fromkeys(DECIDED, (3, 5, 10))
    rows, before, at = [], "", _at(date(year, 8, 2))
    for stage, reason in way:
        later, month, day = days.get(stage, (0, 0, 0))
        at = _at(date(year + later, month, day)) if month else at + timedelta(days=45)
        figures = standing.figures if stage in DECIDED else []
        facts = {"reason": reason, "at": min(at, timezone.now()), "figures": figures}
        rows.append(StageEntry(student=student, from_stage=before, to_stage=stage, **facts))
        before = stage
    return rows


def _end(intake, students, year):
    """Enrollments follow the stage; the counter of the pool is what the rows say."""
    left = [student.enrollment for student in students if student.stage == Stage.LEFT]
    done = [student.enrollment for student in students if student.stage == Stage.GRADUATED]
    for rows, state, reason in ((left, State.WITHDRAWN, Reason.ASKED_AT_DESK), (done, State.COMPLETED, "")):
        Enrollment.objects.filter(pk__in=[row.pk for row in rows]).update(state=state)
        at = min(timezone.now(), _at(date(year + 5, 6, 28)))
        HistoryEntry.objects.bulk_create(
            HistoryEntry(enrollment=row, from_state=State.ENROLLED, to_state=state, reason=reason, at=at)
            for row in rows
        )
    pools = SeatPool.objects.filter(intake=intake)
    pools.update(seats_taken=intake.enrollments.seated().count())


def remove(keys):
    """Take the cohorts of these enrollments away, past the guards: inside `without_guard`."""
    for model in (ProgressionTelling, ProgressionEntry, StageEntry):
        rows = QuerySet(model).filter(student__enrollment__in=keys)
        rows._raw_delete(rows.db)
    PathwayStudent.objects.filter(enrollment__in=keys).delete()
    ScorePart.objects.filter(cohort__students=None).delete()
    Cohort.objects.filter(students=None).delete()
    ColumnTemplate.objects.filter(is_sample=True).delete()
