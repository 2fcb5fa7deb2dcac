"""Candidates of an order: shared by the school's staff, taken back, decided on by the enterprise.

Each function is one transaction under the locks of the intake (courses.moves), and refuses what was decided already.
The seat, the place in the waitlist and the refusal are the engine's (courses.reviewing): so never more are accepted
than the intake has seats, and the reserve list moves by itself. Nothing else writes a candidate.
"""

from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import reviewing, seats
from courses.models import Enrollment, Review
from courses.states import Reason, State
from partners import candidate_messages as messages
from partners import interviews
from partners.candidacy import CandidateError, changing, changing_all_of, record, require_writer
from partners.models import Candidate, CandidateEvent, OrderProgramPage, PartnerSettings
from partners.rules import found_in

Act, Decision = CandidateEvent.Act, Candidate.Decision
# The condition that a learner acknowledges before applying (conditions.py): what is shown to whom.
SHARING = "sharing"
FEEDBACK_LENGTH = 200
_ENDS = (State.NOT_ADMITTED, State.DECLINED, State.EXPIRED, State.WITHDRAWN, State.CANCELLED)


def order_of(intake):
    """The order that an intake recruits for, or None."""
    page = OrderProgramPage.objects.filter(pk=intake.program_id).select_related("order__enterprise").first()
    return page and page.order


def has_agreed(enrollment):
    """Whether the learner acknowledged, before applying, what is shown to the enterprise, and has not taken it back."""
    if not any(one.get("key") == SHARING for one in enrollment.terms.get("acknowledged", ())):
        return False
    standing = getattr(enrollment, "candidate", None)
    if standing is None:
        return True
    return not standing.history.filter(act=Act.TAKEN_BACK, by=enrollment.account_id).exists()


def share(intake, *, enrollments, by, on_paper=False):
    """Share these applications with the enterprise, all in one act. Returns the candidates.

    `by` is staff of the institution. `on_paper`: the consent of those who did not give it here lies at the school.
    All are shared or none: raises CandidateError that names whoever cannot be.
    """
    keys = {one.pk for one in enrollments}
    with seats.gate(intake.pk), transaction.atomic():
        seats.lock(intake.pk)
        order = order_of(intake)
        _require_recruiting(order)
        mine = Enrollment.objects.staffed_by(by).filter(intake=intake, pk__in=keys).order_by("pk")
        rows = list(mine.select_related("intake__program", "learner", "account", "candidate"))
        if not rows or len(rows) < len(keys):
            raise CandidateError(_("Choose the applications that you want to share."))
        for row in rows:
            _require_sharable(row, on_paper)
        shared = [_share(row, order, by) for row in rows]
        messages.tell_enterprise(order, "candidates_shared", occasion=f"{shared[-1].history.last().pk}", n=len(shared))
    return shared


def _require_recruiting(order):
    if order is None or not order.is_live or not order.enterprise.is_verified:
        raise CandidateError(_("The order does not recruit now, or its enterprise is not verified."))


def _require_sharable(row, on_paper):
    name = {"name": row.learner.name}
    standing = getattr(row, "candidate", None)
    if row.state != State.SUBMITTED:
        raise CandidateError(_("%(name)s does not wait for a decision any more.") % name)
    if standing is not None and standing.taken_back_at is None:
        raise CandidateError(_("%(name)s is shared with the enterprise already.") % name)
    if not has_agreed(row) and not on_paper:
        raise CandidateError(
            _("%(name)s did not agree on the website that the enterprise may see the application.") % name,
            _("Ask for a signed consent first, and tick that you have it."),
        )


def _share(row, order, by):
    values = {"order": order, "shared_at": timezone.now(), "taken_back_at": None, "ended_at": None}
    candidate, _made = Candidate.objects.update_or_create(enrollment=row, defaults=values)
    reviewing.shortlist(row, by=by, quiet=True)
    event = record(candidate, Act.SHARED, by=by)
    messages.tell_learner(candidate, "candidate_shared", occasion=event.pk)
    return candidate


def take_back(candidate, *, by, note=""):
    """Close a candidate to the enterprise at once, before it has decided: by staff, or by the learner's own account."""
    with changing(candidate) as fresh:
        if fresh.enrollment.account_id != by.pk and not Candidate.objects.staffed_by(by).filter(pk=fresh.pk).exists():
            raise CandidateError(_("Only the school and the learner can do this."))
        if not fresh.is_open:
            raise CandidateError(_("The enterprise has decided, or the share was taken back already."))
        interviews.release(fresh, off=True)
        fresh.taken_back_at = timezone.now()
        fresh.save(update_fields=["taken_back_at"])
        event = record(fresh, Act.TAKEN_BACK, by=by, note=note)
        reviewing.set_back(fresh.enrollment, to=Review.Step.RECEIVED)
        messages.tell_learner(fresh, "candidate_taken_back", occasion=event.pk, comment=note)
        messages.tell_enterprise(fresh.order, "candidate_left", occasion=event.pk)
    return fresh


def accept(candidate, *, feedback, by):
    """Offer a seat, which the learner confirms; refused when none is free: then there is the reserve list."""
    with _deciding(candidate, Decision.ACCEPT, Act.ACCEPTED, feedback, by) as fresh:
        reviewing.admit(fresh.enrollment, by=by, note=fresh.feedback)
    return fresh


def reserve(candidate, *, feedback, by):
    """Put on the reserve list: the waitlist of the intake, in the order of applications; it moves by itself."""
    with _deciding(candidate, Decision.RESERVE, Act.RESERVED, feedback, by) as fresh:
        reviewing.wait(fresh.enrollment, by=by, note=fresh.feedback)
    return fresh


def refuse(candidate, *, feedback, by, reason=Reason.OTHERS_FIT_BETTER):
    """Do not choose, for a listed reason and with words that the learner reads; the school answers an appeal."""
    with _deciding(candidate, Decision.REFUSE, Act.REFUSED, feedback, by) as fresh:
        if reason not in reviewing.REFUSALS:
            raise CandidateError(_("Choose one of the reasons."))
        reviewing.refuse(fresh.enrollment, by=by, reason=reason, note=fresh.feedback)
    return fresh


def refuse_many(order, *, candidates, feedback, by, reason=Reason.OTHERS_FIT_BETTER):
    """Do not choose several candidates of an order, each with the same words: all or none."""
    if not candidates:
        raise CandidateError(_("Choose whom it is about."))
    with changing_all_of(order):
        for candidate in candidates:
            refuse(candidate, feedback=feedback, by=by, reason=reason)


@contextmanager
def _deciding(candidate, decision, act, feedback, by):
    """Keep the decision with its row of history; the engine's move follows in the same transaction."""
    with changing(candidate) as fresh:
        require_writer(fresh.order, by)
        _require_recruiting(fresh.order)
        if not fresh.is_open:
            raise CandidateError(_("This candidate was decided on already, or is no longer shared."))
        fresh.decision, fresh.feedback, fresh.decided_at = decision, sound(feedback), timezone.now()
        fresh.save(update_fields=["decision", "feedback", "decided_at"])
        interviews.release(fresh, off=True)
        record(fresh, act, by=by, note=fresh.feedback)
        yield fresh


def sound(words):
    """Words of a decision, as the learner reads them; refused when none, or when they judge by what they may not."""
    words = " ".join(words.split())
    if not words:
        raise CandidateError(_("Write a sentence of feedback: the learner reads it."))
    if len(words) > FEEDBACK_LENGTH:
        raise CandidateError(_("At most %(n)d characters of feedback.") % {"n": FEEDBACK_LENGTH})
    limits = PartnerSettings.objects.first() or PartnerSettings()
    if said := found_in(words, limits.discrimination):
        raise CandidateError(
            _("Nobody may be refused or preferred for sex, age, origin, family or looks (Employment Promotion Law)."),
            _("Take out “%(words)s”.") % {"words": "”、“".join(said)},
        )
    return words


def follow(sender, *, enrollment, source, by, **_signal):
    """What a move of the enrollment means for its candidate (receiver of courses.signals.enrollment_moved)."""
    if enrollment.intake.admission_rule != "review":
        return
    candidate = Candidate.objects.filter(enrollment=enrollment.pk).select_related("order__enterprise").first()
    if candidate is None:
        return
    candidate.enrollment = enrollment
    if enrollment.state in _ENDS:
        _end(candidate, by)
    elif candidate.ended_at is not None:
        _reopen(candidate, by)
    elif candidate.taken_back_at is None and enrollment.state == State.ENROLLED:
        messages.tell_enterprise(candidate.order, "candidate_confirmed", occasion=f"confirmed:{candidate.pk}")
    elif candidate.taken_back_at is None and source == State.WAITLISTED and enrollment.state == State.OFFERED:
        messages.tell_enterprise(candidate.order, "candidate_moved_up", occasion=f"moved:{candidate.pk}")


def _end(candidate, by):
    interviews.release(candidate, off=False)
    candidate.ended_at = timezone.now()
    candidate.save(update_fields=["ended_at"])
    if candidate.decision == Decision.REFUSE:
        return
    event = record(candidate, Act.ENDED, by=by)
    if candidate.taken_back_at is None:
        messages.tell_enterprise(candidate.order, "candidate_left", occasion=event.pk)


def _reopen(candidate, by):
    """An upheld appeal, or a payment that came late: what stood before stands again.

    A refusal is undone, also where the school has given a seat or a place in the line at once.
    """
    candidate.ended_at = None
    if candidate.enrollment.state == State.SUBMITTED or candidate.decision == Decision.REFUSE:
        candidate.decision, candidate.feedback, candidate.decided_at = "", "", None
    candidate.save(update_fields=["ended_at", "decision", "feedback", "decided_at"])
    event = record(candidate, Act.REOPENED, by=by)
    messages.tell_enterprise(candidate.order, "candidate_reopened", occasion=event.pk)
