"""The states of an enrollment and the one table of moves between them (DESIGN §3).

Every change of state goes through `moves.move`, which refuses what this table does not list. Tests, the
timeline and the diagram in the README are made from it too.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where an enrollment stands."""

    SUBMITTED = "submitted", _("submitted")
    OFFERED = "offered", _("seat offered")
    WAITLISTED = "waitlisted", _("in the waitlist")
    ENROLLED = "enrolled", _("enrolled")
    COMPLETED = "completed", _("completed")
    NOT_ADMITTED = "not_admitted", _("not admitted")
    DECLINED = "declined", _("offer declined")
    EXPIRED = "expired", _("offer expired")
    WITHDRAWN = "withdrawn", _("withdrawn")
    CANCELLED = "cancelled", _("cancelled")


# States that count as the learner's one live enrollment in an intake.
LIVE = (State.SUBMITTED, State.OFFERED, State.WAITLISTED, State.ENROLLED)
# States that hold a seat; all others hold none.
SEATED = (State.OFFERED, State.ENROLLED, State.COMPLETED)

_EXITS = {State.WITHDRAWN, State.CANCELLED}
MOVES = {
    None: {State.SUBMITTED},
    State.SUBMITTED: {State.ENROLLED, State.OFFERED, State.WAITLISTED, State.NOT_ADMITTED} | _EXITS,
    # The end of a waitlist is "not admitted": the class began, or the learner no longer meets the rules they were told.
    State.WAITLISTED: {State.OFFERED, State.NOT_ADMITTED} | _EXITS,
    State.OFFERED: {State.ENROLLED, State.DECLINED, State.EXPIRED} | _EXITS,
    # Back to an offer: the fee was booked by mistake, and is due after all (paying.py).
    State.ENROLLED: {State.COMPLETED, State.OFFERED} | _EXITS,
    # The fee came after the deadline, and a seat is free that nobody with a better right waits for (paying.py).
    State.EXPIRED: {State.ENROLLED},
    # Only an upheld appeal leads back (answering/appeals.py), to the place that was lost.
    State.NOT_ADMITTED: {State.SUBMITTED, State.WAITLISTED},
    State.CANCELLED: {State.SUBMITTED, State.WAITLISTED},
}


def may_move(source, target):
    """Whether the table allows this move; `source` is None for a new enrollment."""
    return target in MOVES.get(source, set())


class Reason(models.TextChoices):
    """Listed reasons for a cancellation by staff or for an end that the rules bring. Shown to the learner."""

    CLASS_CANCELLED = "class_cancelled", _("the class was cancelled")
    DUPLICATE = "duplicate", _("the same person was enrolled twice")
    WRONG_DATA = "wrong_data", _("the data given were not right")
    ASKED_AT_DESK = "asked_at_desk", _("cancelled at the desk, at the learner's wish")
    ABSENT = "absent", _("absent too often without leave")
    RULES_NOT_MET = "rules_not_met", _("the rules told at enrollment are no longer met")
    CLASS_BEGAN = "class_began", _("the class began and no seat came free")
    DEADLINE = "deadline", _("the offer was not confirmed in time")
    ERASED = "erased", _("the learner's data were erased at their wish")
    OTHER_CHOICE = "other_choice", _("admitted to another choice of the same round")
    EARLIER_ROUND = "earlier_round", _("admitted in an earlier round")
    SCORE_TOO_LOW = "score_too_low", _("the score is below the lowest one told")
    ROUND_CANCELLED = "round_cancelled", _("the round was cancelled")
    CHANGED_CHOICE = "changed_choice", _("the choices were changed before the window closed")
    OTHERS_FIT_BETTER = "others_fit_better", _("others fitted the stated conditions better")
    CONDITIONS_NOT_SHOWN = "conditions_not_shown", _("what the class builds on was not shown")
    NOT_AT_INTERVIEW = "not_at_interview", _("did not come to the interview")
    APPEAL_UPHELD = "appeal_upheld", _("the review found that the decision was wrong")
    PAID_LATE = "paid_late", _("paid after the deadline, and a seat was still free")
    FEE_REVERSED = "fee_reversed", _("the fee had been booked by mistake")
    WAIVED_HARDSHIP = "waived_hardship", _("fee waived: hardship")
    WAIVED_HELPER = "waived_helper", _("fee waived: helps in the class")
    WAIVED_MISTAKE = "waived_mistake", _("fee waived: a mistake of the school")
    WAIVED_PROGRAM = "waived_program", _("fee waived: paid by a public program")
    EXCEPTION = "exception", _("an exception, approved by a second person")
    MOVED = "moved", _("moved to another class by the school")
    NO_TIME = "no_time", _("no time any more")
    ILLNESS = "illness", _("illness or care for someone")
    TOO_FAR = "too_far", _("too far, or moved away")
    OTHER_CLASS = "other_class", _("goes to another class instead")
    NOT_EXPECTED = "not_expected", _("the class is not what was expected")
    OTHER = "other", _("another reason")


# What staff may choose when they cancel, and what a learner may tell when leaving (none need be told).
STAFF_REASONS = (Reason.ASKED_AT_DESK, Reason.WRONG_DATA, Reason.DUPLICATE, Reason.RULES_NOT_MET, Reason.ABSENT)
LEARNER_REASONS = (
    *(Reason.NO_TIME, Reason.ILLNESS, Reason.TOO_FAR),
    *(Reason.OTHER_CLASS, Reason.NOT_EXPECTED, Reason.OTHER),
)
# Why staff may waive a fee.
WAIVER_REASONS = (Reason.WAIVED_HARDSHIP, Reason.WAIVED_HELPER, Reason.WAIVED_MISTAKE, Reason.WAIVED_PROGRAM)
# After these a fee goes back by the rules that were told; whatever else ends an enrollment gives everything back.
BY_REFUND_RULES = (Reason.ASKED_AT_DESK, Reason.ABSENT)
