"""Proofs for a reduction: a learner says that it holds, shows a paper, and staff look at it.

Nobody pays before it is clear how much: while a proof is to be checked, nothing is asked for, and the seat is held for
the time that is given to pay at the desk. Who has uploaded the paper has done their part: their seat is held until
staff have decided, at the latest until the class begins. From the decision on the time to pay runs.
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from courses import dues, fees, moves
from courses.deadlines import offer_until
from courses.eligibility import Rules
from courses.messages import tell_proof, tell_to_pay
from courses.models import Enrollment, FeeProof
from courses.moves import MoveRefused
from courses.states import State

Found = FeeProof.State


def claim(enrollment, what, *, by):
    """Keep that a new enrollment claims a reduction; at the desk staff have seen the proof, and it is granted.

    What no reduction of the class asks for, or would change nothing, is not kept.
    """
    told = Rules.from_terms(enrollment.terms)
    if not what or what not in {one["proof"] for one in told.reductions}:
        return
    if enrollment.channel == Enrollment.Channel.DESK:
        now = timezone.now()
        FeeProof.objects.create(enrollment=enrollment, what=what, state=Found.GRANTED, decided_by=by, decided_at=now)
    elif what in fees.proofs_for(told, enrollment.terms["bill"]):
        FeeProof.objects.create(enrollment=enrollment, what=what)
        if enrollment.state == State.OFFERED:
            _hold(enrollment, told.desk_hours)


def _hold(enrollment, hours):
    until = offer_until(timezone.now(), hours=hours, last_call=enrollment.intake.last_call)
    _hold_until(enrollment, max(until, enrollment.offer_expires_at))


def _hold_until(enrollment, until):
    enrollment.offer_expires_at = until
    Enrollment.objects.filter(pk=enrollment.pk).update(offer_expires_at=until)


def upload(enrollment, file):
    """Keep the uploaded paper, as answering.documents.accept gave it. Raises MoveRefused when nothing waits for it."""
    with moves.changing(enrollment) as enrollment:
        proof = _waiting(enrollment)
        proof.content, proof.content_type = file.content, file.kind
        proof.save(update_fields=["content", "content_type"])
        if enrollment.state == State.OFFERED:
            _hold_until(enrollment, enrollment.intake.last_call)
    return proof


def decide(enrollment, *, by, granted, note=""):
    """Staff have looked at the proof: the bill follows, and the time to pay begins; a bill of nothing is a seat.

    Raises MoveRefused when it was decided before, or the enrollment has ended.
    """
    with moves.changing(enrollment) as enrollment:
        proof = _waiting(enrollment)
        proof.state = Found.GRANTED if granted else Found.REFUSED
        proof.decided_by, proof.decided_at, proof.note = by, timezone.now(), note[:200]
        proof.save(update_fields=["state", "decided_by", "decided_at", "note"])
        if granted:
            _reduce(enrollment, proof.what)
        if by != enrollment.account:
            tell_proof(enrollment, granted=granted, note=note)
        if enrollment.state == State.OFFERED:
            _go_on(enrollment, by=by, note=note)
    return proof


def give_up(enrollment, *, by):
    """The learner would rather pay the full fee at once than wait for the check."""
    return decide(enrollment, by=by, granted=False, note=_("given up by the learner"))


def _waiting(enrollment):
    proof = FeeProof.objects.select_for_update().filter(enrollment=enrollment.pk, state=Found.WAITING).first()
    if proof is None or not enrollment.is_live:
        raise MoveRefused(_("No proof waits to be checked here."))
    if enrollment.state == State.OFFERED and enrollment.offer_expires_at <= timezone.now():
        raise MoveRefused(_("The time has passed and the seat went to the next in line."))
    return proof


def _reduce(enrollment, what):
    """The bill as the rules told give it with this proof; never more than it was."""
    told, old = Rules.from_terms(enrollment.terms), enrollment.terms["bill"]
    several = any(line.get("reduction", {}).get("kind") == fees.Kind.SEVERAL for line in old["lines"])
    bill = fees.bill(told, enrollment.learner, several=several, proof=what)
    if bill["due"] < old["due"]:
        enrollment.due, enrollment.terms = bill["due"], enrollment.terms | {"bill": bill}
        Enrollment.objects.filter(pk=enrollment.pk).update(due=enrollment.due, terms=enrollment.terms)


def _go_on(enrollment, *, by, note):
    if not enrollment.due:
        moves.move(enrollment, State.ENROLLED, by=by, note=note)
        return
    told = Rules.from_terms(enrollment.terms)
    hours = max(told.offer_hours, told.pay_hours)
    _hold_until(enrollment, offer_until(timezone.now(), hours=hours, last_call=enrollment.intake.last_call))
    dues.ask(enrollment)
    tell_to_pay(enrollment)
