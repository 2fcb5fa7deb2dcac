"""Acts on many and copies of a whole term: a worker does them one by one, and another goes on when it dies."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses import background, bulk, copying
from courses import enrollment as process
from courses.models import BulkWork, Enrollment, HistoryEntry, Intake, SeatPool
from courses.states import STAFF_REASONS, Reason, State
from tests import factories
from tests.courses.staff_screens import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(intake):
    """Six people in the class of Tahe."""
    SeatPool.objects.update(capacity=9)
    return [factories.enroll(intake) for _ in range(6)]


@pytest.fixture
def few(monkeypatch):
    """More than two are many."""
    monkeypatch.setattr(bulk, "MANY", 2)


def cancel(client, rows, **data):
    url = reverse("enrollment:act", args=["cancel"])
    return client.post(url, {"asked": "1", "reason": STAFF_REASONS[0], "id": [row.pk for row in rows]} | data)


def states(rows):
    return [Enrollment.objects.get(pk=row.pk).state for row in rows]


@pytest.mark.usefixtures("few")
def test_many_are_left_to_a_worker_and_the_page_says_how_far_it_is(officer, county, full):
    answer = cancel(officer, full, note="停课", form_key="k1")
    work = BulkWork.objects.get()
    assert answer.url == reverse("bulk_work", args=[work.pk])
    assert states(full) == [State.CANCELLED] * 6
    assert (work.state, work.done, work.succeeded, work.refused, work.by) == ("done", 6, 6, [], county[1])
    assert "6" in officer.get(answer.url).text
    assert reverse("bulk_work", args=[work.pk]) in officer.get("/cms/").text
    assert HistoryEntry.objects.filter(to_state=State.CANCELLED, note="停课").count() == 6


def test_a_few_are_done_at_once(officer, full):
    cancel(officer, full)
    assert not BulkWork.objects.exists()
    assert states(full) == [State.CANCELLED] * 6


@pytest.mark.usefixtures("few")
def test_the_same_form_twice_is_one_work_and_others_do_not_see_it(officer, county, full):
    first, second = (cancel(officer, full[:4], form_key="k1") for _ in range(2))
    assert BulkWork.objects.count() == 1
    assert first.url == second.url or "enrollment" in second.url
    work = BulkWork.objects.get()
    for client in (signed_in(county[2]), signed_in(factories.account(is_staff=True))):
        assert client.get(reverse("bulk_work", args=[work.pk])).status_code in (302, 404)


class _Killed(BaseException):
    """The machine goes down."""


@pytest.mark.parametrize("before_the_note", [True, False])
def test_a_killed_worker_is_replaced_and_nobody_is_told_twice(county, full, monkeypatch, before_the_note):
    seen, step = [], bulk._step

    def dying(work, refusal):
        seen.append(1)
        if len(seen) == 3 and before_the_note:
            raise _Killed
        step(work, refusal)
        if len(seen) == 3:
            raise _Killed

    with monkeypatch.context() as patch:
        patch.setattr(bulk, "_step", dying)
        work = begin(county[1], full)
    assert BulkWork.objects.get().done == (2 if before_the_note else 3)
    later = timezone.now() + background.LEFT_BEHIND + timedelta(seconds=1)
    assert background.resume_left_behind(later) == 1
    work.refresh_from_db()
    assert (work.state, work.done, work.succeeded, work.refused) == ("done", 6, 6, [])
    assert HistoryEntry.objects.filter(to_state=State.CANCELLED).count() == 6


def begin(by, rows):
    return bulk.start(
        kind="cancel",
        title="x",
        keys=[row.pk for row in rows],
        data={"states": [State.ENROLLED], "reason": Reason.CLASS_CANCELLED, "note": ""},
        by=by,
        back="",
        form_key="k",
    )


def test_who_changed_meanwhile_is_named_and_left(county, full):
    process.withdraw(full[0], by=full[0].account)
    work = begin(county[1], full)
    work.refresh_from_db()
    assert (work.succeeded, len(work.refused)) == (5, 1)
    assert full[0].learner.name in work.refused[0]
    assert states(full)[0] == State.WITHDRAWN


def test_whoever_left_the_school_changes_nothing_any_more(county, full):
    county[1].posts.all().delete()
    work = begin(county[1], full)
    work.refresh_from_db()
    assert (work.succeeded, len(work.refused)) == (0, 6)
    assert states(full) == [State.ENROLLED] * 6


def test_many_are_moved_as_long_as_there_are_seats(county, intake, full):
    friday = factories.intake(program=intake.program, label="周五班", seats=4, starts_in=timedelta(days=20))
    data = {"states": [State.ENROLLED], "to": friday.pk, "note": ""}
    keys = [row.pk for row in full]
    work = bulk.start(kind="move", title="x", keys=keys, data=data, by=county[1], back="", form_key="k")
    work.refresh_from_db()
    assert (work.succeeded, len(work.refused)) == (4, 2)
    assert states(full) == [State.WITHDRAWN] * 4 + [State.ENROLLED] * 2


@pytest.mark.usefixtures("few")
def test_a_whole_term_is_copied_by_a_worker_and_no_class_twice(officer, intake, monkeypatch):
    others = [factories.intake(program=intake.program, label=f"{n} 班") for n in range(3)]
    term = factories.term(starts_on=intake.term.starts_on + timedelta(weeks=26), ends_on="2030-01-01")
    data = {"institution": intake.program.institution_id, "source": intake.term_id, "term": term.pk}
    url, keys = reverse("intake:copy_term"), [one.pk for one in (intake, *others)]
    copied, copy = [], copying.copy

    def dying(*arguments, **options):
        copied.append(copy(*arguments, **options))
        if len(copied) == 2:
            raise _Killed
        return copied[-1]

    with monkeypatch.context() as patch:
        patch.setattr(copying, "copy", dying)
        answer = officer.post(url, data | {"confirmed": "1", "intake": keys, "form_key": "c1"})
    work = BulkWork.objects.get()
    assert answer.url == reverse("bulk_work", args=[work.pk])
    assert (work.done, Intake.objects.filter(term=term).count()) == (1, 1)
    background.resume_left_behind(timezone.now() + timedelta(hours=1))
    work.refresh_from_db()
    assert (work.state, work.succeeded) == ("done", 4)
    assert sorted(Intake.objects.filter(term=term).values_list("copied_from", flat=True)) == sorted(keys)
