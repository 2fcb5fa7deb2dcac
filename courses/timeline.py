"""The life of an enrollment as its learner sees it: what happened, where it stands, what comes next and when."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from courses import beside
from courses.models import FeeProof, Review
from courses.states import State


@dataclass(frozen=True)
class Step:
    """One point of the timeline. `place` is done, now or next."""

    place: str
    title: str
    text: str = ""
    at: datetime | None = None


def steps(enrollment, history, *, money=(), now=None):
    """The timeline of an enrollment from its history (oldest first): past steps, the present one, the ones to come.

    `money` are past steps of its payments and refunds. What rooms above add: beside.py.
    """
    past = [
        Step("done", entry.get_to_state_display(), _why(entry), entry.at)
        for entry in history
        if entry.to_state != State.SUBMITTED or len(history) == 1
    ]
    added, standing = beside.steps_of(enrollment)
    past = sorted([*past, *money, *added], key=lambda step: step.at)
    present, coming = _ahead(enrollment, now or timezone.now())
    present = standing or present
    if past and present is None:
        past[-1] = Step("now", past[-1].title, past[-1].text, past[-1].at)
    return [*past, *([present] if present else []), *coming]


def _why(entry):
    return " ".join(filter(None, [entry.get_reason_display() if entry.reason else "", entry.note]))


def _ahead(enrollment, now):
    """The present step (None when the last past one is the end) and the coming ones."""
    intake = enrollment.intake
    first = Step("next", _("First meeting"), intake.place, intake.starts_at)
    last = Step("next", _("Last meeting"), "", intake.ends_at)
    meetings = [step for step in (first, last) if step.at and step.at > now]
    match enrollment.state:
        case State.SUBMITTED:
            return _under_review(enrollment), meetings[:1]
        case State.ENROLLED if meetings == [last]:
            return Step("now", _("The class is under way")), meetings
        case State.ENROLLED if not meetings and intake.starts_at:
            return Step("now", _("All meetings are over"), _("The school records who completed the class.")), []
        case State.ENROLLED:
            return Step("now", _("Your seat is certain"), _("We remind you before the first meeting.")), meetings
        case State.OFFERED if enrollment.due and _proof_waits(enrollment):
            text = _("You pay nothing before it is checked.")
            return Step("now", _("The lower fee is to be checked"), text), meetings
        case State.OFFERED if enrollment.due:
            text = _("A seat is held for you. It is certain once the fee is paid.")
            return Step("now", _("Pay for your seat"), text, enrollment.offer_expires_at), meetings
        case State.OFFERED:
            deadline = enrollment.offer_expires_at
            text = _("A seat is held for you. Confirm it in time, else it goes to the next in line.")
            return Step("now", _("Confirm your seat"), text, deadline), meetings
        case State.WAITLISTED:
            text = _("When a seat comes free, the first in line gets a message and time to confirm.")
            place = _("You are number %(n)d in the waitlist") % {"n": enrollment.waitlist_position}
            return Step("now", place, text), meetings[:1]
        case _:
            return None, []


def _proof_waits(enrollment):
    proof = getattr(enrollment, "proof", None)
    return proof is not None and proof.state == FeeProof.State.WAITING


def _under_review(enrollment):
    """Where a review stands; an enrollment in a round is shown with its entry."""
    review = getattr(enrollment, "review", None)
    if review is None:
        return Step("now", _("Applied"))
    match review.step:
        case Review.Step.INVITED:
            return Step("now", _("Your interview"), review.interview_place, review.interview_at)
        case Review.Step.SHORTLISTED:
            text = _("You are among those whom the school would like to meet. A time for the interview follows.")
            return Step("now", _("Shortlisted"), text)
        case _:
            return Step("now", _("The school looks at your application"), _("You get a message with the decision."))
