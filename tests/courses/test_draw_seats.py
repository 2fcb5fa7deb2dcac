"""What a draw gave is carried out: seats, lines and messages, each once, whatever happens in between."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from courses import enrollment, moves
from courses.draws import admitting, drawing
from courses.models import Draw, DrawDocument, Enrollment, HistoryEntry, SeatPool
from courses.states import Reason, State
from notifications.models import Message
from tests import factories
from tests.courses.drawing import admitted, apply, drawn, seeded, state_of
from tests.courses.invariants import assert_invariants

pytestmark = pytest.mark.django_db


def test_winners_are_offered_seats_and_losers_stand_in_the_order_of_the_draw():
    round = factories.admission_round(seats=(1, 1))
    entries = [apply(round, 0, 1) for _learner in range(4)]
    draw = admitted(round)
    by_reference = {entry.reference: entry for entry in entries}
    ordered = [by_reference[name] for name, _number in draw.document(DrawDocument.Kind.RESULT)["order"]]
    assert [state_of(entry) for entry in ordered] == [
        [State.OFFERED, State.NOT_ADMITTED],
        [State.NOT_ADMITTED, State.OFFERED],
        [State.WAITLISTED, State.WAITLISTED],
        [State.WAITLISTED, State.WAITLISTED],
    ]
    assert [[row.line for row in entry.enrollments.order_by("choice")] for entry in ordered[2:]] == [[1, 1], [2, 2]]
    seat = ordered[0].enrollments.get(choice=1)
    assert seat.offer_expires_at > timezone.now()
    assert ordered[0].enrollments.get(choice=2).history.last().reason == Reason.OTHER_CHOICE
    assert_invariants()
    enrollment.decline(seat, by=seat.account)
    assert state_of(ordered[2])[0] == State.OFFERED
    assert_invariants()


def test_everybody_is_told_once():
    round = factories.admission_round(seats=(1, 1))
    entries = [apply(round, 0, 1) for _learner in range(3)]
    Message.objects.all().delete()
    draw = admitted(round)
    Draw.objects.filter(pk=draw.pk).update(admitted_at=None, told=0)
    admitting.admit.call(draw.pk)
    assert [Message.objects.filter(account=entry.account).count() for entry in entries] == [1, 1, 1]


def test_admitting_twice_changes_nothing():
    round = factories.admission_round(seats=(1, 1))
    for _learner in range(3):
        apply(round, 0, 1)
    draw = admitted(round)
    before = _everything()
    Draw.objects.filter(pk=draw.pk).update(admitted_at=None)
    admitting.admit.call(draw.pk)
    assert _everything() == before


class Killed(BaseException):
    """The process ends here."""


def _everything():
    rows = Enrollment.objects.order_by("pk").values_list("pk", "state", "line", "pool")
    history = HistoryEntry.objects.order_by("enrollment", "pk").values_list("enrollment", "to_state", "reason")
    told = Message.objects.order_by("account", "key").values_list("account", "key", "title")
    return list(rows), list(history), list(told), list(SeatPool.objects.values_list("pk", "seats_taken", "waiting"))


@pytest.mark.once
def test_killed_at_any_statement_and_begun_again_it_ends_the_same():
    round = factories.admission_round(seats=(2, 1))
    for _learner in range(4):
        apply(round, 0, 1)
    draw = seeded(round)

    def whole():
        drawing.carry_out(draw, by=None)
        admitting.admit.call(draw.pk)

    statements = _count(whole)
    right = _undone(whole)
    for number in range(0, statements, 7):
        assert _undone(lambda last=number: (_killed_after(last, whole), whole())) == right, f"killed after {number}"


def _count(act):
    seen = []
    with transaction.atomic(), connection.execute_wrapper(lambda run, *query: seen.append(1) or run(*query)):
        act()
        transaction.set_rollback(True)
    return len(seen)


def _undone(act):
    """What act() ends in; then everything is as before it."""
    with transaction.atomic():
        act()
        assert_invariants()
        found = _everything()
        transaction.set_rollback(True)
    return found


def _killed_after(last, act):
    left = iter(range(last))

    def count(run, *query):
        if next(left, None) is None and not query[0].startswith(("ROLLBACK", "RELEASE")):
            raise Killed
        return run(*query)

    with pytest.raises(Killed), connection.execute_wrapper(count):
        act()


def test_a_winner_who_was_cancelled_after_the_list_was_closed_makes_room():
    round = factories.admission_round(seats=(1,))
    entries = [apply(round, 0) for _learner in range(3)]
    draw = drawn(round)
    first, second, third = [
        next(entry for entry in entries if entry.reference == name)
        for name, _number in draw.document(DrawDocument.Kind.RESULT)["order"]
    ]
    gone = first.enrollments.get()
    enrollment.cancel(gone, by=factories.account(), reason=Reason.WRONG_DATA)
    admitting.admit.call(draw.pk)
    assert [state_of(entry) for entry in (first, second, third)] == [
        [State.CANCELLED],
        [State.OFFERED],
        [State.WAITLISTED],
    ]
    assert_invariants()


def test_a_seat_that_was_taken_away_meanwhile_puts_its_winner_first_in_line():
    round = factories.admission_round(seats=(2,))
    entries = [apply(round, 0) for _learner in range(3)]
    draw = drawn(round)
    SeatPool.objects.update(capacity=1)
    admitting.admit.call(draw.pk)
    assert sorted(state_of(entry)[0] for entry in entries) == [State.OFFERED, State.WAITLISTED, State.WAITLISTED]
    order = [name for name, _number in draw.document(DrawDocument.Kind.RESULT)["order"]]
    line = moves.in_line(round.list_of_intakes[0])
    assert [row.entry.reference for row in line] == order[1:]
    assert_invariants()


def test_a_draw_whose_worker_died_goes_on():
    round = factories.admission_round()
    entry = apply(round, 0)
    draw = drawn(round)
    assert admitting.resume_left_behind() == 0
    assert admitting.resume_left_behind(timezone.now() + timedelta(minutes=5)) == 1
    assert state_of(entry) == [State.OFFERED]
    assert admitting.resume_left_behind(timezone.now() + timedelta(minutes=5)) == 0
    assert Draw.objects.get(pk=draw.pk).admitted_at
