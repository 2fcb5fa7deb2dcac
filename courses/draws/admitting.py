"""Giving out what a draw gave: seats are offered, lines are formed, people are told. In the background, resumable.

Each intake is one transaction that leaves none of its choices waiting; killed at any point and begun again, it ends the
same: what is done is no longer `submitted`, and who was told is counted with the message.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django_tasks import task

from courses import moves, seats
from courses.deadlines import offer_until
from courses.draws.telling import tell_results
from courses.eligibility import Rules
from courses.models import Draw, DrawOutcome, Enrollment, Entry, Intake
from courses.states import Reason, State

Kind = DrawOutcome.Kind
LEFT_BEHIND = timedelta(minutes=2)
_TOLD_AT_ONCE = 200
_ENDS = {
    Kind.OTHER_CHOICE: Reason.OTHER_CHOICE,
    Kind.SCORE_TOO_LOW: Reason.SCORE_TOO_LOW,
    Kind.RULES_NOT_MET: Reason.RULES_NOT_MET,
    Kind.EARLIER_ROUND: Reason.EARLIER_ROUND,
}


@task()
def admit(pk):
    """Carry out the results of a draw, or what is left of it; those that are held, when their time has come."""
    draw = Draw.objects.select_related("round").get(pk=pk)
    if not draw.is_out() or draw.admitted_at:
        return
    for intake in waiting_intakes(draw):
        _admit_to(draw, intake)
        Draw.objects.filter(pk=pk).update(touched_at=timezone.now())
    while _tell_some(pk):
        pass
    Draw.objects.filter(pk=pk, admitted_at=None).update(admitted_at=timezone.now())


def resume_left_behind(now=None):
    """Go on with draws whose worker died, and with those whose results come out now; returns how many."""
    now = now or timezone.now()
    # With a result that is held, nobody was at work before it came out.
    untouched = Q(touched_at__lt=now - LEFT_BEHIND)
    just_out = Q(round__holds_results=True, round__results_at__gt=F("touched_at"))
    left = Draw.objects.out(now).filter(untouched | just_out, admitted_at=None)
    resumed = 0
    for pk in list(left.values_list("pk", flat=True)):
        Draw.objects.filter(pk=pk).update(touched_at=now)
        admit.enqueue(pk)
        resumed += 1
    return resumed


def waiting_intakes(draw):
    """The intakes of which some choice still waits for what this draw gave it."""
    waiting = Enrollment.objects.filter(outcomes__draw=draw, state=State.SUBMITTED)
    return list(Intake.objects.filter(pk__in=waiting.values("intake")).order_by("pk"))


def progress(draw):
    """How many choices are carried out, of how many; and winners whose seat was taken away meanwhile."""
    outcomes = draw.outcomes.all()
    total, done = outcomes.count(), outcomes.exclude(enrollment__state=State.SUBMITTED).count()
    return {
        "total": total,
        "done": done,
        "percent": 100 * done // total if total else 100,
        "without_seat": outcomes.filter(kind=Kind.SEAT, enrollment__state=State.WAITLISTED, enrollment__line=0).count(),
    }


def _admit_to(draw, intake):
    """Everything that the draw gave in one intake, or nothing."""
    with seats.gate(intake.pk), transaction.atomic():
        seats.lock(intake.pk)
        intake = Intake.objects.select_related("program").get(pk=intake.pk)
        won = Subquery(_of(draw).values("pool"))
        place = Subquery(_of(draw).values("position"))
        winners = _waiting(draw, intake, Kind.SEAT).select_related("intake__program", "account", "learner")
        for enrollment in winners.annotate(won=won, place=place).order_by("place", "pk"):
            _offer(enrollment, intake)
        in_line = _waiting(draw, intake, Kind.LINE)
        line = Subquery(_of(draw).values("line"))
        moves.move_many(in_line, State.WAITLISTED, line=line, pool_id=won)
        for kind, reason in _ENDS.items():
            moves.move_many(_waiting(draw, intake, kind), State.NOT_ADMITTED, reason=reason)
        # A winner may have withdrawn after the list was closed.
        moves.offer_free_seats(intake)


def _waiting(draw, intake, kind):
    return intake.enrollments.filter(state=State.SUBMITTED, outcomes__draw=draw, outcomes__kind=kind)


def _of(draw):
    return DrawOutcome.objects.filter(draw=draw, enrollment=OuterRef("pk"))


def _offer(enrollment, intake):
    hours = Rules.from_terms(enrollment.terms).offer_hours
    pool = intake.pools.get(pk=enrollment.won)
    if not pool.free:
        # Seats were taken away after the list was closed: the first in line, not out.
        moves.move(enrollment, State.WAITLISTED, by=None, pool=pool, line=0)
        return
    deadline = offer_until(timezone.now(), hours=hours, last_call=intake.last_call)
    moves.move(enrollment, State.OFFERED, by=None, pool=pool, offer_expires_at=deadline)


def _tell_some(pk):
    """Tell the next entries that got no seat, and count them, in one transaction; returns whether there may be more."""
    with transaction.atomic():
        draw = Draw.objects.select_for_update(of=("self",)).select_related("round").get(pk=pk)
        entries = Entry.objects.filter(round=draw.round_id, pk__gt=draw.told).select_related("account", "learner")
        portion = list(entries.order_by("pk")[:_TOLD_AT_ONCE])
        if portion:
            tell_results(draw, [entry for entry in portion if entry.is_live])
            draw.told, draw.touched_at = portion[-1].pk, timezone.now()
            draw.save(update_fields=["told", "touched_at"])
    return bool(portion)
