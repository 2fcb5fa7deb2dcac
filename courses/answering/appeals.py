"""Asking for a second look at a decision, from the learner's text to the answer and what follows from it.

Each is one transaction. What follows from an upheld one is no favor: the enrollment goes back to where it was, and the
waitlist's order (arrival, or the draw's) gives it the place that it had. A free seat then goes to the first in line as
always, which is mostly the one who was put out wrongly.
"""

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from courses import moves, seats
from courses.answering.texts import tell_answer, tell_asked
from courses.eligibility import Rules, objections, qualifies
from courses.models import AnswerSettings, Appeal, CaseEntry, Draw, Enrollment, Review
from courses.moves import EnrollmentError
from courses.states import LIVE, Reason, State

APPEALABLE = (State.CANCELLED, State.NOT_ADMITTED)


class AppealError(EnrollmentError):
    """Why this cannot be asked or answered, in words."""


def open_decision(enrollment, now=None):
    """The decision (row of history) for which a review can be asked now, or None."""
    if enrollment.state not in APPEALABLE or enrollment.learner.erased_at:
        return None
    entry = enrollment.history.order_by("-pk").first()
    if entry is None or Appeal.objects.filter(about=entry).exists():
        return None
    return entry if (now or timezone.now()) < _until(entry) else None


def _until(entry):
    return entry.at + timedelta(days=AnswerSettings.now().ask_days)


def ask(enrollment, *, by, text, files=()):
    """Ask for a review of the last decision on an enrollment; returns the appeal. The account is told until when it is
    answered."""
    with moves.changing(enrollment) as enrollment:
        entry = open_decision(enrollment)
        if entry is None:
            raise AppealError(_("A review of this decision cannot be asked for, or was asked for already."))
        due = timezone.localdate() + timedelta(days=AnswerSettings.now().answer_days)
        appeal = Appeal.objects.create(
            enrollment=enrollment,
            about=entry,
            account=enrollment.account,
            text=text,
            due_at=timezone.make_aware(datetime.combine(due, time(23, 59, 59))),
        )
        for file in files:
            file.appeal = appeal
            file.save()
        _record(appeal, CaseEntry.Act.APPEAL_ASKED, by)
        tell_asked(appeal)
        return appeal


def who_may_not(appeal, account):
    """Why this person must not answer, in words, or None: nobody judges their own decision or their own case."""
    if appeal.about.by_id == account.pk:
        return _("You made this decision. Somebody else answers.")
    if appeal.account_id == account.pk or appeal.enrollment.learner.account_id == account.pk:
        return _("This is your own case. Somebody else answers.")
    return None


def answer(appeal, *, by, uphold, text):
    """Answer it, once. Upheld, the enrollment goes back to where it was; the account is told.

    Raises AppealError for whoever decided before or is concerned, and when it is answered already.
    """
    refused = who_may_not(appeal, by)
    if refused:
        raise AppealError(refused)
    with moves.changing(appeal.enrollment) as enrollment:
        appeal = Appeal.objects.select_for_update(of=["self"]).select_related("about").get(pk=appeal.pk)
        if appeal.state != Appeal.State.OPEN:
            raise AppealError(_("This was answered a moment ago."))
        appeal.enrollment = enrollment
        appeal.outcome = _put_right(enrollment, appeal.about, by) if uphold else ""
        appeal.state = Appeal.State.UPHELD if uphold else Appeal.State.REJECTED
        appeal.answer, appeal.decided_by, appeal.decided_at = text, by, timezone.now()
        appeal.save()
        _record(appeal, CaseEntry.Act.APPEAL_UPHELD if uphold else CaseEntry.Act.APPEAL_REJECTED, by)
        tell_answer(appeal)
        return appeal


def _record(appeal, act, by):
    enrollment = appeal.enrollment
    CaseEntry.objects.create(
        enrollment=enrollment, intake_id=enrollment.intake_id, by=by, act=act, reason=appeal.about.reason
    )


# --- What follows --------------------------------------------------------------------------------------------------


def _put_right(enrollment, decision, by):
    """Bring the enrollment back, inside the transaction that has locked its intake's pools; says what came of it."""
    intake = enrollment.intake
    if enrollment.state != decision.to_state or not intake.offers_seats(timezone.now()):
        return Appeal.Outcome.TOO_LATE
    rules = Rules.from_terms(enrollment.terms)
    against = objections(rules, enrollment.learner)
    if against:
        raise AppealError(*against, _("Correct the learner's data first, then the review can be upheld."))
    if not _make_room(enrollment, by):
        return Appeal.Outcome.HAS_PLACE
    target = _where_it_was(enrollment, decision)
    moves.move(
        enrollment,
        target,
        by=by,
        reason=Reason.APPEAL_UPHELD,
        pool=enrollment.pool if enrollment.pool or target == State.SUBMITTED else _pool_for(enrollment, rules),
        reinstated=enrollment.reinstated + 1,
    )
    if target == State.SUBMITTED:
        Review.objects.filter(enrollment=enrollment).update(step=Review.Step.RECEIVED, decided_by=None, decided_at=None)
        return Appeal.Outcome.BACK
    moves.offer_free_seats(intake, by=by)
    enrollment.refresh_from_db(fields=["state", "offer_expires_at"])
    return Appeal.Outcome.IN_LINE if enrollment.state == State.WAITLISTED else Appeal.Outcome.SEAT


def _make_room(enrollment, by):
    """End what the person has begun anew in this intake since, if it only waits: the old place is the better one.

    Returns False when they have a seat, or an application that counts.
    """
    mine = Enrollment.objects.filter(intake=enrollment.intake_id, person=enrollment.person, state__in=LIVE)
    for other in mine.select_related("intake__program", "account", "learner"):
        if other.state != State.WAITLISTED:
            return False
        moves.move(other, State.WITHDRAWN, by=by, reason=Reason.MOVED, other=enrollment)
    return True


def _where_it_was(enrollment, decision):
    """An application that nobody has drawn or reviewed yet counts again; in all other cases the place is in line.

    Raises AppealError between the closing of a draw's list and its result: nobody can be put on that list any more.
    """
    intake = enrollment.intake
    if decision.from_state != State.SUBMITTED:
        return State.WAITLISTED
    if Draw.objects.filter(round=intake.round_id, frozen_at__isnull=False, admitted_at=None).exists():
        raise AppealError(_("The list of the draw is closed. Answer when its results are carried out."))
    others_wait = intake.enrollments.filter(state=State.SUBMITTED).exists()
    return State.SUBMITTED if others_wait or timezone.now() < intake.closes_at else State.WAITLISTED


def _pool_for(enrollment, rules):
    pools = seats.most_specific_first(enrollment.intake.pools.all())
    return next((pool for pool in pools if qualifies(pool, enrollment.learner, rules.on)), pools[0])
