"""Whatever people do in whatever order, the invariants hold: generated sequences, checked after each act."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from courses import enrollment as process
from courses.models import Enrollment, HistoryEntry, Intake, SeatPool
from courses.moving import move
from courses.states import LIVE, Reason, State
from tests.courses.invariants import assert_invariants
from tests.factories import account, district, intake, learner, term

pytestmark = pytest.mark.django_db

positions = st.integers(min_value=0, max_value=30)


class Enrolling(RuleBasedStateMachine):
    """Six people, two of them one person in two accounts, and two intakes with two pools each."""

    @initialize(seats=st.integers(0, 3), local=st.integers(0, 2), limit=st.sampled_from([None, 1]))
    def begin(self, seats, local, limit):
        home = district()
        pools = [{"name": "公开", "capacity": seats}, {"name": "本地", "capacity": local, "district": home}]
        here = term(learner_limit=limit)
        self.staff = account()
        self.intakes = [intake(pools=pools, term=here), intake(pools=pools, term=here, starts_in=timedelta(days=20))]
        self.learners = [
            learner(district=home if number % 2 else None, lives_elsewhere=not number % 2, birth_date=date(1960, 1, 1))
            for number in range(6)
        ]
        for twin in self.learners[:2]:
            twin.set_document("resident", "11010519491231002X")
            twin.save()
        self.history = 0

    def act(self, function, *args, **kwargs):
        """Do it; a refusal is fine, and is then really one: nothing has changed."""
        before = HistoryEntry.objects.count()
        try:
            function(*args, **kwargs)
        except process.MoveRefused:
            pass  # A late confirmation lets the offer expire, which is a change of its own.
        except process.EnrollmentError:
            assert HistoryEntry.objects.count() == before

    def pick(self, number, *states):
        rows = list(Enrollment.objects.filter(state__in=states or LIVE).order_by("pk"))
        return rows[number % len(rows)] if rows else None

    @rule(who=st.integers(0, 5), where=st.integers(0, 1), key=st.sampled_from([None, "a" * 32, "b" * 32]))
    def submit(self, who, where, key):
        person = self.learners[who]
        self.act(
            process.submit,
            intake=self.intakes[where],
            learner=person,
            by=person.account,
            form_key=key and f"{key[:30]}{who}{where}",
        )

    @rule(number=positions, do=st.sampled_from([process.withdraw, process.confirm, process.decline, process.complete]))
    def anything_to_anyone(self, number, do):
        if enrollment := self.pick(number, *State):
            self.act(do, enrollment, by=enrollment.account)

    @rule(number=positions)
    def confirm(self, number):
        if offer := self.pick(number, State.OFFERED):
            self.act(process.confirm, offer, by=offer.account)

    @rule(number=positions)
    def cancel(self, number):
        if enrollment := self.pick(number):
            self.act(process.cancel, enrollment, by=self.staff, reason=Reason.WRONG_DATA)

    @rule(number=positions, where=st.integers(0, 1))
    def moved_by_staff(self, number, where):
        if enrollment := self.pick(number, *State):
            self.act(move, enrollment, to=self.intakes[where], by=self.staff)

    @rule(number=positions)
    def deadline_passes(self, number):
        if offer := self.pick(number, State.OFFERED):
            Enrollment.objects.filter(pk=offer.pk).update(offer_expires_at=timezone.now() - timedelta(seconds=1))

    @rule()
    def worker_runs(self):
        process.expire_overdue()
        assert not Enrollment.objects.overdue(timezone.now()).exists()

    @rule(who=st.integers(0, 5))
    def learner_moves_away(self, who):
        person = self.learners[who]
        person.district, person.lives_elsewhere = None, True
        person.save()

    @rule(where=st.integers(0, 1), more=st.integers(1, 2))
    def more_seats(self, where, more):
        pool = SeatPool.objects.filter(intake=self.intakes[where]).first()
        SeatPool.objects.filter(pk=pool.pk).update(capacity=pool.capacity + more)
        process.promote(self.intakes[where])

    @precondition(lambda self: HistoryEntry.objects.count() > 8)
    @rule(where=st.integers(0, 1))
    def class_is_cancelled(self, where):
        process.cancel_intake(self.intakes[where], by=self.staff, note="取消")
        assert not self.intakes[where].enrollments.live().exists()

    @rule(where=st.integers(0, 1))
    def stricter_rules_are_made(self, where):
        Intake.objects.filter(pk=self.intakes[where].pk).update(min_age=12 * 80)

    @invariant()
    def always(self):
        if hasattr(self, "intakes"):
            assert_invariants()
            count = HistoryEntry.objects.count()
            assert count >= self.history, "history was removed"
            self.history = count


def test_invariants_hold_whatever_people_do(transaction_per_sequence):
    run_state_machine_as_test(
        transaction_per_sequence(Enrolling),
        settings=settings(
            max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.fixture
def transaction_per_sequence():
    """Make each sequence start on an empty database: a machine inside a transaction that is rolled back at its end."""

    def wrap(machine):
        class Isolated(machine):
            def __init__(self):
                self.atomic = transaction.atomic()
                self.atomic.__enter__()
                super().__init__()

            def teardown(self):
                transaction.set_rollback(True)
                self.atomic.__exit__(None, None, None)

        return Isolated

    return wrap
