"""The moves of an enrollment along the table in states.py: the one place that writes a state.

Each move changes the state, adds its row of history, keeps the seat counters (seats.py) and tells the account, or does
nothing. The processes are made of them (enrollment.py, moving.py ...); they run inside a transaction in which the pools
of the intake are locked, as `changing` does for one enrollment.
"""

from contextlib import contextmanager

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import dues, schools, seats
from courses.deadlines import offer_until
from courses.eligibility import Rules, objections, qualifies
from courses.messages import tell
from courses.models import Enrollment, HistoryEntry, Intake
from courses.signals import enrollment_moved
from courses.states import SEATED, Reason, State, may_move

_AT_ONCE = 500  # enrollments in one statement


class EnrollmentError(Exception):
    """Something that cannot be done, with `messages` that say to people why and what to do."""

    def __init__(self, *messages):
        super().__init__(*messages)
        self.messages = [str(message) for message in messages]


class MoveRefused(EnrollmentError):
    """The enrollment is not in a state in which this can be done (any more)."""


@contextmanager
def changing(enrollment):
    """The gate, the transaction and the locks in which one enrollment is changed; yields it as it is now."""
    related = "intake__program", "intake__term", "account", "learner"
    with seats.gate(enrollment.intake_id), transaction.atomic():
        seats.lock(enrollment.intake_id)
        yield Enrollment.objects.select_related(*related).get(pk=enrollment.pk)


def expire(intake, now):
    """Expire the overdue offers of an intake whose pools are locked; returns how many."""
    overdue = intake.enrollments.overdue(now).select_related("intake__program", "account", "learner").order_by("pk")
    for enrollment in overdue:
        move(enrollment, State.EXPIRED, by=None, reason=Reason.DEADLINE)
    return len(overdue)


def offer_free_seats(intake, by=None):
    """Offer the free seats of an intake whose pools are locked to those who wait, in the order of arrival.

    Nobody eligible is passed over, and whoever is no longer eligible under the rules they were told does not stop the
    line: they leave it and are told. A seat goes to the first who qualifies for its pool, wherever they wait.
    """
    now = timezone.now()
    pools = seats.lock(intake.pk)
    seats.release(pools, now)
    # On opening day most who come find the class full: nothing more is read for them.
    if not any(pool.waiting for pool in pools) or not any(pool.free for pool in pools):
        return []
    intake = Intake.objects.get(pk=intake.pk)
    if not intake.offers_seats(now):
        return []
    offered = []
    for enrollment in in_line(intake, also=schools.read_with(pools)):
        if not any(pool.free for pool in pools):
            break
        rules = Rules.from_terms(enrollment.terms)
        if enrollment.learner.erased_at or objections(rules, enrollment.learner):
            move(enrollment, State.NOT_ADMITTED, by=by, reason=Reason.RULES_NOT_MET)
            continue
        if seated_by_entry(enrollment):
            move(enrollment, State.NOT_ADMITTED, by=by, reason=Reason.OTHER_CHOICE)
            continue
        fitting = [pool for pool in pools if pool.free and qualifies(pool, enrollment.learner, rules.on)]
        if fitting:
            fitting[0].seats_taken += 1
            deadline = offer_until(now, hours=rules.offer_hours, last_call=intake.last_call)
            move(enrollment, State.OFFERED, by=by, pool=fitting[0], offer_expires_at=deadline)
            offered.append(enrollment)
    return offered


def seated_by_entry(enrollment):
    """Whether another choice of the same entry has got its learner a certain seat: one entry, one seat."""
    others = Enrollment.objects.filter(entry=enrollment.entry_id, state__in=(State.ENROLLED, State.COMPLETED))
    return enrollment.entry_id is not None and others.exclude(pk=enrollment.pk).exists()


def in_line(intake, *, also=()):
    """Those who wait for an intake, in order, read in small portions: mostly the first is the one.

    `also` names what else is read with them.
    """
    waiting = intake.enrollments.waitlisted().select_related("intake__program", "account", "learner", *also)
    drawn, line, last = waiting.exclude(line=None), 0, 0
    while portion := list(drawn.filter(Q(line__gt=line) | Q(line=line, pk__gt=last))[:20]):
        yield from portion
        line, last = portion[-1].line, portion[-1].pk
    arrived, last = waiting.filter(line=None), 0
    while portion := list(arrived.filter(pk__gt=last)[:20]):
        yield from portion
        last = portion[-1].pk


def move(enrollment, target, *, by, reason="", note="", other=None, quiet=False, **fields):
    """Move along the table in states.py: the state, its history, the seat counters and the message, or nothing.

    `other` is the enrollment that takes this one's place; then one message is told, about that one (moving.py).
    With `quiet` the caller tells the account itself, in one message about several enrollments.
    Raises MoveRefused when the table does not list the move. The pools of the intake are locked by the caller.
    """
    source, held = enrollment.state, enrollment.pool_id
    if not may_move(source, target):
        raise MoveRefused(_("This is not possible: the enrollment is %(state)s.") % {"state": State(source).label})
    for name, value in fields.items():
        setattr(enrollment, name, value)
    enrollment.state = target
    changed = Enrollment.objects.filter(pk=enrollment.pk, state=source)
    if not changed.update(state=target, **fields):
        raise MoveRefused(_("The enrollment was changed a moment ago. Please look again."))
    if source == State.WAITLISTED:
        seats.leave_waitlist(held)
    if target == State.WAITLISTED:
        seats.join_waitlist(enrollment.pool_id)
    if source in SEATED and target not in SEATED:
        seats.give_back(held)
    if target in SEATED and source not in SEATED and seats.take([enrollment.pool]) is None:
        raise MoveRefused(_("No seat is free."))
    HistoryEntry.objects.create(
        enrollment=enrollment, by=by, from_state=source, to_state=target, reason=reason, note=note, other=other
    )
    if enrollment.due or "due" in fields:
        _move_money(enrollment, source, by=by, reason=reason, other=other)
    enrollment_moved.send(Enrollment, enrollment=enrollment, source=source, by=by)
    if other is None and not quiet:
        tell(enrollment, enrollment.account, reason=reason, note=note)


def move_many(enrollments, target, *, reason="", by=None, note="", **fields):
    """Move submitted enrollments to a state without a seat, quietly: as a draw decides, or staff for a whole round.

    `fields` are values or expressions, as in an update. The caller tells each account what became of its entry.
    """
    if target in SEATED or not may_move(State.SUBMITTED, target):
        raise MoveRefused(_("This is not possible: the enrollment is %(state)s.") % {"state": State.SUBMITTED.label})
    keys = list(enrollments.filter(state=State.SUBMITTED).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), _AT_ONCE):
        some = Enrollment.objects.filter(pk__in=keys[start : start + _AT_ONCE])
        some.update(state=target, **fields)
        HistoryEntry.objects.bulk_create(
            HistoryEntry(
                enrollment_id=key, by=by, from_state=State.SUBMITTED, to_state=target, reason=reason, note=note
            )
            for key in keys[start : start + _AT_ONCE]
        )
        if target == State.WAITLISTED:
            for pool, count in some.values_list("pool").annotate(Count("pk")).order_by():
                seats.join_waitlist(pool, count)


def _move_money(enrollment, source, **why):
    try:
        dues.follow(enrollment, source, **why)
    except dues.NotPaid:
        raise MoveRefused(_("The fee of this seat is not paid yet.")) from None
