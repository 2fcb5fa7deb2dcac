"""Bending a rule takes two people: one asks with a listed reason, another approves; then it goes through the engine.

A seat beyond the waitlist's order takes nothing from those who wait: where no seat is free, the class gets one more,
and the others keep their places. A late entry gets a seat that is free between the end of the window and the beginning
of the class. All other rules that the learner was told hold. Each step is one row of CaseEntry, and reasons are
published as counts.
"""

from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import enrollment as process
from courses import moves, seats
from courses.eligibility import Rules, objections, qualifies
from courses.models import CaseEntry, Enrollment, RuleException, SeatPool
from courses.moves import EnrollmentError
from courses.states import Reason, State

Act, Kind = CaseEntry.Act, RuleException.Kind


class ExceptionRefused(EnrollmentError):
    """Why this exception cannot be asked for or approved, in words."""


def ask_seat(enrollment, *, why, note, by):
    """Ask for a seat for somebody who waits, before those in front of them."""
    if enrollment.state != State.WAITLISTED:
        raise ExceptionRefused(_("This enrollment does not wait for a seat."))
    return _ask(Kind.SEAT, enrollment.intake, enrollment.learner, enrollment=enrollment, why=why, note=note, by=by)


def ask_late(intake, learner, *, why, note, by):
    """Ask to enroll a learner after the window, while the class has not begun."""
    now = timezone.now()
    if now < intake.closes_at or not intake.offers_seats(now):
        raise ExceptionRefused(_("Late entry is for a class whose enrollment is over and that has not begun."))
    return _ask(Kind.LATE, intake, learner, why=why, note=note, by=by)


def _ask(kind, intake, learner, *, by, **fields):
    expire_old(RuleException.objects.filter(intake=intake, learner=learner))
    try:
        with transaction.atomic():
            asked = RuleException.objects.create(kind=kind, intake=intake, learner=learner, asked_by=by, **fields)
            _record(asked, Act.EXCEPTION_ASKED, by)
            return asked
    except IntegrityError:
        raise ExceptionRefused(_("An exception for this learner waits already.")) from None


def who_may_not(exception, account):
    """Why this person must not decide, in words, or None."""
    if exception.asked_by_id == account.pk:
        return _("You asked for it. Somebody else decides.")
    if exception.learner.account_id == account.pk:
        return _("This is your own case. Somebody else decides.")
    return None


def approve(exception, *, by, answer=""):
    """Approve, and do it: in one transaction, or nothing. Returns the enrollment with its seat."""
    with seats.gate(exception.intake_id), _deciding(exception, by) as found:
        made = _seat(found, by) if found.kind == Kind.SEAT else _enroll(found, by)
        found.enrollment = made
        _decide(found, RuleException.State.APPROVED, Act.EXCEPTION_APPROVED, by, answer)
        return made


def refuse(exception, *, by, answer=""):
    """Refuse: nothing changes."""
    with _deciding(exception, by) as found:
        _decide(found, RuleException.State.REFUSED, Act.EXCEPTION_REFUSED, by, answer)


@contextmanager
def _deciding(exception, by):
    """The transaction in which a second person decides; yields the exception as it is now, locked."""
    refused = who_may_not(exception, by)
    if refused:
        raise ExceptionRefused(refused)
    with transaction.atomic():
        seats.lock(exception.intake_id)
        found = RuleException.objects.select_for_update(of=["self"]).select_related("intake__program", "learner")
        found = found.get(pk=exception.pk)
        if found.state != RuleException.State.ASKED or found.expires_at <= timezone.now():
            raise ExceptionRefused(_("It was decided already, or has expired."))
        yield found


def _decide(found, state, act, by, answer):
    found.state, found.decided_by, found.decided_at, found.answer = state, by, timezone.now(), answer
    found.save()
    _record(found, act, by)


def _seat(found, by):
    """Offer a seat to somebody who waits; one more where none is free, so that nobody loses anything."""
    related = "intake__program", "intake__term", "account", "learner"
    enrollment = Enrollment.objects.select_related(*related).get(pk=found.enrollment_id)
    now, rules = timezone.now(), Rules.from_terms(enrollment.terms)
    if enrollment.state != State.WAITLISTED or not enrollment.intake.offers_seats(now):
        raise ExceptionRefused(_("The learner waits no longer, or the class gives no more seats."))
    against = objections(rules, enrollment.learner)
    if against:
        raise ExceptionRefused(*against)
    pools = [pool for pool in seats.lock(enrollment.intake_id) if qualifies(pool, enrollment.learner, rules.on)]
    pool = next((pool for pool in pools if pool.free), None)
    if pool is None:
        pool = next(one for one in seats.lock(enrollment.intake_id) if one.pk == enrollment.pool_id)
        SeatPool.objects.filter(pk=pool.pk).update(capacity=F("capacity") + 1)
    deadline = moves.offer_until(now, hours=rules.offer_hours, last_call=enrollment.intake.last_call)
    moves.move(enrollment, State.OFFERED, by=by, reason=Reason.EXCEPTION, pool=pool, offer_expires_at=deadline)
    return enrollment


def _enroll(found, by):
    made = process.submit(intake=found.intake, learner=found.learner, by=by, channel=Enrollment.Channel.DESK, late=True)
    if made.state == State.WAITLISTED:
        raise ExceptionRefused(_("No seat is free."))
    return made


def expire_old(found=None, now=None):
    """End the requests that nobody decided in time; returns how many."""
    late = (RuleException.objects.all() if found is None else found).filter(
        state=RuleException.State.ASKED, expires_at__lte=now or timezone.now()
    )
    expired = 0
    for exception in late:
        with transaction.atomic():
            mine = RuleException.objects.filter(pk=exception.pk, state=RuleException.State.ASKED)
            if mine.update(state=RuleException.State.EXPIRED):
                _record(exception, Act.EXCEPTION_EXPIRED, None)
                expired += 1
    return expired


def _record(exception, act, by):
    CaseEntry.objects.create(
        enrollment_id=exception.enrollment_id, intake_id=exception.intake_id, by=by, act=act, reason=exception.why
    )
