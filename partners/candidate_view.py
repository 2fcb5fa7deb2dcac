"""What an enterprise can read of a candidate: this list, and nothing else.

Pages and exports of enterprises are given these objects only, never an enrollment, a learner or a candidate row
(tests/partners/test_candidate_view.py holds that with hidden values). There is no identity number and no address, no
birth date and no sex: the law forbids to judge by them. The words of PERSONAL stand in the consent before applying.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.states import State
from partners.models import Candidate, Interview, InterviewSlot, Placement, Score
from partners.scoring import total_of

# What is personal in it, in the words in which learners are told before they apply.
PERSONAL = {
    "name": _("name of the learner"),
    "schooling": _("highest school finished"),
    "text": _("what is written in the application"),
    "papers": _("certificates and papers that are added"),
    "phone": _("phone number, only once accepted or when an interview by phone is booked"),
}


class Step(models.TextChoices):
    """Where a candidate stands, in the order of the enterprise's list."""

    MEET = "meet", _("to meet, no time booked")
    BOOKED = "booked", _("interview booked")
    DECIDE = "decide", _("met, to decide")
    ACCEPTED = "accepted", pgettext_lazy("candidates", "accepted")
    RESERVE = "reserve", _("on the reserve list")
    ENDED = "ended", pgettext_lazy("candidates", "ended")


_BY_STATE = {
    State.OFFERED: Step.ACCEPTED,
    State.ENROLLED: Step.ACCEPTED,
    State.COMPLETED: Step.ACCEPTED,
    State.WAITLISTED: Step.RESERVE,
}
# How the enrollment stands, as an enterprise may know it.
_STANDING = {
    State.SUBMITTED: _("waits for your decision"),
    State.OFFERED: _("a seat is offered, to be confirmed"),
    State.ENROLLED: _("has confirmed"),
    State.COMPLETED: _("has finished the training"),
    State.WAITLISTED: _("waits for a free seat"),
    State.NOT_ADMITTED: pgettext_lazy("candidates", "not chosen"),
    State.DECLINED: _("has declined the seat"),
    State.EXPIRED: _("did not confirm in time"),
    State.WITHDRAWN: _("has withdrawn"),
    State.CANCELLED: _("cancelled by the school"),
}


@dataclass(frozen=True)
class Paper:
    """A paper that the learner chose to show; its key is for the address under which members read it."""

    key: int
    title: str


@dataclass(frozen=True)
class Meeting:
    """The interview of a candidate: when, how, and what became of it."""

    key: int
    slot: int
    starts_at: datetime
    ends_at: datetime
    where: str
    by_phone: bool
    state: str
    words: str
    is_over: bool


@dataclass(frozen=True)
class CandidateView:
    """One candidate, as members of the enterprise read it."""

    reference: str
    order: str
    name: str
    schooling: str
    text: str
    papers: tuple
    phone: str
    step: str
    standing: str
    interview: Meeting | None
    score: float | None
    decision: str
    feedback: str
    shared_at: datetime
    is_open: bool

    @property
    def step_words(self):
        """Where it stands."""
        return str(Step(self.step).label)


# The columns of an export, each with its heading; the words come from `row_of`.
EXPORT = {
    "order": _("training order"),
    "reference": _("reference"),
    "name": _("name of the learner"),
    "step": _("step"),
    "standing": _("standing"),
    "schooling": _("highest school finished"),
    "interview": _("interview"),
    "score": _("score (percent)"),
    "decision": _("decision"),
    "feedback": _("feedback"),
    "phone": _("phone"),
    "text": _("what the learner wrote"),
}


def views(candidates):
    """The candidates of a queryset as an enterprise may read them, in a fixed number of queries."""
    slots = Interview.objects.select_related("slot").order_by("-pk")
    related = "enrollment__learner", "enrollment__account", "enrollment__review", "enrollment__candidate_profile"
    rows = candidates.select_related("order", *related).prefetch_related(
        Prefetch("interviews", slots),
        "enrollment__candidate_papers",
        Prefetch("scores", Score.objects.select_related("criterion")),
    )
    return [view_of(row) for row in rows]


def view_of(row: Candidate):
    """One of them; the row has been read with what `views` reads."""
    enrollment = row.enrollment
    profile, review = getattr(enrollment, "candidate_profile", None), getattr(enrollment, "review", None)
    meetings = [_meeting(one) for one in row.interviews.all()]
    interview = next((one for one in meetings if one.state not in ("called_off", "slot_off")), None)
    return CandidateView(
        reference=enrollment.reference,
        order=row.order.reference,
        name=enrollment.learner.name or "—",
        schooling=str(profile.get_schooling_display()) if profile and profile.schooling else "",
        text=review.text if review else "",
        papers=tuple(Paper(one.pk, one.title) for one in enrollment.candidate_papers.all()),
        phone=_phone(enrollment, interview),
        step=_step(enrollment.state, interview),
        standing=_standing(enrollment.state, interview),
        interview=interview,
        score=total_of(row.scores.all()),
        decision=str(row.get_decision_display()) if row.decision else "",
        feedback=row.feedback,
        shared_at=row.shared_at,
        is_open=row.is_open,
    )


def _phone(enrollment, interview):
    """Only for whom it is needed: accepted, or to be rung for an interview that lies ahead or is on now."""
    by_phone = interview is not None and interview.by_phone and interview.state == Interview.State.BOOKED
    if _BY_STATE.get(enrollment.state) == Step.ACCEPTED or (by_phone and enrollment.state == State.SUBMITTED):
        return enrollment.learner.phone or enrollment.account.phone or ""
    return ""


def _standing(state, interview):
    """In words; before they have met it is not the decision that is waited for."""
    step = _step(state, interview)
    if step == Step.MEET:
        return str(_("has no interview yet"))
    return str(_("comes to the interview") if step == Step.BOOKED else _STANDING[state])


def _step(state, interview):
    if state != State.SUBMITTED:
        return _BY_STATE.get(state, Step.ENDED)
    if interview is None or interview.state == Interview.State.NO_SHOW:
        return Step.MEET
    return Step.DECIDE if interview.is_over or interview.state == Interview.State.HELD else Step.BOOKED


def _meeting(interview):
    slot = interview.slot
    return Meeting(
        key=interview.pk,
        slot=slot.pk,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        where=slot.where,
        by_phone=slot.way == InterviewSlot.Way.PHONE,
        state=interview.state,
        words=str(interview.get_state_display()),
        is_over=slot.is_over,
    )


def row_of(view):
    """The cells of one candidate in an export, in the order of EXPORT."""
    cells = {name: getattr(view, name) for name in EXPORT}
    meeting = view.interview
    when = meeting and f"{timezone.localtime(meeting.starts_at):%Y-%m-%d %H:%M} {meeting.where} {meeting.words}"
    cells |= {"step": view.step_words, "interview": when or "", "score": "" if view.score is None else view.score}
    return [cells[name] for name in EXPORT]


# --- Once there is an agreement -------------------------------------------------------------------------


@dataclass(frozen=True)
class Trainee:
    """A learner with an agreement, as members of the enterprise read it: what they sign, and what they reported.

    Of attendance the share only; nothing of what the learner told about pay and placement: that is for the school.
    """

    key: int
    reference: str
    order: str
    name: str
    state: str
    state_words: str
    signed_by_us: bool
    missing: str
    attendance: int | None
    pay: tuple
    placements: dict

    @property
    def placement_rows(self):
        """What was reported about the work: (asked when, words)."""
        return [(Placement.Point(point).label, words) for point, words in self.placements.items()]

    @property
    def last_pay(self):
        """The newest report, or None."""
        return self.pay[-1] if self.pay else None


@dataclass(frozen=True)
class Pay:
    """What the enterprise reported for a month, beside what it promised."""

    month: str
    amount: int
    promised: int
    is_below: bool


# The columns of the table of outcomes, each with its heading; the words come from `outcome_of`.
OUTCOMES = {
    "order": _("training order"),
    "reference": _("agreement"),
    "name": _("name"),
    "state": _("state"),
    "attendance": _("attendance (percent)"),
    "pay": _("pay reported (yuan by month)"),
    "end": _("at the end of the training"),
    "month_6": _("after 6 months"),
    "month_12": _("after 12 months"),
}


def trainee_of(agreement, attendance, words_of):
    """One agreement as the enterprise reads it; read with signatures, pay reports and placements.

    `attendance` is {enrollment: percent}, `words_of` says what a placement holds.
    """
    reports = sorted(agreement.pay_reports.all(), key=lambda one: one.month)
    ours = {one.point: words_of(one) for one in agreement.placements.all() if one.side == "enterprise"}
    return Trainee(
        key=agreement.pk,
        reference=agreement.reference,
        order=agreement.order.reference,
        name=agreement.enrollment.learner.name or "—",
        state=agreement.state,
        state_words=str(agreement.get_state_display()),
        signed_by_us="enterprise" in agreement.signed,
        missing="、".join(str(party.label) for party in agreement.missing) if agreement.is_open else "",
        attendance=attendance.get(agreement.enrollment_id),
        pay=tuple(Pay(f"{one.month:%Y-%m}", one.amount, one.promised, one.is_below) for one in reports),
        placements=ours,
    )


def outcome_of(trainee):
    """The cells of one trainee in the table of outcomes, in the order of OUTCOMES."""
    cells = {"order": trainee.order, "reference": trainee.reference, "name": trainee.name, "state": trainee.state_words}
    cells |= {"attendance": trainee.attendance, "pay": " ".join(f"{one.month}:{one.amount}" for one in trainee.pay)}
    cells |= {point: trainee.placements.get(point, "") for point in ("end", "month_6", "month_12")}
    return [cells[name] for name in OUTCOMES]
