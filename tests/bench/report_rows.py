"""Rows for the reports, few for tests or a million to measure, made by SQL that SQLite and PostgreSQL both understand.

Everything follows from the number of a row by remainders of primes, so that no two of term, state, reason and age go
together by accident. What is counted here has the shape of the site's own rows; no process function made it.
"""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from accounts.models import District, Learner
from courses.models import (
    Attendance,
    Category,
    ClassMeeting,
    Enrollment,
    HistoryEntry,
    Intake,
    SeatPool,
    Term,
)
from tests import factories

PER_CLASS, TERMS, SUBJECTS, MEETINGS = 50, 8, 6, 4
_RULES = ["first_come", "first_come", "first_come", "review", "lottery"]
_BASE = 1_000_000_000  # keys of our own, out of the way of all others


def fill(enrollments, *, per_class=PER_CLASS, courses=6):
    """Make so many enrollments (a multiple of `per_class`), with all that they refer to; returns the institutions."""
    institutions = _institutions()
    _intakes(enrollments // per_class, per_class, _programs(institutions, courses))
    people = max(enrollments * 2 // 5, per_class)
    account = factories.account(name="数数")
    with connection.cursor() as cursor:
        _free(cursor, "replica")
        _learners(cursor, people, account)
        _enrollments(cursor, enrollments, per_class, people, account)
        _history(cursor)
        _attendance(cursor, account)
        _free(cursor, "origin")
        _count_seats(cursor)
    return institutions


def _free(cursor, role):
    """Rows made here refer to each other correctly; to check each reference again would take half of the time."""
    if connection.vendor == "postgresql":
        cursor.execute(f"SET session_replication_role = {role}")


def _institutions():
    counties = [factories.district(code, name) for code, name in (("232722", "塔河县"), ("232721", "呼玛县"))]
    return [factories.institution(name=f"数数学院{number}", district=counties[number % 2]) for number in range(3)]


def _programs(institutions, count):
    subjects = [
        Category.objects.get_or_create(slug=f"count-{n}", defaults={"name": f"门类{n}", "order": n})[0]
        for n in range(SUBJECTS)
    ]
    return [
        factories.program(
            title=f"数数课程{number}",
            institution=institutions[number % len(institutions)],
            category=subjects[number % SUBJECTS],
        )
        for number in range(count)
    ]


def _intakes(count, per_class, programs):
    """Classes over eight terms, two a year; the newest term runs now."""
    today = timezone.localdate()
    terms = [
        Term.objects.create(
            name=f"数数学期{number}",
            starts_on=today - timedelta(days=40 + 182 * number),
            ends_on=today + timedelta(days=140 - 182 * number),
        )
        for number in range(TERMS)
    ]
    places = [None, *District.objects.filter(county=None)]
    made = []
    for number in range(count):
        term = terms[number % TERMS]
        opens = timezone.make_aware(datetime.combine(term.starts_on, datetime.min.time())) - timedelta(days=20)
        opens += timedelta(hours=number % 97)
        begins = opens + timedelta(days=20 + number % 30, hours=number % 23)
        made.append(
            Intake(
                pk=_BASE + number,
                program=programs[number // TERMS % len(programs)],
                term=term,
                code=f"COUNT-{number}",
                status="cancelled" if number % 31 == 30 else "published",
                opens_at=opens,
                closes_at=opens + timedelta(days=13),
                admission_rule=_RULES[number % len(_RULES)],
                district=places[number % len(places)],
                starts_at=begins,
                ends_at=begins + timedelta(days=7 * MEETINGS),
            )
        )
    Intake.objects.bulk_create(made, batch_size=500)
    SeatPool.objects.bulk_create(
        [SeatPool(pk=one.pk, intake=one, name="公开名额", capacity=per_class - one.pk % 7) for one in made],
        batch_size=500,
    )
    meetings = [
        ClassMeeting(
            pk=one.pk * MEETINGS + week,
            intake=one,
            starts_at=one.starts_at + timedelta(days=7 * week),
            ends_at=one.starts_at + timedelta(days=7 * week, minutes=90),
        )
        for one in made
        for week in range(MEETINGS)
    ]
    ClassMeeting.objects.bulk_create(meetings, batch_size=500)


def _insert(cursor, model, source, **values):
    """One row for each of `source`; `values` are SQL by field, the rest is default."""
    columns, parts, parameters = [], [], []
    for field in model._meta.local_concrete_fields:
        if field.name in values:
            columns.append(field.column)
            parts.append(str(values[field.name]).replace("%", "%%"))
        elif not field.primary_key:
            columns.append(field.column)
            parts.append("%s")
            parameters.append(field.get_db_prep_save(field.get_default(), connection))
    sql = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {', '.join(parts)} FROM "
    cursor.execute(sql + source.replace("%", "%%"), parameters)


def _numbers(count):
    """A table `n(k)` with the numbers from 0."""
    if connection.vendor == "postgresql":
        return f"generate_series(0::bigint, {count - 1}) AS k"
    return f"(WITH RECURSIVE n(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n WHERE k < {count - 1}) SELECT k FROM n)"


def _learners(cursor, people, account):
    days = "k * 7919 % 31000"
    born = (
        f"date '1932-01-01' + ({days})::integer"
        if connection.vendor == "postgresql"
        else f"date(-13880 * 86400 + ({days}) * 86400, 'unixepoch')"
    )
    _insert(
        cursor,
        Learner,
        _numbers(people),
        id=f"{_BASE} + k",
        account=account.pk,
        relation="'other'",
        name="'数数' || k",
        birth_date=f"CASE WHEN k % 41 = 0 THEN NULL ELSE {born} END",
        district="CASE WHEN k % 5 = 0 THEN NULL WHEN k % 3 = 0 THEN '232721' ELSE '232722' END",
        person=_person("k"),
    )


def _person(number):
    return f"'count' || ({number})"


_STATE = """CASE
    WHEN k * 7919 % 1009 < 620 THEN CASE WHEN (k / {per_class}) % {terms} = 0 THEN 'enrolled' ELSE 'completed' END
    WHEN k * 7919 % 1009 < 700 THEN 'withdrawn'
    WHEN k * 7919 % 1009 < 730 THEN 'cancelled'
    WHEN k * 7919 % 1009 < 750 THEN 'declined'
    WHEN k * 7919 % 1009 < 780 THEN 'expired'
    WHEN k * 7919 % 1009 < 800 THEN 'submitted'
    WHEN (k / {per_class}) % {terms} = 0 THEN 'waitlisted'
    ELSE 'not_admitted' END"""


def _enrollments(cursor, count, per_class, people, account):
    _insert(
        cursor,
        Enrollment,
        f"{_numbers(count)} JOIN courses_intake ON courses_intake.id = {_BASE} + k / {per_class}"
        if connection.vendor == "postgresql"
        else f"{_numbers(count)} AS n JOIN courses_intake ON courses_intake.id = {_BASE} + k / {per_class}",
        id=f"{_BASE} + k",
        intake="courses_intake.id",
        learner=f"{_BASE} + k % {people}",
        account=account.pk,
        person=_person(f"k % {people}"),
        pool="courses_intake.id",
        state=_STATE.format(per_class=per_class, terms=TERMS),
        reference="'CNT' || k",
        submitted_at="CASE WHEN k % 3 = 0 THEN courses_intake.closes_at ELSE courses_intake.opens_at END",
        terms=f"'{_terms()}'",
    )


def _terms():
    """About as long as the rules that a real enrollment keeps."""
    return '{"rules": "' + "x" * 500 + '"}'


# Of an enrollment: even keys waited before they ended, odd ones had a seat. What follows is SQL.
_KEY = "courses_enrollment.id"
_WAITED = f"{_KEY} % 2 = 0"
_DECIDED = "CASE admission_rule WHEN 'first_come' THEN submitted_at WHEN 'review' THEN closes_at ELSE starts_at END"
_TOLD = f"CASE {_KEY} % 4 WHEN 0 THEN 'no_time' WHEN 1 THEN 'illness' WHEN 2 THEN 'too_far' ELSE '' END"
_BY_STAFF = f"CASE {_KEY} % 3 WHEN 0 THEN 'class_cancelled' WHEN 1 THEN 'absent' ELSE 'moved' END"
_REFUSED = f"CASE {_KEY} % 3 WHEN 0 THEN 'other_choice' ELSE 'class_began' END"
# From, to, which enrollments, when, why: as moves.py writes it.
_MOVES = [
    ("''", "submitted", "TRUE", "submitted_at", "''"),
    (
        "'submitted'",
        "waitlisted",
        f"(state = 'waitlisted' OR {_WAITED} AND state IN ('withdrawn', 'not_admitted'))",
        _DECIDED,
        "''",
    ),
    (
        "'submitted'",
        "enrolled",
        f"(state IN ('enrolled', 'completed', 'cancelled') OR NOT {_WAITED} AND state = 'withdrawn')",
        _DECIDED,
        "''",
    ),
    ("'submitted'", "offered", "state IN ('declined', 'expired')", _DECIDED, "''"),
    (
        f"CASE WHEN {_WAITED} THEN 'waitlisted' ELSE 'submitted' END",
        "not_admitted",
        "state = 'not_admitted'",
        "starts_at",
        _REFUSED,
    ),
    ("'enrolled'", "completed", "state = 'completed'", "ends_at", "''"),
    (
        f"CASE WHEN {_WAITED} THEN 'waitlisted' ELSE 'enrolled' END",
        "withdrawn",
        "state = 'withdrawn'",
        "starts_at",
        _TOLD,
    ),
    ("'enrolled'", "cancelled", "state = 'cancelled'", "starts_at", _BY_STAFF),
    ("'offered'", "declined", "state = 'declined'", "starts_at", "''"),
    ("'offered'", "expired", "state = 'expired'", "starts_at", "'deadline'"),
]


def _history(cursor):
    """Where people decide, it takes until the class closes, a draw until it begins."""
    rows = f"courses_enrollment JOIN courses_intake ON courses_intake.id = intake_id WHERE {_KEY} >= {_BASE} AND "
    for source, target, which, at, why in _MOVES:
        values = {"enrollment": _KEY, "at": at, "by": "NULL", "from_state": source, "to_state": f"'{target}'"}
        _insert(cursor, HistoryEntry, rows + which, **values, reason=why)


def _attendance(cursor, account):
    """Marks of the first two meetings of everyone who has a seat, and of the others of every third."""
    marks = (
        "CASE (courses_enrollment.id * 31 + courses_classmeeting.id) % 10 "
        "WHEN 0 THEN 'absent' WHEN 1 THEN 'leave' ELSE 'present' END"
    )
    _insert(
        cursor,
        Attendance,
        f"courses_enrollment JOIN courses_classmeeting ON courses_classmeeting.intake_id = courses_enrollment.intake_id"
        f" WHERE courses_enrollment.id >= {_BASE} AND state IN ('enrolled', 'completed')"
        f" AND (courses_classmeeting.id % {MEETINGS} < 2 OR courses_enrollment.id % 3 = 0)",
        enrollment="courses_enrollment.id",
        meeting="courses_classmeeting.id",
        mark=marks,
        by=account.pk,
    )


def _count_seats(cursor):
    """The counters say what the rows are; a pool is as large as it must be."""
    counted = (
        "(SELECT COUNT(*) FROM courses_enrollment WHERE intake_id = courses_seatpool.intake_id AND state {states})"
    )
    taken = counted.format(states="IN ('offered', 'enrolled', 'completed')")
    waiting = counted.format(states="= 'waitlisted'")
    cursor.execute(
        f"UPDATE courses_seatpool SET seats_taken = {taken}, waiting = {waiting},"
        f" capacity = CASE WHEN capacity < {taken} THEN {taken} ELSE capacity END WHERE id >= {_BASE}"
    )
