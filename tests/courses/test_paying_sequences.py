"""Whatever people do with seats that cost something, in whatever order: seat and money agree (invariants 1, 6, 7)."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from courses import dues, fee_checks, paying
from courses import enrollment as process
from courses.models import Enrollment, SeatPool
from courses.moving import move
from courses.states import LIVE, Reason, State
from payments import desk, money
from payments.errors import MoneyError
from payments.models import Payment, Refund
from tests.courses.invariants import assert_invariants
from tests.factories import account, intake, learner
from tests.payments.books import assert_books

pytestmark = pytest.mark.django_db

numbers = st.integers(min_value=0, max_value=20)


class Paying(RuleBasedStateMachine):
    """Four people and two classes, one dearer than the other."""

    @initialize(seats=st.integers(1, 2), starts_in=st.sampled_from([1, 20]))
    def begin(self, seats, starts_in):
        start = timedelta(days=starts_in)
        self.intakes = [intake(seats=seats, fee=12000, starts_in=start), intake(seats=1, fee=5000, starts_in=start * 2)]
        self.staff, self.other = account(is_staff=True), account(is_staff=True)
        self.learners = [learner() for _ in range(4)]

    def act(self, function, *args, **kwargs):
        """Do it in a transaction of its own; a refusal is fine."""
        try:
            with transaction.atomic():
                function(*args, **kwargs)
        except (process.EnrollmentError, MoneyError):
            pass

    def pick(self, rows, number):
        rows = list(rows.order_by("pk"))
        return rows[number % len(rows)] if rows else None

    @rule(who=st.integers(0, 3), where=st.integers(0, 1))
    def submit(self, who, where):
        person = self.learners[who]
        self.act(process.submit, intake=self.intakes[where], learner=person, by=person.account)

    @rule(number=numbers)
    def pay_at_the_desk(self, number):
        if payment := self.pick(Payment.objects.open(), number):
            key = f"key-{payment.pk}"
            self.act(desk.take, payment, by=self.staff, method="cash", amount=payment.amount, key=key)

    @rule(number=numbers)
    def money_comes_online_in_time_late_or_twice(self, number):
        if payment := self.pick(Payment.objects, number):
            facts = {"amount": payment.amount, "currency": "cny", "method": "card"}
            self.act(money.settle, payment, provider="stripe", provider_reference=f"pi-{payment.pk}", **facts)

    @rule(number=numbers, do=st.sampled_from([process.withdraw, process.decline, process.confirm, paying.pay_at_desk]))
    def anything_to_anyone(self, number, do):
        if enrollment := self.pick(Enrollment.objects, number):
            self.act(do, enrollment, by=enrollment.account)

    @rule(number=numbers, reason=st.sampled_from([Reason.WRONG_DATA, Reason.ABSENT]))
    def cancel(self, number, reason):
        if enrollment := self.pick(Enrollment.objects.filter(state__in=LIVE), number):
            self.act(process.cancel, enrollment, by=self.staff, reason=reason)

    @rule(number=numbers, where=st.integers(0, 1))
    def moved(self, number, where):
        if enrollment := self.pick(Enrollment.objects.filter(state__in=LIVE), number):
            self.act(move, enrollment, to=self.intakes[where], by=self.staff)

    @rule(number=numbers)
    def waived(self, number):
        if enrollment := self.pick(Enrollment.objects.filter(state=State.OFFERED), number):
            self.act(paying.waive, enrollment, by=self.staff, reason=Reason.WAIVED_HARDSHIP)

    @rule(number=numbers)
    def reversed(self, number):
        if payment := self.pick(Payment.objects.filter(provider="desk", state="paid"), number):
            self.act(desk.reverse, payment, by=self.other, note="别人的")

    @rule(number=numbers)
    def refund_is_paid_out(self, number):
        if refund := self.pick(Refund.objects.at_the_desk(), number):
            self.act(desk.pay_out, refund, by=self.staff, method="cash")

    @rule(number=numbers)
    def deadline_passes_and_the_worker_runs(self, number):
        if offer := self.pick(Enrollment.objects.filter(state=State.OFFERED), number):
            Enrollment.objects.filter(pk=offer.pk).update(offer_expires_at=timezone.now() - timedelta(seconds=1))
            process.expire_overdue()

    @rule(where=st.integers(0, 1))
    def one_more_seat(self, where):
        pool = SeatPool.objects.get(intake=self.intakes[where])
        SeatPool.objects.filter(pk=pool.pk).update(capacity=pool.capacity + 1)
        process.promote(self.intakes[where])

    @rule(where=st.integers(0, 9))
    def class_is_cancelled(self, where):
        if where < 2:
            process.cancel_intake(self.intakes[where], by=self.staff, note="取消")

    @invariant()
    def always(self):
        if hasattr(self, "intakes"):
            assert_invariants()
            assert fee_checks.disagreements() == []
            assert_books()

    def teardown(self):
        """Nothing of a sequence stays."""
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def __init__(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        super().__init__()


def test_seat_and_money_agree_whatever_people_do():
    run_state_machine_as_test(
        Paying,
        settings=settings(
            max_examples=20, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.django_db(transaction=True)
def test_expiry_and_payment_at_the_same_moment_seat_one_person(together):
    for attempt in range(3):
        made = intake(seats=1, fee=12000)
        one, two = (process.submit(intake=made, learner=(who := learner()), by=who.account) for _ in range(2))
        payment = dues.open_payment(one)
        Enrollment.objects.filter(pk=one.pk).update(offer_expires_at=timezone.now() - timedelta(seconds=1))

        def pay(payment=payment, attempt=attempt):
            facts = {"amount": 12000, "currency": "cny", "method": "card", "provider_reference": f"pi-{attempt}"}
            return money.settle(payment, provider="stripe", **facts)

        outcomes = together(lambda act: act(), [pay, process.expire_overdue])
        assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes
        one.refresh_from_db()
        two.refresh_from_db()
        paid_first = (State.ENROLLED, State.WAITLISTED), 0
        expired_first = (State.EXPIRED, State.OFFERED), 1
        assert ((one.state, two.state), Refund.objects.filter(payment=payment).count()) in (paid_first, expired_first)
    assert_invariants()
    assert fee_checks.disagreements() == []
