"""Paying for a seat: what happens when the money comes, in time or late, and what staff may do about a fee.

In time: the offered seat is certain, in the same transaction as the payment. "In time" is as long as the seat is held
for the person: a deadline that has passed by a second while nobody has released the seat harms nobody.

Late, when the seat was released: those who wait have the better right, because the seat was theirs from the deadline
on and they were told so. So the free seats are offered to them first; only a seat that is free after that goes to who
paid late, if the class still takes people and nothing that they were told speaks against it. Else everything goes
back at once, by itself.
"""

from contextlib import contextmanager

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import dues, fees, moves, seats
from courses.deadlines import offer_until
from courses.eligibility import Rules, clash_objection, limit_objection, objections, qualifies
from courses.enrollment import live_enrollments, lock_person
from courses.models import Enrollment
from courses.moves import EnrollmentError, MoveRefused
from courses.states import SEATED, WAIVER_REASONS, Reason, State
from payments import desk, purposes
from payments.models import Refund

_RELATED = "intake__program__institution", "intake__term", "account", "learner"


def enrollment_of(payment):
    """The enrollment that a payment is for: after moves the last one that it was taken along to."""
    reference = payment.purpose.partition(":")[2]
    found = Enrollment.objects.filter(Q(reference=reference) | Q(paid_as=reference))
    return found.select_related(*_RELATED).order_by("-pk").first()


class EnrollmentFees(purposes.Handler):
    """The fees of enrollments, as the room of money knows them."""

    @contextmanager
    def locked(self, payment):
        """The gate, the person, the pools: the order of enrollment.py, all before the payment."""
        enrollment = enrollment_of(payment)
        with seats.gate(enrollment.intake_id), transaction.atomic():
            _lock_person(enrollment)
            seats.lock(enrollment.intake_id)
            yield

    def paid(self, payment):
        """The money is here: the seat is certain, or the money goes back with the reason."""
        enrollment = enrollment_of(payment)
        if enrollment.state == State.OFFERED and moves.seated_by_entry(enrollment):
            moves.move(enrollment, State.DECLINED, by=None, reason=Reason.OTHER_CHOICE)
        elif enrollment.state == State.OFFERED and dues.balance(enrollment) >= enrollment.due:
            moves.move(enrollment, State.ENROLLED, by=desk.taken_by(payment) or payment.account)
            return
        elif enrollment.state == State.EXPIRED and _seat_again(enrollment, payment):
            return
        if enrollment.state == State.OFFERED:
            return  # Not all of it yet: the rest was asked for.
        paid = dues.balance(enrollment)
        surplus = paid - enrollment.due if enrollment.state in SEATED else paid - enrollment.kept
        if surplus > 0:
            reason = _WHY.get(enrollment.state, Refund.Reason.NO_SEAT)
            dues.refund(enrollment, surplus, reason=reason)

    def reversed(self, payment):
        """It was booked by mistake: the seat is held once more, and the fee is due at the desk's deadline."""
        enrollment = enrollment_of(payment)
        if enrollment.state == State.ENROLLED:
            until = _desk_deadline(enrollment, timezone.now())
            moves.move(enrollment, State.OFFERED, by=None, reason=Reason.FEE_REVERSED, offer_expires_at=until)

    def title(self, payment):
        """The class, without a name: providers and banks may see it."""
        return enrollment_of(payment).intake.title

    def url(self, payment):
        """The page of the enrollment."""
        return reverse("enrollment_detail", args=[enrollment_of(payment).reference])

    def staff_url(self, payment):
        """The enrollment in the admin."""
        return reverse("enrollment:inspect", args=[enrollment_of(payment).pk])

    def disagreements(self):
        """Seats without their fee, and fees without a seat."""
        from courses.fee_checks import disagreements

        return disagreements()


purposes.register(dues.KIND, EnrollmentFees())

_WHY = {
    State.WITHDRAWN: Refund.Reason.WITHDRAWN,
    State.CANCELLED: Refund.Reason.CANCELLED,
}


def _lock_person(enrollment):
    """Lock the person, unless their data were erased meanwhile: then nobody can be seated, and money goes back."""
    if not enrollment.learner.erased_at:
        lock_person(enrollment.learner)


def _seat_again(enrollment, payment):
    """Give a seat to somebody who paid after theirs was released; returns whether there was one."""
    intake, now = enrollment.intake, timezone.now()
    moves.expire(intake, now)
    moves.offer_free_seats(intake)
    if not intake.offers_seats(now) or enrollment.learner.erased_at or _speaks_against(enrollment):
        return False
    told = Rules.from_terms(enrollment.terms)
    pools = [pool for pool in seats.lock(intake.pk) if pool.free and not pool.closed]
    fitting = [pool for pool in pools if qualifies(pool, enrollment.learner, told.on)]
    if not fitting:
        return False
    moves.move(enrollment, State.ENROLLED, by=payment.account, reason=Reason.PAID_LATE, pool=fitting[0])
    return True


def _speaks_against(enrollment):
    """Whether a rule that the person was told forbids the seat now, or they are in this class or its times already."""
    told = Rules.from_terms(enrollment.terms)
    others = [other for other in live_enrollments(enrollment.person) if other.pk != enrollment.pk]
    if any(other.intake_id == enrollment.intake_id for other in others) or moves.seated_by_entry(enrollment):
        return True
    seated = [other for other in others if other.state in SEATED]
    limit, clash = limit_objection(enrollment.intake, others), clash_objection(enrollment.intake, seated)
    return bool(objections(told, enrollment.learner) or limit or clash)


def clash(enrollment):
    """Why this offered seat should not be paid for: another class at the same hour, in words, or None."""
    others = [other for other in live_enrollments(enrollment.person) if other.pk != enrollment.pk]
    return clash_objection(enrollment.intake, [other for other in others if other.state in SEATED])


def pay_at_desk(enrollment, *, by):
    """The person would rather pay at the desk: the seat is held so much longer, counted from the offer, once.

    Raises MoveRefused when the seat is not held any more.
    """
    with moves.changing(enrollment) as enrollment:
        _require_offer(enrollment)
        until = desk_deadline(enrollment)
        if until > enrollment.offer_expires_at:
            _hold_until(enrollment, until)
    return enrollment


def desk_deadline(enrollment):
    """Until when a seat is held for somebody who chooses to pay at the desk: counted from the last offer."""
    return _desk_deadline(enrollment, enrollment.history.filter(to_state=State.OFFERED).latest("pk").at)


def _desk_deadline(enrollment, offered_at):
    hours = Rules.from_terms(enrollment.terms).desk_hours
    return offer_until(offered_at, hours=hours, last_call=enrollment.intake.last_call)


def _hold_until(enrollment, until):
    enrollment.offer_expires_at = until
    Enrollment.objects.filter(pk=enrollment.pk).update(offer_expires_at=until)
    dues.ask(enrollment)


def waive(enrollment, *, by, reason, note=""):
    """Staff waive the fee of an offered seat, for a listed reason; the seat is certain at once.

    Raises MoveRefused when no fee is due there, EnrollmentError for a reason that is not listed.
    """
    if reason not in WAIVER_REASONS:
        raise EnrollmentError(_("Choose one of the listed reasons."))
    with moves.changing(enrollment) as enrollment:
        _require_offer(enrollment)
        if moves.seated_by_entry(enrollment):
            raise MoveRefused(_("You have a seat in another of your choices already."))
        bill = fees.waived(enrollment.terms["bill"], reason)
        terms = enrollment.terms | {"bill": bill}
        moves.move(enrollment, State.ENROLLED, by=by, reason=reason, note=note, due=0, terms=terms)
    return enrollment


def _require_offer(enrollment):
    if enrollment.state != State.OFFERED or not enrollment.due:
        raise MoveRefused(_("No fee is due for this enrollment."))
    if enrollment.offer_expires_at <= timezone.now():
        raise MoveRefused(_("The time to pay has passed and the seat went to the next in line."))
