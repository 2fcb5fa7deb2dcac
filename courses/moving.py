"""Moving a learner from one intake to another: out of the one and into a seat of the other, or neither.

The order of locks is that of enrollment.py, for two intakes: both gates by key, the person, then the pools of both.
"""

from contextlib import ExitStack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import dues, fees, moves, schools, seats
from courses.eligibility import Rules, qualifies, told
from courses.enrollment import AlreadyEnrolled, NotEligible, NotOpen, check, live_enrollments, lock_person
from courses.messages import tell_move
from courses.models import Enrollment, FeeProof, HistoryEntry, Intake
from courses.moves import MoveRefused
from courses.progression.steps import is_pathway
from courses.states import Reason, State
from payments.models import Refund


def move(enrollment, *, to, by, note=""):
    """Give the learner a seat in the intake `to`, and end this enrollment; returns the new one.

    The rules of the new intake hold: its seats, ages, residents, term limit, times and identity. Its waitlist is not
    overtaken: free seats go to those who wait first. The old seat goes to the next in line. Each history names the
    other enrollment, and the account gets one message. The fee moves along: where the other class costs less, the
    difference goes back; where it costs more than what is paid, the move is refused, for nobody is made to pay.
    Raises MoveRefused, NotOpen, NotEligible or AlreadyEnrolled with the reasons; then nothing has changed.
    """
    with ExitStack() as gates:
        for key in sorted({enrollment.intake_id, to.pk}):
            gates.enter_context(seats.gate(key))
        gates.enter_context(transaction.atomic())
        learner = lock_person(enrollment.learner)
        pools = seats.lock_both(to.pk, enrollment.intake_id)
        related = "intake__program", "intake__term", "account", "learner"
        old = Enrollment.objects.select_related(*related).get(pk=enrollment.pk)
        intake = Intake.objects.select_related("term", "program").get(pk=to.pk)
        _require_movable(old, intake)
        _require_rules(old, intake, learner, pools)
        paid = dues.balance(old) if old.due else 0
        new = _seat(old, intake, learner, pools, paid, by=by, note=note)
        moves.move(old, State.WITHDRAWN, by=by, reason=Reason.MOVED, note=note, other=new)
        moves.offer_free_seats(old.intake)
        if paid > new.due:
            dues.refund(new, paid - new.due, reason=Refund.Reason.MOVED, by=by)
        tell_move(new, old.account, left=old.intake.title)
        return new


def _require_movable(old, intake):
    now = timezone.now()
    if old.intake_id == intake.pk:
        raise MoveRefused(_("This is the class in which the learner is already."))
    if not old.is_live:
        raise MoveRefused(_("This is not possible: the enrollment is %(state)s.") % {"state": old.get_state_display()})
    if is_pathway(old.intake) or is_pathway(intake):
        raise NotOpen(_("Nobody moves into a pathway or out of one: changing school or major leaves it for good."))
    if not intake.program.live or intake.admission_rule != Intake.AdmissionRule.FIRST_COME:
        raise NotOpen(_("Nobody can be moved to this class."))
    if not intake.offers_seats(now):
        raise NotOpen(_("This class no longer takes anybody: it is cancelled, not published or has begun."))
    if now < intake.opens_at:
        raise NotOpen(_("Enrollment for this class has not opened yet."))


def _require_rules(old, intake, learner, pools):
    others = [other for other in live_enrollments(learner.person) if other.pk != old.pk]
    result = check(intake=intake, learner=learner, pools=pools, others=others)
    if result.existing:
        raise AlreadyEnrolled(result.existing)
    absent = [missing_in_words(result.missing)] if result.missing else []
    if result.objections or absent:
        raise NotEligible(*result.objections, *absent)


def missing_in_words(absent):
    """Which details of a learner must still be asked for, as one sentence."""
    words = {
        "birth_date": _("Birth date"),
        "sex": _("Sex"),
        "phone": _("Learner's mobile phone"),
        "district": _("County or district"),
        "identity": _("Identity document"),
        schools.NEED: _("Junior middle school"),
        "guardian": _("Guardian's name"),
    }
    names = _(", ").join(words[name] for name in words if name in absent)
    return _("This class must know: %(names)s. Add it to the learner first.") % {"names": names}


def _require_paid(old, intake, price, paid):
    """The fee of the other class must be here already: whoever is moved by the school is not asked for money."""
    if price["due"] > paid:
        words = {"title": intake.title, "fee": fees.money(price["due"]), "paid": fees.money(paid)}
        raise MoveRefused(
            _(
                "%(title)s costs %(fee)s, and %(paid)s is paid. Nobody is moved to a class that costs more:"
                " the learner can withdraw here and enroll there."
            )
            % words
        )
    if paid and intake.program.institution_id != old.intake.program.institution_id:
        raise MoveRefused(_("What is paid stays in the books of one institution: move within it, or refund."))


def _seat(old, intake, learner, pools, paid, *, by, note):
    """Take a seat for the learner, after those who wait, and record the new enrollment."""
    moves.expire(intake, timezone.now())
    moves.offer_free_seats(intake)
    shown = FeeProof.objects.filter(enrollment=old, state=FeeProof.State.GRANTED).first()
    price = told(intake, pools, learner, proof=shown.what if shown else "")
    _require_paid(old, intake, price, paid)
    pool = seats.take([pool for pool in pools if qualifies(pool, learner, Rules.of(intake).on)])
    if pool is None:
        raise MoveRefused(_("No seat is free in %(title)s.") % {"title": intake.title})
    new = Enrollment(
        intake=intake,
        learner=learner,
        account_id=old.account_id,
        person=learner.person,
        pool=pool,
        state=State.ENROLLED,
        channel=old.channel,
        paid_as=(old.paid_as or old.reference) if paid else "",
        **price,
    )
    new.save(force_insert=True)
    steps = ("", State.SUBMITTED), (State.SUBMITTED, State.ENROLLED)
    HistoryEntry.objects.bulk_create(
        HistoryEntry(
            enrollment=new, by=by, from_state=source, to_state=target, reason=Reason.MOVED, note=note, other=old
        )
        for source, target in steps
    )
    return new
