"""A seat that costs something: held until it is paid, certain with the money, and the money back when it goes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses import dues, fee_checks, paying, proofs, timeline
from courses import enrollment as process
from courses.models import Enrollment, FeeReduction
from courses.moving import move
from courses.states import Reason, State
from notifications.models import Message
from payments import desk, money
from payments.models import Payment, Refund
from payments.states import PaymentState
from tests.courses.invariants import assert_invariants
from tests.factories import account, enroll, intake, learner

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    """Who works at the desk."""
    return account(is_staff=True)


def paid_class(seats=1, **fields):
    """A class of ¥120."""
    return intake(seats=seats, **{"fee": 12000} | fields)


def payment_of(enrollment):
    """The newest payment for an enrollment."""
    return dues.payments_of(enrollment).last()


def pay(enrollment, staff, payment=None):
    """Pay at the desk."""
    payment = payment or payment_of(enrollment)
    desk.take(payment, by=staff, method="cash", amount=payment.amount, key=f"key-{payment.pk}")
    enrollment.refresh_from_db()


def pay_late(enrollment, payment=None):
    """The money comes from a provider that knows no deadline of ours."""
    payment = payment or payment_of(enrollment)
    money.settle(
        payment,
        provider="stripe",
        amount=payment.amount,
        currency="cny",
        provider_reference=f"pi-{payment.pk}",
        method="card",
    )
    enrollment.refresh_from_db()


def time_passes(enrollment):
    """The deadline is over; nobody has looked yet."""
    Enrollment.objects.filter(pk=enrollment.pk).update(offer_expires_at=timezone.now() - timedelta(seconds=1))
    enrollment.refresh_from_db()


def all_agree():
    """The invariants of enrolling, and what money and courses agree on."""
    assert_invariants()
    assert fee_checks.disagreements() == []


def test_a_seat_with_a_fee_is_held_until_it_is_paid(staff):
    one = enroll(paid_class())
    assert (one.state, one.due, payment_of(one).state) == (State.OFFERED, 12000, PaymentState.PENDING)
    assert payment_of(one).expires_at == one.offer_expires_at
    all_agree()
    pay(one, staff)
    assert (one.state, payment_of(one).state) == (State.ENROLLED, PaymentState.PAID)
    kinds = Message.objects.filter(account=one.account).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["enrollment_to_pay", "payment_received", "enrollment_enrolled"]
    all_agree()


def test_whoever_pays_nothing_after_reductions_is_in_at_once():
    made = paid_class()
    FeeReduction.objects.create(intake=made, kind="residents", percent=100, district=(who := _local()).district)
    assert enroll(made, who).state == State.ENROLLED
    assert not Payment.objects.exists()


def _local():
    from tests.factories import district

    return learner(district=district())


def test_an_unpaid_seat_cannot_be_confirmed(staff):
    one = enroll(paid_class())
    with pytest.raises(process.MoveRefused):
        process.confirm(one, by=staff)
    one.refresh_from_db()
    assert one.state == State.OFFERED


def test_an_unpaid_seat_goes_to_the_next_in_line_who_pays_then(staff):
    made = paid_class()
    one, two = enroll(made), enroll(made)
    assert two.state == State.WAITLISTED
    time_passes(one)
    process.expire_overdue()
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, two.state, payment_of(one).state) == (State.EXPIRED, State.OFFERED, PaymentState.EXPIRED)
    assert Message.objects.filter(account=one.account, kind="enrollment_not_paid").exists()
    pay(two, staff)
    assert two.state == State.ENROLLED
    all_agree()


def test_money_a_moment_after_the_deadline_counts_while_nobody_has_released_the_seat():
    one = enroll(paid_class())
    time_passes(one)
    pay_late(one)
    assert one.state == State.ENROLLED
    all_agree()


def test_paid_late_with_a_free_seat_is_a_seat():
    one = enroll(paid_class())
    time_passes(one)
    process.expire_overdue()
    pay_late(one)
    assert (one.state, one.history.last().reason) == (State.ENROLLED, Reason.PAID_LATE)
    all_agree()


def test_paid_late_does_not_overtake_those_who_wait():
    made = paid_class()
    one, two = enroll(made), enroll(made)
    time_passes(one)
    process.expire_overdue()
    pay_late(one)
    two.refresh_from_db()
    refund = Refund.objects.get(payment=payment_of(one))
    assert (one.state, two.state) == (State.EXPIRED, State.OFFERED)
    assert (refund.amount, refund.reason) == (12000, Refund.Reason.NO_SEAT)
    assert Message.objects.filter(account=one.account, kind="refund_decided").exists()
    all_agree()


@pytest.mark.parametrize("change", ["cancelled", "withdrawn", "enrolled again", "class at the same hour"])
def test_paid_late_when_a_seat_makes_no_sense_any_more_goes_back(staff, change):
    made = paid_class(seats=3)
    one = enroll(made)
    payment = payment_of(one)
    if change == "cancelled":
        process.cancel_intake(made, by=staff, note="老师病了")
    elif change == "withdrawn":
        process.withdraw(one, by=one.account)
    else:
        time_passes(one)
        process.expire_overdue()
        enroll(made if change == "enrolled again" else intake(), one.learner)
    pay_late(one, payment)
    assert one.state != State.ENROLLED
    assert Refund.objects.get(payment=payment).amount == 12000
    all_agree()


def test_who_chooses_the_desk_has_more_time_once():
    one = enroll(paid_class())
    before = one.offer_expires_at
    paying.pay_at_desk(one, by=one.account)
    one.refresh_from_db()
    until = one.offer_expires_at
    assert abs(until - before - timedelta(hours=23)) < timedelta(seconds=5)
    paying.pay_at_desk(one, by=one.account)
    one.refresh_from_db()
    assert (one.offer_expires_at, payment_of(one).expires_at) == (until, until)
    all_agree()


def test_staff_waive_a_fee_for_a_listed_reason(staff):
    one = enroll(paid_class())
    with pytest.raises(process.EnrollmentError):
        paying.waive(one, by=staff, reason=Reason.NO_TIME)
    paying.waive(one, by=staff, reason=Reason.WAIVED_HARDSHIP, note="火灾")
    one.refresh_from_db()
    entry = one.history.last()
    assert (one.state, one.due, entry.reason, entry.by) == (State.ENROLLED, 0, Reason.WAIVED_HARDSHIP, staff)
    assert payment_of(one).state == PaymentState.EXPIRED
    all_agree()


def test_withdrawing_gives_back_what_the_rules_say(staff):
    one = enroll(paid_class(starts_in=timedelta(days=3)))
    pay(one, staff)
    process.withdraw(one, by=one.account)
    one.refresh_from_db()
    assert (Refund.objects.get().amount, one.kept) == (11400, 600)
    assert "95%" in Refund.objects.get().note
    all_agree()


def test_the_rules_that_were_told_count_not_those_of_today(staff):
    made = paid_class()
    one = enroll(made)
    pay(one, staff)
    made.program.institution.refund_policies.create(name="不退", is_default=True)
    process.withdraw(one, by=one.account)
    assert Refund.objects.get().amount == 12000


@pytest.mark.parametrize(("reason", "wanted"), [(Reason.WRONG_DATA, 12000), (Reason.ASKED_AT_DESK, 11400)])
def test_what_the_school_ends_comes_back_in_full_and_a_wish_by_the_rules(staff, reason, wanted):
    one = enroll(paid_class(starts_in=timedelta(days=3)))
    pay(one, staff)
    process.cancel(one, by=staff, reason=reason)
    assert Refund.objects.get().amount == wanted
    all_agree()


def test_a_cancelled_class_gives_everyone_everything_back(staff):
    made = paid_class(seats=3, starts_in=timedelta(hours=2))
    paid = [enroll(made) for _ in range(2)]
    unpaid = enroll(made)
    for one in paid:
        pay(one, staff)
    process.cancel_intake(made, by=staff, note="老师病了")
    assert sorted(Refund.objects.values_list("amount", flat=True)) == [12000, 12000]
    assert payment_of(unpaid).state == PaymentState.EXPIRED
    all_agree()


def test_moving_to_a_cheaper_class_gives_back_the_difference(staff):
    one = enroll(paid_class())
    pay(one, staff)
    new = move(one, to=paid_class(fee=5000, starts_in=timedelta(days=20)), by=staff)
    assert (new.state, Refund.objects.get().amount, dues.balance(new)) == (State.ENROLLED, 7000, 5000)
    all_agree()
    process.withdraw(new, by=new.account)
    assert sum(Refund.objects.values_list("amount", flat=True)) == 12000
    all_agree()


@pytest.mark.parametrize("is_paid", [True, False])
def test_nobody_is_moved_to_a_class_that_costs_more_than_is_paid(staff, is_paid):
    one = enroll(paid_class(fee=5000))
    if is_paid:
        pay(one, staff)
    with pytest.raises(process.MoveRefused):
        move(one, to=paid_class(starts_in=timedelta(days=20)), by=staff)
    one.refresh_from_db()
    assert one.is_live
    all_agree()


def test_a_fee_that_was_booked_by_mistake_is_due_again(staff):
    one = enroll(paid_class())
    pay(one, staff)
    desk.reverse(payment_of(one), by=account(is_staff=True), note="别人的")
    one.refresh_from_db()
    assert (one.state, one.history.last().reason) == (State.OFFERED, Reason.FEE_REVERSED)
    assert payment_of(one).is_open
    all_agree()
    pay(one, staff)
    assert one.state == State.ENROLLED
    all_agree()


# --- Proofs -------------------------------------------------------------------------------------------------


def with_proof(percent=50, **fields):
    """A class with a reduction for whoever shows a certificate."""
    made = paid_class(**fields)
    FeeReduction.objects.create(intake=made, kind="proof", percent=percent, proof="低保证")
    return made


def now_of(enrollment):
    """What the timeline says is to be done now."""
    fresh = Enrollment.objects.get(pk=enrollment.pk)
    return next(step.title for step in timeline.steps(fresh, list(fresh.history.all())) if step.place == "now")


def test_nobody_pays_while_a_proof_is_to_be_checked(staff):
    one = enroll(with_proof(), proof="低保证")
    assert (one.state, payment_of(one)) == (State.OFFERED, None)
    assert one.offer_expires_at > timezone.now() + timedelta(hours=20)
    assert now_of(one) == "优惠等待核对"
    all_agree()
    proofs.decide(one, by=staff, granted=True)
    one.refresh_from_db()
    assert (one.due, payment_of(one).amount) == (6000, 6000)
    assert now_of(one) == "请缴费"
    pay(one, staff)
    assert one.state == State.ENROLLED
    all_agree()


def test_a_proof_that_makes_it_free_is_a_seat_at_once(staff):
    one = enroll(with_proof(percent=100), proof="低保证")
    proofs.decide(one, by=staff, granted=True)
    one.refresh_from_db()
    assert (one.state, one.due) == (State.ENROLLED, 0)
    all_agree()


def test_a_proof_that_is_refused_leaves_the_full_fee(staff):
    one = enroll(with_proof(), proof="低保证")
    proofs.decide(one, by=staff, granted=False, note="看不清")
    one.refresh_from_db()
    assert (one.due, payment_of(one).amount) == (12000, 12000)
    with pytest.raises(process.MoveRefused):
        proofs.decide(one, by=staff, granted=True)
    all_agree()


def test_a_proof_may_be_checked_while_one_waits(staff):
    made = with_proof()
    enroll(made)
    two = enroll(made, proof="低保证")
    assert two.state == State.WAITLISTED
    proofs.decide(two, by=staff, granted=True)
    two.refresh_from_db()
    assert (two.state, two.due) == (State.WAITLISTED, 6000)
    all_agree()


def test_a_proof_that_no_reduction_asks_for_is_not_kept():
    one = enroll(paid_class(), proof="低保证")
    assert (payment_of(one).amount, hasattr(one, "proof")) == (12000, False)


def test_at_the_desk_the_proof_was_seen(staff):
    one = enroll(with_proof(), proof="低保证", channel=Enrollment.Channel.DESK)
    assert (one.due, payment_of(one).amount) == (6000, 6000)
