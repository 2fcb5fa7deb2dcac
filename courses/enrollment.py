"""Enrolling, from the first form to the end: every change of an enrollment's state is one function here.

Each function is one transaction of the moves that moves.py makes. Views, admin actions, commands and tasks call these;
nothing else writes a state.

The order of locks is always the same: the person's learner rows, then the pools of the intake, then enrollments.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.learners import missing
from accounts.models import Learner
from courses import conditions, dues, moves, proofs, schools, seats
from courses.deadlines import offer_until
from courses.describe import moment
from courses.eligibility import (
    Rules,
    clash_objection,
    limit_objection,
    needs,
    objections,
    pool_objection,
    qualifies,
    told,
)
from courses.messages import tell
from courses.models import Enrollment, HistoryEntry, Intake, Review, SeatPool
from courses.moves import EnrollmentError, MoveRefused
from courses.signals import enrollment_moved
from courses.states import LIVE, SEATED, Reason, State

# What enrolling reads of an intake and of the person's other enrollments. Their programs are pages: to write, send and
# unpack their thirty columns, and the texts for lists, took half of the time of an enrollment.
_UNREAD = {
    "code",
    "status_note",
    "place",
    "teacher",
    "materials",
    "updated_at",
    "runs_anyway_at",
    "copied_from",
    "official_channel",
}
_READ = [
    *(field.name for field in Intake._meta.concrete_fields if field.name not in _UNREAD),
    *(
        "program__title",
        "program__live",
        "program__institution",
        "program__content_type",
        "term__name",
        "term__learner_limit",
    ),
]
_READ_OF_OTHERS = [
    *("intake", "account", "state", "form_key", "reference", "entry"),
    *("intake__program__title", "intake__label", "intake__term", "intake__allow_clash"),
    *("intake__starts_at", "intake__ends_at", "intake__weekdays"),
]


# While one of these is not known, nobody can say that no seat is for a learner.
_DECIDE_POOLS = {"birth_date", "district", schools.NEED}


class NotOpen(EnrollmentError):
    """Enrollment has not begun, is over, or the intake is cancelled."""


class NotEligible(EnrollmentError):
    """One or more rules speak against the learner; all of them are given."""


class DataMissing(EnrollmentError):
    """Facts that this intake must know are not there; `missing` names them."""

    def __init__(self, absent):
        super().__init__(_("Some details of the learner are still missing."))
        self.missing = absent


class NotAcknowledged(EnrollmentError):
    """Conditions that must be acknowledged one by one, and were not (or say something else by now): `conditions`."""

    def __init__(self, lacking):
        titles = _(", ").join(condition.title for condition in lacking)
        super().__init__(_("Please read and acknowledge: %(titles)s.") % {"titles": titles})
        self.conditions = lacking


class AlreadyEnrolled(EnrollmentError):
    """The person has a live enrollment in this intake, or this very form was sent before."""

    def __init__(self, enrollment):
        super().__init__(_("This person is already enrolled here or in the waitlist."))
        self.enrollment = enrollment


@dataclass(frozen=True)
class Check:
    """What stands between a learner and an intake: objections in words, and facts that must still be asked for."""

    objections: list[str]
    missing: set[str]
    existing: Enrollment | None = None

    @property
    def ok(self):
        """Whether the learner could be enrolled right now."""
        return not (self.objections or self.missing or self.existing)


def check(*, intake, learner, pools, others=None):
    """Check one learner against all rules of an intake. Reads only; `submit` checks again inside its transaction."""
    others = live_enrollments(learner.person) if others is None else others
    existing = next((other for other in others if other.intake_id == intake.pk), None)
    others = [other for other in others if other.intake_id != intake.pk]
    rules = Rules.of(intake)
    absent = missing(learner, needs(intake, pools))
    found = objections(rules, learner)
    if not _DECIDE_POOLS & absent and not any(qualifies(pool, learner, rules.on) for pool in pools):
        found.append(pool_objection(pools))
    # One may wait for a class and meanwhile take another at the same hour: only held seats clash.
    seated = [other for other in others if other.state in SEATED]
    found += filter(None, [limit_objection(intake, others), clash_objection(intake, seated)])
    return Check(found, absent, existing)


def submit(
    *,
    intake,
    learner,
    by,
    channel=Enrollment.Channel.WEB,
    form_key=None,
    text="",
    proof="",
    late=False,
    acknowledged=(),
):
    """Enroll a learner: a free seat is theirs at once, else a place at the end of the waitlist.

    Where a fee is due, the seat is offered: it is held until the fee is paid, or the time to pay is over. `proof` names
    a reduction that must be proved; at the desk staff have seen the proof, else they check it first (proofs.py).
    Where people decide (review), the enrollment stays `submitted`, with the learner's `text`, until they have.

    `by` is the account that acts (the learner's own, or staff at a desk); `form_key` makes a form that is sent twice
    do the same as once; `acknowledged` are the marks of the conditions that were acknowledged (conditions.py). `late`
    is for exceptions that a second person approved. Returns the enrollment, `enrolled`, `offered`, `waitlisted` or
    `submitted`. Raises NotOpen, NotEligible, DataMissing, NotAcknowledged or AlreadyEnrolled.
    """
    with seats.gate(intake.pk), transaction.atomic():
        learner = lock_person(learner)
        intake = Intake.objects.select_related("term", "program").only(*_READ).get(pk=intake.pk)
        _require_open(intake, late=late)
        pools = seats.most_specific_first(intake.pools.all())
        others = live_enrollments(learner.person, form_key)
        _require_new(intake, others, form_key)
        result = check(intake=intake, learner=learner, pools=pools, others=others)
        if result.objections:
            raise NotEligible(*result.objections)
        if result.missing:
            raise DataMissing(result.missing)
        binding = conditions.conditions_of(intake)
        if lacking := conditions.lacking(binding, acknowledged):
            raise NotAcknowledged(lacking)
        enrollment = Enrollment(
            intake=intake,
            learner=learner,
            account_id=learner.account_id,
            person=learner.person,
            channel=channel,
            form_key=form_key,
            **told(intake, pools, learner, proof=proof if channel == Enrollment.Channel.DESK else ""),
        )
        if binding:
            enrollment.terms["acknowledged"] = conditions.as_kept(binding)
        if intake.admission_rule == Intake.AdmissionRule.REVIEW:
            return _await_decision(enrollment, learner, by, text, proof)
        _take_seat_or_wait(enrollment, [pool for pool in pools if qualifies(pool, learner, Rules.of(intake).on)])
        enrollment.save(force_insert=True)
        arrived = HistoryEntry(enrollment=enrollment, by=by, to_state=State.SUBMITTED)
        decided = HistoryEntry(enrollment=enrollment, by=by, from_state=State.SUBMITTED, to_state=enrollment.state)
        HistoryEntry.objects.bulk_create([arrived, decided])
        enrollment_moved.send(Enrollment, enrollment=enrollment, source=State.SUBMITTED, by=by)
        if enrollment.terms["bill"]:
            proofs.claim(enrollment, proof, by=by)
            if enrollment.state == State.OFFERED:
                dues.ask(enrollment)
        tell(enrollment, learner.account)
        return enrollment


def _await_decision(enrollment, learner, by, text, proof):
    """Keep the enrollment for those who decide (reviewing.py); it holds no seat until then."""
    enrollment.save(force_insert=True)
    if enrollment.terms["bill"]:
        proofs.claim(enrollment, proof, by=by)
    Review.objects.create(enrollment=enrollment, text=text)
    HistoryEntry.objects.create(enrollment=enrollment, by=by, to_state=State.SUBMITTED)
    tell(enrollment, learner.account)
    return enrollment


def lock_person(learner):
    """Lock every row of this person, so that two intakes cannot pass the same limit at the same time."""
    rows = Learner.objects.filter(person=learner.person, erased_at=None).order_by("pk")
    for row in rows.select_for_update(no_key=True):
        if row.pk == learner.pk:
            row.account = learner.account
            return row
    raise NotEligible(_("This learner's details were changed a moment ago. Please start again."))


def live_enrollments(person, form_key=None):
    """The person's live enrollments, and whatever this form made before: what the rules look at."""
    mine = Q(person=person, state__in=LIVE)
    if form_key:
        mine |= Q(form_key=form_key)
    return list(Enrollment.objects.filter(mine).select_related("intake__program").only(*_READ_OF_OTHERS).order_by())


def _require_open(intake, *, late=False):
    now = timezone.now()
    if intake.mode == Intake.Mode.INTEREST:
        raise NotOpen(_("The official channel decides here. You can register interest."))
    if intake.admission_rule not in (Intake.AdmissionRule.FIRST_COME, Intake.AdmissionRule.REVIEW):
        raise NotOpen(_("Seats of this class are given in a round of admission."))
    over = not intake.offers_seats(now) if late else now >= intake.closes_at
    if not intake.program.live or intake.status != Intake.Status.PUBLISHED or over:
        raise NotOpen(_("Enrollment for this class is closed."))
    if now < intake.opens_at:
        raise NotOpen(_("Enrollment for this class has not opened yet."))


def _require_new(intake, others, form_key):
    for other in others:
        if other.intake_id == intake.pk and (other.is_live or other.form_key == form_key):
            raise AlreadyEnrolled(other)


def _take_seat_or_wait(enrollment, pools):
    """Give the new enrollment a seat, or count it into the waitlist of the first pool it qualifies for.

    When all seems full, the pools are locked, seats whose offers ran out go back (no worker is needed for that), those
    who wait come first, and only then the newcomer.
    """
    pool = seats.take(pools)
    if pool is None:
        fresh = {pool.pk: pool for pool in seats.lock(enrollment.intake_id)}
        if any(pool.closed for pool in fresh.values()):
            raise NotOpen(_("Enrollment for this class is closed."))
        moves.expire(enrollment.intake, timezone.now())
        moves.offer_free_seats(enrollment.intake)
        pool = seats.take([fresh[pool.pk] for pool in pools])
    if pool is not None and enrollment.due:
        enrollment.pool, enrollment.state = pool, State.OFFERED
        hours, last_call = enrollment.intake.pay_hours, enrollment.intake.last_call
        enrollment.offer_expires_at = offer_until(timezone.now(), hours=hours, last_call=last_call)
    elif pool is not None:
        enrollment.pool, enrollment.state = pool, State.ENROLLED
    else:
        enrollment.pool, enrollment.state = pools[0], State.WAITLISTED
        seats.join_waitlist(pools[0].pk)


def confirm(enrollment, *, by, note=""):
    """Accept an offered seat. Raises MoveRefused when there is no offer, its deadline passed, or times clash."""
    with moves.changing(enrollment) as enrollment:
        if enrollment.state == State.OFFERED and enrollment.offer_expires_at <= timezone.now():
            moves.expire(enrollment.intake, timezone.now())
            moves.offer_free_seats(enrollment.intake)
            refused = MoveRefused(_("The time to confirm has passed and the seat went to the next in line."))
        elif moves.seated_by_entry(enrollment):
            raise MoveRefused(_("You have a seat in another of your choices already."))
        else:
            others = live_enrollments(enrollment.person)
            seated = [other for other in others if other.pk != enrollment.pk and other.state in SEATED]
            clash = enrollment.state == State.OFFERED and clash_objection(enrollment.intake, seated)
            if clash:
                raise MoveRefused(clash, _("Withdraw from that class first, then confirm this one."))
            moves.move(enrollment, State.ENROLLED, by=by, note=note)
            refused = None
    if refused:
        raise refused
    return enrollment


def decline(enrollment, *, by, reason="", note=""):
    """Say no to an offered seat; it goes to the next in line."""
    with moves.changing(enrollment) as enrollment:
        moves.move(enrollment, State.DECLINED, by=by, reason=reason, note=note)
        moves.offer_free_seats(enrollment.intake)
    return enrollment


def withdraw(enrollment, *, by, reason="", note=""):
    """Leave a class, an offer or the waitlist. Raises MoveRefused after the moment told at enrollment."""
    with moves.changing(enrollment) as enrollment:
        if enrollment.state == State.SUBMITTED and enrollment.entry_id:
            # After the window the list of entries is closed and published: nobody goes out of it, either.
            raise MoveRefused(_("Change or withdraw the whole entry instead, until applications close."))
        if enrollment.state == State.ENROLLED and not may_withdraw(enrollment):
            raise MoveRefused(
                _("Withdrawing online was possible until %(until)s. Please ring the school.")
                % {"until": moment(Rules.from_terms(enrollment.terms).withdraw_until)}
            )
        moves.move(enrollment, State.WITHDRAWN, by=by, reason=reason, note=note)
        moves.offer_free_seats(enrollment.intake)
    return enrollment


def may_withdraw(enrollment):
    """Whether the learner may withdraw now, by the rule told at enrollment. Leaving a waitlist is always possible."""
    if enrollment.state != State.ENROLLED:
        return enrollment.is_live
    told, now = Rules.from_terms(enrollment.terms).withdraw_until, timezone.now()
    # A class that was postponed since may be left longer than was told.
    return told is None or now < max(told, enrollment.intake.withdraw_until or told)


def cancel(enrollment, *, by, reason, note=""):
    """Cancel by staff, with a listed reason that the learner is told."""
    with moves.changing(enrollment) as enrollment:
        moves.move(enrollment, State.CANCELLED, by=by, reason=Reason(reason), note=note)
        moves.offer_free_seats(enrollment.intake)
    return enrollment


def complete(enrollment, *, by, note=""):
    """Record that the learner finished the class. Whoever is in a pathway has, when the last stage is over."""
    with moves.changing(enrollment) as enrollment:
        if hasattr(enrollment, "student"):
            raise MoveRefused(_("Whoever is in a pathway completes it with the last year of its cohort."))
        moves.move(enrollment, State.COMPLETED, by=by, note=note)
    return enrollment


def cancel_intake(intake, *, by, note):
    """Cancel a whole class: everyone in it or waiting for it is cancelled and told. `note` says why, publicly."""
    with seats.gate(intake.pk), transaction.atomic():
        seats.lock(intake.pk)
        seats.close(intake.pk)
        intake = Intake.objects.get(pk=intake.pk)
        intake.status, intake.status_note = Intake.Status.CANCELLED, note
        intake.save(update_fields=["status", "status_note"])  # Saved, not updated: pages listen and are made anew.
        everyone = intake.enrollments.live().select_related("intake__program", "account", "learner")
        for enrollment in everyone.order_by("pk"):
            moves.move(enrollment, State.CANCELLED, by=by, reason=Reason.CLASS_CANCELLED, note=note)


def promote(intake, *, by=None):
    """Offer free seats to those who wait, in their order; returns the enrollments that got an offer."""
    with seats.gate(intake.pk), transaction.atomic():
        seats.lock(intake.pk)
        return moves.offer_free_seats(intake, by=by)


def expire_overdue(now=None):
    """Take back every offer whose deadline has passed and offer the seats to the next; returns how many expired."""
    now = now or timezone.now()
    expired = 0
    for intake in Intake.objects.filter(pk__in=Enrollment.objects.overdue(now).values("intake")):
        with seats.gate(intake.pk), transaction.atomic():
            seats.lock(intake.pk)
            expired += moves.expire(intake, now)
            moves.offer_free_seats(intake)
    return expired


def release_due(now=None):
    """Let unclaimed priority seats whose moment has come fall to everyone; returns the number of intakes concerned."""
    now = now or timezone.now()
    due = SeatPool.objects.filter(released_at__lte=now, seats_taken__lt=F("capacity"), closed=False)
    intakes = Intake.objects.filter(pk__in=due.values("intake"), status=Intake.Status.PUBLISHED)
    for intake in intakes:
        promote(intake)
    return len(intakes)


def close_waitlists(now=None):
    """Tell those who still wait for a class that has begun that no seat came free; returns how many."""
    now = now or timezone.now()
    waiting = Enrollment.objects.waitlisted().filter(intake__starts_at__lte=now, intake__closes_at__lte=now)
    closed = 0
    for enrollment in waiting:
        with moves.changing(enrollment) as fresh:
            if fresh.state == State.WAITLISTED:
                moves.move(fresh, State.NOT_ADMITTED, by=None, reason=Reason.CLASS_BEGAN)
                closed += 1
    return closed
