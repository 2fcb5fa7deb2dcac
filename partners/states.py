"""The states of an enterprise and of a training order, and the one table of moves for each (DESIGN §3).

Every change of state goes through `moves.move`, which refuses what these tables do not list. Tests, timelines and the
board are made from them too.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EnterpriseState(models.TextChoices):
    """Where an enterprise stands with staff."""

    PENDING = "pending", _("being checked")
    VERIFIED = "verified", _("verified")
    RETURNED = "returned", _("returned, please mend")
    SUSPENDED = "suspended", _("suspended")


ENTERPRISE_MOVES = {
    None: {EnterpriseState.PENDING},
    EnterpriseState.PENDING: {EnterpriseState.VERIFIED, EnterpriseState.RETURNED, EnterpriseState.SUSPENDED},
    EnterpriseState.RETURNED: {EnterpriseState.PENDING, EnterpriseState.SUSPENDED},
    # Back to being checked: the year is over, or what was checked has changed.
    EnterpriseState.VERIFIED: {EnterpriseState.PENDING, EnterpriseState.SUSPENDED},
    EnterpriseState.SUSPENDED: {EnterpriseState.VERIFIED},
}


class OrderState(models.TextChoices):
    """Where a training order stands."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("in review")
    CHANGES_REQUESTED = "changes_requested", _("changes asked for")
    APPROVED = "approved", _("approved")
    MATCHED = "matched", _("matched with a school")
    RECRUITING = "recruiting", _("open for learners")
    TRAINING = "training", _("in training")
    FULFILLED = "fulfilled", _("fulfilled")
    REJECTED = "rejected", _("rejected")
    WITHDRAWN = "withdrawn", pgettext_lazy("order", "taken back")
    CLOSED = "closed", pgettext_lazy("order", "closed")


ORDER_MOVES = {
    None: {OrderState.DRAFT},
    OrderState.DRAFT: {OrderState.SUBMITTED, OrderState.WITHDRAWN},
    OrderState.SUBMITTED: {
        OrderState.CHANGES_REQUESTED,
        OrderState.APPROVED,
        OrderState.REJECTED,
        OrderState.WITHDRAWN,
    },
    OrderState.CHANGES_REQUESTED: {OrderState.SUBMITTED, OrderState.WITHDRAWN},
    # From here on schools and learners count on it: it is not taken back but closed, with a reason.
    OrderState.APPROVED: {OrderState.MATCHED, OrderState.CLOSED},
    OrderState.MATCHED: {OrderState.RECRUITING, OrderState.CLOSED},
    OrderState.RECRUITING: {OrderState.TRAINING, OrderState.CLOSED},
    OrderState.TRAINING: {OrderState.FULFILLED, OrderState.CLOSED},
}

# The enterprise writes in these; in the live ones only dates and contact change.
EDITABLE = (OrderState.DRAFT, OrderState.CHANGES_REQUESTED)
LIVE = (OrderState.APPROVED, OrderState.MATCHED, OrderState.RECRUITING, OrderState.TRAINING)
# The program of an order in one of these may be public.
SHOWN = (OrderState.MATCHED, OrderState.RECRUITING, OrderState.TRAINING, OrderState.FULFILLED)
# These need a reason that the other side reads.
EXITS = (OrderState.REJECTED, OrderState.WITHDRAWN, OrderState.CLOSED)


class MatchState(models.TextChoices):
    """Where a request to a school stands."""

    ASKED = "asked", _("waits for the school")
    ACCEPTED = "accepted", pgettext_lazy("a request", "accepted")
    DECLINED = "declined", pgettext_lazy("a request", "declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("a request", "withdrawn")


MATCH_MOVES = {
    None: {MatchState.ASKED},
    MatchState.ASKED: {MatchState.ACCEPTED, MatchState.DECLINED, MatchState.WITHDRAWN},
    # Until the program is made the bureau may turn to another school.
    MatchState.ACCEPTED: {MatchState.WITHDRAWN},
}


class ShareState(models.TextChoices):
    """Where a request for a resource of the alliance stands."""

    ASKED = "asked", _("waits for the owner")
    APPROVED = "approved", pgettext_lazy("a request", "approved")
    DECLINED = "declined", pgettext_lazy("a request", "declined")
    USED = "used", pgettext_lazy("a request", "used")
    CANCELLED = "cancelled", pgettext_lazy("a request", "cancelled")


SHARE_MOVES = {
    None: {ShareState.ASKED},
    ShareState.ASKED: {ShareState.APPROVED, ShareState.DECLINED, ShareState.CANCELLED},
    ShareState.APPROVED: {ShareState.USED, ShareState.CANCELLED},
}


class AgreementState(models.TextChoices):
    """Where the agreement of a learner, an enterprise and a school stands."""

    OPEN = "open", _("to be signed")
    IN_FORCE = "in_force", _("in force")
    VOID = "void", _("replaced by another text")
    WITHDRAWN = "withdrawn", pgettext_lazy("agreement", "withdrawn")
    TERMINATED = "terminated", _("ended early")
    BREACHED = "breached", _("ended by a breach")


AGREEMENT_MOVES = {
    None: {AgreementState.OPEN},
    AgreementState.OPEN: {AgreementState.IN_FORCE, AgreementState.VOID, AgreementState.WITHDRAWN},
    # What all have signed is never replaced: it is ended, and another one is made.
    AgreementState.IN_FORCE: {AgreementState.TERMINATED, AgreementState.BREACHED},
}
# A learner has at most one of these for an enrollment; all have signed those of the second kind.
STANDING = (AgreementState.OPEN, AgreementState.IN_FORCE)
AGREED = (AgreementState.IN_FORCE, AgreementState.TERMINATED, AgreementState.BREACHED)


def may_move(moves, source, target):
    """Whether a table of moves allows this one; `source` is None for something new."""
    return target in moves.get(source, set())
