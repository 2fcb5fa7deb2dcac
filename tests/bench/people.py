"""People in numbers: enrollments of years past, and newcomers who are signed in and about to enroll. By SQL, in bulk.

Keys of rows made here are given by us, in ranges of their own; so are the site's own sequences, see `part_sequences`.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import md5

from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from wagtail.models import Page

from accounts import consent
from accounts.models import Account, Consent, Learner
from courses.eligibility import Rules
from courses.models import (
    ClassMeeting,
    CommunityCoursePage,
    CourseIndexPage,
    Enrollment,
    HistoryEntry,
    Intake,
    Program,
    SeatPool,
    Term,
)
from notifications.models import Message
from tests.bench import content
from tests.bench.servers import request

PAST, LEARNERS, ACCOUNTS, EARLIER = 1_000_000, 10_000_000, 20_000_000, 60_000_000
PER_CLASS = 50
_CLASSES_PER_COURSE = 50
_PASSWORD = "!" + "x" * 40  # unusable, as of everyone who signs in by code
_SEQUENCES = {Intake: 30_000_000, SeatPool: 40_000_000, Enrollment: 50_000_000}


@dataclass(frozen=True)
class Newcomer:
    """Somebody about to enroll."""

    account: int
    learner: int
    person: str
    session: str
    form_key: str

    def post(self, intake):
        """The request that enrolls this person, as a browser sends it from the page "check your answers"."""
        token = self.session
        cookies = f"sessionid={self.session}; csrftoken={token}"
        body = f"csrfmiddlewaretoken={token}&form_key={self.form_key}"
        return request("POST", f"/enroll/{intake}/check/{self.learner}/", cookies=cookies, body=body)


def insert(model, source, **values):
    """INSERT one row of the model for each row of `source`; `values` are SQL by field, the rest is default."""
    columns, parts, parameters = [], [], []
    for field in model._meta.local_concrete_fields:
        if field.name in values:
            columns.append(field.column)
            parts.append(str(values[field.name]).replace("%", "%%"))
        elif not field.primary_key:
            value = timezone.now() if getattr(field, "auto_now", False) else field.get_default()
            columns.append(field.column)
            parts.append("%s")
            parameters.append(field.get_db_prep_save(value, connection))
    sql = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {', '.join(parts)} FROM " + source.replace(
        "%", "%%"
    )
    with connection.cursor() as cursor:
        # Rows made here refer to each other correctly; to check each reference again would take half of the time.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, parameters)
        cursor.execute("SET session_replication_role = origin")


def part_sequences():
    """Let keys that the site gives be told apart at sight: statements.py recognizes them in recorded SQL."""
    with connection.cursor() as cursor:
        for model, start in _SEQUENCES.items():
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [model._meta.db_table, start])


def _insert_accounts(source, *, account, learner):
    insert(Account, source, id=account, phone=f"'1' || lpad(({account})::text, 10, '0')", password=f"'{_PASSWORD}'")
    insert(
        Learner,
        source,
        id=learner,
        account=account,
        relation="'self'",
        name=f"'学员' || ({learner})",
        birth_date="date '1955-01-01' + (n % 9000)::int",
        sex="CASE WHEN n % 2 = 0 THEN 'f' ELSE 'm' END",
        district="(SELECT code FROM accounts_district WHERE county_id IS NULL ORDER BY code LIMIT 1)",
        person=_person(learner),
    )


def _person(learner):
    return f"md5(({learner})::text) || md5(({learner})::text || 'x')"


def _terms():
    """The rules told, as a literal; the same for everyone here."""
    terms = Rules.of(Intake.objects.select_related("term").get(pk=content.classes()[0])).as_terms()
    return f"'{json.dumps(terms)}'::jsonb"


# --- Years past --------------------------------------------------------------------------------------------------


def fill(start, stop):
    """Bring the number of enrollments from `start` to `stop` (multiples of 50): 50 a class, 2.5 a learner.

    Every fifth class runs now, with seats held; the others are over: completed, or withdrawn by every seventh.
    """
    first, people = start * 2 // 5, (stop - start) * 2 // 5
    _insert_accounts(
        f"generate_series({first}, {first + people - 1}) AS n", account=f"{PAST} + n", learner=f"{PAST} + n"
    )
    _fill_classes(start // PER_CLASS, stop // PER_CLASS)
    state = f"CASE WHEN k / {PER_CLASS} % 5 = 0 THEN 'enrolled' WHEN k % 7 = 0 THEN 'withdrawn' ELSE 'completed' END"
    learner = f"({PAST} + {first} + (k - {start}) % {people})"
    series = f"generate_series({start}, {stop - 1}) AS k"
    insert(
        Enrollment,
        series,
        id=f"{PAST} + k",
        intake=f"{PAST} + k / {PER_CLASS}",
        pool=f"{PAST} + k / {PER_CLASS}",
        learner=learner,
        account=learner,
        person=_person(learner),
        state=state,
        # Multiplying by an odd number modulo 2^32 scatters, and meets no value twice.
        reference="'XL' || lpad(to_hex((k::bigint * 2654435761) % 4294967296), 8, '0')",
        submitted_at="now() - interval '1 minute' * (5000000 - k)",
        terms=_terms(),
    )
    _tell(f"{PAST} + {start}", f"{PAST} + {stop}")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _fill_classes(start, stop):
    programs = _archive(start, stop)
    running = "i % 5 = 0"
    at = f"CASE WHEN {running} THEN now() + interval '15 days' ELSE now() - interval '1 day' * (400 + i % 3000) END"
    series = f"generate_series({start}, {stop - 1}) AS i"
    term = Term.objects.get(name="本学期").pk, Term.objects.get(name="往年").pk
    values = {
        "id": f"{PAST} + i",
        "program": f"{programs} + (i - {start}) / {_CLASSES_PER_COURSE}",
        "term": f"CASE WHEN {running} THEN {term[0]} ELSE {term[1]} END",
        "code": "'PAST-' || i",
        "status": "'published'",
        "opens_at": f"{at} - interval '20 days'",
        "closes_at": f"{at} - interval '10 days'",
        "starts_at": at,
        "ends_at": f"{at} + interval '21 days 90 minutes'",
        "weekdays": "1 << (i % 7)::int",
        "day_parts": 1,
        "meeting_count": 4,
    }
    insert(Intake, series, **values)
    insert(
        ClassMeeting,
        f"courses_intake, generate_series(0, 3) AS week WHERE id >= {PAST + start} AND id < {PAST + stop}",
        intake="id",
        starts_at="starts_at + interval '7 days' * week",
        ends_at="starts_at + interval '7 days' * week + interval '90 minutes'",
    )
    insert(
        SeatPool,
        series,
        id=f"{PAST} + i",
        intake=f"{PAST} + i",
        name="'公开名额'",
        capacity=PER_CLASS,
        seats_taken=f"(SELECT count(*) FROM generate_series(i * {PER_CLASS}, i * {PER_CLASS} + {PER_CLASS - 1}) AS k "
        "WHERE i % 5 = 0 OR k % 7 <> 0)",
    )


def _archive(start, stop):
    """Course pages for the classes of years past; returns the key of the first, the others follow without gaps."""
    index = CourseIndexPage.objects.get()
    model = content.any_course()
    kind = ContentType.objects.get_for_model(CommunityCoursePage)
    count = -(-(stop - start) // _CLASSES_PER_COURSE)
    last = index.get_last_child()
    first = Page.objects.order_by("-pk").first().pk + 1
    pages, path = [], last.path
    for number in range(count):
        path = _next_path(path)
        slug = f"archive-{start}-{number}"
        pages.append(
            Page(
                pk=first + number,
                title=f"往年课程{number}",
                draft_title="",
                slug=slug,
                path=path,
                depth=last.depth,
                content_type=kind,
                locale=index.locale,
                url_path=f"{index.url_path}{slug}/",
                live=True,
            )
        )
    Page.objects.bulk_create(pages)
    Page.objects.filter(pk=index.pk).update(numchild=index.numchild + count)
    series = f"generate_series({first}, {first + count - 1}) AS p"
    insert(Program, series, page_ptr="p", institution=model.institution_id, summary="'往年的课程'")
    insert(CommunityCoursePage, series, program_ptr="p", category=model.category_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('wagtailcore_page', 'id'), %s)", [first + count])
    return first


def _next_path(path):
    head, step = path[: -Page.steplen], path[-Page.steplen :]
    return head + Page._int2str(Page._str2int(step) + 1).rjust(Page.steplen, "0")


def _tell(first, last):
    """The history of these enrollments, and the message about each."""
    chosen = f"courses_enrollment WHERE id >= {first} AND id < {last}"
    moves = [
        ("''", "'submitted'", ""),
        ("'submitted'", "'enrolled'", ""),
        ("'enrolled'", "state", " AND state <> 'enrolled'"),
    ]
    for source, target, condition in moves:
        insert(
            HistoryEntry,
            chosen + condition,
            enrollment="id",
            at="submitted_at",
            by="account_id",
            from_state=source,
            to_state=target,
        )
    insert(
        Message,
        chosen,
        account="account_id",
        kind="'enrollment_enrolled'",
        title="'报名成功'",
        body="'您的报名已成功，请按时上课。编号 ' || reference",
        key="'enrollment:' || id || ':enrolled'",
        dispatched_at="submitted_at",
    )


# --- Newcomers ---------------------------------------------------------------------------------------------------


class Crowd:
    """Newcomers, as many as are asked for. Each has a seat in the class of six in the morning already."""

    def __init__(self):
        self._neighbor = content.neighbor()
        self._pool = self._neighbor.pools.get()
        self._made = 0

    def come(self, count):
        """So many newcomers: account, learner, consent, earlier enrollment, session."""
        start, self._made = self._made, self._made + count
        source = f"generate_series({start}, {self._made - 1}) AS n"
        account, learner, earlier = f"{ACCOUNTS} + n", f"{LEARNERS} + n", f"{EARLIER} + n"
        _insert_accounts(source, account=account, learner=learner)
        purpose = Consent.Purpose.ENROLLMENT
        version = consent.TEXTS[purpose].version
        insert(Consent, source, account=account, learner=learner, purpose=f"'{purpose}'", version=f"'{version}'")
        insert(
            Enrollment,
            source,
            id=earlier,
            intake=self._neighbor.pk,
            pool=self._pool.pk,
            learner=learner,
            account=account,
            person=_person(learner),
            state="'enrolled'",
            reference=f"'XLE' || ({earlier})",
            terms=_terms(),
        )
        _tell(f"{EARLIER + start}", f"{EARLIER + self._made}")
        self._take(count)
        people = [self._newcomer(number) for number in range(start, self._made)]
        self._open_sessions(people)
        return people

    def _take(self, count):
        self._pool.refresh_from_db()
        SeatPool.objects.filter(pk=self._pool.pk).update(seats_taken=self._pool.seats_taken + count)

    def _newcomer(self, number):
        learner = LEARNERS + number
        person = md5(str(learner).encode()).hexdigest() + md5(f"{learner}x".encode()).hexdigest()
        return Newcomer(ACCOUNTS + number, learner, person, f"s{number:031d}", secrets.token_hex(16))

    def _open_sessions(self, people):
        store = SessionStore()
        proof = Account(password=_PASSWORD).get_session_auth_hash()
        until = timezone.now() + timedelta(days=30)
        known = {"_auth_user_backend": "allauth.account.auth_backends.AuthenticationBackend", "_auth_user_hash": proof}
        Session.objects.bulk_create(
            [
                Session(
                    session_key=one.session,
                    session_data=store.encode({"_auth_user_id": str(one.account)} | known),
                    expire_date=until,
                )
                for one in people
            ],
            batch_size=2000,
        )
