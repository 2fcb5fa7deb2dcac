"""Deciding where people decide (admission rule "review"): shortlist, invite to an interview, decide with a reason.

The enrollment stays `submitted` until the decision; its Review says how far it is. Each function is one transaction,
under the locks of moves.py, and refuses what was decided already.
"""

import hashlib
from contextlib import contextmanager

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import moves, seats
from courses.deadlines import offer_until
from courses.describe import moment
from courses.eligibility import Rules, qualifies
from courses.messages import say_about
from courses.models import Intake, Review
from courses.moves import MoveRefused
from courses.states import Reason, State
from notifications.texts import explain, register

# What may be said when somebody is not admitted.
REFUSALS = (Reason.OTHERS_FIT_BETTER, Reason.CONDITIONS_NOT_SHOWN, Reason.NOT_AT_INTERVIEW, Reason.RULES_NOT_MET)

register(
    "review_shortlisted",
    title=gettext_lazy("Shortlisted: %(title)s"),
    body=gettext_lazy(
        "The school would like to meet %(name)s for %(title)s. A time for the interview follows. "
        "Reference %(reference)s."
    ),
    required={"title"},
)
register(
    "review_invited",
    title=gettext_lazy("Interview: %(title)s"),
    body=gettext_lazy(
        "The interview of %(name)s for %(title)s is on %(interview)s, %(place)s. If you cannot come, please ring the "
        "school. Reference %(reference)s."
    ),
    required={"title", "interview"},
)
explain("interview", meaning=gettext_lazy("Day and hour of the interview"), example=gettext_lazy("7 March 2027, 14:30"))


@contextmanager
def _reviewing(enrollment):
    """The locks, the enrollment and its review; refused when it is no open review."""
    with moves.changing(enrollment) as enrollment:
        if enrollment.intake.admission_rule != Intake.AdmissionRule.REVIEW or enrollment.state != State.SUBMITTED:
            raise MoveRefused(_("This application is not waiting for a decision."))
        yield enrollment, Review.objects.get_or_create(enrollment=enrollment)[0]


def shortlist(enrollment, *, by, quiet=False):
    """Say that the school would like to meet this learner. With `quiet` the caller tells the learner itself."""
    with _reviewing(enrollment) as (enrollment, review):
        if review.step in (Review.Step.SHORTLISTED, Review.Step.INVITED) and not quiet:
            raise MoveRefused(_("This learner is on the shortlist already."))
        review.step = Review.Step.SHORTLISTED
        review.save(update_fields=["step"])
        if not quiet:
            say_about(enrollment, "review_shortlisted", occasion="shortlisted")


def invite(enrollment, *, by, at, place="", quiet=False):
    """Invite to an interview; inviting again changes its time, and is told again (by the caller, with `quiet`)."""
    if at <= timezone.now():
        raise MoveRefused(_("The interview must be in the future."))
    with _reviewing(enrollment) as (enrollment, review):
        review.step, review.interview_at, review.interview_place = Review.Step.INVITED, at, place
        review.save(update_fields=["step", "interview_at", "interview_place"])
        if quiet:
            return
        with translation.override(enrollment.account.language):
            said = {"interview": moment(at), "place": place}
        where = hashlib.blake2s(place.encode(), digest_size=4).hexdigest()
        say_about(enrollment, "review_invited", occasion=f"invited:{at.timestamp():.0f}:{where}", **said)


def set_back(enrollment, *, to=Review.Step.SHORTLISTED):
    """An interview is off, or (`to` received) the shortlist is: the caller tells the learner."""
    with _reviewing(enrollment) as (enrollment, review):
        review.step, review.interview_at, review.interview_place = to, None, ""
        review.save(update_fields=["step", "interview_at", "interview_place"])


def admit(enrollment, *, by, note=""):
    """Offer a seat of the first pool that the learner qualifies for and that has one.

    Raises MoveRefused when no seat is free: then the learner can be put in the waitlist.
    """
    with _reviewing(enrollment) as (enrollment, review):
        now, rules = timezone.now(), Rules.from_terms(enrollment.terms)
        if not enrollment.intake.offers_seats(now):
            raise MoveRefused(_("This class no longer takes anybody: it is cancelled, not published or has begun."))
        pools = seats.lock(enrollment.intake_id)
        pool = next((pool for pool in _fitting(pools, enrollment, rules) if pool.free), None)
        if pool is None:
            raise MoveRefused(_("No seat is free. Put the learner in the waitlist instead."))
        deadline = offer_until(now, hours=rules.offer_hours, last_call=enrollment.intake.last_call)
        moves.move(enrollment, State.OFFERED, by=by, note=note, pool=pool, offer_expires_at=deadline)
        _decided(review, by)


def wait(enrollment, *, by, note=""):
    """Put the learner in the waitlist, in the order of applications; a free seat is offered to the first at once."""
    with _reviewing(enrollment) as (enrollment, review):
        pools = _fitting(seats.lock(enrollment.intake_id), enrollment, Rules.from_terms(enrollment.terms))
        if not pools:
            raise MoveRefused(_("No seat of this class is for this learner."))
        moves.move(enrollment, State.WAITLISTED, by=by, note=note, pool=pools[0])
        _decided(review, by)
        moves.offer_free_seats(enrollment.intake, by=by)


def refuse(enrollment, *, by, reason, note=""):
    """Do not admit, for one of the listed reasons; the learner reads it, and may ask for a review of the decision."""
    with _reviewing(enrollment) as (enrollment, review):
        moves.move(enrollment, State.NOT_ADMITTED, by=by, reason=Reason(reason), note=note)
        _decided(review, by)


def _fitting(pools, enrollment, rules):
    return [pool for pool in pools if qualifies(pool, enrollment.learner, rules.on)]


def _decided(review, by):
    review.step, review.decided_by, review.decided_at = Review.Step.DECIDED, by, timezone.now()
    review.save(update_fields=["step", "decided_by", "decided_at"])
