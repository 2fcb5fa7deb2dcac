"""History cannot be changed, and whoever finds a way is found out: guards, seals, and every kind of tampering."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.append_only import unguarded_tables, without_guard
from courses import enrollment as process
from courses.answering import chain, verifying
from courses.models import ChainHead, HistoryEntry, IdentityReveal, Seal
from tests.factories import account, enroll, intake

pytestmark = pytest.mark.django_db
TABLE = "courses_historyentry"


def raw(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def found():
    return [finding.kind for finding in verifying.check()]


@pytest.fixture
def story():
    """Two people in a class of one; the first withdraws, the second is offered the seat: six rows."""
    course = intake(seats=1)
    first, _second = enroll(course), enroll(course)
    process.withdraw(first, by=first.account)
    return first


@pytest.fixture
def small_seals(monkeypatch):
    monkeypatch.setattr(chain, "AT_ONCE", 4)


@pytest.mark.parametrize(
    "statement", [f"UPDATE {TABLE} SET note = 'x'", f"DELETE FROM {TABLE}", "UPDATE courses_seal SET count = 0"]
)
def test_the_database_refuses_in_raw_sql(story, statement):
    chain.seal_new()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        raw(statement)
    assert found() == []


def test_the_database_refuses_what_goes_past_our_manager(story):
    from django.db.models import QuerySet

    rows = QuerySet(HistoryEntry)
    for act in (lambda: rows.update(note="x"), lambda: rows._raw_delete(rows.db)):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            act()
    assert unguarded_tables(connection) == []
    assert HistoryEntry._meta.db_table in str(verifying.Finding("unguarded", {"table": TABLE}))


def test_a_record_of_who_saw_a_number_cannot_be_removed(story):
    made = IdentityReveal.objects.create(learner=story.learner, enrollment=story, by=account(), purpose="check")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        raw("DELETE FROM courses_identityreveal WHERE id = %s", made.pk)


def test_emptying_the_table_is_refused_on_postgresql(story):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    raw("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        raw(f"TRUNCATE {TABLE} CASCADE")


def test_new_rows_are_sealed_once_and_whole(story, small_seals):
    assert chain.seal_new() == HistoryEntry.objects.count()
    assert chain.seal_new() == 0
    assert [seal.count for seal in Seal.objects.all()] == [4, 2]
    enroll(story.intake)
    assert chain.seal_new() == 2
    assert found() == []


def test_a_missing_guard_is_found(story):
    with connection.cursor() as cursor:
        cursor.execute(chain_free()[0])
    assert "unguarded" in found()


def chain_free():
    from accounts.append_only import freeing

    return freeing(connection, [TABLE])


TAMPERINGS = ["change", "remove", "remove_last", "swap", "insert", "change_seal", "remove_seal", "backdate"]


# Each example undoes what it did, so the fixture may serve them all.
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(TAMPERINGS), st.integers(0, 4), st.sampled_from(["note", "reason", "to_state", "at", "by_id"]))
def test_every_tampering_is_found(story_of_examples, act, position, column):
    with transaction.atomic():
        assert found() == []
        with without_guard(connection):
            tamper(act, position, column)
        kinds = found()
        transaction.set_rollback(True)
    expected = {
        "change": {"row_changed"},
        "remove": {"row_removed"},
        "remove_last": {"state_differs"},
        "swap": {"row_changed"},
        "insert": {"row_inserted"},
        "change_seal": {"seal_changed"},
        "remove_seal": {"seals_missing", "head_lost"},
        "backdate": {"row_backdated"},
    }[act]
    assert expected & set(kinds), f"{act}: {kinds}"


@pytest.fixture
def story_of_examples(story, monkeypatch):
    """Sealed in twos, the head published, and one enrollment more that no seal holds yet."""
    monkeypatch.setattr(chain, "AT_ONCE", 2)
    with without_guard(connection):
        last = HistoryEntry.objects.last().pk
        raw(f"UPDATE {TABLE} SET id = id + 1000 WHERE id >= %s", last)  # A gap in the keys, as a rollback leaves one.
    chain.seal_new()
    chain.publish_heads(timezone.now() + timedelta(days=1))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{TABLE}', 'id'), %s)", [last + 2000])
    enroll(story.intake)
    assert ChainHead.objects.count() == 1


def tamper(act, position, column):
    sealed = list(HistoryEntry.objects.filter(pk__lte=Seal.objects.last().last))
    row, other = sealed[position], sealed[position + 1]
    seal = list(Seal.objects.all())[position % 3]
    match act:
        case "change":
            value = {"at": timezone.now() - timedelta(seconds=1), "by_id": account().pk}.get(column, "x")
            raw(f"UPDATE {TABLE} SET {column} = %s WHERE id = %s", value, row.pk)
        case "remove":
            raw(f"DELETE FROM {TABLE} WHERE id = %s", row.pk)
        case "remove_last":  # not sealed yet
            raw(f"DELETE FROM {TABLE} WHERE id = %s", HistoryEntry.objects.last().pk)
        case "swap":
            for one, two in ((row, other), (other, row)):
                raw(
                    f"UPDATE {TABLE} SET enrollment_id = %s, at = %s, to_state = %s, from_state = %s WHERE id = %s",
                    *(two.enrollment_id, two.at, two.to_state, two.from_state, one.pk),
                )
        case "insert" | "backdate":
            pk = sealed[-2].pk + 7 if act == "insert" else HistoryEntry.objects.last().pk + 1
            at = timezone.now() - timedelta(days=2)
            HistoryEntry.objects.create(
                pk=pk, enrollment=row.enrollment, at=at, from_state=row.to_state, to_state="cancelled"
            )
        case "change_seal":
            raw("UPDATE courses_seal SET content = %s WHERE number = %s", "0" * 64, seal.number)
        case "remove_seal":
            raw("DELETE FROM courses_seal WHERE number = %s", seal.number)


def test_the_command_says_in_words_where(story, capsys):
    chain.seal_new()
    call_command("verify_history", head=Seal.objects.last().hash)
    assert "0" in capsys.readouterr().out
    row = story.history.last()
    with without_guard(connection):
        raw(f"UPDATE {TABLE} SET note = 'x' WHERE id = %s", row.pk)

    with pytest.raises(SystemExit) as ended:
        call_command("verify_history", head="f" * 64)

    said = capsys.readouterr().out
    assert ended.value.code == 1
    assert all(words in said for words in (str(row.pk), story.reference, "f" * 64))


def test_old_rows_that_are_sealed_late_and_in_parts_are_no_finding(story, small_seals):
    with without_guard(connection):
        raw(f"UPDATE {TABLE} SET at = %s", timezone.now() - timedelta(days=3))
    chain.seal_new()
    assert [seal.complete for seal in Seal.objects.all()] == [False, True]
    assert found() == []


def test_a_day_has_one_head_and_a_day_without_rows_none(story):
    now = timezone.now()
    assert chain.publish_heads(now) == 0
    chain.seal_new()
    assert chain.publish_heads(now + timedelta(days=3)) == 1
    assert chain.publish_heads(now + timedelta(days=3)) == 0
    head = ChainHead.objects.get()
    assert (head.day, head.hash, head.rows) == (timezone.localdate(now), Seal.objects.last().hash, 6)


@pytest.mark.django_db(transaction=True)
def test_rows_that_are_committed_late_are_not_missed(together, monkeypatch):
    """Somebody enrolls slowly while later ones are done: nothing is sealed past them."""
    import threading

    monkeypatch.setattr(chain, "PATIENCE", 0.2)
    slow_course, course = intake(), intake()
    drawn, go_on, seals = threading.Event(), threading.Event(), []

    def slowly():
        with transaction.atomic():
            made = enroll(slow_course)
            drawn.set()
            go_on.wait(10)
        return made

    def meanwhile():
        drawn.wait(10)
        if connection.vendor == "postgresql":
            enroll(course)
            seals.append(chain.seal_new())
        go_on.set()

    together(lambda act: act(), [slowly, meanwhile])
    assert seals in ([], [0])
    assert chain.seal_new() == HistoryEntry.objects.count()
    assert found() == []
